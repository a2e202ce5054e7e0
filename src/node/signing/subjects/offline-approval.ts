import { encodeCanonicalText } from '../../../base/canonical.ts';
import { fingerprintWords } from '../../../base/fingerprint.ts';
import { identityOf } from '../../../ledger/chain-identity.ts';
import type { ProposalFile } from '../../../ledger/documents/proposal-file.ts';
import type { Effect } from '../../../ledger/effects/describe-effect.ts';
import { isSameEffect } from '../../../ledger/effects/same-effect.ts';
import { approvalDigest } from '../../../ledger/governance/proposal.ts';
import type { KeyInfo } from '../../keys/key-store.ts';
import type { SigningSubject } from './subject.ts';

export interface OfflineApprovalRequest {
  readonly key: KeyInfo;
  readonly file: ProposalFile;
  /** What was shown, by executing the proposal on the values in the file. */
  readonly effect: Effect;
  /** Why, signed with it; null where nothing is said. */
  readonly reason: string | null;
  /** The same, executed again. @throws where it cannot be approved any more */
  readonly effectNow: () => Effect;
}

/** The approval of an exported proposal, where there is no chain: what it approves, the proposal's id binds. */
export function offlineApprovalSubject({
  key,
  file,
  effect,
  reason,
  effectNow,
}: OfflineApprovalRequest): SigningSubject {
  const { proposal_id } = file;
  return {
    key,
    shown: {
      kind: 'approval',
      on_chain: false,
      asks_export_passphrase: false,
      words: {
        lead: 'If you sign, you approve this. Once it has enough approvals:',
        changes: 'What will change',
        ask: 'Sign the approval',
        button: 'Sign',
        is_dangerous: false,
      },
      action: 'approve',
      ...effect,
      sentence: reason === null ? effect.sentence : `${effect.sentence} Your reason: “${reason}”.`,
      proposal: null,
      canonical: encodeCanonicalText({ ...identityOf(file), proposal_id, ...(reason === null ? {} : { reason }) }),
      digest: proposal_id,
      fingerprint: [...fingerprintWords(proposal_id)],
    },
    perform: async ({ signer, record }) => {
      // The answer and the passphrase took their time: what is signed is what was shown, and still can be approved.
      if (!isSameEffect(applied(effect), applied(effectNow()))) return { outcome: 'changed' };
      record();
      return {
        outcome: 'signed',
        signature: await signer.sign(approvalDigest(file, proposal_id, reason)),
        title: 'Approved',
        text: 'Give the approval to somebody with network access, who imports it.',
      };
    },
  };
}

function applied(effect: Effect) {
  return { outcome: 'applied', proposal: null, ...effect } as const;
}
