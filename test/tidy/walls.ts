import { posix } from 'node:path';

import { importsOf } from './layers.ts';
import type { SourceFile } from './source-files.ts';

/** Inside the layers: what does not import what, types included, and why. A place is a folder or a file. */
export interface Wall {
  readonly of: string;
  readonly against: string;
  readonly why: string;
  /** The files of `against` that it may reach all the same. */
  readonly through?: readonly string[];
}

const inHost = (...names: readonly string[]): readonly string[] => names.map((name) => `src/node/host/${name}.ts`);

export const walls: readonly Wall[] = [
  ...[
    'src/node/chain',
    'src/node/query',
    'src/node/signing',
    'src/node/blobs',
    'src/node/storage',
    'src/cli',
    'electron',
  ].map((of) => ({
    of,
    against: 'src/node/engine',
    why: 'what an operation does is told by the ledger; an engine orders and seals',
  })),
  ...[
    'src/api',
    'src/node/blobs',
    'src/node/chain',
    'src/node/clock',
    'src/node/engine',
    'src/node/history',
    'src/node/host',
    'src/node/keys',
    'src/node/query',
    'src/node/signing',
    'src/node/validator',
    'src/node/verify',
  ].map((against) => ({
    of: 'src/node/data-directory',
    against,
    why: 'where files lie and how they are written is below those who keep some',
  })),
  ...[
    'src/node/blobs',
    'src/node/engine',
    'src/node/host',
    'src/node/keys',
    'src/node/query',
    'src/node/validator',
  ].map((against) => ({
    of: 'src/node/monitoring',
    against,
    why: 'a rule looks at the facts that it is given, and nowhere else',
  })),
  ...['src/node/host', 'src/node/doors', 'src/node/signing', 'src/node/keys', 'src/node/validator'].map((against) => ({
    of: 'src/node/integrity',
    against,
    why: 'a repair needs no key and asks nobody: it is given the directory, and what may be taken from where',
  })),
  ...['src/node/engine', 'src/node/storage', 'src/node/keys'].map((of) => ({
    of,
    against: 'src/api',
    why: 'what is told to others is made of what it has, elsewhere',
  })),
  {
    of: 'src/node/doors',
    against: 'src/node/host',
    why: 'a door serves the host whole, and asks a person what it is given',
    through: inHost('host', 'router', 'procedures', 'surface', 'host-deeds', 'asked-secrets', 'button-words'),
  },
  {
    of: 'src/node/doors',
    against: 'src/node/signing',
    why: 'a door shows a review and brings its confirmation: what is signed, and how, is the desk’s',
    through: ['src/node/signing/subjects/subject.ts', 'src/node/signing/signing-session.ts'],
  },
  ...['src/node/doors/confirm', 'src/node/doors/page'].map((of) => ({
    of,
    against: 'src/node/host/host.ts',
    why: 'what strangers reach is given the little that it needs',
  })),
  ...['src/node/doors/confirm', 'src/node/doors/page', 'src/node/doors/socket', 'src/cli', 'electron'].map((of) => ({
    of,
    against: 'src/node/host/router.ts',
    why: 'the contract is served by src/node/doors/serve-contract.ts alone',
  })),
  ...['src/node/blobs', 'src/node/chain', 'src/node/engine', 'src/node/query', 'src/node/storage'].map((against) => ({
    of: 'src/node/doors',
    against,
    why: 'a door lets in; what is asked there is answered by the host',
  })),
  ...['src/node/doors', 'src/node/host'].map((against) => ({
    of: 'src/node/signing',
    against,
    why: 'the desk knows no surface: each brings what a person confirmed',
  })),
  ...['src/node/doors', 'src/node/engine', 'src/node/host', 'src/node/signing', 'src/cli'].map((against) => ({
    of: 'src/node/recovery',
    against,
    why: 'a backup is made and restored of what is on the disk; who may ask, and who signs, is told to it',
  })),
  {
    of: 'src/node/host',
    against: 'src/node/doors',
    why: 'a host is given its surface and its door, and needs none to be one',
  },
  {
    of: 'src/api/chain',
    against: 'src/api/operator',
    why: 'what anybody may be told of a chain is made of nothing that one machine says of itself',
  },
  ...['src/node/doors', 'src/node/host', 'src/node/keys', 'src/node/signing'].map((against) => ({
    of: 'src/node/inspection',
    against,
    why: 'a file is looked at with no key and no surface: whoever shows it is given it',
  })),
  ...['src/node/query', 'src/node/blobs', 'src/node/threads'].map((of) => ({
    of,
    against: 'src/node/host',
    why: 'a thread answers; who may ask is decided where the doors are',
  })),
  ...['renderer/stores', 'renderer/services.ts', 'renderer/shell', 'renderer/screens', 'renderer/node-parts'].map(
    (against) => ({ of: 'renderer/parts', against, why: 'a part shows what it is given' }),
  ),
];

/** Lowest first: each imports those before it alone. The root of `src/ledger` is the ground. */
export const ledgerFloors: readonly string[] = [
  'src/ledger',
  'src/ledger/crypto',
  'src/ledger/log',
  'src/ledger/state',
  'src/ledger/governance',
  'src/ledger/actions',
  'src/ledger/transactions',
  'src/ledger/blocks',
  'src/ledger/effects',
  'src/ledger/proofs',
  'src/ledger/checkpoints',
  'src/ledger/documents',
];

interface Edge {
  readonly from: string;
  readonly to: string;
}

function edgesOf(files: readonly SourceFile[]): readonly Edge[] {
  const edges = files.flatMap((file) =>
    importsOf(file)
      .filter((target) => target.startsWith('.'))
      .map((target) => ({ from: file.path, to: posix.join(posix.dirname(file.path), target) })),
  );
  if (edges.length === 0) throw new Error('no import was seen: nothing was checked');
  return edges;
}

const isIn = (path: string, place: string): boolean => path === place || path.startsWith(`${place}/`);

/** One line for each import that goes through a wall. */
export function breaches(files: readonly SourceFile[]): readonly string[] {
  return edgesOf(files).flatMap(({ from, to }) =>
    walls
      .filter(({ of, against, through = [] }) => isIn(from, of) && isIn(to, against) && !through.includes(to))
      .map(({ why }) => `${from} imports ${to}: ${why}`),
  );
}

/** One line for each way through a wall that nobody goes: it is closed, or somebody will. */
export function unusedGates(files: readonly SourceFile[]): readonly string[] {
  const edges = edgesOf(files);
  return walls.flatMap(({ of, through = [] }) =>
    through
      .filter((gate) => !edges.some(({ from, to }) => isIn(from, of) && to === gate))
      .map((gate) => `${of} no longer imports ${gate}`),
  );
}

/** One line for each import of another screen's: what two screens share stands beside them. */
export function screensInScreens(files: readonly SourceFile[]): readonly string[] {
  const screenOf = (path: string): string | undefined => /^renderer\/screens\/([^/]+)\//.exec(path)?.[1];
  return edgesOf(files)
    .filter(({ from, to }) => {
      const [one, other] = [screenOf(from), screenOf(to)];
      return one !== undefined && other !== undefined && one !== other;
    })
    .map(({ from, to }) => `${from} imports ${to}: what two screens share stands beside them`);
}

/** One line for each import of the ledger's that goes up, or from or to a folder that is on no floor. */
export function climbs(files: readonly SourceFile[]): readonly string[] {
  const floor = (path: string): number => ledgerFloors.indexOf(posix.dirname(path));
  return edgesOf(files)
    .filter(({ from, to }) => isIn(from, 'src/ledger') && isIn(to, 'src/ledger'))
    .filter(({ from, to }) => floor(from) === -1 || floor(to) === -1 || floor(to) > floor(from))
    .map(({ from, to }) => `${from} imports ${to}, which stands above it`);
}

/** Each ring of files that import one another, by its members. */
export function cycles(files: readonly SourceFile[]): readonly (readonly string[])[] {
  const targets = new Map(files.map(({ path }): [string, string[]] => [path, []]));
  // What is started in a thread of its own is not imported.
  for (const { from, to } of edgesOf(files))
    if (targets.has(to) && !to.endsWith('-worker.ts')) targets.get(from)?.push(to);
  const found: string[][] = [];
  // Tarjan, Depth-first search and linear graph algorithms, 1972.
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const visit = (path: string): void => {
    order.set(path, order.size);
    lowest.set(path, order.get(path) ?? 0);
    open.push(path);
    for (const target of targets.get(path) ?? []) {
      if (!order.has(target)) visit(target);
      if (open.includes(target))
        lowest.set(path, Math.min(lowest.get(path) ?? 0, lowest.get(target) ?? 0, order.get(target) ?? 0));
    }
    if (lowest.get(path) !== order.get(path)) return;
    const ring = open.splice(open.indexOf(path));
    if (ring.length > 1) found.push(ring.toSorted());
  };
  for (const path of targets.keys()) if (!order.has(path)) visit(path);
  return found;
}
