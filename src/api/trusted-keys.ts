import type { TrustedKeys } from '../ledger/proof-report.ts';
import type { ValidatorView } from './views/members.ts';

/** Every key that a validator seals with, or sealed with: a proof of an earlier block is by an earlier key. */
export function trustedKeys(chainId: string, validators: readonly ValidatorView[]): TrustedKeys {
  return {
    chainId,
    validators: validators.flatMap(({ validator_id, keys }) =>
      keys.map(({ public_key }) => ({ validator_id, public_key })),
    ),
  };
}
