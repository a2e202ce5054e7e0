import { join } from 'node:path';

import type { MenuItemConstructorOptions } from 'electron';
import { z } from 'zod';

import { downloadUpdate, feedUrl, fetchManifest } from '../src/node/updates/fetch-update.ts';
import {
  decodeUpdateKey,
  openUpdateNote,
  updateFor,
  type UpdateFile,
  type UpdateManifest,
} from '../src/node/updates/update-manifest.ts';
import { VERSION_PATTERN } from '../src/node/updates/version-order.ts';
import type { ElectronApi, Window } from './electron-api.ts';
import { KeptFile } from './kept-file.ts';
import { showRefusal } from './refusal.ts';

const keptUpdates = z.strictObject({
  checksAtStart: z.boolean(),
  newestSeen: z.string().regex(VERSION_PATTERN).nullable(),
});
type KeptUpdates = z.infer<typeof keptUpdates>;

export interface UpdatesOptions {
  /** Null where this build names none: updates are off. */
  readonly source: { readonly feed: string; readonly key: string } | null;
  /** Of this machine, whatever data directory is open. */
  readonly folder: string;
  readonly arch: string;
  /** What the installer of this machine ends with. */
  readonly fileEnding: string;
  readonly currentWindow: () => Window | undefined;
  /** The menu is made again. */
  readonly onChange: () => void;
  readonly log: (line: string) => void;
}

/**
 * Looks for an update where the person asks for it, or has switched it on; downloads one that the person wants; and shows where it
 * lies. It is installed by the person, or not at all.
 */
export class Updates {
  readonly #electron: ElectronApi;
  readonly #options: UpdatesOptions;
  readonly #file: KeptFile<KeptUpdates>;
  readonly #stop = new AbortController();
  #kept: KeptUpdates;
  #isBusy = false;

  constructor(electron: ElectronApi, options: UpdatesOptions) {
    this.#electron = electron;
    this.#options = options;
    this.#file = new KeptFile(join(options.folder, 'updates.json'), { schema: keptUpdates, log: options.log });
    this.#kept = this.#file.read() ?? { checksAtStart: false, newestSeen: null };
  }

  menuItems(): readonly MenuItemConstructorOptions[] {
    if (this.#options.source === null)
      return [{ label: 'Updates are off: this build names no key for them', enabled: false }];
    return [
      { label: 'Check for Updates…', click: () => void this.check() },
      {
        label: 'Check for Updates at Start',
        type: 'checkbox',
        checked: this.#kept.checksAtStart,
        click: ({ checked }) => this.#keep({ ...this.#kept, checksAtStart: checked }),
      },
    ];
  }

  /** Where the person has switched it on. That there is none, or that the feed cannot be asked, is told in the log alone. */
  async checkAtStart(): Promise<void> {
    if (this.#kept.checksAtStart) await this.#check({ isAsked: false });
  }

  /** Resolves when the person was told what was found, or has it. */
  check(): Promise<void> {
    return this.#check({ isAsked: true });
  }

  /** Ends a download: what is unfinished is not kept. */
  close(): void {
    this.#stop.abort();
  }

  async #check({ isAsked }: { readonly isAsked: boolean }): Promise<void> {
    const { source, log } = this.#options;
    const window = this.#options.currentWindow();
    if (source === null || window === undefined || this.#isBusy) return;
    this.#isBusy = true;
    try {
      const feed = feedUrl(source.feed);
      const note = await fetchManifest(feed, this.#stop.signal);
      const manifest = openUpdateNote(note, decodeUpdateKey(source.key));
      const file = this.#fileOf(manifest);
      if (file === null) {
        log('there is no update');
        if (isAsked) await this.#tell(window, `This is version ${this.#version}, and the feed offers nothing newer.`);
      } else await this.#offer(window, { manifest, file, feed });
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      log(`no update: ${error instanceof Error ? error.message : String(error)}`);
      if (isAsked) showRefusal(this.#electron.dialog, { title: 'There is no update', error });
    } finally {
      this.#isBusy = false;
    }
  }

  #fileOf(manifest: UpdateManifest): UpdateFile | null {
    const { arch, fileEnding } = this.#options;
    const { newestSeen } = this.#kept;
    const file = updateFor(manifest, { version: this.#version, arch, fileEnding, newestSeen });
    // It is not older than what was seen before.
    if (manifest.version !== newestSeen) this.#keep({ ...this.#kept, newestSeen: manifest.version });
    return file;
  }

  async #offer(
    window: Window,
    { manifest, file, feed }: { readonly manifest: UpdateManifest; readonly file: UpdateFile; readonly feed: URL },
  ): Promise<void> {
    const { version } = manifest;
    const megabytes = Math.ceil(file.size / 1_000_000);
    const wanted = await this.#ask(window, {
      message: `Version ${version} can be downloaded (${megabytes} MB).`,
      detail: `Its manifest is signed by the key that this application trusts. This is version ${this.#version}, and works without it.`,
      button: 'Download',
    });
    if (!wanted) return;
    const folder = join(this.#options.folder, 'updates');
    const path = await downloadUpdate(file, { feed, folder, signal: this.#stop.signal });
    const isShown = await this.#ask(window, {
      message: `Version ${version} is ready: install it when you wish.`,
      detail: `It has the size and the SHA-256 of its signed manifest. Quit Quantum-Lock before you install it.\n\n${path}`,
      button: 'Show in Folder',
    });
    if (isShown) this.#electron.shell.showItemInFolder(path);
  }

  get #version(): string {
    return this.#electron.app.getVersion();
  }

  async #tell(window: Window, message: string): Promise<void> {
    if (window.isDestroyed()) return;
    await this.#electron.dialog.showMessageBox(window, {
      type: 'info',
      title: 'Quantum-Lock',
      message,
      buttons: ['Close'],
    });
  }

  async #ask(
    window: Window,
    { message, detail, button }: { readonly message: string; readonly detail: string; readonly button: string },
  ): Promise<boolean> {
    if (window.isDestroyed()) return false;
    const { response } = await this.#electron.dialog.showMessageBox(window, {
      type: 'info',
      title: 'Quantum-Lock',
      message,
      detail,
      buttons: ['Not Now', button],
      defaultId: 0,
      cancelId: 0,
      noLink: true,
    });
    return response === 1;
  }

  #keep(kept: KeptUpdates): void {
    this.#kept = kept;
    this.#file.write(kept);
    this.#options.onChange();
  }
}
