import type { Hash } from '../../base/bytes.ts';
import { manifestHash, type BackupManifest, type ChainEnd, type ContentEnd } from './backup-format.ts';

/** What an incremental backup needs to know of the one that it continues. */
export interface BackupBase {
  readonly chain_id: string;
  readonly genesis: Hash;
  readonly backup: Hash;
  readonly depth: number;
  readonly to: ChainEnd;
  /** Null where it is not known, or none is in it: then all content is written again. */
  readonly content: ContentEnd | null;
}

export function baseOf(manifest: BackupManifest): BackupBase {
  const { chain_id, genesis, depth, to, content } = manifest;
  return { chain_id, genesis, backup: manifestHash(manifest), depth, to, content: content?.to ?? null };
}
