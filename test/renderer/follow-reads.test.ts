import type { Client } from '@orpc/client';
import { createTanstackQueryUtils } from '@orpc/tanstack-query';
import { QueryObserver, type QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createStore, type StoreApi } from 'zustand/vanilla';

import { defined } from '../../src/base/assert.ts';
import type { ConnectionState } from '../../renderer/bridge/connection.ts';
import { followReads } from '../../renderer/stores/follow-reads.ts';
import { createNodeState, type NodeState } from '../../renderer/stores/node-state.ts';
import { createReadCache } from '../../renderer/stores/read-cache.ts';

type Procedure = 'block' | 'members' | 'proposal' | 'proposals';

interface Call {
  readonly signal: AbortSignal;
  readonly answer: (text: string) => void;
  readonly fail: (error: Error) => void;
}

interface Shown {
  readonly text: () => string | undefined;
  readonly hide: () => void;
}

interface Bench {
  readonly node: StoreApi<NodeState>;
  readonly connection: StoreApi<ConnectionState>;
  readonly calls: Call[];
  /** Shows what `procedure` answers, as a component does. */
  readonly show: (procedure: Procedure) => Shown;
}

function bench(): Bench {
  const cache: QueryClient = createReadCache();
  const node = createNodeState();
  const connection = createStore<ConnectionState>(() => ({
    phase: 'online',
    refusal: null,
    epoch: 1,
    lostAt: null,
    retryAt: null,
  }));
  const calls: Call[] = [];
  followReads({ cache, node, connection });
  const ask: Client<Record<never, never>, undefined, string, Error> = (_input, { signal } = {}) =>
    new Promise((answer, fail) => calls.push({ signal: defined(signal, 'its signal'), answer, fail }));
  const reads = createTanstackQueryUtils({ chain: { block: ask, members: ask, proposal: ask, proposals: ask } });
  const show = (procedure: Procedure): Shown => {
    const observer = new QueryObserver(cache, reads.chain[procedure].queryOptions());
    const hide = observer.subscribe(() => undefined);
    return { text: () => observer.getCurrentResult().data, hide };
  };
  return { node, connection, calls, show };
}

const pass = async (milliseconds: number): Promise<void> => void (await vi.advanceTimersByTimeAsync(milliseconds));

describe('what was read', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('is asked for once by all that show it', async () => {
    const { calls, show } = bench();
    const first = show('members');
    const second = show('members');
    await pass(0);
    calls[0]?.answer('Ada');
    await pass(0);
    const third = show('members');
    await pass(0);
    expect(calls).toHaveLength(1);
    expect([first, second, third].map(({ text }) => text())).toEqual(['Ada', 'Ada', 'Ada']);
  });

  it('is read again after a block, and stays while it is read', async () => {
    const { node, calls, show } = bench();
    const members = show('members');
    await pass(0);
    calls[0]?.answer('Ada');
    await pass(0);
    node.setState({ indexedHeight: 1 });
    await pass(0);
    expect(calls).toHaveLength(2);
    expect(members.text()).toBe('Ada');
    calls[1]?.answer('Ada and Bob');
    await pass(0);
    expect(members.text()).toBe('Ada and Bob');
  });

  it('is read again at most once in a second, and after the last block', async () => {
    const { node, calls, show } = bench();
    show('members');
    await pass(0);
    for (let height = 1; height <= 20; height++) {
      node.setState({ indexedHeight: height });
      await pass(100);
      calls.at(-1)?.answer(`at ${height}`);
    }
    await pass(1_000);
    expect(calls).toHaveLength(4);
    await pass(60_000);
    expect(calls).toHaveLength(4);
  });

  it('is given up where a block came while it was read', async () => {
    const { node, calls, show } = bench();
    const members = show('members');
    await pass(0);
    node.setState({ indexedHeight: 1 });
    await pass(0);
    expect(calls).toHaveLength(2);
    expect(calls[0]?.signal.aborted).toBe(true);
    calls[0]?.answer('before the block');
    await pass(0);
    expect(members.text()).toBeUndefined();
    calls[1]?.answer('after the block');
    await pass(0);
    expect(members.text()).toBe('after the block');
  });

  it('stays where blocks do not change it, until the connection is another one', async () => {
    const { node, connection, calls, show } = bench();
    const block = show('block');
    await pass(0);
    calls[0]?.answer('block 7');
    node.setState({ height: 9, indexedHeight: 9, governanceHeight: 9 });
    await pass(60_000);
    expect(calls).toHaveLength(1);
    connection.setState({ epoch: 2 });
    await pass(0);
    expect(calls).toHaveLength(2);
    expect(block.text()).toBe('block 7');
  });

  it('knows a proposal that expired by the clock, and its end among those that ended', async () => {
    const { node, calls, show } = bench();
    show('proposal');
    show('proposals');
    await pass(0);
    node.setState({ proposals: { rows: [], total: 0 } });
    await pass(0);
    expect(calls).toHaveLength(4);
  });

  it('is given up when nothing shows it, and asked for anew when something does', async () => {
    const { calls, show } = bench();
    const members = show('members');
    await pass(0);
    members.hide();
    expect(calls[0]?.signal.aborted).toBe(true);
    const again = show('members');
    await pass(0);
    calls[1]?.answer('Ada');
    await pass(0);
    again.hide();
    await pass(1_000);
    expect(show('members').text()).toBeUndefined();
    await pass(0);
    expect(calls).toHaveLength(3);
  });

  it('stays when it cannot be read again, and is not asked for by itself', async () => {
    const { node, calls, show } = bench();
    const members = show('members');
    await pass(0);
    calls[0]?.answer('Ada');
    await pass(0);
    node.setState({ indexedHeight: 1 });
    await pass(0);
    calls[1]?.fail(new Error('the node is away'));
    await pass(60_000);
    expect(members.text()).toBe('Ada');
    expect(calls).toHaveLength(2);
  });
});
