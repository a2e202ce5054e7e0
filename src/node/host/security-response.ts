import type { JsonObject } from '../../base/canonical.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { findAction } from '../../ledger/actions/registry.ts';
import type { RepeatedRefusals } from '../monitoring/facts.ts';
import { refusedWords } from '../monitoring/rules/repeated-refusals.ts';
import type { QueryRemote } from '../query/query.ts';
import type { PreparedDrafts } from './prepared-drafts.ts';

export interface SecurityResponseOptions {
  readonly prepared: PreparedDrafts;
  /** Null where no chain is open: then nothing can be gone back to. */
  readonly query: Pick<QueryRemote, 'rollbackPreview'> | null;
}

/**
 * Prepares for people what may be called for after a security event: a freeze, and where environments changed since it began, a
 * rollback to the block before. Nothing is signed: a person does that, or puts it away.
 * @throws STORAGE_FULL, STORAGE_DENIED, STORAGE_READ_ONLY, STORAGE_FAILED; NODE_BUSY, NODE_FAILED where the chain cannot be read:
 *   then the freeze is prepared
 */
export async function prepareAfter(
  event: RepeatedRefusals,
  { prepared, query }: SecurityResponseOptions,
): Promise<void> {
  const message = refusedWords(event);
  const cause = { code: 'REPEATED_REFUSALS', message };
  const reason = `Security event: ${message}`;
  prepared.add(draft('freeze', { reason }, cause));
  const payload = query === null ? null : await rollbackTo(query, event.since);
  if (payload !== null) prepared.add(draft('rollback', { ...payload, reason }, cause));
}

function draft(
  action: 'freeze' | 'rollback',
  payload: JsonObject,
  cause: { readonly code: string; readonly message: string },
): Parameters<PreparedDrafts['add']>[0] {
  return { cause, action, payload, title: findAction(action)?.title(payload) ?? action };
}

/** What to propose to undo all that was decided since a time; null where nothing was. */
async function rollbackTo(query: Pick<QueryRemote, 'rollbackPreview'>, time: number): Promise<JsonObject | null> {
  try {
    const { payload, obstacle } = await query.rollbackPreview({ target: { time }, scope: null });
    return obstacle === null ? payload : null;
  } catch (error) {
    // The chain did not begin before it.
    if (error instanceof QuantumLockError && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}
