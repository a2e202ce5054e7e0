import { QuantumLockError } from '../../base/errors.ts';
import { dataPaths } from '../data-directory/data-paths.ts';
import { appendToSigningLog } from '../data-directory/signing-log.ts';
import type { HeadCopy } from './head-copies.ts';
import { HeadWatch, type RememberedHead } from './head-watch.ts';
import { readHistoryState } from './history-state.ts';
import { localCopies } from './local-copies.ts';

export interface OpeningOptions {
  readonly dataDirectory: string;
  readonly now: () => number;
  readonly headCopies?: readonly HeadCopy[];
}

export interface OpenedHistory {
  readonly watch: HeadWatch;
  /** What the chain lacks, or has otherwise: nothing may be sealed on it. */
  readonly fault: QuantumLockError | null;
  /** False where something was seen that could not be noted: the place that has it must stay as it is. */
  readonly isNoted: boolean;
}

/** Asks every place that remembers a head whether the chain still has it, before anything of the directory is made again. */
export async function openHistory(options: OpeningOptions): Promise<OpenedHistory> {
  const { dataDirectory, now, headCopies = [] } = options;
  const watch = new HeadWatch(dataPaths(dataDirectory).chain, [...localCopies(dataDirectory, now), ...headCopies]);
  const { fault, lacking } = readHistoryState(dataDirectory, await watch.remembered());
  return { watch, fault, isNoted: noteLacking(options, lacking) };
}

/** Notes in `signing.log` what a place had seen that the chain lacks, where that place is made again by the next start. */
function noteLacking({ dataDirectory, now }: OpeningOptions, lacking: readonly RememberedHead[]): boolean {
  const noted = new Set(lacking.filter(({ isLasting }) => isLasting).map(({ seen }) => seen.hash));
  try {
    for (const { seen, source } of lacking.filter((head) => !head.isLasting && !noted.has(head.seen.hash)))
      appendToSigningLog(dataDirectory, { time: now(), seen, source });
    return true;
  } catch (error) {
    if (error instanceof QuantumLockError) return false;
    throw error;
  }
}
