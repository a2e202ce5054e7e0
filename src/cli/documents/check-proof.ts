import { isoTime } from '../../base/iso-time.ts';
import { decodeUtf8 } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { GREEN_BUNDLE_SIZE_BYTES_MAX } from '../../base/limits.ts';
import { parseStrictJson } from '../../base/strict-json.ts';
import { verifyConsistencyProof, type ConsistencyProof } from '../../ledger/proofs/consistency-proof.ts';
import { decodeGreenBundle, GREEN_BUNDLE_FORMAT } from '../../ledger/documents/green-bundle.ts';
import {
  GREEN_PROOF_FORMAT,
  verifyGreenProof,
  type GreenProof,
  type GreenVerdict,
} from '../../ledger/proofs/green-proof.ts';
import { greenClaim } from '../../ledger/proofs/green-words.ts';
import type { ProofReport, ProofStep, TrustedKeys } from '../../ledger/proofs/report.ts';
import { verifyStateProof, type StateProof } from '../../ledger/proofs/state-proof.ts';
import { verifyTransactionProof, type TransactionProof } from '../../ledger/proofs/transaction-proof.ts';
import { loadSignatureVerifier } from '../../node/signature-verifier.ts';
import { readInputFile } from '../../node/read-input-file.ts';
import type { CommandContext } from '../context.ts';
import { checkForOthers } from './check-for-others.ts';
import { readTrust } from './own-trust.ts';
import { failedStep, stepLines } from './report-text.ts';

interface CheckedProof {
  readonly kind: 'transaction' | 'state' | 'consistency' | 'green' | 'green_bundle';
  readonly report: ProofReport;
  /** What it shows, where it verifies. */
  readonly claim: string;
  /** Of Green proofs: what was found, in the order of the document. */
  readonly verdicts?: readonly GreenVerdict[];
}

/** Checks a proof with a trust file and nothing else, or with what the chain in the data directory says. */
export async function checkProof(
  context: CommandContext,
  options: { readonly input: string; readonly trust?: string; readonly policy?: string },
): Promise<void> {
  const bytes = readInputFile(options.input, GREEN_BUNDLE_SIZE_BYTES_MAX);
  const trust = (): Promise<TrustedKeys> => readTrust(context, options.trust);
  const found =
    (await checkForOthers(bytes, trust, options.policy)) ?? check(readProof(options.input, bytes), await trust());
  showReport(context, found);
}

/** What was found, step by step. @throws PROOF_INVALID */
export function showReport(
  context: CommandContext,
  {
    kind,
    report,
    claim,
    verdicts,
  }: {
    readonly kind: string;
    readonly report: ProofReport;
    readonly claim: string;
    readonly verdicts?: CheckedProof['verdicts'];
  },
): void {
  const found = verdicts === undefined || !report.ok ? {} : { verdicts };
  context.output.result({ ok: report.ok, kind, claim: report.ok ? claim : null, ...found, steps: report.steps }, () => [
    ...stepLines(report),
    ...(report.ok ? claim.split('\n') : []),
  ]);
  const failed = failedStep(report);
  if (failed !== null) throw new QuantumLockError('PROOF_INVALID', failed, { context: { kind } });
}

function readProof(path: string, bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = parseStrictJson(decodeUtf8(bytes));
  } catch (error) {
    if (!(error instanceof QuantumLockError) || error.code === 'LIMIT_EXCEEDED') throw error;
    throw new QuantumLockError('DOCUMENT_INVALID', `${path}: ${error.message}`, { cause: error });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new QuantumLockError('DOCUMENT_INVALID', `${path} is not a proof`);
  return value as Readonly<Record<string, unknown>>;
}

function check(value: Readonly<Record<string, unknown>>, trusted: TrustedKeys): CheckedProof {
  const kind = GREEN_KINDS.get(value['format']);
  if (kind !== undefined) return { kind, ...checkGreen(decodeGreenBundle(JSON.stringify(value)), trusted) };
  if ('transaction' in value) {
    const proof = value as unknown as TransactionProof;
    const report = verifyTransactionProof(proof, trusted);
    const claim = report.ok ? `Transaction ${proof.log_index} of the log is as it stands here.` : '';
    return { kind: 'transaction', report, claim };
  }
  if ('namespace' in value) {
    const proof = value as unknown as StateProof;
    const report = verifyStateProof(proof, trusted);
    return { kind: 'state', report, claim: report.ok ? stateClaim(proof) : '' };
  }
  if ('earlier' in value) {
    const proof = value as unknown as ConsistencyProof;
    const report = verifyConsistencyProof(proof, trusted);
    const claim = report.ok
      ? `The log of block ${proof.earlier.header.index} is the beginning of the log of block ${proof.later.header.index}.`
      : '';
    return { kind: 'consistency', report, claim };
  }
  throw new QuantumLockError('DOCUMENT_INVALID', 'the document is not a proof that this version knows');
}

const GREEN_KINDS: ReadonlyMap<unknown, 'green' | 'green_bundle'> = new Map<unknown, 'green' | 'green_bundle'>([
  [GREEN_PROOF_FORMAT, 'green'],
  [GREEN_BUNDLE_FORMAT, 'green_bundle'],
]);

/** Each of them; of several, the steps of one stand for it by its environment. */
function checkGreen(proofs: readonly GreenProof[], trusted: TrustedKeys): Omit<CheckedProof, 'kind'> {
  const { verify } = loadSignatureVerifier();
  const seals = new Set<string>();
  const verdicts: GreenVerdict[] = [];
  const steps: ProofStep[] = [];
  for (const proof of proofs) {
    const report = verifyGreenProof(proof, trusted, { verify, seals });
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
