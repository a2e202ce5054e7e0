import fc from 'fast-check';

import type { JsonObject } from '../../src/base/canonical.ts';
import type { GreenStatus } from '../../src/ledger/state/green-status.ts';
import { GovernedWorld } from '../unit/ledger/governance-world.ts';
import { backTo } from '../unit/ledger/rollback-world.ts';
import { hashOf } from '../vectors/chain-builder.ts';

/** Random histories of a few environments, and what was Green in them, written down a second time and in the simplest way. */

export const CONTENTS = [hashOf('first'), hashOf('second'), hashOf('third')] as const;
export const ENVIRONMENTS = ['a', 'b'] as const;
/** One that never is there. */
export const NOWHERE = 'nowhere';

const KINDS = ['create', 'update', 'promote', 'promote', 'promote', 'recall', 'recall', 'rollback'] as const;
export interface GreenStep {
  readonly kind: (typeof KINDS)[number];
  readonly env: number;
  readonly content: number;
  /** Of a rollback: which block. */
  readonly target: number;
  readonly isScoped: boolean;
  readonly laterMs: number;
}

export const greenSteps: fc.Arbitrary<readonly GreenStep[]> = fc.array(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    env: fc.nat(ENVIRONMENTS.length - 1),
    content: fc.nat(CONTENTS.length - 1),
    target: fc.nat(),
    isScoped: fc.boolean(),
    // Blocks may have one time.
    laterMs: fc.constantFrom(0, 1, 1_000),
  }),
  { minLength: 8, maxLength: 24 },
);

interface Content {
  readonly version: number;
  readonly hash: string;
}
interface Environment {
  readonly blue: Content;
  readonly latest: number;
  /** `promotion` counts promotions: each is another. */
  readonly green: (Content & { readonly promotion: number }) | null;
  readonly newest: Content | null;
}

/** What is known after one block. */
interface Snapshot {
  readonly environments: ReadonlyMap<string, Environment>;
  readonly removed: ReadonlyMap<string, Pick<Environment, 'latest' | 'newest'>>;
  readonly recalls: readonly (Content & { readonly env: string; readonly promotion: number })[];
}

export interface Asked {
  readonly state_hash: string | null;
  readonly version: number | null;
}

export class GreenHistory {
  readonly world = GovernedWorld.governed({ members: ['ada'] });
  /** By height. */
  readonly snapshots: Snapshot[] = [{ environments: new Map(), removed: new Map(), recalls: [] }];
  #promotions = 0;

  static of(steps: readonly GreenStep[]): GreenHistory {
    const history = new GreenHistory();
    for (const step of steps) history.#take(step);
    return history;
  }

  get #now(): Snapshot {
    return this.snapshots.at(-1) as Snapshot;
  }

  #take({ kind, env, content, target, isScoped, laterMs }: GreenStep): void {
    this.world.later(laterMs);
    const id = ENVIRONMENTS[env] ?? 'a';
    const hash = CONTENTS[content] ?? CONTENTS[0];
    const now = this.#now;
    const there = now.environments.get(id);
    // Said anew each time, so that a version can be promoted again.
    const metadata = { note: this.world.blocks.length };
    const set = (next: Environment): Snapshot => ({ ...now, environments: new Map(now.environments).set(id, next) });
    switch (kind) {
      case 'create': {
        if (there !== undefined) return;
        const kept = now.removed.get(id);
        const version = (kept?.latest ?? 0) + 1;
        const next = { blue: { version, hash }, latest: version, green: null, newest: kept?.newest ?? null };
        const removed = new Map(now.removed);
        removed.delete(id);
        this.#do('create_environment', { env_id: id, state_hash: hash, metadata }, { ...set(next), removed });
        return;
      }
      case 'update': {
        if (there === undefined) return;
        const version = there.latest + 1;
        const next = { ...there, blue: { version, hash }, latest: version };
        this.#do('update_environment', { env_id: id, state_hash: hash, metadata }, set(next));
        return;
      }
      case 'promote': {
        if (there === undefined) return;
        this.#promotions += 1;
        const next = { ...there, green: { ...there.blue, promotion: this.#promotions } };
        this.#do('promote_environment', { env_id: id, state_hash: there.blue.hash, metadata }, set(next));
        return;
      }
      case 'recall': {
        const green = there?.green ?? null;
        if (there === undefined || green === null) return;
        const payload = { env_id: id, reason: 'it leaks', superseded_by: null, emergency: false };
        const recalls = [...now.recalls, { ...green, env: id }];
        const next = set({ ...there, green: null, newest: { version: green.version, hash: green.hash } });
        this.#do('recall_environment', payload, { ...next, recalls });
        return;
      }
      case 'rollback':
        this.#goBack(target % this.snapshots.length, isScoped ? [id] : null);
    }
  }

  #goBack(height: number, scope: readonly string[] | null): void {
    const payload = backTo(this.world, height, scope);
    if ('code' in this.world.trial('rollback', payload)) return;
    this.world.decide('rollback', payload);
    const now = this.#now;
    const target = this.snapshots[height] ?? now;
    const environments = new Map(now.environments);
    const removed = new Map(now.removed);
    for (const id of scope ?? ENVIRONMENTS) {
      const was = target.environments.get(id);
      const kept = now.environments.get(id) ?? now.removed.get(id);
      if (was === undefined) {
        if (environments.delete(id) && kept !== undefined) removed.set(id, kept);
        continue;
      }
      const { green } = was;
      const isRecalled = now.recalls.some(({ env, promotion }) => env === id && promotion === green?.promotion);
      environments.set(id, {
        blue: was.blue,
        green: isRecalled ? null : green,
        latest: kept?.latest ?? was.latest,
        newest: kept?.newest ?? null,
      });
      removed.delete(id);
    }
    this.snapshots.push({ ...now, environments, removed });
  }

  #do(action: string, payload: JsonObject, next: Snapshot): void {
    if (this.world.send(action, payload) === null) this.snapshots.push(next);
  }

  /** What was so in the state of a block. `newest`: it was recalled last. */
  truth(env: string, height: number, asked: Asked): { readonly status: GreenStatus; readonly isNewest: boolean } {
    const snapshot = this.snapshots[height];
    if (snapshot === undefined) throw new Error(`there is no block ${height}`);
    const there = snapshot.environments.get(env);
    const isAsked = ({ hash, version }: Content): boolean =>
      (asked.state_hash ?? hash) === hash && (asked.version ?? version) === version;
    if (there?.green !== null && there?.green !== undefined && isAsked(there.green))
      return { status: 'green', isNewest: false };
    const newest = (there ?? snapshot.removed.get(env))?.newest ?? null;
    if (newest !== null && isAsked(newest)) return { status: 'recalled', isNewest: true };
    const isRecalled = snapshot.recalls.some((recall) => recall.env === env && isAsked(recall));
    const isOfContent = asked.state_hash !== null || asked.version !== null;
    return { status: isRecalled && isOfContent ? 'recalled' : 'not_green', isNewest: false };
  }
}
