import type { VerifyFinding } from '../../api/operator/integrity.ts';
import type { QuantumLockError } from '../../base/errors.ts';
import { CHAIN_DATABASE } from '../storage/chain-schema.ts';
import type { MisfitRow } from './fitting-rows.ts';

/** An error about a place of the chain, as a finding: what is wrong there, without repeating the place. */
export function findingIn({ context, message }: Pick<QuantumLockError, 'context' | 'message'>): VerifyFinding {
  const { place } = context;
  if (typeof place !== 'string') return { place: CHAIN_DATABASE, message: message.replace(`${CHAIN_DATABASE} `, '') };
  return { place, message: message.replace(`${CHAIN_DATABASE} is damaged: `, '').replace(`${place} `, '') };
}

/** What says that rows are not as they should be, and not that something failed. */
export function isFinding({ code }: QuantumLockError): boolean {
  return code === 'STORAGE_CORRUPT' || code === 'CHAIN_INVALID' || code === 'NOT_FOUND' || code === 'CANONICAL_JSON';
}

/** A row that does not fit its hash. */
export function findingOf({ kind, at, message }: MisfitRow): VerifyFinding {
  switch (kind) {
    case 'header':
      return { place: `block ${at}`, message };
    case 'proof':
      return { place: `block ${at}`, message: `its seal ${message}` };
    case 'transaction':
      return { place: `transaction ${at}`, message };
  }
}
