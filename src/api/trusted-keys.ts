import type { ChainRoot } from '../ledger/chain-identity.ts';
import type { TrustedKeys } from '../ledger/proofs/report.ts';
import type { CheckpointKeyView } from './chain/checkpoints.ts';
import type { ValidatorView } from './chain/members.ts';

/** Every key that a validator seals with, or sealed with, and for which blocks: a proof of an earlier block is by an earlier key. */
export function trustedKeys(
  { chain_id, genesis }: ChainRoot,
  validators: readonly ValidatorView[],
  checkpointKeys: readonly CheckpointKeyView[] = [],
): TrustedKeys {
  return {
    chain: { chain_id, genesis },
    validators: validators.flatMap(({ validator_id, keys }) =>
      keys
        // One that was replaced in the block that brought it seals none.
        .filter(({ seals_from: from, seals_to: to }) => to === null || from <= to)
        .map(({ public_key, seals_from, seals_to }) => ({ validator_id, public_key, seals_from, seals_to })),
    ),
    checkpointKeys: checkpointKeys.map(({ public_key, from_size, until_size }) => ({
      public_key,
      from_size,
      until_size,
    })),
  };
}
