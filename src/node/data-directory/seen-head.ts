import type { Hash } from '../../base/bytes.ts';

/** A block that was once the newest of a chain, as something outside `chain/` remembers it. */
export interface SeenHead {
  readonly genesis: Hash;
  readonly index: number;
  readonly hash: Hash;
  readonly log_size: number;
  readonly log_root: Hash;
}
