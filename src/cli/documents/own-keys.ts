import { trustedKeys } from '../../api/trusted-keys.ts';
import type { TrustedKeys } from '../../ledger/proofs/report.ts';
import type { ContractClient } from '../session.ts';

type KeyProcedures = Pick<ContractClient['chain'], 'status' | 'validators' | 'checkpointKeys'>;

/** The keys that the chain here says its validators have and had, and its checkpoint keys: as good as this machine. */
export async function ownKeys(chain: KeyProcedures): Promise<TrustedKeys> {
  return (await ownKeysAt(chain)).trusted;
}

/** The same, with the block whose state named them. */
export async function ownKeysAt(
  chain: KeyProcedures,
): Promise<{ readonly trusted: TrustedKeys; readonly height: number }> {
  // Before the keys are read: what is told of them holds at this block at least.
  const status = await chain.status();
  const { validators } = await chain.validators();
  const { keys } = await chain.checkpointKeys();
  return { trusted: trustedKeys(status, validators, keys), height: status.height };
}
