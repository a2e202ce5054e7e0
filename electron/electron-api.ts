import type {
  BrowserWindowConstructorOptions,
  CustomScheme,
  MenuItemConstructorOptions,
  MessageBoxOptions,
  MessagePortMain,
  OpenDialogOptions,
} from 'electron';

import type { HandedOver } from './start-arguments.ts';

/**
 * Exactly what the console uses of Electron. The real module fits it as it is; in tests a fake does, which is how every
 * rule of the shell is tested without Electron's binary.
 */
export interface ElectronApi {
  readonly app: App;
  readonly dialog: Dialog;
  readonly ipcMain: { on(channel: string, listener: (event: MessageEvent, ...args: unknown[]) => void): unknown };
  readonly powerMonitor: { on(event: 'shutdown', listener: (event?: Preventable) => void): unknown };
  readonly protocol: { registerSchemesAsPrivileged(schemes: CustomScheme[]): void };
  /** Used once the application is ready. */
  readonly screen: { getAllDisplays(): readonly { readonly workArea: Rectangle }[] };
  readonly session: { readonly defaultSession: Session; fromPartition(partition: string): Session };
  readonly shell: { showItemInFolder(path: string): void };
  readonly BrowserWindow: new (options: BrowserWindowConstructorOptions) => Window;
  readonly Menu: {
    buildFromTemplate(template: MenuItemConstructorOptions[]): ApplicationMenu;
    setApplicationMenu(menu: ApplicationMenu | null): void;
  };
  readonly Notification: {
    new (options: { readonly title: string; readonly body: string }): Notification;
    isSupported(): boolean;
  };
  /** The icon's file; one with `@2x` in its name is beside it. */
  readonly Tray: new (iconFile: string) => Tray;
  readonly MessageChannelMain: new () => { readonly port1: MessagePortMain; readonly port2: MessagePortMain };
}

/** In device-independent pixels. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Notification {
  once(event: 'click', listener: () => void): unknown;
  show(): void;
}

export interface Tray {
  on(event: 'click', listener: () => void): unknown;
  setContextMenu(menu: ApplicationMenu | null): void;
  setToolTip(text: string): void;
}

export interface App {
  readonly isPackaged: boolean;
  /** macOS and Windows: the list of recent files that the system keeps of an application. */
  addRecentDocument(path: string): void;
  enableSandbox(): void;
  exit(code: number): void;
  /** macOS and Windows. */
  getLoginItemSettings(): { readonly openAtLogin: boolean };
  getPath(name: 'userData'): string;
  getVersion(): string;
  quit(): void;
  /** Where the packaged application is, links with this scheme open it. Windows takes the path and what stands before the link. */
  setAsDefaultProtocolClient(scheme: string, path: string, args: string[]): boolean;
  requestSingleInstanceLock(handed: HandedOver): boolean;
  /** macOS and Linux. */
  setBadgeCount(count: number): boolean;
  /** macOS and Windows. */
  setLoginItemSettings(settings: { readonly openAtLogin: boolean }): void;
  setPath(name: 'userData', path: string): void;
  whenReady(): Promise<void>;
  on(
    event: 'child-process-gone',
    listener: (event: unknown, details: Gone & { readonly type: string }) => void,
  ): unknown;
  on(event: 'render-process-gone', listener: (event: unknown, contents: Contents, details: Gone) => void): unknown;
  on(event: 'before-quit', listener: (event: Preventable) => void): unknown;
  /** macOS: a file that the person opens with this application. It may come before the application is ready. */
  on(event: 'open-file', listener: (event: Preventable, path: string) => void): unknown;
  /** macOS: a link that the person opens. It may come before the application is ready. */
  on(event: 'open-url', listener: (event: Preventable, url: string) => void): unknown;
  on(
    event: 'second-instance',
    listener: (event: unknown, args: string[], folder: string, handed: unknown) => void,
  ): unknown;
  on(event: 'window-all-closed', listener: () => void): unknown;
  on(event: 'web-contents-created', listener: (event: unknown, contents: Contents) => void): unknown;
}

export interface Dialog {
  showErrorBox(title: string, content: string): void;
  showMessageBox(parent: DialogParent, options: MessageBoxOptions): Promise<{ readonly response: number }>;
  showOpenDialog(
    parent: DialogParent,
    options: OpenDialogOptions,
  ): Promise<{ readonly canceled: boolean; readonly filePaths: readonly string[] }>;
}

/** What Electron's dialogs need to know of their window. */
export interface DialogParent {
  focus(): void;
  isDestroyed(): boolean;
}

export interface Window extends DialogParent {
  readonly webContents: Contents;
  destroy(): void;
  /** Where it is when it is neither maximized nor minimized. */
  getNormalBounds(): Rectangle;
  isMaximized(): boolean;
  isMinimized(): boolean;
  loadURL(url: string): Promise<void>;
  /** Also shows it. */
  maximize(): void;
  once(event: 'close', listener: () => void): unknown;
  once(event: 'closed', listener: () => void): unknown;
  once(event: 'ready-to-show', listener: () => void): unknown;
  removeMenu(): void;
  restore(): void;
  setParentWindow(parent: Window | null): void;
  show(): void;
}

/** What a window, or anything else that shows a page, has inside. */
export interface Contents {
  readonly mainFrame: Frame;
  on(event: 'will-frame-navigate', listener: (event: Preventable & { readonly url: string }) => void): unknown;
  on(event: 'will-redirect', listener: (event: Preventable & { readonly url: string }) => void): unknown;
  on(event: 'will-attach-webview', listener: (event: Preventable) => void): unknown;
  setWindowOpenHandler(handler: (details: { readonly url: string }) => { action: 'deny' }): void;
}

export interface Frame {
  readonly url: string;
  postMessage(channel: string, message: unknown, transfer: MessagePortMain[]): void;
}

export interface Session {
  readonly protocol: { handle(scheme: string, handler: (request: Request) => Promise<Response>): void };
  readonly webRequest: {
    onBeforeRequest(
      listener: (details: { readonly url: string }, callback: (response: { cancel: boolean }) => void) => void,
    ): void;
  };
  on(
    event: 'will-download',
    listener: (event: Preventable, item: { getURL(): string }, contents: Contents) => void,
  ): unknown;
  setDevicePermissionHandler(handler: () => boolean): void;
  setPermissionCheckHandler(
    handler: (
      contents: Contents | null,
      permission: string,
      requestingOrigin: string,
      details: { readonly mediaType?: string },
    ) => boolean,
  ): void;
  setPermissionRequestHandler(
    handler: (
      contents: Contents,
      permission: string,
      callback: (granted: boolean) => void,
      /** For `media`, `mediaTypes` says what is asked for. */
      details: object,
    ) => void,
  ): void;
  setSpellCheckerEnabled(enabled: boolean): void;
}

export interface MessageEvent {
  readonly sender: Contents;
  /** Null when the frame has navigated or is gone. */
  readonly senderFrame: Frame | null;
}

/** How another process ended. */
export interface Gone {
  /** `clean-exit` where it ended as it should. */
  readonly reason: string;
  readonly exitCode: number;
}

export interface Preventable {
  preventDefault(): void;
}

/** Nothing of a menu is used but handing it back to Electron. */
export type ApplicationMenu = object;
