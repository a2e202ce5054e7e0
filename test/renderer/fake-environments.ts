import type { Hash } from '../../src/base/bytes.ts';
import type { z } from 'zod';
import type { Difference, FileEntry } from '../../src/api/chain/content.ts';
import type { EnvironmentSummary, Lineage, LineageNode, environmentRecord } from '../../src/api/chain/environments.ts';
import { greenStatusOf } from '../../src/ledger/state/green-status.ts';
import { ENVIRONMENT_COUNT, environmentId } from './fake-log.ts';
import { fakeHash, mix, type Metadata, textIn } from './fake-values.ts';

export type FakeEnvironment = z.infer<typeof environmentRecord>;

const DAY_MS = 86_400_000;
/** A version's state hash holds the environment's number and the version. */
const VERSIONS_MAX = 1_000;

export function stateHash(environment: number, version: number): Hash {
  return fakeHash(3, environment * VERSIONS_MAX + version);
}

export function metadataOf(envId: string, version: number): Metadata {
  return {
    name: envId.replaceAll('-', ' '),
    description: 'A test bed for planning under wind.',
    max_steps: 200 * version,
    reward: { goal: version, step: -1 },
  };
}

export function makeEnvironments(now: number): Map<string, FakeEnvironment> {
  const environments = new Map<string, FakeEnvironment>();
  for (let number = 0; number < ENVIRONMENT_COUNT; number++) {
    const envId = environmentId(number);
    const version = 1 + (mix(number) % 6);
    const green = number % 5 === 0 ? Math.max(1, version - (number % 3)) : null;
    environments.set(envId, {
      env_id: envId,
      created_at: now - 40 * DAY_MS,
      created_by: 'trainer-07',
      archived_at: null,
      blue: blueOf(envId, number, version, now - (mix(number + 9) % (3 * DAY_MS))),
      green: green === null ? null : greenOf(envId, number, green, now - 9 * DAY_MS),
      checkpoint:
        green !== null && number % 2 === 0
          ? {
              version: '1.2.0',
              checkpoint_hash: stateHash(number, green),
              created_at: now - 8 * DAY_MS,
              created_by: 'operations-2',
              transaction_id: fakeHash(1, number + 900),
            }
          : null,
      latest_version: version,
      recalled: null,
      rollback: null,
    });
  }
  return environments;
}

export function blueOf(envId: string, number: number, version: number, time: number): FakeEnvironment['blue'] {
  const sources =
    number % 7 === 3 ? [{ env_id: environmentId(number + 1), version: 2, state_hash: stateHash(number + 1, 2) }] : [];
  return {
    version,
    state_hash: stateHash(number, version),
    metadata: metadataOf(envId, version),
    file_count: 14,
    size_bytes: 217_088,
    updated_at: time,
    updated_by: 'trainer-07',
    transaction_id: fakeHash(1, number * 10 + version),
    sources,
  };
}

export function greenOf(
  envId: string,
  number: number,
  version: number,
  time: number,
): NonNullable<FakeEnvironment['green']> {
  return {
    version,
    state_hash: stateHash(number, version),
    metadata: metadataOf(envId, version),
    promoted_at: time,
    promoted_by: 'operations-1',
    approved_by: [],
    transaction_id: fakeHash(1, number * 10 + version + 5),
  };
}

export function summaryOf(environment: FakeEnvironment): EnvironmentSummary {
  const { blue, green, checkpoint } = environment;
  return {
    env_id: environment.env_id,
    name: textIn(blue.metadata['name']),
    archived: environment.archived_at !== null,
    blue_version: blue.version,
    blue_state_hash: blue.state_hash,
    updated_at: blue.updated_at,
    green_version: green?.version ?? null,
    green_state_hash: green?.state_hash ?? null,
    promoted_at: green?.promoted_at ?? null,
    checkpoint_version: checkpoint?.version ?? null,
    merged: blue.sources.length > 0,
    green_status: greenStatusOf(environment),
    recalled: environment.recalled,
    rollback: environment.rollback,
  };
}

export function lineageOf(environment: FakeEnvironment, number: number, now: number): Lineage {
  const nodes: LineageNode[] = [];
  const edges: Lineage['edges'] = [];
  const node = (
    kind: LineageNode['kind'],
    lane: LineageNode['lane'],
    label: string,
    version: number | null,
    order: number,
  ): LineageNode => {
    const made: LineageNode = {
      id: fakeHash(1, number * 100 + order),
      kind,
      lane,
      label,
      env_id: environment.env_id,
      version,
      state_hash: version === null ? null : stateHash(number, version),
      time: now - (60 - order * 4) * 3_600_000,
      block_index: 100 + order,
      log_index: 1_200 + order,
      member_id: 'trainer-07',
      member_name: 'trainer-07',
      metadata: version === null ? null : metadataOf(environment.env_id, version),
    };
    nodes.push(made);
    return made;
  };
  let previous: LineageNode | null = null;
  let order = 0;
  for (let version = 1; version <= environment.blue.version; version++) {
    const kind = version === 1 ? 'create' : 'update';
    const made = node(kind, 'blue', `v${version}`, version, order++);
    if (previous !== null) edges.push({ from: previous.id, to: made.id, kind: 'next' });
    previous = made;
    if (version === 2) {
      const source = {
        ...node('source', 'blue', 'maze-lite v2', 2, order++),
        id: 'maze-lite@2',
        env_id: 'maze-lite',
        log_index: 900,
      };
      nodes[nodes.length - 1] = source;
      edges.push({ from: source.id, to: made.id, kind: 'merge' });
    }
    if (version === environment.green?.version) {
      const green = node('promote', 'green', `Green v${version}`, version, order++);
      edges.push({ from: made.id, to: green.id, kind: 'promote' });
      if (environment.checkpoint !== null) {
        const mark = node('checkpoint', 'green', environment.checkpoint.version, version, order++);
        edges.push({ from: green.id, to: mark.id, kind: 'checkpoint' });
      }
    }
  }
  return { nodes, edges, indexed_height: 1, truncated: false };
}

export function filesOf(state: Hash): FileEntry[] {
  const seed = Number.parseInt(state.slice(3, 10), 16);
  const file = (path: string, offset: number, size: number): FileEntry => ({
    path,
    mode: path.endsWith('.sh') ? 0o755 : 0o644,
    size_bytes: size,
    content_hash: fakeHash(4, offset),
  });
  return [
    file('README.md', 1, 1_240),
    file('env.json', 2 + seed, 402),
    file('maze/env.py', 3 + seed, 9_412),
    file('maze/render.py', 4, 4_020),
    file('maze/seeds.json', 5, 4_198),
    file('run.sh', 6, 310),
    file('weights/policy.bin', 7, 184_320),
  ];
}

export function differenceOf(before: Metadata | null, after: Metadata): Difference {
  if (before === null) {
    const files = filesOf(stateHash(0, 1));
    return {
      metadata: Object.entries(after).map(([path, value]) => ({ path, after: value })),
      files: files.map((entry) => ({
        path: entry.path,
        kind: 'added',
        before: null,
        after: entry,
        lines_added: 40,
        lines_removed: 0,
      })),
      files_unchanged: 0,
      files_known: true,
    };
  }
  if (JSON.stringify(before) === JSON.stringify(after))
    return { metadata: [], files: [], files_unchanged: 7, files_known: true };
  const [, changed, script, , added] = filesOf(stateHash(0, 2));
  if (changed === undefined || script === undefined || added === undefined) throw new Error('the files are fixed');
  return {
    metadata: [
      { path: 'max_steps', before: before['max_steps'] ?? null, after: after['max_steps'] ?? null },
      { path: 'reward.goal', before: 1, after: 10 },
    ],
    files: [
      { path: 'maze/env.py', kind: 'changed', before: script, after: script, lines_added: 31, lines_removed: 7 },
      { path: 'maze/seeds.json', kind: 'added', before: null, after: added, lines_added: 12, lines_removed: 0 },
      {
        path: 'weights/policy.bin',
        kind: 'changed',
        before: changed,
        after: changed,
        lines_added: null,
        lines_removed: null,
      },
    ],
    files_unchanged: 11,
    files_known: true,
  };
}
