import type { MessagePortMain } from 'electron';

/** A node, or a file that is looked at, and everything that a page may ask of it; this shell only carries bytes to it. */
export interface ServedHost {
  handlePort(port: MessagePortMain): void;
  /** Of a node: resolves when the last block is on disk. */
  close(): Promise<void>;
}
