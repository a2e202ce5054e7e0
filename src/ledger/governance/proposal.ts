import { encodeHash, encodeUtf8, type Hash } from '../../base/bytes.ts';
import { encodeCanonicalText, type JsonObject } from '../../base/canonical.ts';
import { digest } from '../digest.ts';
import type { ProposalRecord, ReadValue } from '../state-types.ts';

/** What a proposal is: its id is the digest of exactly this. */
export interface ProposalContent {
  readonly action: string;
  readonly expires_at: number;
  readonly payload: JsonObject;
  readonly pre_state: Hash;
  /** Member id. */
  readonly proposer: string;
}

/** SHA-256 over tag, chain id and the canonical list of `{key, namespace, value_hash}`, by namespace, then key. */
export function preStateDigest(chainId: string, reads: readonly ReadValue[]): Hash {
  const list = reads.map(({ key, namespace, value_hash }) => ({ key, namespace, value_hash }));
  return encodeHash(digest('pre-state', chainId, encodeUtf8(encodeCanonicalText(list))));
}

/** The canonical text that a proposal's id is over. */
export function encodeProposal({ action, expires_at, payload, pre_state, proposer }: ProposalContent): string {
  return encodeCanonicalText({ action, expires_at, payload, pre_state, proposer });
}

export function proposalId(chainId: string, content: ProposalContent): Hash {
  return encodeHash(digest('proposal', chainId, encodeUtf8(encodeProposal(content))));
}

/** What an approval that is made away from the chain signs: 32 bytes. */
export function approvalDigest(chainId: string, proposal: Hash): Uint8Array {
  return digest('approval', chainId, encodeUtf8(encodeCanonicalText({ decision: 'approve', proposal_id: proposal })));
}

/** How a proposal stands at a time: an open one expires by the clock alone. */
export function proposalStatus(
  proposal: Pick<ProposalRecord, 'status' | 'expires_at'>,
  time: number,
): ProposalRecord['status'] | 'expired' {
  return proposal.status === 'open' && time > proposal.expires_at ? 'expired' : proposal.status;
}
