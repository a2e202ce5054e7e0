import type { ReviewWords, SigningReview } from '../../../api/operator/signing.ts';
import { findAction } from '../../../ledger/actions/registry.ts';

const AT_ONCE = 'If you sign, this happens at once:';
const SIGN = { changes: 'What changes', ask: 'Sign', button: 'Sign', is_dangerous: false } as const;

/** How a transaction is asked for: by what it does, and of a vote by what the proposal does and whether it does it now. */
export function transactionWords(
  action: string,
  proposal: Pick<NonNullable<SigningReview['proposal']>, 'happens_now'> | null,
): ReviewWords {
  const { isUrgent = false, voting = null } = findAction(action) ?? {};
  if (proposal === null || voting === null)
    return isUrgent
      ? { ...SIGN, lead: AT_ONCE, ask: `Sign the ${action}`, is_dangerous: true }
      : { ...SIGN, lead: AT_ONCE };
  const { lead, changes, what } = voting.asks;
  const ask = what === null ? 'Sign' : `Sign ${what}`;
  return voting.approves && proposal.happens_now
    ? { ...SIGN, lead: AT_ONCE, ask }
    : { ...SIGN, lead, changes, ask, is_dangerous: !voting.approves };
}
