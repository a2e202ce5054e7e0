import { encodeHash, encodeUtf8, type Hash } from '../../base/bytes.ts';
import { encodeCanonicalText, type JsonObject } from '../../base/canonical.ts';
import { PROPOSAL_LIFETIME_MS } from '../../base/limits.ts';
import type { ChainIdentity, DigestDomain } from '../chain-identity.ts';
import { digest } from '../crypto/digest.ts';
import { sha256 } from '#sha256';
import type { ProposalRecord, ReadValue } from '../state/records.ts';

/** What a proposal is: its id is the digest of exactly this. */
export interface ProposalContent {
  readonly action: string;
  readonly expires_at: number;
  readonly payload: JsonObject;
  readonly pre_state: Hash;
  /** Member id. */
  readonly proposer: string;
}

/** SHA-256 over tag, genesis, era and the canonical list of `{key, namespace, value_hash}`, by namespace, then key. */
export function preStateDigest(chain: DigestDomain, reads: readonly ReadValue[]): Hash {
  const list = reads.map(({ key, namespace, value_hash }) => ({ key, namespace, value_hash }));
  return encodeHash(digest('pre-state', chain, encodeUtf8(encodeCanonicalText(list))));
}

/** The canonical text that a proposal's id is over. */
export function encodeProposal(
  { chain_id }: Pick<ChainIdentity, 'chain_id'>,
  { action, expires_at, payload, pre_state, proposer }: ProposalContent,
): string {
  return encodeCanonicalText({ action, chain_id, expires_at, payload, pre_state, proposer });
}

export function proposalId(chain: ChainIdentity, content: ProposalContent): Hash {
  return encodeHash(digest('proposal', chain, encodeUtf8(encodeProposal(chain, content))));
}

/**
 * The canonical text that an approval made away from the chain is over. It names the chain as the signer saw it named, and the
 * reason where one is given.
 */
export function encodeApproved(
  { chain_id }: Pick<ChainIdentity, 'chain_id'>,
  proposal: Hash,
  reason: string | null = null,
): string {
  const said = reason === null ? {} : { reason };
  return encodeCanonicalText({ chain_id, decision: 'approve', proposal_id: proposal, ...said });
}

/** Where the newest proposal of an operation is found, no matter who made it. No proposal's id has a colon. */
export function operationKey({ action, payload }: Pick<ProposalContent, 'action' | 'payload'>): string {
  return `operation:${encodeHash(sha256(encodeUtf8(encodeCanonicalText({ action, payload }))))}`;
}

/** What an approval that is made away from the chain signs: 32 bytes. */
export function approvalDigest(chain: ChainIdentity, proposal: Hash, reason: string | null = null): Uint8Array {
  return digest('approval', chain, encodeUtf8(encodeApproved(chain, proposal, reason)));
}

/** How far a proposal's expiry may be from the block that opens it, in milliseconds. */
export function readProposalLifetime(state: { get(namespace: 'parameters', key: string): unknown }): number {
  return (state.get('parameters', 'proposal_lifetime_ms') as number | undefined) ?? PROPOSAL_LIFETIME_MS;
}

/** The state of a proposal: an open one expires by the clock, and with its era. */
export function proposalStatus(
  proposal: Pick<ProposalRecord, 'status' | 'expires_at' | 'era'>,
  now: { readonly time: number; readonly era: number },
): ProposalRecord['status'] | 'expired' {
  const isOver = now.time > proposal.expires_at || now.era !== proposal.era;
  return proposal.status === 'open' && isOver ? 'expired' : proposal.status;
}
