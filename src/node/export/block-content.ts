import { QuantumLockError } from '../../base/errors.ts';
import { replayThreadCount } from '../thread-counts.ts';
import { exportBlocks } from '../verify/export-blocks.ts';
import type { WriteContent } from './export-content.ts';

/** The whole chain in the bytes that were hashed and signed, a line for each block, replayed while it is written. */
export const writeBlocks: WriteContent = async (
  content,
  { dataDirectory, finalHeight, filter },
  { report, signal },
) => {
  if (Object.keys(filter).length > 0)
    throw new QuantumLockError('USAGE', 'the blocks of a chain are exported whole: they take no filter', {
      advice: 'Leave the filter out, or choose jsonl, csv or cef.',
    });
  const { blocks } = await exportBlocks({
    dataDirectory,
    finalHeight,
    verifyThreads: replayThreadCount(),
    onProgress: report,
    write: async (line) => void (await content.write(line)),
    signal,
  });
  return { range: { from: 0, to: blocks - 1 }, rows: blocks };
};
