import type { BrowserWindowConstructorOptions } from 'electron';

import type { ShownThing } from '../src/api/operator/opened.ts';
import { QuantumLockError } from '../src/base/errors.ts';
import type { DesktopSurface } from '../src/node/host/surface.ts';
import { openBridge } from './bridge.ts';
import { deedDialog } from './deed-dialog.ts';
import { decodeDeepLink } from './deep-link.ts';
import { FileWindows, type FileWindowsOptions } from './file-windows.ts';
import type { ElectronApi, Window } from './electron-api.ts';
import { lockDownContents, lockDownSession } from './lock-down.ts';
import { menuTemplate } from './menu.ts';
import { notifier } from './notifications.ts';
import { listenOutside } from './outside.ts';
import { PAGE_SCHEME, PAGE_URL } from './page-address.ts';
import { servePage } from './page-server.ts';
import { SECRET_SCHEME } from './secret-page.ts';
import { secretWindow } from './secret-window.ts';
import { closeBeforeQuitting } from './shutdown.ts';
import type { ServedNode } from './served-host.ts';
import { signatureDialog } from './signature-dialog.ts';
import { NOTHING_HANDED, type HandedOver } from './start-arguments.ts';
import { openTray } from './tray.ts';
import { windowOptions } from './window-options.ts';
import { KeptWindowState, type WindowState } from './window-state.ts';

export interface ConsoleOptions {
  readonly openHost: (surface: DesktopSurface) => Promise<ServedNode>;
  /** Verifies a backup, an export or a data directory, and serves it for reading. */
  readonly openFile: FileWindowsOptions['openFile'];
  /** Files and links that the person named at the start. */
  readonly handed?: HandedOver;
  readonly pageFolder: string;
  readonly preloadFile: string;
  readonly trayIconFile: string;
  /** Of the window that asks for a passphrase. */
  readonly secretPreloadFile: string;
  /** Where Electron and this shell keep their own files; one running console for each. */
  readonly userDataFolder: string;
  readonly platform: NodeJS.Platform;
  readonly log: (line: string) => void;
  /** The person has a window before them, ours or that of the console that runs already. */
  readonly onShown?: () => void;
}

/** Starts the desktop console; returns once its window is on the way, or at once where another instance runs. */
export async function startConsole(electron: ElectronApi, options: ConsoleOptions): Promise<void> {
  const { app } = electron;
  const { log, handed = NOTHING_HANDED } = options;
  app.setPath('userData', options.userDataFolder);
  if (!app.requestSingleInstanceLock(handed)) {
    log('the console is already open; its window comes to the front');
    options.onShown?.();
    app.quit();
    return;
  }
  app.enableSandbox();
  electron.protocol.registerSchemesAsPrivileged([
    { scheme: PAGE_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
    { scheme: SECRET_SCHEME, privileges: { standard: true, secure: true } },
  ]);
  lockDownContents(app, log);

  let window: Window | undefined;
  const currentWindow = (): Window | undefined => window;
  const outside = listenOutside(app, handed, () => bringToFront(currentWindow()));
  // What comes after `--` is no switch, however a link was written.
  if (app.isPackaged) app.setAsDefaultProtocolClient(PAGE_SCHEME, process.execPath, ['--']);

  await app.whenReady();
  const allowDevTools = !app.isPackaged;
  const session = electron.session.defaultSession;
  lockDownSession(session, log, { allowDevTools });
  session.protocol.handle(PAGE_SCHEME, await servePage(options.pageFolder));
  const { platform } = options;
  const pageWindow = windowOptions({ preloadFile: options.preloadFile, allowDevTools });
  const files = new FileWindows(electron, {
    openFile: options.openFile,
    windowOptions: pageWindow,
    currentWindow,
    log,
  });
  const lookAtFile = (): void => void files.choose();
  electron.Menu.setApplicationMenu(
    electron.Menu.buildFromTemplate(menuTemplate({ allowDevTools, platform, lookAtFile })),
  );

  const show = (thing: ShownThing | null): void => {
    bringToFront(currentWindow());
    if (thing !== null)
      host.then(
        (opened) => opened.show(thing),
        () => undefined,
      );
  };
  const host = options.openHost({
    confirm: signatureDialog(electron.dialog, currentWindow),
    pickDirectory: () => pickDirectory(electron, currentWindow()),
    confirmDeed: deedDialog(electron.dialog, currentWindow),
    askSecrets: secretWindow(electron, { preloadFile: options.secretPreloadFile, currentWindow, log }),
    notify: notifier(electron, show),
    showStatus: openTray(electron, { iconFile: options.trayIconFile, platform, show }),
  });
  closeBeforeQuitting(electron, {
    close: async () => {
      await Promise.all([files.close(), host.then((opened) => opened.close())]);
    },
    log,
  });
  openBridge(electron, {
    portHandlerOf: (sender) => {
      if (sender !== window?.webContents) return files.portHandlerOf(sender);
      return (port) =>
        void host.then(
          (opened) => opened.handlePort(port),
          () => port.close(),
        );
    },
    log,
  });

  const kept = new KeptWindowState(electron, { folder: options.userDataFolder, log });
  window = openWindow(electron, pageWindow, kept.read());
  kept.follow(window);
  window.once('ready-to-show', () => options.onShown?.());
  window.once('closed', () => {
    window = undefined;
    // A file is looked at beside the console, and ends with it.
    void files.close();
  });
  outside.openWith({
    file: (path) => void files.open(path),
    link: (text) => openLink(electron, text, { show, log }),
  });
  await Promise.all([window.loadURL(PAGE_URL), host]);
}

function openWindow(
  electron: ElectronApi,
  options: BrowserWindowConstructorOptions,
  state: WindowState | null,
): Window {
  const { isMaximized, ...bounds } = state ?? { isMaximized: false };
  const window = new electron.BrowserWindow({ ...options, ...bounds });
  window.once('ready-to-show', () => {
    if (isMaximized) window.maximize();
    window.show();
  });
  return window;
}

function bringToFront(window: Window | undefined): void {
  if (window === undefined || window.isDestroyed()) return;
  if (window.isMinimized()) window.restore();
  window.focus();
}

/** Anybody may have written it: what is wrong with it is told in our words, and nothing of it is repeated. */
function openLink(
  { dialog }: ElectronApi,
  text: string,
  { show, log }: { readonly show: (thing: ShownThing) => void; readonly log: (line: string) => void },
): void {
  try {
    show(decodeDeepLink(text));
  } catch (error) {
    if (!(error instanceof QuantumLockError)) throw error;
    log(`a link is not opened: ${error.message}`);
    dialog.showErrorBox('The link cannot be opened', `${error.message}.\n\n${error.advice}`);
  }
}

async function pickDirectory({ dialog }: ElectronApi, window: Window | undefined): Promise<string | null> {
  if (window === undefined || window.isDestroyed()) return null;
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    title: 'Choose a folder',
    properties: ['openDirectory', 'createDirectory'],
  });
  return canceled ? null : (filePaths[0] ?? null);
}
