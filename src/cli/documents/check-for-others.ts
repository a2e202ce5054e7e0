import { decodeUtf8 } from '../../base/bytes.ts';
import { isCoseSign1 } from '../../ledger/checkpoints/cose.ts';
import { TLOG_PROOF_FIRST_LINE } from '../../ledger/checkpoints/tlog-proof.ts';
import { verifyReceipt } from '../../ledger/checkpoints/verify-receipt.ts';
import { verifyTlogProof } from '../../ledger/checkpoints/verify-tlog-proof.ts';
import { decodeWitnessPolicy, type WitnessPolicy } from '../../ledger/checkpoints/witness-policy.ts';
import { WITNESS_POLICY_SIZE_BYTES_MAX } from '../../base/limits.ts';
import type { ProofReport, TrustedKeys } from '../../ledger/proofs/report.ts';
import { nativeVerifiers } from '../../node/checkpoints/native-verifiers.ts';
import { readInputText } from '../../node/read-input-file.ts';
import { loadSignatureVerifier } from '../../node/signature-verifier.ts';

/** Proofs in formats of others: which they are is seen from their first bytes. */

export interface CheckedForOthers {
  readonly kind: 'tlog-proof' | 'receipt';
  readonly report: ProofReport;
  readonly claim: string;
}

/** Null where the bytes are in no such format. */
export function checkForOthers(
  bytes: Uint8Array,
  trusted: () => Promise<TrustedKeys>,
  policyPath: string | undefined,
): Promise<CheckedForOthers> | null {
  const verifiers = nativeVerifiers();
  const verifySignature = loadSignatureVerifier().verify;
  if (isCoseSign1(bytes))
    return trusted().then((keys) => ({
      kind: 'receipt',
      report: verifyReceipt(bytes, { trusted: keys, verifySignature, verifyEd25519: verifiers.ed25519 }),
      claim: 'The transaction is in the log of the chain as it stands here, as its receipt says.',
    }));
  if (!Buffer.from(bytes.subarray(0, TLOG_PROOF_FIRST_LINE.length)).equals(Buffer.from(TLOG_PROOF_FIRST_LINE)))
    return null;
  const text = decodeUtf8(bytes);
  const policy = readPolicy(policyPath);
  return trusted().then((keys) => ({
    kind: 'tlog-proof',
    report: verifyTlogProof(text, { trusted: keys, policy, verifiers, verifySignature }),
    claim: 'The transaction is in the log of the chain as it stands here.',
  }));
}

export function readPolicy(path: string | undefined): WitnessPolicy | null {
  return path === undefined ? null : decodeWitnessPolicy(readInputText(path, WITNESS_POLICY_SIZE_BYTES_MAX));
}
