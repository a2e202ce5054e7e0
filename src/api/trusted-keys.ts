import type { ChainRoot } from '../ledger/chain-identity.ts';
import type { TrustedKeys } from '../ledger/proofs/report.ts';
import type { ValidatorView } from './chain/members.ts';

/** Every key that a validator seals with, or sealed with: a proof of an earlier block is by an earlier key. */
export function trustedKeys({ chain_id, genesis }: ChainRoot, validators: readonly ValidatorView[]): TrustedKeys {
  return {
    chain: { chain_id, genesis },
    validators: validators.flatMap(({ validator_id, keys }) =>
      keys.map(({ public_key }) => ({ validator_id, public_key })),
    ),
  };
}
