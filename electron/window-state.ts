import { join } from 'node:path';

import { z } from 'zod';

import type { ElectronApi, Rectangle, Window } from './electron-api.ts';
import { KeptFile } from './kept-file.ts';

/** In Electron's units: device-independent pixels. No screen is longer than this. */
const length = z.int().min(1).max(100_000);
const place = z.int().min(-100_000).max(100_000);
const windowState = z.strictObject({ x: place, y: place, width: length, height: length, isMaximized: z.boolean() });
export type WindowState = z.infer<typeof windowState>;

const FILE = 'window.json';

export interface WindowStateOptions {
  /** Where Electron keeps its own files. */
  readonly folder: string;
  readonly log: (line: string) => void;
}

/** Where the console's window was, from one start to the next. */
export class KeptWindowState {
  readonly #electron: ElectronApi;
  readonly #file: KeptFile<WindowState>;

  constructor(electron: ElectronApi, { folder, log }: WindowStateOptions) {
    this.#electron = electron;
    this.#file = new KeptFile(join(folder, FILE), { schema: windowState, log });
  }

  /** Whole on one of the screens that are there now; null where it is on none of them, or nothing was kept. */
  read(): WindowState | null {
    const kept = this.#file.read();
    if (kept === null) return null;
    const screens = this.#electron.screen.getAllDisplays().map(({ workArea }) => workArea);
    const [nearest] = screens.toSorted((one, other) => overlap(kept, other) - overlap(kept, one));
    if (nearest === undefined || overlap(kept, nearest) === 0) return null;
    return { ...inside(kept, nearest), isMaximized: kept.isMaximized };
  }

  /** Keeps it when the window closes, and when the application ends without closing it. */
  follow(window: Window): void {
    const keep = (): void => {
      if (window.isDestroyed()) return;
      const { x, y, width, height } = window.getNormalBounds();
      this.#file.write({ x, y, width, height, isMaximized: window.isMaximized() });
    };
    window.once('close', keep);
    this.#electron.app.on('before-quit', keep);
  }
}

/** In square pixels. */
function overlap(one: Rectangle, other: Rectangle): number {
  const width = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x);
  const height = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y);
  return Math.max(0, width) * Math.max(0, height);
}

function inside(kept: Rectangle, screen: Rectangle): Rectangle {
  const width = Math.min(kept.width, screen.width);
  const height = Math.min(kept.height, screen.height);
  return {
    x: Math.max(screen.x, Math.min(kept.x, screen.x + screen.width - width)),
    y: Math.max(screen.y, Math.min(kept.y, screen.y + screen.height - height)),
    width,
    height,
  };
}
