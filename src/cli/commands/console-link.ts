import { QuantumLockError } from '../../base/errors.ts';
import type { CommandContext } from '../context.ts';
import { connectToRunning } from '../session.ts';

/** A new link for the console that runs, over the socket that only the owner of the data directory can use. @throws NODE_STOPPED */
export async function printConsoleLink({ dataDirectory, output }: CommandContext): Promise<void> {
  const session = await connectToRunning(dataDirectory);
  if (session === null)
    throw new QuantumLockError('NODE_STOPPED', `no console runs on ${dataDirectory}`, {
      advice: 'Start one: `dm console`. It prints a link.',
    });
  try {
    const { url, public_url } = await session.client.operator.consoleLink();
    output.result({ url, public_url }, () => [url]);
  } finally {
    await session.close();
  }
}
