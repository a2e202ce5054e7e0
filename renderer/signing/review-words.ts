import type { SigningReview } from '../../src/api/views/operator.ts';

/** How a review is worded: by what the signature is for, never by what the page believes. */
export interface ReviewWords {
  /** Stands before the sentence. */
  readonly lead: string;
  readonly changes: string;
  readonly button: string;
  /** The act takes something away that cannot be had back. */
  readonly dangerous: boolean;
}

const AT_ONCE = 'If you sign, this happens at once:';
const SIGN = { changes: 'What changes', button: 'Sign…', dangerous: false } as const;

export function reviewWords({ kind, action, proposal }: SigningReview): ReviewWords {
  switch (kind) {
    case 'possession':
      return { ...SIGN, lead: 'If you sign, nothing changes on the chain. The signature proves this:' };
    case 'export_key':
      return { ...SIGN, lead: 'If you confirm, this happens on this machine:', button: 'Export…' };
    case 'forget_key':
      return {
        ...SIGN,
        lead: 'If you confirm, this happens on this machine:',
        button: 'Forget the key…',
        dangerous: true,
      };
    case 'transaction':
      if (proposal !== null) return proposalWords(action, proposal.happens_now);
      return action === 'freeze'
        ? { ...SIGN, lead: AT_ONCE, button: 'Sign the freeze…', dangerous: true }
        : { ...SIGN, lead: AT_ONCE };
  }
}

function proposalWords(action: string, happensNow: boolean): ReviewWords {
  if (action === 'reject')
    return {
      lead: 'If you sign, you reject this:',
      changes: 'What it would change',
      button: 'Sign the rejection…',
      dangerous: true,
    };
  if (action === 'withdraw')
    return {
      lead: 'If you sign, this is withdrawn, and nobody can approve it from then on:',
      changes: 'What it would have changed',
      button: 'Sign the withdrawal…',
      dangerous: true,
    };
  const what = action === 'propose' ? 'proposal' : action === 'approve' ? 'approval' : 'transaction';
  const button = action === 'carry_approvals' ? 'Sign…' : `Sign the ${what}…`;
  if (happensNow) return { ...SIGN, lead: AT_ONCE, button };
  return {
    lead:
      action === 'propose'
        ? 'If you sign, this is proposed. Once it has enough approvals, this happens:'
        : 'If you sign, the approval is recorded, and nothing else happens yet. Once it has enough approvals:',
    changes: 'What will change',
    button,
    dangerous: false,
  };
}
