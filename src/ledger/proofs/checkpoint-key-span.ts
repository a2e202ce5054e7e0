import type { Ed25519Key } from '../../base/bytes.ts';

/** A key that signs checkpoints, and of logs of which sizes. */
export interface CheckpointKeySpan {
  readonly public_key: Ed25519Key;
  /** The smallest log that it signs. */
  readonly from_size: number;
  /** It signs no log of this size or larger; null while it is the key that signs. */
  readonly until_size: number | null;
}

/** The key that signs a log of this size; undefined where none does. */
export function keyForSize(keys: readonly CheckpointKeySpan[], size: number): CheckpointKeySpan | undefined {
  return keys.find(({ from_size, until_size }) => from_size <= size && (until_size === null || size < until_size));
}
