import type { VerifySignature } from '../crypto/signature.ts';
import { runSteps, type ProofCheck, type ProofReport, type TrustedKeys } from '../proofs/report.ts';
import type { CosignatureVerifiers } from './cosignature.ts';
import type { WitnessPolicy } from './witness-policy.ts';

/** Whom and what a checker of checkpoints trusts. */
export interface CheckpointTrust {
  readonly trusted: TrustedKeys;
  /** Null asks for no witnesses. */
  readonly policy: WitnessPolicy | null;
  readonly verifiers: CosignatureVerifiers;
}

export interface TlogTrust extends CheckpointTrust {
  /** Of the transaction itself. */
  readonly verifySignature: VerifySignature;
}

/** Runs the steps of something that is read first: what cannot be read is the first finding. */
export function runDecoded<Decoded>(
  decode: () => Decoded,
  stepsOf: (decoded: Decoded) => readonly ProofCheck[],
): ProofReport {
  let decoded: Decoded;
  try {
    decoded = decode();
  } catch (error) {
    const detail = error instanceof Error ? error.message : 'malformed';
    return { ok: false, steps: [{ step: 'Document', ok: false, detail }] };
  }
  return runSteps(stepsOf(decoded));
}
