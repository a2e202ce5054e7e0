import { createStore, type StoreApi } from 'zustand/vanilla';

import type { BlockSummary } from '../../src/api/chain/blocks.ts';
import type { Status } from '../../src/api/chain/node.ts';
import type { ProposalRow } from '../../src/api/chain/proposals.ts';
import type { HostInfo } from '../../src/api/operator/host.ts';
import type { JobView } from '../../src/api/operator/jobs.ts';
import type { KeysView } from '../../src/api/operator/keys.ts';
import type { Preferences } from '../../src/api/operator/preferences.ts';
import type { DeskState } from '../../src/api/operator/signing.ts';
import type { Problem } from '../bridge/problem.ts';

/** A read-only copy of what the node said. Nothing here is computed by the page. */
export interface NodeState {
  readonly host: HostInfo | null;
  readonly hostProblem: Problem | null;
  readonly status: Status | null;
  /** Why the newest look at the node gave no status; null where it gave one. */
  readonly statusProblem: Problem | null;
  /** When `status` was read. */
  readonly statusAt: number | null;
  /** What the person prefers on this machine; null while it is not known. */
  readonly preferences: Preferences | null;
  /** Null while they are not known. */
  readonly keys: KeysView | null;
  /** The reviews of this machine that wait, and those that ended a while ago; null while they are not known. */
  readonly reviews: DeskState['reviews'] | null;
  /** Long work on this machine that runs or ended lately, oldest first. */
  readonly jobs: readonly JobView[];
  /** Why `keys` is not known. */
  readonly keysProblem: Problem | null;
  readonly height: number | null;
  readonly indexedHeight: number | null;
  readonly logSize: number | null;
  /** Newest first. */
  readonly recentBlocks: readonly BlockSummary[];
  /** The newest block known to hold more than work on environments: what is decided may have changed in it. */
  readonly governanceHeight: number | null;
  readonly proposals: OpenProposals | null;
}

/** The proposals that are open, soonest to expire first. */
export interface OpenProposals {
  readonly rows: readonly ProposalRow[];
  /** How many there are; more than `rows` where they do not fit into one page. */
  readonly total: number;
}

export const RECENT_BLOCKS_MAX = 60;

export function createNodeState(): StoreApi<NodeState> {
  return createStore<NodeState>(() => ({
    host: null,
    hostProblem: null,
    status: null,
    statusProblem: null,
    statusAt: null,
    preferences: null,
    keys: null,
    reviews: null,
    jobs: [],
    keysProblem: null,
    height: null,
    indexedHeight: null,
    logSize: null,
    recentBlocks: [],
    governanceHeight: null,
    proposals: null,
  }));
}
