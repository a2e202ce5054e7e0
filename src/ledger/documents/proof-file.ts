import { decodeUtf8, equalBytes, encodeUtf8 } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { isoTime } from '../../base/iso-time.ts';
import { parseStrictJson } from '../../base/strict-json.ts';
import type { CosignatureVerifiers } from '../checkpoints/cosignature.ts';
import { isCoseSign1 } from '../checkpoints/cose.ts';
import { TLOG_PROOF_FIRST_LINE } from '../checkpoints/tlog-proof.ts';
import { verifyReceipt } from '../checkpoints/verify-receipt.ts';
import { verifyTlogProof } from '../checkpoints/verify-tlog-proof.ts';
import type { WitnessPolicy } from '../checkpoints/witness-policy.ts';
import type { VerifySignature } from '../crypto/signature.ts';
import { verifyConsistencyProof, type ConsistencyProof } from '../proofs/consistency-proof.ts';
import { GREEN_PROOF_FORMAT, verifyGreenProof, type GreenProof, type GreenVerdict } from '../proofs/green-proof.ts';
import { greenClaim } from '../proofs/green-words.ts';
import type { ProofReport, ProofStep, TrustedKeys } from '../proofs/report.ts';
import { verifyStateProof, type StateProof } from '../proofs/state-proof.ts';
import { verifyTransactionProof, type TransactionProof } from '../proofs/transaction-proof.ts';
import { decodeGreenBundle, GREEN_BUNDLE_FORMAT } from './green-bundle.ts';

/** Every proof that is handed over in a file by itself. What it is shows in the file. */
export type ProofKind = 'transaction' | 'state' | 'consistency' | 'green' | 'green_bundle' | 'tlog-proof' | 'receipt';

/** What proofs are checked against. */
export interface ProofTrust {
  readonly trusted: TrustedKeys;
  /** The witnesses that must have cosigned a tlog-proof; null for none. */
  readonly policy: WitnessPolicy | null;
  readonly verifySignature: VerifySignature;
  readonly verifiers: CosignatureVerifiers;
}

export interface CheckedProof {
  readonly report: ProofReport;
  /** What it shows, where it verifies. */
  readonly claim: string;
  /** Of Green proofs: what was found, in the order of the document. */
  readonly verdicts?: readonly GreenVerdict[];
}

export interface ProofFile {
  readonly kind: ProofKind;
  /** Never throws for what is in it: what is wrong is in the report. */
  readonly check: (trust: ProofTrust) => CheckedProof;
}

/** What kind of proof a file holds, with what checks it. Nothing of it is believed yet. @throws DOCUMENT_INVALID, LIMIT_EXCEEDED */
export function openProofFile(bytes: Uint8Array): ProofFile {
  if (isCoseSign1(bytes))
    return {
      kind: 'receipt',
      check: ({ trusted, verifySignature, verifiers }) => ({
        report: verifyReceipt(bytes, { trusted, verifySignature, verifyEd25519: verifiers.ed25519 }),
        claim: 'The transaction is in the log of the chain as it stands here, as its receipt says.',
      }),
    };
  if (equalBytes(bytes.subarray(0, FIRST_LINE.length), FIRST_LINE)) {
    const text = decodeUtf8(bytes);
    return {
      kind: 'tlog-proof',
      check: (trust) => ({
        report: verifyTlogProof(text, trust),
        claim: 'The transaction is in the log of the chain as it stands here.',
      }),
    };
  }
  return openJsonProof(readObject(bytes));
}

const FIRST_LINE = encodeUtf8(TLOG_PROOF_FIRST_LINE);

function readObject(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = parseStrictJson(decodeUtf8(bytes));
  } catch (error) {
    if (!(error instanceof QuantumLockError) || error.code === 'LIMIT_EXCEEDED') throw error;
    throw new QuantumLockError('DOCUMENT_INVALID', error.message, { cause: error });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new QuantumLockError('DOCUMENT_INVALID', 'the document is not a proof');
  return value as Readonly<Record<string, unknown>>;
}

const GREEN_KINDS: ReadonlyMap<unknown, 'green' | 'green_bundle'> = new Map<unknown, 'green' | 'green_bundle'>([
  [GREEN_PROOF_FORMAT, 'green'],
  [GREEN_BUNDLE_FORMAT, 'green_bundle'],
]);

function openJsonProof(value: Readonly<Record<string, unknown>>): ProofFile {
  const kind = GREEN_KINDS.get(value['format']);
  if (kind !== undefined) {
    const proofs = decodeGreenBundle(JSON.stringify(value));
    return { kind, check: (trust) => checkGreen(proofs, trust) };
  }
  if ('transaction' in value) {
    const proof = value as unknown as TransactionProof;
    return {
      kind: 'transaction',
      check: ({ trusted }) =>
        claimed(
          verifyTransactionProof(proof, trusted),
          () => `Transaction ${proof.log_index} of the log is as it stands here.`,
        ),
    };
  }
  if ('namespace' in value) {
    const proof = value as unknown as StateProof;
    return {
      kind: 'state',
      check: ({ trusted }) => claimed(verifyStateProof(proof, trusted), () => stateClaim(proof)),
    };
  }
  if ('earlier' in value) {
    const proof = value as unknown as ConsistencyProof;
    const words = (): string =>
      `The log of block ${proof.earlier.header.index} is the beginning of the log of block ${proof.later.header.index}.`;
    return { kind: 'consistency', check: ({ trusted }) => claimed(verifyConsistencyProof(proof, trusted), words) };
  }
  throw new QuantumLockError('DOCUMENT_INVALID', 'the document is not a proof that this version knows');
}

/** The words are read from the proof: only where that is what it must be. */
function claimed(report: ProofReport, words: () => string): CheckedProof {
  return { report, claim: report.ok ? words() : '' };
}

/** Each of them; of several, the steps of one stand for it by its environment. */
function checkGreen(proofs: readonly GreenProof[], { trusted, verifySignature }: ProofTrust): CheckedProof {
  const seals = new Set<string>();
  const verdicts: GreenVerdict[] = [];
  const steps: ProofStep[] = [];
  for (const proof of proofs) {
    const report = verifyGreenProof(proof, trusted, { verify: verifySignature, seals });
    const name = proofs.length === 1 ? '' : ` of ${String(proof.env_id)}`;
    steps.push(...report.steps.map((one) => ({ ...one, step: `${one.step}${name}` })));
    if (report.verdict === null) return { report: { ok: false, steps }, claim: '' };
    verdicts.push(report.verdict);
  }
  return { report: { ok: true, steps }, claim: verdicts.map(greenClaim).join('\n'), verdicts };
}

function stateClaim({ namespace, key, value, sealed }: StateProof): string {
  const { index, timestamp } = sealed.header;
  const when = `at block ${index} (${isoTime(timestamp)})`;
  return value === null
    ? `${namespace}/${key} had no value ${when}.`
    : `${namespace}/${key} had the value ${value} ${when}.`;
}
