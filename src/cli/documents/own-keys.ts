import { trustedKeys } from '../../api/trusted-keys.ts';
import type { TrustedKeys } from '../../ledger/proofs/report.ts';
import type { ContractClient } from '../session.ts';

/** The keys that the chain here says its validators have and had, and its checkpoint keys: as good as this machine. */
export async function ownKeys(
  chain: Pick<ContractClient['chain'], 'status' | 'validators' | 'checkpointKeys'>,
): Promise<TrustedKeys> {
  // Before the keys are read: what is told of them holds at this block at least.
  const status = await chain.status();
  const { validators } = await chain.validators();
  const { keys } = await chain.checkpointKeys();
  return trustedKeys(status, validators, keys);
}
