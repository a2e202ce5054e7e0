import { isoTime } from '../../base/iso-time.ts';
import { trustedKeys } from '../../api/trusted-keys.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { PROPOSAL_FILE_SIZE_BYTES_MAX, TRUST_FILE_SIZE_BYTES_MAX } from '../../base/limits.ts';
import { parseStrictJson } from '../../base/strict-json.ts';
import { verifyConsistencyProof, type ConsistencyProof } from '../../ledger/proofs/consistency-proof.ts';
import { decodeTrustFile } from '../../ledger/documents/trust-file.ts';
import type { ProofReport, TrustedKeys } from '../../ledger/proofs/report.ts';
import { verifyStateProof, type StateProof } from '../../ledger/proofs/state-proof.ts';
import { verifyTransactionProof, type TransactionProof } from '../../ledger/proofs/transaction-proof.ts';
import { readInputText } from '../../node/read-input-file.ts';
import type { CommandContext } from '../context.ts';

interface CheckedProof {
  readonly kind: 'transaction' | 'state' | 'consistency';
  readonly report: ProofReport;
  /** What it shows, where it verifies. */
  readonly claim: string;
}

/** Checks a proof with a trust file and nothing else, or with what the chain in the data directory says. */
export async function checkProof(
  context: CommandContext,
  options: { readonly input: string; readonly trust?: string },
): Promise<void> {
  const value = readProof(options.input);
  const trusted =
    options.trust === undefined
      ? await ownKeys(context)
      : decodeTrustFile(readInputText(options.trust, TRUST_FILE_SIZE_BYTES_MAX));
  const { kind, report, claim } = check(value, trusted);
  context.output.result({ ok: report.ok, kind, claim: report.ok ? claim : null, steps: report.steps }, () => [
    ...report.steps.map(({ step, ok, detail }) => `${ok ? 'ok    ' : 'FAILED'}  ${step}: ${detail}`),
    ...(report.ok ? [claim] : []),
  ]);
  const failed = report.steps.find(({ ok }) => !ok);
  if (failed !== undefined)
    throw new QuantumLockError('PROOF_INVALID', `${failed.step}: ${failed.detail}`, { context: { kind } });
}

function readProof(path: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = parseStrictJson(readInputText(path, PROPOSAL_FILE_SIZE_BYTES_MAX));
  } catch (error) {
    if (!(error instanceof QuantumLockError) || error.code === 'LIMIT_EXCEEDED') throw error;
    throw new QuantumLockError('DOCUMENT_INVALID', `${path}: ${error.message}`, { cause: error });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new QuantumLockError('DOCUMENT_INVALID', `${path} is not a proof`);
  return value as Readonly<Record<string, unknown>>;
}

function check(value: Readonly<Record<string, unknown>>, trusted: TrustedKeys): CheckedProof {
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

function stateClaim({ namespace, key, value, sealed }: StateProof): string {
  const { index, timestamp } = sealed.header;
  const when = `at block ${index} (${isoTime(timestamp)})`;
  return value === null
    ? `${namespace}/${key} had no value ${when}.`
    : `${namespace}/${key} had the value ${value} ${when}.`;
}

async function ownKeys(context: CommandContext): Promise<TrustedKeys> {
  return context.withSession('read', async (client) => {
    const { validators } = await client.chain.validators();
    return trustedKeys(await client.chain.status(), validators);
  });
}
