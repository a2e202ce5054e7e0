import type { Hash } from '../../base/bytes.ts';
import type { SignedManifest } from './backup-format.ts';

/** A backup whose frame and manifest were read; nothing of its signature is believed yet. */
export interface OpenedBackup {
  readonly path: string;
  readonly signed: SignedManifest;
  /** The digest of its manifest. */
  readonly backup: Hash;
  /** The stored bytes of a part, as they are there. */
  readonly readStored: (index: number) => Promise<Uint8Array>;
  readonly close: () => Promise<void>;
}
