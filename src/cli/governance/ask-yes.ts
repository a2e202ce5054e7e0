import { QuantumLockError } from '../../base/errors.ts';
import type { Output } from '../output.ts';

/**
 * Asks a person at the terminal. Where nobody sits there, the answer has to be given beforehand, with --yes.
 * @throws SIGNING_REFUSED
 */
export async function askYes(
  { ask }: Pick<Output, 'ask'>,
  question: string,
  { yes }: { readonly yes: boolean },
): Promise<void> {
  if (yes) return;
  if (process.stdin.isTTY !== true)
    throw new QuantumLockError('SIGNING_REFUSED', 'there is no terminal to ask the question', {
      advice: 'Review what it does, then confirm it with --yes.',
    });
  const answer = await ask(`${question} Type yes: `);
  if (answer?.trim().toLowerCase() !== 'yes') throw new QuantumLockError('SIGNING_REFUSED', 'it was not confirmed');
}
