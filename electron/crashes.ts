import type { CrashReports } from './crash-reports.ts';
import type { ElectronApi, Window } from './electron-api.ts';
import { PAGE_URL } from './page-address.ts';

export interface CrashesOptions {
  readonly reports: CrashReports;
  /** This process, whose exceptions nobody caught. */
  readonly process: {
    on(event: 'uncaughtException' | 'unhandledRejection', listener: (error: unknown) => void): unknown;
  };
  readonly currentWindow: () => Window | undefined;
  readonly log: (line: string) => void;
}

const NOTHING_LOST =
  'What is in the chain is on disk. The report is on this machine alone, without messages or names from outside.';

/**
 * Leaves a report of each crash. After an exception that nobody caught this process ends, as the state that it is in is unknown; a page
 * that is gone is loaded again where the person wants that.
 */
export function reportCrashes(electron: ElectronApi, options: CrashesOptions): void {
  const { app, dialog } = electron;
  const { reports, currentWindow, log } = options;
  const write = (crash: Parameters<CrashReports['write']>[0]): string | null => {
    const path = reports.write(crash);
    log(`${crash.part} ended: ${crash.reason}${path === null ? '' : `, see ${path}`}`);
    return path;
  };
  const ofMain = (reason: string, error: unknown): string | null =>
    write({ part: 'main', reason, exitCode: null, processType: null, error });
  options.process.on('uncaughtException', (error) => {
    const path = ofMain('exception', error);
    reports.takeUntold();
    dialog.showErrorBox('Quantum-Lock ended unexpectedly', `${NOTHING_LOST}${path === null ? '' : `\n\n${path}`}`);
    app.exit(1);
  });
  options.process.on('unhandledRejection', (error) => void ofMain('rejection', error));
  app.on('child-process-gone', (_event, { type, reason, exitCode }) => {
    if (reason !== 'clean-exit') write({ part: 'child', reason, exitCode, processType: type, error: null });
  });
  app.on('render-process-gone', (_event, contents, { reason, exitCode }) => {
    if (reason === 'clean-exit') return;
    const path = write({ part: 'page', reason, exitCode, processType: null, error: null });
    const window = currentWindow();
    if (window?.webContents !== contents || window.isDestroyed()) return;
    reports.takeUntold();
    void dialog
      .showMessageBox(window, {
        type: 'error',
        title: 'Quantum-Lock',
        message: 'The page of the console ended unexpectedly. The node still runs.',
        detail: `${NOTHING_LOST}${path === null ? '' : `\n\n${path}`}`,
        buttons: ['Load Again', 'Not Now'],
        defaultId: 0,
        cancelId: 1,
        noLink: true,
      })
      .then(({ response }) => (response === 0 && !window.isDestroyed() ? window.loadURL(PAGE_URL) : undefined));
  });
}

/** Tells of crashes that nobody was told of when they happened. */
export async function tellOfCrashes(
  { dialog, shell }: ElectronApi,
  reports: CrashReports,
  window: Window,
): Promise<void> {
  if (window.isDestroyed()) return;
  const paths = reports.takeUntold();
  const newest = paths.at(-1);
  if (newest === undefined) return;
  const { response } = await dialog.showMessageBox(window, {
    type: 'info',
    title: 'Quantum-Lock',
    message: 'Quantum-Lock ended unexpectedly before.',
    detail: `${NOTHING_LOST}\n\n${paths.length === 1 ? '' : `${paths.length} reports; the newest: `}${newest}`,
    buttons: ['Close', 'Show in Folder'],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  });
  if (response === 1) shell.showItemInFolder(newest);
}
