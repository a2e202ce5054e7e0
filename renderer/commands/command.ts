import type { Services } from '../services.ts';
import type { Where } from './where.ts';

/** Something a person can do. Menu, shortcut, palette and tests all use the same value. */
export interface Command {
  readonly id: string;
  readonly title: string;
  /** More words to find it by. */
  readonly keywords: string;
  /** Keys one after the other, as in `g o`; `mod+k` is Ctrl K, or ⌘ K on a Mac. */
  readonly shortcut: string | null;
  readonly where?: Where;
  readonly run: (services: Services) => void | Promise<void>;
}

const MAC = /mac/i.test(globalThis.navigator.platform);

/** A shortcut as it is printed on the keys. */
export function shortcutKeys(shortcut: string): readonly string[] {
  return shortcut
    .split(' ')
    .flatMap((step) =>
      step.split('+').map((key) => (key === 'mod' ? (MAC ? '⌘' : 'Ctrl') : key.length === 1 ? key.toUpperCase() : key)),
    );
}
