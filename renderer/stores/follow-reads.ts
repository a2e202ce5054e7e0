import type { QueryClient } from '@tanstack/react-query';
import type { StoreApi } from 'zustand/vanilla';

import type { Client } from '../bridge/client.ts';
import type { ConnectionState } from '../bridge/connection.ts';
import type { NodeState } from './node-state.ts';
import { renew } from './read-cache.ts';

interface OldAfter {
  /** What the answer was read on: when this changes, it is old. */
  readonly change: (state: NodeState) => unknown;
  /** Blocks can come hundreds a second: it is read again at most this often. */
  readonly intervalMs: number;
}

const grown = ({ indexedHeight }: NodeState): unknown => indexedHeight;
/** A proposal can expire by the clock, without a block. */
const decided = ({ governanceHeight, proposals }: NodeState): string => `${governanceHeight} ${proposals?.total}`;

/**
 * What makes each answer old. One that is not here stays as it was read while it is shown: it is of a place that does not
 * change (a block, a version), a proof that is being looked at, or of the machine.
 */
const OLD_AFTER: Partial<Record<keyof Client['chain'], OldAfter>> = {
  audit: { change: grown, intervalMs: 2_000 },
  auditCount: { change: grown, intervalMs: 5_000 },
  authority: { change: grown, intervalMs: 1_000 },
  checkpointKeys: { change: grown, intervalMs: 1_000 },
  environment: { change: grown, intervalMs: 1_000 },
  environmentFacets: { change: grown, intervalMs: 5_000 },
  environmentRows: { change: grown, intervalMs: 1_000 },
  members: { change: grown, intervalMs: 1_000 },
  policies: { change: grown, intervalMs: 1_000 },
  // It looks at keys, policies and backups: nothing that changes within seconds.
  posture: { change: grown, intervalMs: 10_000 },
  // What one would do is found on the newest state: any block may change the answer.
  proposal: { change: (state) => `${state.height} ${decided(state)}`, intervalMs: 1_000 },
  proposals: { change: decided, intervalMs: 1_000 },
  recoveryTimeline: { change: grown, intervalMs: 2_000 },
  // The newest state is one side of the difference.
  rollbackPreview: { change: (state) => `${state.indexedHeight} ${decided(state)}`, intervalMs: 1_000 },
  state: { change: ({ governanceHeight }) => governanceHeight, intervalMs: 1_000 },
  validators: { change: grown, intervalMs: 1_000 },
};

interface Followed {
  readonly cache: QueryClient;
  readonly node: StoreApi<NodeState>;
  readonly connection: StoreApi<ConnectionState>;
}

/** Reads again what a block made old, for as long as the page lives; and all that is shown, after each connection. */
export function followReads({ cache, node, connection }: Followed): void {
  connection.subscribe((state, previous) => {
    if (state.epoch !== previous.epoch) void renew(cache);
  });
  for (const [procedure, { change, intervalMs }] of Object.entries(OLD_AFTER)) {
    const renewSoon = atMostEvery(intervalMs, () => void renew(cache, ['chain', procedure]));
    node.subscribe((state, previous) => {
      if (change(state) !== change(previous)) renewSoon();
    });
  }
}

/** The first call runs at once, and the last one is never lost. */
function atMostEvery(intervalMs: number, run: () => void): () => void {
  let ranAt = -Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    timer ??= setTimeout(
      () => {
        timer = undefined;
        ranAt = performance.now();
        run();
      },
      Math.max(0, ranAt + intervalMs - performance.now()),
    );
  };
}
