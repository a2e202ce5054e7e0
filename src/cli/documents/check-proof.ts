import { QuantumLockError } from '../../base/errors.ts';
import { GREEN_BUNDLE_SIZE_BYTES_MAX, WITNESS_POLICY_SIZE_BYTES_MAX } from '../../base/limits.ts';
import { decodeWitnessPolicy, type WitnessPolicy } from '../../ledger/checkpoints/witness-policy.ts';
import { openProofFile, type CheckedProof, type ProofFile } from '../../ledger/documents/proof-file.ts';
import { nativeVerifiers } from '../../node/checkpoints/native-verifiers.ts';
import { loadSignatureVerifier } from '../../node/signature-verifier.ts';
import { readInputFile, readInputText } from '../../node/read-input-file.ts';
import type { CommandContext } from '../context.ts';
import { readTrust } from './own-trust.ts';
import { failedStep, stepLines } from './report-text.ts';

/** Checks a proof with a trust file and nothing else, or with what the chain in the data directory says. */
export async function checkProof(
  context: CommandContext,
  options: { readonly input: string; readonly trust?: string; readonly policy?: string },
): Promise<void> {
  const { kind, check } = openInput(options.input);
  const policy = readPolicy(options.policy);
  const trusted = await readTrust(context, options.trust);
  const found = check({
    trusted,
    policy,
    verifySignature: loadSignatureVerifier().verify,
    verifiers: nativeVerifiers(),
  });
  showReport(context, { kind, ...found });
}

function openInput(path: string): ProofFile {
  try {
    return openProofFile(readInputFile(path, GREEN_BUNDLE_SIZE_BYTES_MAX));
  } catch (error) {
    if (!(error instanceof QuantumLockError) || error.code !== 'DOCUMENT_INVALID') throw error;
    throw new QuantumLockError('DOCUMENT_INVALID', `${path}: ${error.message}`, { cause: error });
  }
}

export function readPolicy(path: string | undefined): WitnessPolicy | null {
  return path === undefined ? null : decodeWitnessPolicy(readInputText(path, WITNESS_POLICY_SIZE_BYTES_MAX));
}

/** What was found, step by step. @throws PROOF_INVALID */
export function showReport(
  context: CommandContext,
  { kind, report, claim, verdicts }: CheckedProof & { readonly kind: string },
): void {
  const found = verdicts === undefined || !report.ok ? {} : { verdicts };
  context.output.result({ ok: report.ok, kind, claim: report.ok ? claim : null, ...found, steps: report.steps }, () => [
    ...stepLines(report),
    ...(report.ok ? claim.split('\n') : []),
  ]);
  const failed = failedStep(report);
  if (failed !== null) throw new QuantumLockError('PROOF_INVALID', failed, { context: { kind } });
}
