import { randomInt } from 'node:crypto';

import fc from 'fast-check';
import { vi } from 'vitest';

/** QL_SOAK=1 asks for the full counts; QL_SEED=n repeats a run. */
export const isSoak = process.env['QL_SOAK'] === '1';

// A thousand cases are seconds of work, and many times that on a machine that is busy: the limit is for a hang.
vi.setConfig({ testTimeout: isSoak ? 30 * 60_000 : 2 * 60_000 });

/**
 * Holds a property over `small` random cases, or `soak` ones when asked. Every run has a fresh seed, which a failure
 * prints together with the smallest case that shows it; a soak prints it in any case.
 */
export function checkProperty<Ts>(
  name: string,
  property: fc.IProperty<Ts>,
  counts: { readonly small: number; readonly soak: number },
): void {
  const seed = process.env['QL_SEED'] === undefined ? randomInt(2 ** 31) : Number(process.env['QL_SEED']);
  const numRuns = isSoak ? counts.soak : counts.small;
  if (isSoak) process.stderr.write(`${name}: ${numRuns} cases, seed ${seed}\n`);
  fc.assert(property, { numRuns, seed });
}
