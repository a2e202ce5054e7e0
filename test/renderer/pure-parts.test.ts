import { ORPCError } from '@orpc/client';
import { describe, expect, it } from 'vitest';
import type { Lineage } from '../../src/api/chain/environments.ts';
import { defined } from '../../src/base/assert.ts';

import { ConnectionLost, describeProblem } from '../../renderer/bridge/problem.ts';
import { findCommands } from '../../renderer/commands/find-commands.ts';
import {
  formatAge,
  formatBytes,
  formatDuration,
  formatMicroseconds,
  formatMinute,
  formatMoment,
  formatTime,
  formatTimeShort,
  shortenHex,
} from '../../renderer/parts/format.ts';
import { decodeFilter, isFiltered } from '../../renderer/screens/audit/audit-filter.ts';
import { drawnSteps, eachStep } from '../../renderer/screens/environments/lineage-runs.ts';
import { layOutLineage } from '../../renderer/screens/environments/lineage-layout.ts';
import { numberLines } from '../../renderer/screens/environments/number-lines.ts';
import { decodeDraft, draftOf, metadataOptions } from '../../renderer/screens/environments/tasks/metadata-draft.ts';
import { cellsOf } from '../../renderer/screens/recovery/integrity/cells.ts';
import { changedValues } from '../../renderer/signing/changed-values.ts';
import { applyEvent } from '../../renderer/stores/follow-node.ts';
import { createNodeState, RECENT_BLOCKS_MAX } from '../../renderer/stores/node-state.ts';
import { fakeHash } from './fake-values.ts';
import { madeLineage } from './made-lineage.ts';

describe('formats', () => {
  it('gives every figure its unit', () => {
    expect([formatBytes(1), formatBytes(1_536), formatBytes(3 * 1024 ** 3)]).toEqual(['1 byte', '1.5 KiB', '3 GiB']);
    expect([formatMicroseconds(null), formatMicroseconds(900), formatMicroseconds(1_310)]).toEqual([
      '–',
      '900 µs',
      '1.3 ms',
    ]);
    expect([formatDuration(61_000), formatDuration(2 * 86_400_000), formatAge(0, 900)]).toEqual([
      '1 min',
      '2 days',
      'now',
    ]);
    expect(shortenHex(fakeHash(1, 5))).toMatch(/^0x1000…[0-9a-f]{4}$/);
  });

  it('says how far ahead a time is that is to come yet, and writes what no calendar names', () => {
    expect([formatAge(30_000, 0), formatAge(7_200_000, 0), formatAge(400 * 86_400_000, 0)]).toEqual([
      'now',
      '2 h ahead',
      '400 days ahead',
    ]);
    for (const time of [8_640_000_000_000_001, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER])
      expect([formatTime(time), formatTimeShort(time, 0), formatMoment(time, 0), formatMinute(time)]).toEqual(
        Array.from({ length: 4 }, () => `${time} ms`),
      );
  });
});

describe('problems', () => {
  it('carry the host’s code, message and advice', () => {
    const error = new ORPCError('PASSPHRASE_WRONG', { message: 'no', data: { advice: 'try again' } });
    expect(describeProblem(error)).toEqual({ code: 'PASSPHRASE_WRONG', message: 'no', advice: 'try again' });
  });

  it('have advice even when the host sent none', () => {
    expect(describeProblem(new ORPCError('STORAGE_FULL', { message: 'full' })).advice).toContain('Free disk space');
    expect(describeProblem('odd').advice).not.toBe('');
  });

  it('know a lost connection', () => {
    expect(describeProblem(new ConnectionLost()).code).toBe('CONNECTION_LOST');
  });
});

describe('the filter of the audit log', () => {
  it('takes over what is well-formed and nothing else', () => {
    const query = new URLSearchParams('action=a&action=&signer=%20op%20&from_block=12&to_block=x&from_time=-1&text=');
    expect(decodeFilter(query)).toEqual({ actions: ['a'], signer: 'op', from_block: 12 });
    expect(isFiltered(decodeFilter(new URLSearchParams('open=0x1')))).toBe(false);
  });
});

describe('metadata while it is typed', () => {
  it('goes to fields and back', () => {
    const metadata = { name: 'Maze', description: 'd', reward: { goal: 1 } };
    expect(decodeDraft(draftOf(metadata))).toEqual({ ok: true, metadata });
  });

  it.each([
    [{ name: 'safe \u202Edetcejer', max: 3 }],
    [{ name: ' spaced', description: '' }],
    [{ name: 5, description: ['x'] }],
    [{ 'k\u200Bey': 'a\u{E0041}', description: 'plain' }],
  ])('shows all of it, and is the same again where nothing was typed: %j', (metadata) => {
    const draft = draftOf(metadata);
    expect(JSON.stringify(draft)).not.toMatch(/[\u202E\u200B\u{E0041}]/u);
    expect(decodeDraft(draft)).toEqual({ ok: true, metadata });
    expect(metadataOptions(draft, draftOf(metadata))).toEqual({ name: null, description: null, metadata: null });
  });

  it('is refused where it is no object or holds a fraction', () => {
    expect(decodeDraft({ name: '', description: '', rest: '[1]' })).toMatchObject({ ok: false });
    expect(decodeDraft({ name: '', description: '', rest: '{"a":[{"b":0.5}]}' })).toEqual({
      ok: false,
      problem: '0.5 is not a whole number. Write it as text: "0.5".',
    });
  });
});

describe('lineage', () => {
  it('places each lane on its line, in the order of the log, and draws every edge that has both ends', () => {
    const lineage = madeLineage();
    const layout = layOutLineage(eachStep(lineage), [...lineage.edges, { from: 'cut off', to: 'x', kind: 'next' }]);
    expect(layout.edges).toHaveLength(lineage.edges.length);
    expect(
      new Set(layout.nodes.map(({ node, y }) => `${node.kind === 'source' ? 'source' : node.lane} ${y}`)).size,
    ).toBe(3);
    const order = layout.nodes.map(({ node }) => node.log_index);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  /** Updates in a row, from version 1 on, with what else came of some of them. */
  function updates(count: number, more: readonly Lineage['edges'][number][] = []): Lineage {
    const [first] = madeLineage().nodes;
    const nodes = Array.from({ length: count }, (_, index) => ({
      ...defined(first, 'a node'),
      kind: index === 0 ? ('create' as const) : ('update' as const),
      id: `v${index + 1}`,
      label: `v${index + 1}`,
      log_index: 10 * index,
    }));
    const edges = nodes.slice(1).map(({ id }, index) => ({ from: `v${index + 1}`, to: id, kind: 'next' as const }));
    return { nodes, edges: [...edges, ...more], indexed_height: 1, truncated: false };
  }
  const labels = (lineage: Lineage, ...kept: readonly string[]): readonly string[] =>
    drawnSteps(lineage, new Set(kept)).map(({ steps }) => steps.map(({ id }) => id).join('+'));

  it('draws updates of which nothing else came as one, and each step is in exactly one place', () => {
    expect(labels(updates(6))).toEqual(['v1', 'v2+v3+v4+v5+v6']);
    expect(labels(updates(3))).toEqual(['v1', 'v2', 'v3']);
    const { nodes } = layOutLineage(drawnSteps(updates(6), new Set()), updates(6).edges);
    expect(nodes.flatMap(({ steps }) => steps)).toHaveLength(6);
  });

  it.each(['promote', 'merge', 'restore', 'checkpoint'] as const)('hides no end of an edge of kind %s', (kind) => {
    const apart = ['v1', 'v2+v3+v4', 'v5', 'v6+v7+v8'];
    expect(labels(updates(8, [{ from: 'v5', to: 'elsewhere', kind }]))).toEqual(apart);
    expect(labels(updates(8, [{ from: 'elsewhere', to: 'v5', kind }]))).toEqual(apart);
  });

  it('keeps what is looked at by itself, and joins nothing over what came between in time', () => {
    expect(labels(updates(8), '40')).toEqual(['v1', 'v2+v3+v4', 'v5', 'v6+v7+v8']);
    const lineage = updates(8);
    const between = { ...defined(lineage.nodes[0], 'a node'), kind: 'checkpoint' as const, id: 'label', log_index: 45 };
    expect(labels({ ...lineage, nodes: [between, ...lineage.nodes] })).toEqual([
      'v1',
      'v2+v3+v4+v5',
      'label',
      'v6+v7+v8',
    ]);
    // What does not follow, as after a rollback, is no run.
    const cut = { ...lineage, edges: lineage.edges.filter(({ to }) => to !== 'v6') };
    expect(labels(cut)).toEqual(['v1', 'v2+v3+v4+v5', 'v6+v7+v8']);
  });

  it('draws one edge to a run and one from it, and none within', () => {
    const lineage = updates(8, [{ from: 'v8', to: 'v9', kind: 'next' }]);
    const end = { ...defined(lineage.nodes[0], 'a node'), kind: 'promote' as const, id: 'v9', log_index: 90 };
    const drawn = drawnSteps({ ...lineage, nodes: [...lineage.nodes, end] }, new Set());
    expect(layOutLineage(drawn, lineage.edges).edges).toHaveLength(2);
  });
});

describe('a difference of lines', () => {
  it('numbers both sides', () => {
    const lines = numberLines({
      before_start: 10,
      after_start: 20,
      lines: [
        { kind: 'same', text: 'a' },
        { kind: 'removed', text: 'b' },
        { kind: 'added', text: 'c' },
        { kind: 'same', text: 'd' },
      ],
    });
    expect(lines.map(({ before, after }) => [before, after])).toEqual([
      [10, 20],
      [11, null],
      [null, 21],
      [12, 22],
    ]);
  });
});

describe('integrity cells', () => {
  it('are verified only when all their blocks were', () => {
    const { states, blocksPerCell } = cellsOf({ progress: { done: 15, total: 360 }, findings: [], height: 359 });
    expect(blocksPerCell).toBe(2);
    expect(states.slice(0, 9)).toEqual([...Array.from({ length: 7 }, () => 'verified'), 'doing', 'todo']);
  });

  it('show nothing as verified before it was checked, and damage where it is', () => {
    const { states } = cellsOf({ progress: undefined, findings: [{ place: 'block 4', message: 'x' }], height: 9 });
    expect(states.filter((state) => state !== 'todo')).toEqual(['damaged']);
    expect(states[4]).toBe('damaged');
  });
});

describe('the copy of the node', () => {
  const block = (index: number) => ({
    index,
    hash: fakeHash(2, index),
    timestamp: 0,
    validator: 'v',
    transaction_count: 1,
  });

  it('keeps the newest blocks, in order, each once', () => {
    let state = createNodeState().getState();
    for (const index of [1, 2, 2, 1, ...Array.from({ length: 100 }, (_, more) => more + 3)]) {
      state = applyEvent(state, {
        type: 'block',
        block: block(index),
        env_ids: [],
        actions: [],
        changes_governance: false,
        log_size: index,
      });
    }
    expect(state.height).toBe(102);
    expect(state.recentBlocks.map(({ index }) => index)).toEqual(
      Array.from({ length: RECENT_BLOCKS_MAX }, (_, more) => 102 - more),
    );
  });
});

describe('finding commands', () => {
  const command = (title: string, keywords: string) => ({
    id: title,
    title,
    keywords,
    shortcut: null,
    run: () => undefined,
  });

  it('matches the beginnings of words, all of them', () => {
    const commands = [command('Go to Keys', 'identity'), command('Create a key…', 'new')];
    expect(findCommands(commands, 'key cre').map(({ title }) => title)).toEqual(['Create a key…']);
    expect(findCommands(commands, 'eys')).toEqual([]);
    expect(findCommands(commands, '')).toHaveLength(2);
  });
});

describe('what a signature changes', () => {
  const change = (before: unknown, after: unknown) =>
    ({ namespace: 'environments', key: 'maze', path: 'green', before, after }) as never;

  it('is shown value by value, and what is nothing on both sides not at all', () => {
    const values = changedValues([
      change(null, { version: 1, metadata: { name: 'Maze', reward: { goal: 1 } }, sources: [], note: null }),
    ]);
    expect(values.map(({ name, before, after }) => [name, before, after])).toEqual([
      ['maze green.version', undefined, 1],
      ['maze green.metadata.name', undefined, 'Maze'],
      ['maze green.metadata.reward.goal', undefined, 1],
    ]);
  });

  it('keeps what is the same out, and shows a value that becomes an object as a whole', () => {
    const values = changedValues([change({ a: 1, b: 2 }, { a: 1, b: { c: 3 } })]);
    expect(values.map(({ name, before, after }) => [name, before, after])).toEqual([['maze green.b', 2, { c: 3 }]]);
  });
});
