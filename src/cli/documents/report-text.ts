import type { ProofReport } from '../../ledger/proofs/report.ts';

/** Each step of a check, in the order in which it was taken. */
export function stepLines({ steps }: Pick<ProofReport, 'steps'>): string[] {
  return steps.map(({ step, ok, detail }) => `${ok ? 'ok    ' : 'FAILED'}  ${step}: ${detail}`);
}

/** The step that failed, as an error says it; null where none did. */
export function failedStep({ steps }: Pick<ProofReport, 'steps'>): string | null {
  const failed = steps.find(({ ok }) => !ok);
  return failed === undefined ? null : `${failed.step}: ${failed.detail}`;
}
