import { once } from 'node:events';
import { createWriteStream, rmSync, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { QuantumLockError } from '../../base/errors.ts';
import { readNodeConfig } from '../../node/data-directory/node-config.ts';
import { replayThreadCount } from '../../node/quantum-node.ts';
import { StandingAlerts } from '../../node/monitoring/standing-alerts.ts';
import { storageError } from '../../node/data-directory/storage-errors.ts';
import { exportBlocks, type ExportedBlocks } from '../../node/verify/export-blocks.ts';
import type { CommandContext } from '../context.ts';

export interface ExportOptions {
  readonly format: string;
  readonly output?: string;
}

/** Writes as fast as the reader takes it, so that a chain of any size needs no memory. */
export async function exportChain(context: CommandContext, { format, output }: ExportOptions): Promise<void> {
  if (format !== 'blocks') throw new QuantumLockError('USAGE', `"${format}" is not a format; the only one is blocks`);
  if (output === undefined) {
    const done = await exportTo(context, process.stdout);
    context.output.note(doneWords(done));
    return;
  }
  const file = createWriteStream(output, { flags: 'wx', mode: 0o644 });
  try {
    await once(file, 'open');
  } catch (cause) {
    throw storageError(output, cause);
  }
  try {
    const done = await exportTo(context, file);
    file.end();
    await finished(file);
    context.output.result({ path: output, format, ...done }, () => [`${doneWords(done)} In ${output}.`]);
  } catch (error) {
    file.destroy();
    // What is there ends at the fault, and would be taken for a whole chain.
    rmSync(output, { force: true });
    throw storageError(output, error);
  }
}

function exportTo(context: CommandContext, stream: WriteStream | NodeJS.WriteStream): Promise<ExportedBlocks> {
  return exportBlocks({
    dataDirectory: context.dataDirectory,
    verifyThreads: replayThreadCount(),
    onProgress: (done, total) => context.output.progress(`Block ${done} of ${total}`),
    write: async (line) => {
      if (!stream.write(line)) await once(stream, 'drain');
    },
  });
}

function doneWords({ blocks, transactions, unproved }: ExportedBlocks): string {
  const waiting = unproved === 0 ? '' : ` ${unproved} more are final, and left out: their proofs have not arrived yet.`;
  return `${blocks} blocks with ${transactions} transactions, verified from genesis.${waiting}`;
}

/** Only a person at this machine's command line takes such an alert away; a page cannot. */
export function acknowledge(context: CommandContext, code: string): void {
  readNodeConfig(context.dataDirectory);
  const count = new StandingAlerts(context.dataDirectory, Date.now).acknowledge(code);
  if (count === 0) throw new QuantumLockError('NOT_FOUND', `no active alert ${code} waits to be acknowledged`);
  context.output.result({ code, acknowledged: count }, () => [`${count} of ${code}: acknowledged.`]);
}
