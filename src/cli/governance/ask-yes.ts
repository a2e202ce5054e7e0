import { createInterface } from 'node:readline/promises';
import { QuantumLockError } from '../../base/errors.ts';

/**
 * Asks a person at the terminal. Where nobody sits there, the answer has to be given beforehand, with --yes.
 * @throws SIGNING_REFUSED
 */
export async function askYes(question: string, { yes }: { readonly yes: boolean }): Promise<void> {
  if (yes) return;
  if (process.stdin.isTTY !== true)
    throw new QuantumLockError('SIGNING_REFUSED', 'there is no terminal to ask at', {
      advice: 'Look at what it does, then give the answer with --yes.',
    });
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} Type yes: `);
    if (answer.trim().toLowerCase() !== 'yes') throw new QuantumLockError('SIGNING_REFUSED', 'it was not confirmed');
  } finally {
    terminal.close();
  }
}
