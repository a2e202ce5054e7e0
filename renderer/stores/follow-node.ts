import type { StoreApi } from 'zustand/vanilla';

import type { BlockSummary } from '../../src/api/chain/blocks.ts';
import type { ChainEvent } from '../../src/api/chain/node.ts';
import type { HostInfo } from '../../src/api/operator/host.ts';
import type { OpenedThing } from '../../src/api/operator/opened.ts';
import type { KeysView } from '../../src/api/operator/keys.ts';
import type { Client } from '../bridge/client.ts';
import type { Connection } from '../bridge/connection.ts';
import { describeProblem, isAbandoned, type Problem } from '../bridge/problem.ts';
import { followGovernance } from './follow-governance.ts';
import { RECENT_BLOCKS_MAX, type NodeState } from './node-state.ts';
import { readPreferences } from './preferences.ts';

const STATUS_INTERVAL_MS = 2_000;
/** A node under full load answers within a second. */
const STATUS_PATIENCE_MS = 10_000;
const SILENT: Problem = {
  code: 'NODE_SILENT',
  message: 'The node does not answer.',
  advice: 'It may be stopped, or wait for its disk. What is shown is as it was before.',
};
/** Blocks can come hundreds a second; the page shows them at most this often. */
const EVENT_FLUSH_MS = 250;

/** Keeps the copy of the node's state fresh for as long as the page lives. `show`: what the person opens from outside the page. */
export function followNode(
  connection: Connection,
  node: StoreApi<NodeState>,
  show: (thing: OpenedThing) => void,
): void {
  const { client } = connection;
  let stop: AbortController | null = null;
  const restart = (): void => {
    stop?.abort();
    if (connection.state.getState().phase !== 'online') return;
    stop = new AbortController();
    void readHost(client, node);
    void readPreferences({ client, node });
    if (hasChain(node)) followChain(client, { node, show, signal: stop.signal });
  };
  let epoch = 0;
  connection.state.subscribe((state) => {
    if (state.phase !== 'online') stop?.abort();
    else if (state.epoch !== epoch) {
      epoch = state.epoch;
      restart();
    }
  });
  node.subscribe((state, previous) => {
    const genesis = state.host?.chain?.genesis;
    if (genesis === undefined || genesis === previous.host?.chain?.genesis) return;
    restart();
  });
}

function hasChain(node: StoreApi<NodeState>): boolean {
  const { host } = node.getState();
  return host !== null && host.chain !== null;
}

export async function readHost(client: Client, node: StoreApi<NodeState>): Promise<void> {
  try {
    noteHost(node, await client.operator.host());
  } catch (error) {
    node.setState({ hostProblem: describeProblem(error) });
  }
}

/** Takes over what a host command answered. */
export function noteHost(node: StoreApi<NodeState>, host: HostInfo): void {
  node.setState({ host, hostProblem: null });
}

export async function readKeys(client: Client, node: StoreApi<NodeState>, signal?: AbortSignal): Promise<KeysView> {
  const keys = await client.operator.keys(undefined, signal === undefined ? {} : { signal });
  node.setState({ keys, keysProblem: null });
  return keys;
}

interface Following {
  readonly node: StoreApi<NodeState>;
  readonly show: (thing: OpenedThing) => void;
  readonly signal: AbortSignal;
}

function followChain(client: Client, { node, show, signal }: Following): void {
  const ignoreLoss = (error: unknown): void => {
    // The connection's own state tells the person; what was read stays, and says how old it is.
    if (!signal.aborted) console.warn('the node could not be read', describeProblem(error).message);
  };
  followStatus(client, node, signal);
  void followEvents(client, node, signal).catch(ignoreLoss);
  void followDesk(client, node, signal).catch(ignoreLoss);
  void followJobs(client, node, signal).catch(ignoreLoss);
  void followOpened(client, show, signal).catch(ignoreLoss);
  followGovernance(client, node, signal);
}

/** Asks again and again. A node that answers with an error, or not at all, is not one that is as it was. */
function followStatus(client: Client, node: StoreApi<NodeState>, signal: AbortSignal): void {
  let askedAt: number | null = null;
  const ask = async (): Promise<void> => {
    askedAt = performance.now();
    try {
      await refreshStatus(client, node, signal);
    } catch (error) {
      if (!isAbandoned(error, signal)) node.setState({ statusProblem: describeProblem(error) });
    }
    askedAt = null;
  };
  const timer = setInterval(() => {
    if (document.visibilityState !== 'visible') return;
    if (askedAt === null) void ask();
    else if (performance.now() - askedAt > STATUS_PATIENCE_MS) node.setState({ statusProblem: SILENT });
  }, STATUS_INTERVAL_MS);
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  void ask();
}

async function refreshStatus(client: Client, node: StoreApi<NodeState>, signal: AbortSignal): Promise<void> {
  const status = await client.chain.status(undefined, { signal });
  node.setState((state) => ({
    status,
    statusProblem: null,
    statusAt: Date.now(),
    height: Math.max(status.height, state.status?.genesis === status.genesis ? (state.height ?? 0) : 0),
    indexedHeight: status.indexed_height,
    logSize: status.log_size,
  }));
}

/** Who acts, what is unlocked and which reviews wait, as the host reports to every tab whenever one of them changes. */
async function followDesk(client: Client, node: StoreApi<NodeState>, signal: AbortSignal): Promise<void> {
  for await (const { keys, reviews } of await client.operator.desk(undefined, { signal }))
    node.setState({ keys, reviews, keysProblem: null });
}

async function followJobs(client: Client, node: StoreApi<NodeState>, signal: AbortSignal): Promise<void> {
  for await (const { jobs } of await client.operator.jobs(undefined, { signal })) node.setState({ jobs });
}

async function followOpened(client: Client, show: Following['show'], signal: AbortSignal): Promise<void> {
  for await (const thing of await client.operator.opened(undefined, { signal })) show(thing);
}

async function followEvents(client: Client, node: StoreApi<NodeState>, signal: AbortSignal): Promise<void> {
  const events = await client.chain.events(undefined, { signal });
  let waiting: ChainEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  const flush = (): void => {
    timer = undefined;
    const batch = waiting;
    waiting = [];
    node.setState((state) => batch.reduce(applyEvent, state));
  };
  for await (const event of events) {
    if (event.type === 'resync') {
      await readAgain(client, node, signal);
      continue;
    }
    waiting.push(event);
    timer ??= setTimeout(flush, EVENT_FLUSH_MS);
  }
}

async function readAgain(client: Client, node: StoreApi<NodeState>, signal: AbortSignal): Promise<void> {
  const [{ blocks, height }] = await Promise.all([
    client.chain.blocks({ limit: RECENT_BLOCKS_MAX }, { signal }),
    refreshStatus(client, node, signal),
  ]);
  node.setState({ recentBlocks: blocks, height, governanceHeight: height });
}

/** The copy after one event. */
export function applyEvent(state: NodeState, event: ChainEvent): NodeState {
  switch (event.type) {
    case 'resync':
    case 'recovery':
      // What a recovery tells of comes with its block.
      return state;
    case 'indexed':
      return { ...state, indexedHeight: event.height };
    case 'health':
      return state.status === null
        ? state
        : { ...state, status: { ...state.status, health: event.health, alerts: event.alerts } };
    case 'block':
      return {
        ...state,
        height: Math.max(event.block.index, state.height ?? 0),
        logSize: Math.max(event.log_size, state.logSize ?? 0),
        recentBlocks: insertBlock(state.recentBlocks, event.block),
        governanceHeight: event.changes_governance ? event.block.index : state.governanceHeight,
      };
  }
}

function insertBlock(blocks: readonly BlockSummary[], block: BlockSummary): readonly BlockSummary[] {
  const newest = blocks[0];
  if (newest !== undefined && block.index <= newest.index) return blocks;
  return [block, ...blocks].slice(0, RECENT_BLOCKS_MAX);
}
