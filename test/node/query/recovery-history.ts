import type { RollbackPreview } from '../../../src/api/chain/recovery.ts';
import type { JsonObject } from '../../../src/base/canonical.ts';
import { preStateDigest } from '../../../src/ledger/governance/proposal.ts';
import type { QuantumNode } from '../../../src/node/quantum-node.ts';
import type { SeededRandom } from '../../crash/seeded-random.ts';
import { createBytes, hashOf, promoteBytes, signedBytes, testChain, updateBytes } from '../../crash/test-chain.ts';
import { receiptOf } from '../storage/opened-node.ts';

/** Random histories of environments with recalls and rollbacks, and a model that says what each transaction changed. */

/** What a rollback gives back. `stamp`s tell one writing from another. */
export interface ModelEnvironment {
  readonly created: number;
  readonly blue: number;
  readonly version: number;
  readonly content: string;
  readonly green: { readonly promotion: number; readonly version: number; readonly content: string } | null;
  readonly checkpoint: number | null;
  readonly archived: boolean;
}

type World = ReadonlyMap<string, ModelEnvironment>;

/** One transaction, and what the model says that it did. */
export interface ModelStep {
  readonly kind: 'create' | 'update' | 'promote' | 'checkpoint' | 'archive' | 'recall' | 'rollback';
  readonly touched: ReadonlySet<string>;
  readonly after: World;
  readonly label: string | null;
  logIndex: number;
  height: number;
}

const GOVERNANCE = { zones: ['governance', 'governance'] } as const;

/** Proposes a rollback in the name of the only administrator, whose approval is enough: it is executed at once. */
export function rollbackBytes(payload: RollbackPreview['payload'], reason: string): Uint8Array {
  return signedBytes(
    'propose',
    {
      action: 'rollback',
      payload: { ...payload, reason },
      expires_at: Date.now() + 3_600_000,
      pre_state: preStateDigest({ ...testChain(), era: 0 }, []),
    },
    GOVERNANCE,
  );
}

export function recallBytes(
  envId: string,
  { version, content }: { readonly version: number; readonly content: string },
  more: JsonObject = {},
): Uint8Array {
  return signedBytes(
    'recall_environment',
    {
      env_id: envId,
      green_version: version,
      state_hash: hashOf(content),
      reason: `${envId} turned out broken`,
      superseded_by: null,
      emergency: false,
      ...more,
    },
    { zones: ['green_state', 'blue_state'] },
  );
}

export class RecoveryHistory {
  readonly steps: ModelStep[] = [];
  /** By height. */
  readonly worlds = new Map<number, World>();
  readonly latest = new Map<string, number>();
  readonly recalled = new Set<number>();
  world: World = new Map();
  readonly #node: QuantumNode;
  readonly #random: SeededRandom;
  readonly #names: readonly string[];
  #stamp = 0;

  constructor(node: QuantumNode, random: SeededRandom, names: readonly string[]) {
    this.#node = node;
    this.#random = random;
    this.#names = names;
    this.worlds.set(node.height, this.world);
  }

  /** Sends a few transactions at once, which share a block. */
  async block(count: number): Promise<void> {
    const made: { readonly bytes: Uint8Array; readonly step: ModelStep }[] = [];
    while (made.length < count) {
      const next = this.#random.chance(0.25) ? await this.#rollback() : this.#environmentStep();
      if (next !== null) made.push(next);
    }
    const results = await this.#node.submitBatch(made.map(({ bytes }) => bytes));
    for (const [index, { step }] of made.entries()) {
      const { log_index, block_index } = receiptOf(results[index]);
      step.logIndex = log_index;
      step.height = block_index;
      this.worlds.set(block_index, step.after);
      this.steps.push(step);
    }
  }

  #done(kind: ModelStep['kind'], world: World, touched: Iterable<string>, label: string | null = null): ModelStep {
    this.world = world;
    return { kind, touched: new Set(touched), after: world, label, logIndex: -1, height: -1 };
  }

  #with(envId: string, changed: ModelEnvironment): World {
    return new Map([...this.world, [envId, changed]]);
  }

  #environmentStep(): { readonly bytes: Uint8Array; readonly step: ModelStep } | null {
    const random = this.#random;
    const name = random.pick(this.#names);
    const one = this.world.get(name);
    const version = (this.latest.get(name) ?? 0) + 1;
    const content = `${name} ${++this.#stamp}`;
    if (one === undefined) {
      this.latest.set(name, version);
      const made = {
        created: this.#stamp,
        blue: this.#stamp,
        version,
        content,
        green: null,
        checkpoint: null,
        archived: false,
      };
      return {
        bytes: createBytes(name, { stateHash: hashOf(content) }),
        step: this.#done('create', this.#with(name, made), [name]),
      };
    }
    if (one.archived) return null;
    const kind = random.pick(['update', 'update', 'promote', 'promote', 'checkpoint', 'recall', 'archive'] as const);
    if (kind === 'update') {
      this.latest.set(name, version);
      const bytes = updateBytes(name, content, { baseVersion: one.version });
      return {
        bytes,
        step: this.#done(kind, this.#with(name, { ...one, blue: this.#stamp, version, content }), [name]),
      };
    }
    if (kind === 'promote') {
      if (one.green?.version === one.version) return null;
      const green = { promotion: this.#stamp, version: one.version, content: one.content };
      const bytes = promoteBytes(name, one.content, { version: one.version, green: one.green?.version ?? null });
      return { bytes, step: this.#done(kind, this.#with(name, { ...one, green }), [name]) };
    }
    if (kind === 'archive') {
      if (!random.chance(0.2)) return null;
      const bytes = signedBytes('archive_environment', { env_id: name });
      return { bytes, step: this.#done(kind, this.#with(name, { ...one, archived: true }), [name]) };
    }
    if (one.green === null) return null;
    if (kind === 'recall') {
      this.recalled.add(one.green.promotion);
      const bytes = recallBytes(name, one.green);
      return { bytes, step: this.#done(kind, this.#with(name, { ...one, green: null }), [name]) };
    }
    const label = `l${this.#stamp}`;
    const bytes = signedBytes('checkpoint_state', {
      env_id: name,
      checkpoint_hash: hashOf(one.green.content),
      green_version: one.green.version,
      version: label,
    });
    return { bytes, step: this.#done(kind, this.#with(name, { ...one, checkpoint: this.#stamp }), [name], label) };
  }

  async #rollback(): Promise<{ readonly bytes: Uint8Array; readonly step: ModelStep } | null> {
    const height = this.#random.below(this.#node.height + 1);
    const there = this.worlds.get(height);
    if (there === undefined) return null;
    const known = [...new Set([...this.world.keys(), ...there.keys()])].sort();
    if (known.length === 0) return null;
    const scope = this.#random.chance(0.5)
      ? null
      : known.filter((name) => this.#random.chance(0.5) || name === known[0]);
    const touched = (scope ?? known).filter((name) => !isSame(this.world.get(name), this.#given(there.get(name))));
    if (touched.length === 0) return null;
    const { payload } = await this.#node.query.rollbackPreview({ target: { height }, scope });
    const next = new Map(this.world);
    for (const name of touched) {
      const given = this.#given(there.get(name));
      if (given === undefined) next.delete(name);
      else next.set(name, given);
    }
    const bytes = rollbackBytes(payload, `rolled back for reason ${++this.#stamp}`);
    return { bytes, step: this.#done('rollback', next, touched) };
  }

  /** What was recalled does not become Green again. */
  #given(then: ModelEnvironment | undefined): ModelEnvironment | undefined {
    const isRecalled = then !== undefined && then.green !== null && this.recalled.has(then.green.promotion);
    return isRecalled ? { ...then, green: null } : then;
  }
}

function isSame(left: ModelEnvironment | undefined, right: ModelEnvironment | undefined): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
