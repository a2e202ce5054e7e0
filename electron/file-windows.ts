import { basename } from 'node:path';

import type { BrowserWindowConstructorOptions, MessagePortMain } from 'electron';

import { QuantumLockError } from '../src/base/errors.ts';
import { INSPECTIONS_OPEN_MAX } from '../src/base/limits.ts';
import type { ServedHost } from './served-host.ts';
import type { Contents, ElectronApi, Window } from './electron-api.ts';
import { PAGE_URL } from './page-address.ts';
import { showRefusal } from './refusal.ts';

export interface FileWindowsOptions {
  /** Verifies a file, and serves it for reading. Stopped where the application ends before. */
  readonly openFile: (path: string, signal: AbortSignal) => Promise<ServedHost>;
  readonly windowOptions: BrowserWindowConstructorOptions;
  /** A file is shown: the system may offer it again. */
  readonly onShown: (path: string) => void;
  readonly log: (line: string) => void;
}

interface FileWindow {
  readonly path: string;
  readonly host: ServedHost;
  readonly window: Window;
}

/**
 * Backups, exports and data directories that are looked at, each in a window of its own beside the console's. A window is there once
 * all of its file is verified; what is refused is told, and nothing of it is shown. A page in such a window reaches the host of its
 * file, and no other.
 */
export class FileWindows {
  readonly #electron: ElectronApi;
  readonly #options: FileWindowsOptions;
  readonly #shown = new Map<Contents, FileWindow>();
  /** Files that are being verified, by their paths. */
  readonly #opening = new Map<string, Promise<void>>();
  /** Hosts whose windows were closed. */
  readonly #closing = new Set<Promise<void>>();
  readonly #stop = new AbortController();

  constructor(electron: ElectronApi, options: FileWindowsOptions) {
    this.#electron = electron;
    this.#options = options;
  }

  /** Resolves when it is shown, or was told why not; one that is on the way is not opened twice. */
  open(path: string): Promise<void> {
    const opening = this.#opening.get(path) ?? this.#open(path).finally(() => this.#opening.delete(path));
    this.#opening.set(path, opening);
    return opening;
  }

  async #open(path: string): Promise<void> {
    const { openFile, log } = this.#options;
    try {
      const paths = new Set([...this.#opening.keys(), ...[...this.#shown.values()].map((shown) => shown.path)]);
      if (paths.size >= INSPECTIONS_OPEN_MAX)
        throw new QuantumLockError('LIMIT_EXCEEDED', `${INSPECTIONS_OPEN_MAX} files are shown already`, {
          advice: 'Close one of their windows first.',
        });
      await this.#show(path, await openFile(path, this.#stop.signal));
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      const reason = error instanceof Error ? error.message : String(error);
      log(`${path} is not shown: ${reason}`);
      showRefusal(this.#electron.dialog, { title: `${basename(path)} cannot be shown`, error });
    }
  }

  async #show(path: string, host: ServedHost): Promise<void> {
    if (this.#stop.signal.aborted) return host.close();
    const title = `${basename(path)} – a file, not the chain of this machine`;
    const window = new this.#electron.BrowserWindow({ ...this.#options.windowOptions, title });
    const { webContents } = window;
    this.#shown.set(webContents, { path, host, window });
    window.once('ready-to-show', () => window.show());
    window.once('closed', () => {
      this.#shown.delete(webContents);
      const closing = host
        .close()
        .catch((error: unknown) => this.#options.log(`${path} did not close: ${String(error)}`))
        .finally(() => this.#closing.delete(closing));
      this.#closing.add(closing);
    });
    this.#options.onShown(path);
    await window.loadURL(PAGE_URL);
  }

  /** What the page of one of these windows speaks to; undefined where the sender is none of them. */
  portHandlerOf(sender: Contents): ((port: MessagePortMain) => void) | undefined {
    const shown = this.#shown.get(sender);
    return shown === undefined ? undefined : (port) => shown.host.handlePort(port);
  }

  /** Stops what is being verified, and resolves when nothing of any file is left on the disk. */
  async close(): Promise<void> {
    this.#stop.abort();
    for (const { window } of this.#shown.values()) window.destroy();
    await Promise.all([...this.#opening.values(), ...this.#closing]);
  }
}
