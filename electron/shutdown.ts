import type { ElectronApi } from './electron-api.ts';

/** Closing seals what is pending and syncs the disk: seconds at most. A longer one hangs, and must not hold the machine. */
export const SHUTDOWN_TIMEOUT_MS = 60_000;

export interface ShutdownOptions {
  /** Resolves when the last block is on disk. */
  readonly close: () => Promise<void>;
  readonly log: (line: string) => void;
  readonly timeoutMs?: number;
}

/** However the end comes (the last window, the menu, a signal, the machine), the process ends only after `close`. */
export function closeBeforeQuitting({ app, powerMonitor }: ElectronApi, options: ShutdownOptions): void {
  const { close, log, timeoutMs = SHUTDOWN_TIMEOUT_MS } = options;
  let isClosing = false;
  app.on('window-all-closed', () => app.quit());
  powerMonitor.on('shutdown', (event) => {
    event?.preventDefault();
    app.quit();
  });
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (isClosing) return;
    isClosing = true;
    void closeInTime(close, timeoutMs).then(
      () => app.exit(0),
      (error: unknown) => {
        log(`the node did not close cleanly: ${error instanceof Error ? error.message : String(error)}`);
        app.exit(1);
      },
    );
  });
}

async function closeInTime(close: () => Promise<void>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`still closing after ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    await Promise.race([close(), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
