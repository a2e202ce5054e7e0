import { availableParallelism } from 'node:os';

/** How much of the machine the signature checks may take: all but the validator's own thread. */
export function verifyThreadCount(): number {
  return Math.max(1, Math.min(8, availableParallelism() - 1));
}

/** The same for who replays a chain and makes no blocks: the thread that executes waits for the checks, so none is kept for it. */
export function replayThreadCount(): number {
  return Math.min(8, availableParallelism());
}
