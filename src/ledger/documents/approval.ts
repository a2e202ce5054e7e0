import { z } from 'zod';
import { decodeHex, type Hash, type PublicKey, type Signature } from '../../base/bytes.ts';
import { OFFLINE_NOTE_SIZE_BYTES_MAX, OFFLINE_REASON_LENGTH_MAX } from '../../base/limits.ts';
import { identityOf, type ChainIdentity } from '../chain-identity.ts';
import { approvalDigest } from '../governance/proposal.ts';
import { publicKeyOf, signDigest, verifyWithNoble } from '../crypto/signature.ts';
import {
  chainId,
  assertSize,
  checkDocument,
  decodeDocument,
  encodeDocument,
  era,
  genesis,
  invalid,
  type DocumentKind,
} from './offline-document.ts';
import { hash, publicKey, signature } from '../../base/fields.ts';

/** A reason that is signed with an approval away from the chain. */
export const offlineReason = z.string().min(1).max(OFFLINE_REASON_LENGTH_MAX);

const approvalSchema = z.strictObject({
  format: z.literal('quantum-lock/approval/v2'),
  chain_id: chainId,
  genesis,
  era,
  proposal_id: hash,
  public_key: publicKey,
  /** Why; left out where nothing is said. */
  reason: offlineReason.optional(),
  /** Over the approval digest of this proposal on this chain, in this era, and of this reason: not valid for another. */
  signature,
});

/** An approval of a proposal, signed where there is no chain. Any member may import it. */
export type Approval = z.infer<typeof approvalSchema>;

const APPROVAL: DocumentKind<Approval> = {
  name: 'the approval',
  schema: approvalSchema,
  sizeBytesMax: OFFLINE_NOTE_SIZE_BYTES_MAX,
};

/** An approval, from a signature over {@link approvalDigest} by this key. */
export function approvalOf(
  proposal: ChainIdentity & { readonly proposal_id: Hash },
  signed: { readonly public_key: PublicKey; readonly signature: Signature; readonly reason?: string | undefined },
): Approval {
  const { public_key, signature: given, reason } = signed;
  return {
    format: 'quantum-lock/approval/v2',
    ...identityOf(proposal),
    proposal_id: proposal.proposal_id,
    public_key,
    ...(reason === undefined ? {} : { reason }),
    signature: given,
  };
}

/** Signs with a 32-byte secret. @throws KEY_INVALID */
export function signApproval(
  proposal: ChainIdentity & { readonly proposal_id: Hash },
  secret: Uint8Array,
  reason?: string,
): Approval {
  return approvalOf(proposal, {
    public_key: publicKeyOf(secret),
    signature: signDigest(approvalDigest(proposal, proposal.proposal_id, reason), secret),
    reason,
  });
}

/** An approval as `carry_approvals` takes it, where the proposal is named once. */
export function carriedApproval({
  public_key,
  reason,
  signature: signed,
}: Approval): Pick<Approval, 'public_key' | 'signature'> & { readonly reason?: string } {
  return { public_key, ...(reason === undefined ? {} : { reason }), signature: signed };
}

/** Whether it is signed by the key that it names. Whether that key may vote, only the chain knows. */
export function verifyApproval(approval: Approval): boolean {
  const { proposal_id, public_key, reason, signature: signed } = approval;
  return verifyWithNoble(decodeHex(signed), approvalDigest(approval, proposal_id, reason), decodeHex(public_key));
}

/** Canonical JSON and a line end. */
export function encodeApproval(approval: Approval): string {
  return encodeDocument(APPROVAL, approval);
}

const LINE_TAG = 'quantum-lock-approval-v2';
/** How an approval begins that is written as one line. */
export const APPROVAL_LINE_START = `${LINE_TAG}:`;

/** One line without spaces or quotes, for a message or to be read out: tag, chain, genesis, era, proposal, key, signature, and a reason percent-encoded (ECMA-262, encodeURIComponent). */
export function encodeApprovalLine(approval: Approval): string {
  const { chain_id, genesis: block0, era: inEra, proposal_id, public_key, signature: signed, reason } = approval;
  const said = reason === undefined ? [] : [encodeURIComponent(reason)];
  return [LINE_TAG, chain_id, block0, inEra, proposal_id, public_key, signed, ...said].join(':');
}

/** Reads an approval, as a file or as a line, from anywhere. What is accepted is signed by its key. @throws DOCUMENT_INVALID */
export function decodeApproval(text: string): Approval {
  const approval = text.trimStart().startsWith(APPROVAL_LINE_START) ? decodeLine(text) : decodeDocument(APPROVAL, text);
  if (!verifyApproval(approval)) throw invalid(APPROVAL.name, 'is not signed by the key that it names');
  return approval;
}

function decodeLine(text: string): Approval {
  assertSize(APPROVAL, text);
  const [, chain_id, block0, inEra = '', proposal_id, public_key, signed, said, ...rest] = text.trim().split(':');
  if (rest.length > 0) throw invalid(APPROVAL.name, 'does not fit: its line has more than eight parts');
  if (!/^(?:0|[1-9][0-9]{0,15})$/.test(inEra)) throw invalid(APPROVAL.name, 'does not fit: its era is not a number');
  return checkDocument(APPROVAL, {
    format: 'quantum-lock/approval/v2',
    chain_id,
    genesis: block0,
    era: Number(inEra),
    proposal_id,
    public_key,
    ...(said === undefined ? {} : { reason: decodeReason(said) }),
    signature: signed,
  });
}

/** What is written in one way alone, so that a line is its approval's. @throws DOCUMENT_INVALID */
function decodeReason(said: string): string {
  try {
    const reason = decodeURIComponent(said);
    if (encodeURIComponent(reason) === said) return reason;
  } catch {
    // Told below, as what is written otherwise.
  }
  throw invalid(APPROVAL.name, 'does not fit: its reason is not percent-encoded');
}
