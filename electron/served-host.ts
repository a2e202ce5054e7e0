import type { MessagePortMain } from 'electron';

import type { OpenedThing } from '../src/api/operator/opened.ts';

/** A node, or a file that is looked at, and everything that a page may ask of it; this shell only carries bytes to it. */
export interface ServedHost {
  handlePort(port: MessagePortMain): void;
  /** Of a node: resolves when the last block is on disk. */
  close(): Promise<void>;
}

/** The node of this machine, whose page shows what the person opens from outside. */
export interface ServedNode extends ServedHost {
  show(thing: OpenedThing): void;
  /** Closes what is open and opens the chain of another data directory, once the person confirmed it. Resolves to whether it did. */
  openDirectory(path: string): Promise<boolean>;
}
