import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import { join } from 'node:path';

import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { ValidatorView } from '../../src/api/chain/members.ts';
import type { Hash } from '../../src/base/bytes.ts';
import { QuantumLockError } from '../../src/base/errors.ts';
import { BlobStore } from '../../src/node/blobs/blob-store.ts';
import { StoredContent } from '../../src/node/blobs/stored-content.ts';
import { dataPaths } from '../../src/node/data-directory/data-paths.ts';
import { readNodeConfig, writeNodeConfig } from '../../src/node/data-directory/node-config.ts';
import { StandingAlerts } from '../../src/node/monitoring/standing-alerts.ts';
import { QuantumNode } from '../../src/node/quantum-node.ts';
import { verifyNode } from '../../src/node/verify/verify-node.ts';
import { CleverDamage, KIND_NAMES, SEALED_AGAIN, type Damage, type Sources } from './clever-damage.ts';
import { recallBytes, rollbackBytes } from '../node/query/recovery-history.ts';
import { isSoak, SeededRandom } from './seeded-random.ts';
import {
  administratorKey,
  createBytes,
  foundTestChain,
  promoteBytes,
  sealingKey,
  signForChainIn,
  updateBytes,
} from './test-chain.ts';

const TRIALS = isSoak ? 500 : 3;
/** Blocks in each of two runs; the last of the first is a batch that fills a tile of the log. */
const BLOCKS = 4;
const BATCHES = [256, 6] as const;

/** What is shown of one thing: its value, or the code of the refusal. */
type Shown = { readonly value: unknown } | { readonly refused: string };
type Showing = ReadonlyMap<string, Shown>;

/** Codes with which something is refused that was there; what is said not to be there must be behind the chain's end. */
const BUGS = /^(?:NODE_FAILED|BUG)/;
/** Of the machine, and of no damage. */
const OF_THE_MACHINE = new Set(['LOW_DISK', 'SLOW_SIGNATURES']);

describe('clever damage to a data directory', () => {
  const root = mkdtempSync(join(tmpdir(), 'quantum-lock-damage-'));
  const place = (name: string): string => join(root, name);
  const sources: Sources = {
    newest: place('newest'),
    older: place('older'),
    fork: place('fork'),
    other: place('other'),
  };
  const damaged = place('damaged');
  const random = SeededRandom.announced('clever damage');
  /** Ids, hashes and contents to ask for, of all four. */
  const transactions: Hash[] = [];
  const blocks: Hash[] = [];
  const contents: Hash[] = [];
  let truths: ReadonlyMap<string, Showing> = new Map();
  let maker: CleverDamage;
  let newestHead: { readonly index: number; readonly hash: string };

  afterAll(() => rmSync(root, { recursive: true, force: true }));
  beforeAll(async () => {
    foundTestChain(sources.newest, { timestamp: Date.now() - 5_000 });
    await grow(sources.newest, 'a', BATCHES[0]);
    cpSync(sources.newest, sources.older, { recursive: true });
    cpSync(sources.newest, sources.fork, { recursive: true });
    await grow(sources.newest, 'b', BATCHES[1]);
    writeNodeConfig(sources.newest, { ...readNodeConfig(sources.newest), acting_key_id: 'key-engineer' });
    await grow(sources.fork, 'forged', BATCHES[1]);
    foundTestChain(sources.other);
    await grow(sources.other, 'c', BATCHES[0]);
    await grow(sources.other, 'd', BATCHES[1]);
    writeNodeConfig(sources.other, { ...readNodeConfig(sources.other), acting_key_id: 'key-other' });
    const all = await Promise.all(Object.values(sources).map(async (data: string) => showAll(data)));
    truths = new Map(all.map((showing) => [headOf(showing)?.head_hash ?? '', showing]));
    const { value } = (all[0] as Showing).get('head') as {
      value: { height: number; head_hash: string; log_size: number };
    };
    newestHead = { index: value.height, hash: value.head_hash };
    maker = new CleverDamage(random, sources, { height: value.height, logSize: value.log_size });
  }, 240_000);

  /** Some blocks of one transaction, a directory, and a batch. */
  async function grow(data: string, prefix: string, batch: number): Promise<void> {
    signForChainIn(data);
    const node = await QuantumNode.open({ dataDirectory: data, key: sealingKey(), now: Date.now });
    const blobs = new BlobStore({ directory: dataPaths(data).blobs, stored: new StoredContent(data) });
    const commit = async (all: readonly Uint8Array[]): Promise<void> => {
      for (const result of await node.submitBatch(all)) {
        if (result.outcome !== 'committed') throw new Error(result.rejection.message);
        transactions.push(result.receipt.id);
        blocks.push(result.receipt.block_hash);
      }
    };
    try {
      const files = place(`files-${prefix}`);
      mkdirSync(files);
      // One of more than a chunk.
      for (const [name, sizeBytes] of [
        ['weights.bin', 1_100_000],
        ['env.py', 300],
      ] as const)
        writeFileSync(join(files, name), new SeededRandom(sizeBytes + prefix.length).bytes(sizeBytes));
      writeFileSync(join(files, 'name'), prefix);
      const { state_hash } = await blobs.storeDirectory(files);
      contents.push(state_hash);
      await commit([createBytes(`${prefix}-stored`, { stateHash: state_hash })]);
      for (let block = 1; block < BLOCKS - 1; block++) await commit([createBytes(`${prefix}-${block}`)]);
      await commit([
        updateBytes(`${prefix}-1`, 'better'),
        promoteBytes(`${prefix}-2`, `${prefix}-2`),
        createBytes(`${prefix}-gone`),
      ]);
      // Something is rolled back, something vanishes by it, and something is recalled.
      const { payload } = await node.query.rollbackPreview({ target: { height: node.height - 1 } });
      await commit([
        rollbackBytes({ ...payload, scope: [`${prefix}-1`, `${prefix}-gone`] }, 'tried out'),
        recallBytes(`${prefix}-2`, { version: 1, content: `${prefix}-2` }),
      ]);
      await commit(
        Array.from({ length: batch }, (_, index) => createBytes(`${prefix}-many-${index}`, { by: 'engineer' })),
      );
      await node.query.indexedTo(node.height);
    } finally {
      await blobs.close();
      await node.close();
    }
    transactions.splice(0, transactions.length, ...sampled(transactions, 24));
    blocks.splice(0, blocks.length, ...new Set(blocks));
  }

  function sampled<Value>(all: readonly Value[], count: number): readonly Value[] {
    const every = Math.max(1, Math.floor(all.length / count));
    return all.filter((_, index) => index % every === 0 || index > all.length - 3);
  }

  async function showAll(data: string): Promise<Showing> {
    const node = await QuantumNode.open({ dataDirectory: data, key: null, now: Date.now });
    try {
      await node.query.scrubbed();
      return await show(node);
    } finally {
      await node.close();
    }
  }

  /** Everything that a reader of a node may ask. What begins with `newest` depends on the newest block. */
  async function show({ query }: QuantumNode): Promise<Showing> {
    const asked = new Map<string, Promise<unknown>>();
    asked.set('head', query.head());
    asked.set('newest blocks', query.blocks({ limit: 50 }));
    for (let index = 0; index <= 2 * (BLOCKS + 1) + 1; index++)
      asked.set(`block ${index}`, query.block({ at: { index }, offset: 0, limit: 3 }));
    for (const hash of blocks) asked.set(`block ${hash}`, query.block({ at: { hash }, offset: 0, limit: 3 }));
    for (const id of transactions) {
      asked.set(`transaction ${id}`, query.transaction({ id }));
      asked.set(`receipt ${id}`, query.receipt(id));
    }
    for (const [index, id] of sampled(transactions, 4).entries())
      asked.set(`newest proof ${index}`, query.transactionProof({ id }));
    for (const [name, filter] of Object.entries({
      all: {},
      env: { env_id: 'a-1' },
      words: { text: 'better' },
      gone: { env_id: 'a-gone' },
      invented: { text: 'stolen' },
      signer: { signer: administratorKey },
      member: { signer: 'engineer' },
      action: { actions: ['promote_environment'] },
      time: { from_time: 0, to_time: 5 },
    }))
      asked.set(`newest audit ${name}`, query.audit({ filter, limit: 12 }));
    for (const zone of ['blue', 'green'] as const)
      asked.set(`newest ${zone}`, query.environments({ zone, archived: true, limit: 500 }));
    for (const env_id of ['a-1', 'a-2', 'a-gone', 'b-1', 'b-stored', 'forged-1', 'c-2', 'd-many-4']) {
      asked.set(`newest environment ${env_id}`, query.environment({ env_id }));
      asked.set(`newest lineage ${env_id}`, query.lineage({ env_id }));
      asked.set(`environment ${env_id} at 3`, query.environment({ env_id, at: { height: 3 } }));
      asked.set(
        `proof ${env_id} at 4`,
        query.stateProof({ namespace: 'environments', key: env_id, at: { height: 4 } }),
      );
    }
    asked.set('keys at 4', query.stateKeys({ namespace: 'environments', at: { height: 4 }, limit: 500 }));
    asked.set('newest members', query.members());
    // Which of them is here is of the node that is asked, not of the chain.
    const strip = ({ is_here: _, ...of }: ValidatorView): Omit<ValidatorView, 'is_here'> => of;
    asked.set(
      'newest validators',
      query.validators().then(({ validators }) => validators.map(strip)),
    );
    asked.set('newest policies', query.policies());
    asked.set('newest search', query.search({ text: 'a-1' }));
    for (const hash of contents) {
      asked.set(`files ${hash}`, query.files({ state_hash: hash }));
      asked.set(`file ${hash}`, query.file({ state_hash: hash, path: 'env.py' }));
    }
    const shown = [...asked].map(async ([name, promise]): Promise<[string, Shown]> => [
      name,
      await promise.then(
        (value) => ({ value }),
        (error: unknown) => ({ refused: codeOf(error) }),
      ),
    ]);
    return new Map(await Promise.all(shown));
  }

  function headOf(showing: Showing): { readonly height: number; readonly head_hash: string } | null {
    const head = showing.get('head');
    return head !== undefined && 'value' in head
      ? (head.value as { readonly height: number; readonly head_hash: string })
      : null;
  }

  /** Which block it is, or is in. */
  function blockOf(value: unknown): number | undefined {
    const { block_index, index } = (value ?? {}) as { readonly block_index?: number; readonly index?: number };
    return block_index ?? index;
  }

  /** What is shown and is neither true nor refused. */
  function lies(
    showing: Showing,
    { damage, isUnchecked }: { readonly damage: readonly Damage[]; readonly isUnchecked: boolean },
  ): string[] {
    const head = headOf(showing);
    const own = head === null ? undefined : truths.get(head.head_hash);
    // That a block sealed again with the key is another one is what an alert tells: what is in it is the chain's.
    const isInSealedAgain = (shown: Shown): boolean =>
      damage.some(({ kind }) => kind === SEALED_AGAIN) &&
      'value' in shown &&
      head !== null &&
      blockOf(shown.value) === head.height;
    return [...showing]
      .filter(([name, shown]) => {
        if ('refused' in shown && shown.refused !== 'NOT_FOUND') return BUGS.test(shown.refused);
        if (name.startsWith('file') && isNotHere(shown)) return false;
        if (isSaidToBeBehind(shown)) return false;
        // What could not be held against a damaged chain is said to be unchecked.
        if (isUnchecked && isOfIndex(name)) return false;
        if (own === undefined && isInSealedAgain(shown)) return false;
        const truth = own === undefined || name.startsWith('file') ? [...truths.values()] : [own];
        if (truth.some((one) => isDeepStrictEqual(one.get(name), shown))) return false;
        // A chain that was cut has an end of its own, and what is behind it is not there.
        if (own !== undefined) return true;
        return !(name.startsWith('newest') || name === 'head' || isNothing(shown));
      })
      .map(([name, shown]) => `${name}: ${JSON.stringify(shown).slice(0, 300)}`);
  }

  /** What came from an index that could not be taken to the chain's end says so. */
  function isSaidToBeBehind(shown: Shown): boolean {
    if ('refused' in shown || shown.value === null) return false;
    const { indexed_height: indexed } = shown.value as { readonly indexed_height?: number };
    return indexed !== undefined && indexed < newestHead.index;
  }

  const isOfIndex = (name: string): boolean => /^newest (?:audit|search|lineage)/.test(name);
  const isNothing = (shown: Shown): boolean => 'refused' in shown || shown.value === null;
  const isNotHere = (shown: Shown): boolean =>
    'refused' in shown || (shown.value as { readonly known?: boolean }).known === false;

  interface Told {
    /** Alerts, or the code with which it was refused. */
    readonly codes: readonly string[];
    readonly lies: readonly string[];
    readonly written: string | null;
  }

  /** Opens the damaged directory, looks at all that it shows, and tries to write. */
  async function open(
    key: ReturnType<typeof sealingKey> | null,
    { envId, damage }: { readonly envId: string; readonly damage: readonly Damage[] },
  ): Promise<Told> {
    let node: QuantumNode;
    try {
      node = await QuantumNode.open({ dataDirectory: damaged, key, now: Date.now });
    } catch (error) {
      return { codes: [codeOf(error)], lies: [], written: null };
    }
    try {
      const scrubbed = await node.query.scrubbed().then(
        () => null,
        (error: unknown) => codeOf(error),
      );
      const showing = await show(node);
      let isUnchecked = false;
      const status = await node.status().then(
        ({ alerts, index }) => {
          isUnchecked = index.unchecked_after !== null;
          return alerts.map(({ code }) => code).filter((code) => !OF_THE_MACHINE.has(code));
        },
        (error: unknown) => [codeOf(error)],
      );
      if (scrubbed !== null && !status.includes(scrubbed)) status.push(`untold ${scrubbed}`);
      const written = await node.submit(createBytes(envId)).then(
        (result) => (result.outcome === 'committed' ? result.receipt.block_hash : result.rejection.name),
        (error: unknown) => codeOf(error),
      );
      return { codes: status, lies: lies(showing, { damage, isUnchecked }), written };
    } finally {
      await node.close();
    }
  }

  /** Every seal that stands anywhere in a directory: height and hash. */
  function seals(data = damaged): ReadonlySet<string> {
    const found = new Set<string>();
    const record = existsSync(join(data, 'head.record')) ? readFileSync(join(data, 'head.record'), 'utf8') : '';
    for (const [, hash, height] of record.matchAll(/"hash":"(0x[0-9a-f]{64})","header":".*?\\"index\\":(\d+)/g))
      found.add(`${height} ${hash}`);
    try {
      const database = new Database(join(dataPaths(data).chain, 'chain.db'), { fileMustExist: true });
      try {
        const rows = database.prepare<[], [number, string]>(
          "SELECT height, '0x' || lower(hex(hash)) FROM blocks WHERE proof IS NOT NULL",
        );
        for (const [height, hash] of rows.raw().all()) found.add(`${height} ${hash}`);
      } finally {
        database.close();
      }
    } catch {
      // Nothing that can be read is a seal.
    }
    return found;
  }

  function previousOf(hash: string): unknown {
    const database = new Database(join(dataPaths(damaged).chain, 'chain.db'), { readonly: true });
    try {
      return database
        .prepare("SELECT header ->> '$.previous_hash' FROM blocks WHERE lower(hex(hash)) = ?")
        .pluck()
        .get(hash.slice(2));
    } finally {
      database.close();
    }
  }

  /** Seals that were made on what was damaged, or not on the newest block that was sealed before. What was repaired is told by its alert. */
  function wrongSeals(before: ReadonlySet<string>, damage: readonly Damage[]): string[] {
    const trueSeals = seals(sources.newest);
    const isRepaired = new StandingAlerts(damaged, Date.now).all('CHAIN_REPAIRED').length > 0;
    const added = [...seals()].filter((seal) => !before.has(seal) && !(isRepaired && trueSeals.has(seal)));
    if (damage.some(({ scope }) => scope === 'chain') && !isRepaired) return added;
    return added.filter((seal) => {
      const [height = '', hash = ''] = seal.split(' ');
      if (Number(height) === newestHead.index + 1) return previousOf(hash) !== newestHead.hash;
      return Number(height) <= newestHead.index;
    });
  }

  const names = random.shuffled(KIND_NAMES);
  const counts = new Map<string, number>();
  afterAll(() => {
    const told = [...counts].sort(([left], [right]) => left.localeCompare(right));
    process.stderr.write(`clever damage: ${told.map(([name, count]) => `${name} ${count}`).join('; ')}\n`);
  });

  test(`is refused or named, never shown as true, never sealed, and does not go away (${TRIALS} trials)`, async () => {
    const problems: string[] = [];
    for (let trial = 0; trial < TRIALS; trial++) {
      rmSync(damaged, { recursive: true, force: true });
      cpSync(sources.newest, damaged, { recursive: true });
      const damage = maker.make(damaged, names[trial % names.length] as string);
      for (const { kind } of damage) counts.set(kind, (counts.get(kind) ?? 0) + 1);
      const what = `trial ${trial}: ${damage.map((one) => `${one.kind} (${one.what})`).join(' and ')}`;
      for (const problem of await examine(damage, trial)) {
        problems.push(`${what}: ${problem}`);
        process.stderr.write(`${what}: ${problem}\n`);
      }
    }
    expect(problems).toEqual([]);
  });

  async function examine(damage: readonly Damage[], trial: number): Promise<string[]> {
    const problems: string[] = [];
    const before = seals();
    signFor(damaged);
    const report = await verifyNode({ dataDirectory: damaged, verifyThreads: 1, onProgress: () => undefined }).catch(
      (error: unknown) => ({ ok: false, findings: [{ place: '', message: codeOf(error) }] }),
    );
    if (report.ok || BUGS.test(report.findings[0]?.message ?? '')) problems.push(`verify: ${JSON.stringify(report)}`);
    const openings: { mode: string; isRemade: boolean }[] = random
      .shuffled(['key', 'read'])
      .map((mode) => ({ mode, isRemade: false }));
    openings.push({ mode: random.pick(['key', 'read']), isRemade: true });
    for (const [index, { mode, isRemade }] of openings.entries()) {
      if (isRemade) for (const end of ['', '-wal', '-shm']) rmSync(join(damaged, `index.db${end}`), { force: true });
      const told = await open(mode === 'key' ? sealingKey() : null, { envId: `after-${trial}-${index}`, damage });
      const codes = told.codes.join();
      const found = [
        ...told.lies,
        ...(codes === '' ? ['no alert'] : []),
        ...(/NODE_FAILED|BUG|untold/.test(codes) ? [codes] : []),
        ...wrongSeals(before, damage).map((seal) => `sealed ${seal} (${String(told.written)})`),
      ];
      problems.push(...found.map((each) => `${mode}${isRemade ? ', index remade' : ''}: ${each}`));
    }
    return problems;
  }

  function signFor(data: string): void {
    try {
      signForChainIn(data);
    } catch {
      signForChainIn(sources.newest);
    }
  }
});

function codeOf(error: unknown): string {
  return error instanceof QuantumLockError ? error.code : `BUG ${String(error)}`;
}
