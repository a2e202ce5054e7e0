import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { Hash } from '../../src/base/bytes.ts';
import type { JsonObject } from '../../src/base/canonical.ts';
import { proposing } from '../../src/ledger/actions/propose.ts';
import { proposalId } from '../../src/ledger/governance/proposal.ts';
import type { Host } from '../../src/node/host/host.ts';
import { Elsewhere } from '../sandbox/elsewhere.ts';
import type { Operation } from '../sandbox/environments.ts';
import { signedBy, type Person } from '../sandbox/people.ts';
import { foundMachine, indexed, machineIn, openHost, type Machine } from '../sandbox/seed.ts';

/** How much there is. The transactions include those that make the environments. */
export interface ChainSize {
  readonly environments: number;
  readonly transactions: number;
  /** Of the largest environment. */
  readonly files: number;
}

export interface ChainAtSize {
  readonly machine: Machine;
  readonly size: ChainSize;
  /** Has the files; its newest version changed thousands of them. */
  readonly widest: string;
  /** To promote that version; open. */
  readonly review: Hash;
  /** Has the most steps in its history, some of them merges. */
  readonly longest: string;
  /** Steps of that history. */
  readonly steps: number;
}

const BATCH = 500;
const BATCHES_IN_FLIGHT = 6;
const FILES_IN_FOLDER = 100;
const WIDEST = 'corpora/widest';
const LONGEST = 'curricula/longest';
const FAMILIES = [
  'mazes/grid',
  'control/cartpole',
  'dialogue/negotiation',
  'tools/browser',
  'code/repair',
  'games/hex',
];
const TAGS = ['planning', 'language', 'control', 'safety', 'evaluation', 'sparse-reward', 'multi-agent', 'tool-use'];
const OWNERS: readonly Person[] = ['trainer-07', 'operations-1', 'operations-2', 'security-lead'];

export function environmentId(place: number): string {
  return `${FAMILIES[place % FAMILIES.length] ?? ''}-${String(place).padStart(6, '0')}`;
}

/**
 * A chain of that size in `directory`, with all that a registry comes to have: owners, tags, promotions, archives, recalls, proposals,
 * a long history with merges, and an environment of many files. What a run before left there complete, and of that size, is used again.
 */
export async function chainAtSize(directory: string, size: ChainSize): Promise<ChainAtSize> {
  const record = join(directory, 'at-size.json');
  if (existsSync(record)) {
    const kept = JSON.parse(readFileSync(record, 'utf8')) as Omit<ChainAtSize, 'machine'>;
    if (JSON.stringify(kept.size) === JSON.stringify(size)) return { ...kept, machine: machineIn(directory) };
  }
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const machine = await foundMachine(directory);
  const host = await openHost(machine.dataDirectory);
  try {
    const made = await new Maker(host, join(directory, 'files'), size).make();
    writeFileSync(record, JSON.stringify(made));
    return { ...made, machine };
  } finally {
    await host.close();
  }
}

class Maker {
  readonly #host: Host;
  readonly #files: string;
  readonly #size: ChainSize;
  readonly #elsewhere: Elsewhere;
  /** Blue version of each environment that moved on from its first. */
  readonly #versions = new Map<string, number>();
  #committed = 0;

  constructor(host: Host, files: string, size: ChainSize) {
    this.#host = host;
    this.#files = files;
    this.#size = size;
    this.#elsewhere = new Elsewhere(host.node);
  }

  async make(): Promise<Omit<ChainAtSize, 'machine'>> {
    const { environments, transactions } = this.#size;
    const steps = Math.max(20, Math.floor(transactions / 20));
    const ids = Array.from({ length: environments - 2 }, (_, place) => environmentId(place));
    await this.#widest('create_environment', 1);
    await this.#commit(
      'environments',
      ids.map((envId, place) => creation(envId, OWNERS[place % OWNERS.length] ?? 'trainer-07')),
    );
    await this.#commit('promotions', ids.filter((_, place) => place % 2 === 0).map(promotion));
    await this.#commit('checkpoints', ids.filter((_, place) => place % 50 === 0).map(checkpoint));
    await this.#commit('recalls', ids.filter((_, place) => place % 200 === 100).map(recall));
    await this.#commit('archives', ids.filter((_, place) => place % 100 === 99).map(archive));
    await this.#longest(steps);
    // From here on what is promoted is proposed first, so that it stays open.
    const policy = { mode: 'multisig', role: 'administrator', threshold: { count: 2 } };
    await this.#elsewhere.enact('set_policy', { action: 'promote_environment', env_id: null, policy });
    await this.#proposals(ids.filter((_, place) => place % 2 === 1 && place % 100 !== 99));
    await this.#updates(ids.filter((_, place) => place % 100 !== 99));
    await this.#widest('update_environment', 2);
    const review = await this.#proposeWidest();
    console.error('  the index');
    await indexed(this.#host);
    return { size: this.#size, widest: WIDEST, longest: LONGEST, review, steps };
  }

  async #commit(what: string, operations: readonly Operation[]): Promise<void> {
    console.error(`  ${operations.length.toLocaleString('en')} ${what}`);
    const { node } = this.#host;
    const inFlight = new Set<Promise<void>>();
    for (let from = 0; from < operations.length; from += BATCH) {
      const batch = operations
        .slice(from, from + BATCH)
        .map(({ person, ...operation }) => signedBy(person, { chain: node.chain, ...operation }));
      const sent = node.submitBatch(batch).then((results) => {
        inFlight.delete(sent);
        for (const result of results)
          if (result.outcome !== 'committed') throw new Error(`refused: ${JSON.stringify(result.rejection)}`);
        return undefined;
      });
      inFlight.add(sent);
      if (inFlight.size >= BATCHES_IN_FLIGHT) await Promise.race(inFlight);
    }
    await Promise.all(inFlight);
    this.#committed += operations.length;
  }

  #update(envId: string, person: Person = 'trainer-07'): Operation {
    const version = this.#versions.get(envId) ?? 1;
    this.#versions.set(envId, version + 1);
    const payload = { env_id: envId, base_version: version, ...content(envId, version + 1) };
    return { person, action: 'update_environment', payload };
  }

  /** Updates, with a merge in every hundred and a promotion in every fifty. */
  async #longest(steps: number): Promise<void> {
    const operations: Operation[] = [creation(LONGEST, 'trainer-07')];
    let green: number | null = null;
    while (operations.length < steps) {
      const version = this.#versions.get(LONGEST) ?? 1;
      const place = operations.length;
      if (place % 50 === 49) {
        const payload = { env_id: LONGEST, ...stated(LONGEST, version), blue_version: version, green_version: green };
        operations.push({ person: 'operations-2', action: 'promote_environment', payload });
        green = version;
      } else if (place % 100 === 10) {
        this.#versions.set(LONGEST, version + 1);
        const sources = [environmentId(place % 98), environmentId((place + 1) % 98)];
        const payload = {
          source_envs: sources,
          source_versions: [1, 1],
          target_env: LONGEST,
          base_version: version,
          merge_strategy: 'best of each',
          ...content(LONGEST, version + 1),
        };
        operations.push({ person: 'trainer-07', action: 'merge_environments', payload });
      } else operations.push(this.#update(LONGEST));
    }
    await this.#commit('steps of one history', operations);
  }

  /** One in four hundred of all transactions opens a proposal; nine of ten are withdrawn again. */
  async #proposals(ids: readonly string[]): Promise<void> {
    const count = Math.min(ids.length, Math.max(20, Math.floor(this.#size.transactions / 400)));
    const opened: Operation[] = [];
    const withdrawn: Operation[] = [];
    for (const envId of ids.slice(0, count)) {
      const { id, operation } = await this.#proposing(promotion(envId));
      opened.push(operation);
      if (opened.length % 10 !== 0)
        withdrawn.push({ person: operation.person, action: 'withdraw', payload: { proposal_id: id } });
    }
    await this.#commit('proposals', opened);
    await this.#commit('withdrawals', withdrawn);
  }

  async #proposing({ person, ...proposed }: Operation): Promise<{ readonly id: Hash; readonly operation: Operation }> {
    const { node } = this.#host;
    const draft = await node.query.draft({ ...proposed, proposer: person });
    if (draft.outcome !== 'draft') throw new Error(`refused: ${JSON.stringify(draft.rejection)}`);
    const operation = proposing(proposed, draft, { now: Date.now() });
    const id = proposalId(node.chain, { ...operation.payload, proposer: person });
    return { id, operation: { person, ...operation } };
  }

  /** What is missing to the count of transactions. */
  async #updates(ids: readonly string[]): Promise<void> {
    const ROUND = 100_000;
    let place = 0;
    while (this.#committed < this.#size.transactions) {
      const count = Math.min(ROUND, this.#size.transactions - this.#committed);
      // A step that has no factor in common with the count meets all of them.
      await this.#commit(
        'updates',
        Array.from({ length: count }, () => this.#update(ids[(place += 7_919) % ids.length] ?? '')),
      );
    }
  }

  async #widest(action: string, version: 1 | 2): Promise<void> {
    const { files } = this.#size;
    console.error(`  ${files.toLocaleString('en')} files, version ${version}`);
    writeFiles(this.#files, files, version);
    const { state_hash, entries, size_bytes } = await this.#host.blobs.storeDirectory(this.#files);
    const metadata = {
      name: 'Widest corpus',
      description: 'Made to measure',
      tags: ['evaluation'],
      max_steps: version,
    };
    const base = action === 'update_environment' ? { base_version: 1 } : {};
    const payload = { env_id: WIDEST, ...base, state_hash, metadata, file_count: entries.length, size_bytes };
    await this.#commit('version of them', [{ person: 'trainer-07', action, payload }]);
    if (version === 1) {
      const promoted = { env_id: WIDEST, state_hash, metadata, blue_version: 1, green_version: null };
      await this.#commit('promotion', [{ person: 'operations-2', action: 'promote_environment', payload: promoted }]);
    }
  }

  async #proposeWidest(): Promise<Hash> {
    const { blue } = await this.#host.node.query.environment({ env_id: WIDEST });
    const payload = {
      env_id: WIDEST,
      state_hash: blue.state_hash,
      metadata: blue.metadata,
      blue_version: blue.version,
      green_version: 1,
    };
    const { id, operation } = await this.#proposing({ person: 'operations-2', action: 'promote_environment', payload });
    await this.#commit('proposal of them', [operation]);
    return id;
  }
}

function hashFor(envId: string, version: number): string {
  return `0x${Buffer.from(`${envId}@${version}`).toString('hex').padEnd(64, '0').slice(-64)}`;
}

function stated(envId: string, version: number): { readonly state_hash: string; readonly metadata: JsonObject } {
  const place = Number(/\d+$/.exec(envId)?.[0] ?? 0);
  const metadata = {
    name: `${envId.split('/').at(-1) ?? envId} of the ${TAGS[place % 7] ?? ''} suite`,
    description: 'A test bed for agents, made to measure the console.',
    tags: [TAGS[place % TAGS.length] ?? '', TAGS[(place >> 3) % TAGS.length] ?? ''],
    max_steps: 100 * version,
  };
  return { state_hash: hashFor(envId, version), metadata };
}

function content(envId: string, version: number): JsonObject {
  return { ...stated(envId, version), file_count: 14, size_bytes: 217_088 };
}

function creation(envId: string, person: Person): Operation {
  return { person, action: 'create_environment', payload: { env_id: envId, ...content(envId, 1) } };
}

function promotion(envId: string): Operation {
  const payload = { env_id: envId, ...stated(envId, 1), blue_version: 1, green_version: null };
  return { person: 'operations-2', action: 'promote_environment', payload };
}

function checkpoint(envId: string): Operation {
  const payload = { env_id: envId, checkpoint_hash: hashFor(envId, 1), green_version: 1, version: '1.0.0' };
  return { person: 'operations-2', action: 'checkpoint_state', payload };
}

function recall(envId: string): Operation {
  const payload = {
    env_id: envId,
    green_version: 1,
    state_hash: hashFor(envId, 1),
    reason: 'its reward can be had without solving it',
    superseded_by: null,
    emergency: false,
  };
  return { person: 'operations-2', action: 'recall_environment', payload };
}

function archive(envId: string): Operation {
  return { person: 'operations-2', action: 'archive_environment', payload: { env_id: envId, reason: 'not used' } };
}

/** The second version changes a tenth of the files, takes away a fiftieth, and adds as many. */
function writeFiles(directory: string, count: number, version: 1 | 2): void {
  const write = (folder: number, name: string, text: string): void => {
    const path = join(directory, `split-${folder % 8}`, `shard-${String(folder).padStart(4, '0')}`, name);
    if (!existsSync(dirname(path))) mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  for (let place = 0; place < count; place++) {
    const folder = Math.floor(place / FILES_IN_FOLDER);
    const name = `episode-${String(place).padStart(6, '0')}.json`;
    if (version === 1) write(folder, name, `{"episode":${place},"reward":0}\n`);
    else if (place % 10 === 0) write(folder, name, `{"episode":${place},"reward":1}\n`);
    else if (place % 50 === 1) {
      rmSync(join(directory, `split-${folder % 8}`, `shard-${String(folder).padStart(4, '0')}`, name));
      write(folder, `added-${name}`, `{"episode":${place},"reward":2}\n`);
    }
  }
}
