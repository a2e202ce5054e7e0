import fc from 'fast-check';
import { expect, test } from 'vitest';

import { encodeHash } from '../../src/base/bytes.ts';
import { encodeCanonicalText, type Json, type JsonObject } from '../../src/base/canonical.ts';
import { UNDECIDED, type Trial } from '../../src/ledger/governance/settle.ts';
import { NAMESPACES, type EnvironmentRecord, type ProposalRecord } from '../../src/ledger/state/records.ts';
import { GENESIS_TIME } from '../unit/ledger/world.ts';
import { hashOf, type Signer } from '../vectors/chain-builder.ts';
import { draftProposal, trialOf } from '../vectors/governance-drafts.ts';
import { checkProperty, isSoak } from './check-property.ts';
import {
  anyOperation,
  ENVIRONMENT_ACTIONS,
  fitted,
  foundingOf,
  inEra,
  GOVERNANCE_ACTIONS,
  keyAt,
  KEYS,
  type Known,
  type Operation,
} from './governed-histories.ts';
import { bindPayload } from '../../src/ledger/actions/bind-payload.ts';
import { UnsignedChain } from './unsigned-chain.ts';

/**
 * What a proposal changes is what its trial said it would, to the last value: the block that executes it differs from
 * the state before by exactly the trial's writes and the proposal's own record. Only what equals the block's time or the
 * executing transaction's id may be another value than in the trial, which could not know them.
 */
const TRIAL_LATER_MS = 987_654;

function everything(chain: UnsignedChain): Map<string, Json> {
  const values = new Map<string, Json>();
  for (const namespace of NAMESPACES)
    chain.state.tree.walk(chain.state.roots[namespace], ({ key, value }) => {
      values.set(`${namespace} ${key}`, JSON.parse(new TextDecoder().decode(value)) as Json);
      return true;
    });
  return values;
}

interface Moment {
  readonly time: number;
  readonly id: string;
}

/** The paths at which a value that was written differs from the trial's, other than by its moment. */
function differences(
  tried: Json | undefined,
  written: Json | undefined,
  [then, now]: readonly [Moment, Moment],
  path = '',
): string[] {
  if (tried === then.time && written === now.time) return [];
  if (tried === then.id && written === now.id) return [];
  // Who approved it is known when it happens.
  if (tried === UNDECIDED && typeof written === 'string') return [];
  if (Array.isArray(tried) && tried[0] === UNDECIDED && Array.isArray(written)) return [];
  if (typeof tried !== 'object' || typeof written !== 'object' || tried === null || written === null)
    return tried === written ? [] : [path];
  const names = new Set([...Object.keys(tried), ...Object.keys(written)]);
  return [...names].flatMap((name) =>
    differences((tried as JsonObject)[name], (written as JsonObject)[name], [then, now], `${path}/${name}`),
  );
}

function knownOf(state: ReadonlyMap<string, Json>): Known {
  const there = (prefix: string): JsonObject[] =>
    [...state].flatMap(([place, value]) => {
      const record = value as JsonObject;
      return place.startsWith(prefix) && record['status'] !== 'removed' ? [record] : [];
    });
  const environments = there('environments ').filter(({ archived_at }) => archived_at === null);
  return {
    members: there('members member/').map(({ member_id, keys }) => ({
      id: member_id as string,
      keys: keys as string[],
    })),
    validators: there('validators v').map(({ validator_id }) => validator_id as string),
    environments: environments as unknown as EnvironmentRecord[],
    isTaken: (place, id) =>
      ({
        member: [`members member/${id}`],
        validator: [`validators ${id}`],
        environment: [`environments ${id}`],
        key: [`members key/${id}`, `validators key/${id}`],
      })[place].some((name) => state.has(name)),
  };
}

const executed = new Map<string, number>();

/** The keys of active administrators. */
function deciders(state: ReadonlyMap<string, Json>): Signer[] {
  const keys = [...state]
    .filter(([place]) => place.startsWith('members member/'))
    .map(([, value]) => value as JsonObject)
    .filter(({ level, status }) => level === 'administrator' && status === 'active')
    .flatMap(({ keys: own }) => (own as string[]).slice(0, 1));
  return KEYS.filter(({ publicKey }) => keys.includes(publicKey));
}

/** Proposes the operation and has the administrators approve it one after the other, each in a block of its own. */
function carryThrough(chain: UnsignedChain, { action, payload }: Operation, from: number): number {
  let time = from;
  const commit = (signer: Signer, name: string, content: JsonObject): string | null => {
    chain.begin(time);
    const { checked, refusal } = chain.send(signer, { action: name, payload: content });
    if (checked === null || refusal !== null) return null;
    chain.commit();
    return encodeHash(checked.id);
  };
  const before = everything(chain);
  const [first, ...others] = deciders(before);
  if (first === undefined) throw new Error('nobody decides');
  const record = chain.state.get('members', `key/${first.publicKey}`) as { readonly member_id: string };
  const bound = bindPayload(
    action,
    inEra(payload, chain.identity.era) as JsonObject,
    (envId) => chain.state.get('environments', envId) as EnvironmentRecord | undefined,
  );
  const operation = { chain: chain.identity, proposer: record.member_id, action, payload: bound };
  const draft = draftProposal(chain.state, { ...operation, time, expiresAt: time + 1_000_000 });
  const steps: readonly (() => string | null)[] = [
    () => commit(first, 'propose', draft.payload),
    ...others.map((signer) => () => commit(signer, 'approve', { proposal_id: draft.id })),
  ];
  for (const step of steps) {
    time += 1_000;
    const then = { time: time + TRIAL_LATER_MS, id: `0x${'00'.repeat(32)}` };
    const trial = trialOf(chain.state, { ...operation, time: then.time });
    const state = everything(chain);
    const id = step();
    if (id === null) return time;
    const proposal = chain.state.get('proposals', draft.id) as unknown as ProposalRecord;
    if (proposal.status !== 'executed') continue;
    if ('code' in trial) throw new Error(`executed though its trial said ${trial.message}`);
    checkExact(state, everything(chain), { trial, proposal: draft.id, moments: [then, { time, id }] });
    executed.set(action, (executed.get(action) ?? 0) + 1);
    return time;
  }
  return time;
}

interface Execution {
  readonly trial: Trial;
  readonly proposal: string;
  /** Of the trial and of the execution. */
  readonly moments: readonly [Moment, Moment];
}

function checkExact(
  before: ReadonlyMap<string, Json>,
  after: ReadonlyMap<string, Json>,
  { trial, proposal, moments }: Execution,
): void {
  const writes = new Map(
    [...trial.after.writes()].flatMap(([namespace, values]) =>
      [...values].map(([key, value]) => [`${namespace} ${key}`, value] as const),
    ),
  );
  const text = (value: Json | undefined): string => (value === undefined ? '' : encodeCanonicalText(value));
  const changed = [...after.keys()].filter((place) => text(before.get(place)) !== text(after.get(place)));
  expect(
    [...before.keys()].filter((place) => !after.has(place)),
    'nothing is ever taken out',
  ).toEqual([]);
  // What is written again as it was is no change.
  const differing = [...writes].filter(([place, value]) => text(before.get(place)) !== text(value));
  expect(changed.toSorted()).toEqual([...differing.map(([place]) => place), `proposals ${proposal}`].toSorted());
  for (const [place, tried] of writes) expect(differences(tried, after.get(place), moments), place).toEqual([]);
  const touched = new Set(trial.touched.map(({ namespace, key }) => `${namespace} ${key}`));
  for (const place of writes.keys()) expect(touched, place).toContain(place);
}

const step = fc.record({
  operation: anyOperation,
  number: fc.nat(2 ** 16),
  freezes: fc.nat(5).map((one) => one === 0),
});

test('a proposal changes exactly what its trial said', () => {
  checkProperty(
    'proposals against their trials',
    fc.property(fc.constantFrom(1, 2, 3), fc.array(step, { minLength: 4, maxLength: 10 }), (administrators, steps) => {
      const chain = new UnsignedChain();
      const levels = [...Array.from({ length: administrators }, () => 'administrator'), 'blue_state', 'read_only'];
      let time = GENESIS_TIME;
      chain.begin(time);
      const founding = { action: 'genesis', payload: foundingOf({ levels, policies: {}, isFounded: true }) };
      expect(chain.send(keyAt(0), founding).refusal).toBeNull();
      chain.commit();
      chain.begin(time);
      const content = { env_id: 'b', state_hash: hashOf('content'), metadata: {} };
      chain.send(keyAt(0), { action: 'create_environment', payload: content });
      const promotion = { ...content, blue_version: 1, green_version: null };
      chain.send(keyAt(0), { action: 'promote_environment', payload: promotion });
      chain.commit();
      for (const { operation, number, freezes } of steps) {
        const state = everything(chain);
        if (freezes || operation.action === 'unfreeze') {
          chain.begin(time);
          chain.send(deciders(state)[0] ?? keyAt(0), { action: 'freeze', payload: { reason: 'an intruder' } });
          chain.commit();
        }
        time = carryThrough(chain, fitted(operation, knownOf(state), number), time);
      }
    }),
    { small: 40, soak: 600 },
  );
  const total = [...executed.values()].reduce((sum, one) => sum + one, 0);
  expect(total).toBeGreaterThan(0);
  if (!isSoak) return;
  process.stderr.write(
    `${total} executed: ${[...executed].map(([action, times]) => `${action} ${times}`).join(', ')}\n`,
  );
  expect(total).toBeGreaterThanOrEqual(1_000);
  expect(new Set(executed.keys())).toEqual(new Set([...ENVIRONMENT_ACTIONS, ...GOVERNANCE_ACTIONS]));
});
