import { setTimeout as sleep } from 'node:timers/promises';
import { decodeHex, type Hash } from '../base/bytes.ts';
import { QuantumLockError } from '../base/errors.ts';
import { DATA_DIR_WAIT_STEP_MS, NODE_END_WAIT_MS } from '../base/limits.ts';
import { dataPaths } from '../node/data-directory/data-paths.ts';
import { isDataDirectoryFree } from '../node/data-directory/data-lock.ts';
import { ChainReader } from '../node/storage/chain-reader.ts';

/**
 * A node went away, or stopped answering, while a command used it: the result of the command's transaction is read from
 * the chain itself. Other errors stay as they are.
 */
export async function withWhatBecame(
  error: unknown,
  { dataDirectory, transactionId }: { readonly dataDirectory: string; readonly transactionId: Hash | null },
): Promise<unknown> {
  if (!(error instanceof QuantumLockError) || (error.code !== 'NODE_STOPPED' && error.code !== 'NODE_SILENT'))
    return error;
  const { code, message, advice } = error;
  if (transactionId === null)
    return new QuantumLockError(code, `${message}; nothing was submitted to it`, { advice, cause: error });
  // What a node had accepted is on the disk when it lets go of the directory.
  if (code === 'NODE_STOPPED') await untilReleased(dataDirectory);
  const height = blockOf(dataDirectory, transactionId);
  const context = { transaction_id: transactionId, committed: height !== null, block_index: height };
  if (height !== null)
    return new QuantumLockError(code, `${message}; transaction ${transactionId} was committed, in block ${height}`, {
      context,
      advice: 'The command was carried out. Do not repeat it.',
      cause: error,
    });
  return new QuantumLockError(code, `${message}; transaction ${transactionId} was not committed`, {
    context,
    advice:
      code === 'NODE_STOPPED'
        ? 'Run the command again.'
        : `The node may still commit it. Before you try again, see dm blockchain inspect --transaction ${transactionId}`,
    cause: error,
  });
}

async function untilReleased(dataDirectory: string): Promise<void> {
  const deadline = performance.now() + NODE_END_WAIT_MS;
  while (!isDataDirectoryFree(dataDirectory) && performance.now() < deadline) await sleep(DATA_DIR_WAIT_STEP_MS);
}

/** The block that holds it; null where none does. */
function blockOf(dataDirectory: string, transactionId: Hash): number | null {
  const { reader, database } = ChainReader.open(dataPaths(dataDirectory).chain, { pageCacheCount: 16 });
  try {
    const height = reader.searchIds(decodeHex(transactionId)) ?? null;
    return height !== null && height <= reader.height() ? height : null;
  } finally {
    database.close();
  }
}
