import type { TrustedKeys } from '../../../src/ledger/proofs/report.ts';
import { checkpointsOf, type BuiltCheckpoints } from '../../vectors/checkpoints-of.ts';
import { GovernedWorld, heads, laterHeads, setCheckpointKey } from './governance-world.ts';
import { create } from './world.ts';

/** A chain whose log is signed with one key up to a size, and with another from then on. */
export interface CheckpointsWorld extends BuiltCheckpoints {
  readonly world: GovernedWorld;
  /** From which size each key signs. */
  readonly sizes: readonly [number, number];
  readonly trusted: TrustedKeys;
}

export function checkpointsWorld(): CheckpointsWorld {
  const world = GovernedWorld.governed();
  const sizeNow = (): number => world.head.header.log_size;
  const creating = (...ids: readonly string[]): ReturnType<typeof create>[] => ids.map((id) => create(id));
  world.append(world.time, creating('a', 'b', 'c', 'd', 'e'));
  world.decide('set_checkpoint_key', setCheckpointKey(heads));
  const first = sizeNow();
  world.append(world.time, creating('f', 'g', 'h', 'i'));
  world.decide('set_checkpoint_key', setCheckpointKey(laterHeads));
  const second = sizeNow();
  world.append(world.time, creating('j'));
  const built = checkpointsOf(world, [heads, laterHeads]);
  return { ...built, world, sizes: [first, second], trusted: { ...world.trusted, checkpointKeys: built.keys } };
}
