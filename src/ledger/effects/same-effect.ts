import { encodeCanonicalText, type Json } from '../../base/canonical.ts';
import type { SimulationResult } from './simulate.ts';
import type { StateChange } from './state-changes.ts';

type Effect = Extract<SimulationResult, { outcome: 'applied' }>;

/**
 * Whether two executions of the same bytes come to the same, in everything that a person is shown: each value before and
 * after, what is said of it, what is warned of, and what becomes of a proposal.
 */
export function isSameEffect(shown: Effect, again: Effect): boolean {
  return encodeCanonicalText(comparable(shown)) === encodeCanonicalText(comparable(again));
}

function comparable({ sentence, changes, warnings, proposal }: Effect): Json {
  return {
    sentence,
    changes: changes.map(comparableChange),
    warnings: [...warnings],
    proposal:
      proposal === null
        ? null
        : {
            proposal_id: proposal.proposal_id,
            sentence: proposal.sentence,
            changes: proposal.changes.map(comparableChange),
            happens_now: proposal.happens_now,
          },
  };
}

/** The block's time and the transaction's id are shown as such, not as what a trial took them to be. */
function comparableChange({ set_at_commit, after, ...change }: StateChange): Json {
  if (set_at_commit !== undefined) return { ...change, set_at_commit };
  return after === undefined ? { ...change } : { ...change, after };
}
