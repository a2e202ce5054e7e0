import type { OpenedThing } from '../src/api/operator/opened.ts';
import type { DesktopSurface } from '../src/node/host/surface.ts';
import { openBridge } from './bridge.ts';
import { chooseFile, chooseFolder } from './choose-path.ts';
import { bringToFront, openConsoleWindow } from './console-window.ts';
import { deedDialog } from './deed-dialog.ts';
import { FileWindows, type FileWindowsOptions } from './file-windows.ts';
import type { CrashContext } from './crash-report.ts';
import { CrashReports } from './crash-reports.ts';
import { reportCrashes, tellOfCrashes, type CrashesOptions } from './crashes.ts';
import { hearDroppedFiles } from './dropped-files.ts';
import type { ElectronApi, Window } from './electron-api.ts';
import { lockDownContents, lockDownSession } from './lock-down.ts';
import { loginSetting, menuTemplate } from './menu.ts';
import { notifier } from './notifications.ts';
import { openLink } from './open-link.ts';
import { openDropped, openPath } from './open-path.ts';
import { listenOutside } from './outside.ts';
import { PAGE_SCHEME, PAGE_URL } from './page-address.ts';
import { servePage } from './page-server.ts';
import { RecentDirectories } from './recent-directories.ts';
import { showRefusal } from './refusal.ts';
import { SECRET_SCHEME } from './secret-page.ts';
import { secretWindow } from './secret-window.ts';
import { closeBeforeQuitting } from './shutdown.ts';
import type { ServedNode } from './served-host.ts';
import { signatureDialog } from './signature-dialog.ts';
import { NOTHING_HANDED, type HandedOver } from './start-arguments.ts';
import { openTray } from './tray.ts';
import { Updates, type UpdatesOptions } from './updates.ts';
import { windowOptions } from './window-options.ts';
import { KeptWindowState } from './window-state.ts';

export interface ConsoleOptions {
  readonly openHost: (surface: DesktopSurface) => Promise<ServedNode>;
  /** Verifies a backup, an export or a data directory, and serves it for reading. */
  readonly openFile: FileWindowsOptions['openFile'];
  /** Files and links that the person named at the start. */
  readonly handed?: HandedOver;
  readonly pageFolder: string;
  readonly preloadFile: string;
  readonly trayIconFile: string;
  readonly crashContext: CrashContext;
  readonly updates: Pick<UpdatesOptions, 'source' | 'arch' | 'fileEnding'>;
  /** This process. */
  readonly process: CrashesOptions['process'];
  /** Unix milliseconds. */
  readonly now: () => number;
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
  // Of this machine: before each data directory gets a folder of its own.
  const machineFolder = app.getPath('userData');
  const recent = new RecentDirectories(machineFolder, log);
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
  const crashes = new CrashReports({
    folder: options.userDataFolder,
    context: options.crashContext,
    now: options.now,
    log,
  });
  reportCrashes(electron, { reports: crashes, process: options.process, currentWindow, log });
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
  const hasLists = platform === 'darwin' || platform === 'win32';
  const files = new FileWindows(electron, {
    openFile: options.openFile,
    windowOptions: pageWindow,
    onShown: (path) => {
      if (hasLists) app.addRecentDocument(path);
    },
    log,
  });
  const show = (thing: OpenedThing | null): void => {
    bringToFront(currentWindow());
    if (thing !== null)
      host.then(
        (opened) => opened.show(thing),
        () => undefined,
      );
  };
  const open = (path: string): void =>
    openPath(path, { inspect: (one) => void files.open(one), hand: show, dialog: electron.dialog, log });
  const openDirectory = async (path: string): Promise<void> => {
    bringToFront(currentWindow());
    try {
      // The page is loaded again: what it shows is of the chain that was open.
      if (await (await host).openDirectory(path)) await currentWindow()?.loadURL(PAGE_URL);
    } catch (error) {
      log(`${path} is not opened: ${error instanceof Error ? error.message : String(error)}`);
      showRefusal(electron.dialog, { title: `${path} cannot be opened`, error });
    }
  };
  const updates = new Updates(electron, {
    ...options.updates,
    folder: machineFolder,
    currentWindow,
    onChange: () => setMenu(),
    log,
  });
  const setMenu = (): void =>
    electron.Menu.setApplicationMenu(
      electron.Menu.buildFromTemplate(
        menuTemplate({
          allowDevTools,
          platform,
          lookAtFile: () => void chooseFile(electron, currentWindow()).then((path) => path === null || open(path)),
          updateItems: updates.menuItems(),
          recent: recent.paths,
          openDirectory: (path) => void openDirectory(path),
          clearRecent: () => {
            recent.clear();
            setMenu();
          },
          openAtLogin: hasLists && app.isPackaged ? loginSetting(app) : null,
        }),
      ),
    );
  setMenu();
  const host = options.openHost({
    confirm: signatureDialog(electron.dialog, currentWindow),
    pickDirectory: () => chooseFolder(electron, currentWindow()),
    confirmDeed: deedDialog(electron.dialog, currentWindow),
    askSecrets: secretWindow(electron, { preloadFile: options.secretPreloadFile, currentWindow, log }),
    notify: notifier(electron, show),
    noteOpened: (directory) => {
      recent.add(directory);
      setMenu();
    },
    showStatus: openTray(electron, { iconFile: options.trayIconFile, platform, show }),
  });
  closeBeforeQuitting(electron, {
    close: async () => {
      updates.close();
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
  hearDroppedFiles(electron, {
    isConsole: (sender) => sender === window?.webContents,
    open: (path) => openDropped(path, (one) => void files.open(one)),
    log,
  });
  window = openConsoleWindow(electron, pageWindow, kept.read());
  kept.follow(window);
  window.once('ready-to-show', () => options.onShown?.());
  window.once('closed', () => {
    window = undefined;
    // A file is looked at beside the console, and ends with it.
    void files.close();
  });
  outside.openWith({
    file: open,
    link: (text) => openLink(text, { show, dialog: electron.dialog, log }),
  });
  await Promise.all([window.loadURL(PAGE_URL), host]);
  await tellOfCrashes(electron, crashes, window);
  await updates.checkAtStart();
}
