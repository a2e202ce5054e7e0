import type { StoreApi } from 'zustand/vanilla';

import { PAGE_ROWS_MAX } from '../../src/base/limits.ts';
import type { Client } from '../bridge/client.ts';
import { describeProblem, isAbandoned } from '../bridge/problem.ts';
import type { NodeState } from './node-state.ts';

/** Blocks that decide something can come many a second; who may vote can wait this long. */
const READ_INTERVAL_MS_MIN = 500;

/**
 * Keeps fresh what is decided: the open proposals, and what the chain says of the keys of this machine. Read again after
 * every block that may have decided something, and when a proposal has expired.
 */
export function followGovernance(client: Client, node: StoreApi<NodeState>, signal: AbortSignal): void {
  let busy = false;
  let again = false;
  const read = async (): Promise<void> => {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    do {
      again = false;
      const known = node.getState().keys;
      try {
        const [{ proposals: rows, total }, found] = await Promise.all([
          client.chain.proposals({ state: 'open', limit: PAGE_ROWS_MAX }, { signal }),
          readableKeys(client, signal),
        ]);
        // Anyone who chose another identity meanwhile has newer keys than these.
        const chosen = node.getState().keys !== known;
        if (!signal.aborted) node.setState({ ...(chosen ? {} : found), proposals: { rows, total } });
      } catch (error) {
        if (!signal.aborted) console.warn('what is decided could not be read', describeProblem(error).message);
      }
      if (!signal.aborted) await pause(READ_INTERVAL_MS_MIN);
      // Set by a later call of this same function, while this one waited.
    } while (again && !signal.aborted);
    busy = false;
  };
  const stop = node.subscribe((state, previous) => {
    const decided = state.governanceHeight !== previous.governanceHeight;
    // One that expired does so by the clock alone, without a block.
    const miscounted = state.status !== previous.status && state.status?.open_proposals !== state.proposals?.total;
    // Where the node fails, what it said of this machine may be true no longer.
    const fared = state.status?.health !== previous.status?.health;
    if (decided || miscounted || fared) void read();
  });
  signal.addEventListener('abort', stop, { once: true });
  void read();
}

/** The keys, or why they are not known; a lost connection is reported elsewhere, and what was read stays. */
async function readableKeys(
  client: Client,
  signal: AbortSignal,
): Promise<Partial<Pick<NodeState, 'keys' | 'keysProblem'>>> {
  try {
    return { keys: await client.operator.keys(undefined, { signal }), keysProblem: null };
  } catch (error) {
    const problem = describeProblem(error);
    if (isAbandoned(error, signal) || problem.code === 'CONNECTION_LOST') return {};
    return { keys: null, keysProblem: problem };
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
