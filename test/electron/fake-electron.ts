import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort as NodePort } from 'node:worker_threads';

import type {
  BrowserWindowConstructorOptions,
  CustomScheme,
  MenuItemConstructorOptions,
  MessageBoxOptions,
  MessagePortMain,
  OpenDialogOptions,
} from 'electron';

import type {
  App,
  Contents,
  ElectronApi,
  Frame,
  Rectangle,
  Session,
  Tray,
  Window,
} from '../../electron/electron-api.ts';

type Listener = (...args: never[]) => unknown;

/** Something of Electron that one subscribes to; a test sends it events and sees whether they were prevented. */
class Source {
  readonly #listeners: { readonly event: string; readonly listener: Listener }[] = [];

  on(event: string, listener: Listener): this {
    this.#listeners.push({ event, listener });
    return this;
  }

  once(event: string, listener: Listener): this {
    return this.on(event, listener);
  }

  /** Sends an event with one preventable object first, as Electron does; returns whether somebody prevented it. */
  send(event: string, properties: object = {}, ...args: readonly unknown[]): boolean {
    let prevented = false;
    const preventable = { ...properties, preventDefault: () => (prevented = true) };
    for (const entry of this.#listeners.filter((candidate) => candidate.event === event)) {
      (entry.listener as (...values: unknown[]) => unknown)(preventable, ...args);
    }
    return prevented;
  }

  has(event: string): boolean {
    return this.#listeners.some((entry) => entry.event === event);
  }
}

export class FakeFrame implements Frame {
  url: string;
  readonly received: { readonly channel: string; readonly message: unknown; readonly ports: MessagePortMain[] }[] = [];

  constructor(url: string) {
    this.url = url;
  }

  postMessage(channel: string, message: unknown, ports: MessagePortMain[]): void {
    this.received.push({ channel, message, ports });
  }
}

export class FakeContents extends Source implements Contents {
  readonly mainFrame = new FakeFrame('about:blank');
  openHandler: ((details: { readonly url: string }) => { action: 'deny' }) | undefined;

  setWindowOpenHandler(handler: (details: { readonly url: string }) => { action: 'deny' }): void {
    this.openHandler = handler;
  }
}

export class FakeWindow extends Source implements Window {
  readonly webContents = new FakeContents();
  readonly options: BrowserWindowConstructorOptions;
  readonly calls: string[] = [];
  parent: Window | null = null;
  minimized = false;
  maximized = false;
  bounds: Rectangle;
  destroyed = false;

  constructor(options: BrowserWindowConstructorOptions) {
    super();
    this.options = options;
    const { x = 0, y = 0, width = 800, height = 600 } = options;
    this.bounds = { x, y, width, height };
  }

  getNormalBounds(): Rectangle {
    return this.bounds;
  }

  isMaximized(): boolean {
    return this.maximized;
  }

  maximize(): void {
    this.maximized = true;
    this.calls.push('maximize');
  }

  /** As a person does. */
  close(): void {
    this.send('close');
    this.destroy();
  }

  loadURL(url: string): Promise<void> {
    this.webContents.mainFrame.url = url;
    return Promise.resolve();
  }

  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.send('closed');
  }

  focus(): void {
    this.calls.push('focus');
  }

  removeMenu(): void {
    this.calls.push('removeMenu');
  }

  setParentWindow(parent: Window | null): void {
    this.parent = parent;
  }

  restore(): void {
    this.calls.push('restore');
  }

  show(): void {
    this.calls.push('show');
  }

  isMinimized(): boolean {
    return this.minimized;
  }

  isDestroyed(): boolean {
    return this.destroyed;
  }
}

/** One end of a real message channel, wearing what Electron's main process puts around it. */
export class FakePort extends EventEmitter implements MessagePortMain {
  closed = false;
  readonly #port: NodePort;

  constructor(port: NodePort) {
    super();
    this.#port = port;
    port.on('message', (data: unknown) => this.emit('message', { data, ports: [] }));
    port.on('close', () => this.emit('close'));
    port.unref();
  }

  postMessage(message: unknown): void {
    this.#port.postMessage(message);
  }

  start(): void {
    this.#port.start();
  }

  close(): void {
    this.closed = true;
    this.#port.close();
  }
}

export class FakeSession extends Source implements Session {
  page: ((request: Request) => Promise<Response>) | undefined;
  scheme: string | undefined;
  beforeRequest: Parameters<Session['webRequest']['onBeforeRequest']>[0] | undefined;
  deviceHandler: Parameters<Session['setDevicePermissionHandler']>[0] | undefined;
  permissionCheck: Parameters<Session['setPermissionCheckHandler']>[0] | undefined;
  permissionRequest: Parameters<Session['setPermissionRequestHandler']>[0] | undefined;
  spellChecker = true;

  readonly protocol: Session['protocol'] = {
    handle: (scheme, handler) => {
      this.scheme = scheme;
      this.page = handler;
    },
  };
  readonly webRequest: Session['webRequest'] = {
    onBeforeRequest: (listener) => {
      this.beforeRequest = listener;
    },
  };

  setDevicePermissionHandler(handler: NonNullable<FakeSession['deviceHandler']>): void {
    this.deviceHandler = handler;
  }

  setPermissionCheckHandler(handler: NonNullable<FakeSession['permissionCheck']>): void {
    this.permissionCheck = handler;
  }

  setPermissionRequestHandler(handler: NonNullable<FakeSession['permissionRequest']>): void {
    this.permissionRequest = handler;
  }

  setSpellCheckerEnabled(enabled: boolean): void {
    this.spellChecker = enabled;
  }
}

class FakeApp extends Source implements App {
  readonly isPackaged: boolean;
  readonly calls: string[] = [];
  isFirstInstance = true;
  readonly exited: Promise<number>;
  #exit: (code: number) => void = () => undefined;

  constructor(isPackaged: boolean) {
    super();
    this.isPackaged = isPackaged;
    this.exited = new Promise((resolve) => {
      this.#exit = resolve;
    });
  }

  enableSandbox(): void {
    this.calls.push('enableSandbox');
  }

  exit(code: number): void {
    this.calls.push(`exit ${code}`);
    this.#exit(code);
  }

  getVersion(): string {
    return '1.2.3';
  }

  /** As in Electron: asks whether anybody minds, and ends if nobody does. */
  quit(): void {
    this.calls.push('quit');
    if (!this.send('before-quit')) this.exit(0);
  }

  handed: unknown = null;

  requestSingleInstanceLock(handed: object): boolean {
    this.handed = handed;
    this.calls.push('requestSingleInstanceLock');
    return this.isFirstInstance;
  }

  readonly recentDocuments: string[] = [];
  opensAtLogin = false;
  /** Before it is set, the platform's own place. */
  userDataFolder = '/nowhere';

  addRecentDocument(path: string): void {
    this.recentDocuments.push(path);
  }

  getLoginItemSettings(): { openAtLogin: boolean } {
    return { openAtLogin: this.opensAtLogin };
  }

  setLoginItemSettings({ openAtLogin }: { readonly openAtLogin: boolean }): void {
    this.opensAtLogin = openAtLogin;
  }

  getPath(_name: 'userData'): string {
    return this.userDataFolder;
  }

  badge: number | null = null;

  setBadgeCount(count: number): boolean {
    this.badge = count;
    return true;
  }

  setAsDefaultProtocolClient(scheme: string, _path: string, args: string[]): boolean {
    this.calls.push(`setAsDefaultProtocolClient ${[scheme, ...args].join(' ')}`);
    return true;
  }

  setPath(name: 'userData', path: string): void {
    this.userDataFolder = path;
    this.calls.push(`setPath ${name} ${path}`);
  }

  whenReady(): Promise<void> {
    this.calls.push('whenReady');
    return Promise.resolve();
  }
}

export class FakeNotification extends Source {
  readonly title: string;
  readonly body: string;
  isShown = false;

  constructor({ title, body }: { readonly title: string; readonly body: string }) {
    super();
    this.title = title;
    this.body = body;
  }

  show(): void {
    this.isShown = true;
  }
}

export class FakeTray extends Source implements Tray {
  readonly iconFile: string;
  toolTip = '';
  menu: MenuItemConstructorOptions[] = [];

  constructor(iconFile: string) {
    super();
    this.iconFile = iconFile;
  }

  setContextMenu(menu: object | null): void {
    this.menu = menu as MenuItemConstructorOptions[];
  }

  setToolTip(text: string): void {
    this.toolTip = text;
  }
}

/** Electron without Electron: remembers what it was told, and does what a test makes it do. */
export class FakeElectron implements ElectronApi {
  readonly app: FakeApp;
  readonly powerMonitor = new Source();
  readonly windows: FakeWindow[] = [];
  readonly schemes: CustomScheme[] = [];
  readonly messageBoxes: MessageBoxOptions[] = [];
  readonly openDialogs: OpenDialogOptions[] = [];
  readonly errorBoxes: string[] = [];
  /** The button that the person presses, box after box; Cancel when there are no more. */
  answers: (number | ((box: MessageBoxOptions) => number))[] = [];
  chosenFolder: string | undefined;
  menu: MenuItemConstructorOptions[] = [];
  readonly #ipcListeners = new Map<string, Parameters<ElectronApi['ipcMain']['on']>[1]>();

  constructor(options: { readonly isPackaged?: boolean } = {}) {
    this.app = new FakeApp(options.isPackaged ?? true);
  }

  workAreas: Rectangle[] = [{ x: 0, y: 0, width: 1920, height: 1080 }];
  readonly screen: ElectronApi['screen'] = {
    getAllDisplays: () => this.workAreas.map((workArea) => ({ workArea })),
  };

  readonly partitions = new Map<string, FakeSession>();
  readonly session = {
    defaultSession: new FakeSession(),
    fromPartition: (partition: string): FakeSession => {
      const session = this.partitions.get(partition) ?? new FakeSession();
      this.partitions.set(partition, session);
      return session;
    },
  };

  readonly protocol: ElectronApi['protocol'] = {
    registerSchemesAsPrivileged: (schemes) => {
      this.app.calls.push('registerSchemesAsPrivileged');
      this.schemes.push(...schemes);
    },
  };

  readonly ipcMain: ElectronApi['ipcMain'] = {
    on: (channel, listener) => this.#ipcListeners.set(channel, listener),
  };

  readonly shownItems: string[] = [];
  readonly shell: ElectronApi['shell'] = { showItemInFolder: (path) => void this.shownItems.push(path) };

  readonly dialog: ElectronApi['dialog'] = {
    showErrorBox: (title, content) => this.errorBoxes.push(`${title}: ${content}`),
    showMessageBox: (_window, options) => {
      this.messageBoxes.push(options);
      const answer = this.answers.shift() ?? options.cancelId ?? 0;
      return Promise.resolve({ response: typeof answer === 'number' ? answer : answer(options) });
    },
    showOpenDialog: (_window, options) => {
      this.openDialogs.push(options);
      const filePaths = this.chosenFolder === undefined ? [] : [this.chosenFolder];
      return Promise.resolve({ canceled: filePaths.length === 0, filePaths });
    },
  };

  readonly Menu: ElectronApi['Menu'] = {
    buildFromTemplate: (template) => template,
    setApplicationMenu: (menu) => {
      this.menu = menu as MenuItemConstructorOptions[];
    },
  };

  readonly BrowserWindow: ElectronApi['BrowserWindow'] = windowClass((window) => {
    this.windows.push(window);
    this.app.send('web-contents-created', {}, window.webContents);
  });

  readonly notifications: FakeNotification[] = [];
  hasNotifications = true;

  get Notification(): ElectronApi['Notification'] {
    const electron = this as FakeElectron;
    return class extends FakeNotification {
      constructor(options: { readonly title: string; readonly body: string }) {
        super(options);
        electron.notifications.push(this);
      }

      static isSupported(): boolean {
        return electron.hasNotifications;
      }
    };
  }

  readonly trays: FakeTray[] = [];

  get Tray(): ElectronApi['Tray'] {
    const { trays } = this;
    return class extends FakeTray {
      constructor(iconFile: string) {
        super(iconFile);
        trays.push(this);
      }
    };
  }

  readonly MessageChannelMain: ElectronApi['MessageChannelMain'] = class {
    readonly port1: FakePort;
    readonly port2: FakePort;

    constructor() {
      const { port1, port2 } = new MessageChannel();
      this.port1 = new FakePort(port1);
      this.port2 = new FakePort(port2);
    }
  };

  get window(): FakeWindow {
    const window = this.windows.at(-1);
    if (window === undefined) throw new Error('no window was opened');
    return window;
  }

  /** Sends a message from a page, by default the console's own page in its own window. */
  sendFromPage(channel: string, from: { sender?: Contents; senderFrame?: Frame | null }, ...args: unknown[]): void {
    const sender = from.sender ?? this.window.webContents;
    const senderFrame = from.senderFrame === undefined ? sender.mainFrame : from.senderFrame;
    this.#ipcListeners.get(channel)?.({ sender, senderFrame }, ...args);
  }
}

function windowClass(onOpen: (window: FakeWindow) => void): new (options: BrowserWindowConstructorOptions) => Window {
  return class extends FakeWindow {
    constructor(options: BrowserWindowConstructorOptions) {
      super(options);
      onOpen(this);
    }
  };
}
