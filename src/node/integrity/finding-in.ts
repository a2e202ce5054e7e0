import type { VerifyFinding } from '../../api/operator/integrity.ts';
import type { QuantumLockError } from '../../base/errors.ts';
import { CHAIN_DATABASE } from '../storage/chain-schema.ts';

/** An error about a place of the chain, as a finding: what is wrong there, without repeating the place. */
export function findingIn({ context, message }: Pick<QuantumLockError, 'context' | 'message'>): VerifyFinding {
  const { place } = context;
  if (typeof place !== 'string') return { place: CHAIN_DATABASE, message };
  return { place, message: message.replace(`${CHAIN_DATABASE} is damaged: `, '').replace(`${place} `, '') };
}
