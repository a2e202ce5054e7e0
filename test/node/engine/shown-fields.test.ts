import { describe, expect, test } from 'vitest';

import type { Json, JsonObject } from '../../../src/base/canonical.ts';
import { ACTION_NAMES } from '../../../src/ledger/actions/registry.ts';
import { RecentTransactions } from '../../../src/ledger/transactions/recent-transactions.ts';
import type { Zone } from '../../../src/ledger/governance/action.ts';
import { encodeUnsigned } from '../../../src/ledger/transactions/transaction.ts';
import { simulate } from '../../../src/ledger/effects/simulate.ts';
import { tryOperation } from '../../../src/ledger/effects/proposal-effect.ts';
import { unsignedOf, type Signer } from '../../vectors/chain-builder.ts';
import {
  addMember,
  ben,
  count,
  cyd,
  dee,
  direct,
  GovernedWorld,
  heads,
  node2,
  rotateKey,
  setCheckpointKey,
  setPolicy,
  signedApproval,
  spare,
  updateMember,
  withValidator,
} from '../../unit/ledger/governance-world.ts';
import { backTo } from '../../unit/ledger/rollback-world.ts';
import { ada, bob, CONTENT, GENESIS_TIME, OTHER } from '../../unit/ledger/world.ts';

/**
 * What is shown is told from the very bytes that are signed: every field of every action's payload, changed alone, makes
 * another sentence, another difference, another warning, or a refusal. A field that could be changed unseen would be one
 * that people sign without having read it.
 */

interface Case {
  readonly action: string;
  readonly payload: JsonObject;
  /** Other values for what has only some, by path. */
  readonly others?: Readonly<Record<string, readonly Json[]>>;
  readonly signer?: Signer;
}

const content = { state_hash: CONTENT, metadata: { task: 'maze', nested: { seeds: [1, 2] } } };
const counted = { file_count: 3, size_bytes: 99 };
const others = { state_hash: [OTHER], checkpoint_hash: [OTHER] };

function furnished(): GovernedWorld {
  const world = GovernedWorld.governed();
  for (const envId of ['alpha', 'beta', 'gamma']) world.must('create_environment', { env_id: envId, ...content });
  world.must('promote_environment', { env_id: 'alpha', ...content });
  world.must('update_environment', { env_id: 'alpha', ...content, state_hash: OTHER });
  world.decide('add_validator', withValidator('node2', node2));
  return world;
}

const ENVIRONMENT_CASES: readonly Case[] = [
  { action: 'create_environment', payload: { env_id: 'delta', ...content, ...counted }, others },
  {
    action: 'update_environment',
    payload: { env_id: 'beta', base_version: 1, ...content, state_hash: OTHER, ...counted },
  },
  {
    action: 'promote_environment',
    payload: { env_id: 'alpha', ...content, state_hash: OTHER, blue_version: 2, green_version: 1 },
  },
  {
    action: 'checkpoint_state',
    payload: { env_id: 'alpha', checkpoint_hash: CONTENT, green_version: 1, version: '1.0' },
  },
  {
    action: 'merge_environments',
    payload: {
      source_envs: ['alpha', 'beta'],
      source_versions: [2, 1],
      target_env: 'gamma',
      base_version: 1,
      merge_strategy: 'union',
      state_hash: OTHER,
      metadata: { task: 'both' },
      ...counted,
    },
  },
  { action: 'archive_environment', payload: { env_id: 'alpha', reason: 'superseded' } },
  {
    action: 'recall_environment',
    payload: {
      env_id: 'alpha',
      green_version: 1,
      state_hash: CONTENT,
      reason: 'it rewards a crash',
      superseded_by: { env_id: 'beta', version: 1 },
      emergency: false,
    },
    others: { superseded_by: [null], 'superseded_by.env_id': ['gamma'] },
  },
];

const GOVERNANCE_CASES: readonly Case[] = [
  { action: 'add_member', payload: addMember('dee', 'validator', [dee, spare]), others: { level: ['administrator'] } },
  {
    action: 'update_member',
    payload: { ...updateMember('bob', 'validator', 'suspended'), name: 'Robert' },
    others: { level: ['administrator'], status: ['active'] },
  },
  { action: 'remove_member', payload: { member_id: 'bob' }, others: { member_id: ['vic'] } },
  { action: 'rotate_key', payload: rotateKey('bob', bob, spare) },
  { action: 'add_validator', payload: withValidator('node3', spare) },
  { action: 'remove_validator', payload: { validator_id: 'node2' }, others: { validator_id: ['node1'] } },
  { action: 'rotate_validator', payload: withValidator('node2', spare) },
  {
    action: 'set_policy',
    payload: setPolicy('promote_environment', count(2), 'alpha'),
    others: {
      action: ['update_environment'],
      env_id: ['beta', null],
      policy: [
        direct('promote_to_green'),
        { mode: 'multisig', role: 'validator', threshold: { numerator: 1, denominator: 2 } },
      ],
      'policy.role': ['validator'],
    },
  },
  { action: 'reset_clock', payload: { time: GENESIS_TIME - 60_000, reason: 'it ran ahead' } },
  { action: 'set_checkpoint_key', payload: setCheckpointKey(heads) },
  {
    action: 'set_parameter',
    payload: { name: 'transaction_window_ms', value: 120_000 },
    others: { name: ['proposal_lifetime_ms'] },
  },
];

/** Every value of a payload, with others to stand in its place. */
function changesOf(
  payload: JsonObject,
  given: Case['others'] = {},
): { readonly path: string; readonly changed: JsonObject }[] {
  const replaced = (value: Json, path: readonly (string | number)[], by: Json | undefined): Json => {
    const [first, ...rest] = path;
    if (first === undefined) throw new Error('a path');
    if (Array.isArray(value)) {
      const list = [...(value as readonly Json[])];
      if (rest.length > 0) list[Number(first)] = replaced(list[Number(first)] ?? null, rest, by);
      else if (by === undefined) list.splice(Number(first), 1);
      else list[Number(first)] = by;
      return list;
    }
    const fields = { ...(value as JsonObject) };
    if (rest.length > 0) fields[first] = replaced(fields[first] ?? null, rest, by);
    else if (by === undefined) delete fields[first];
    else fields[first] = by;
    return fields;
  };
  const found: { path: string; changed: JsonObject }[] = [];
  const walk = (value: Json, path: readonly (string | number)[]): void => {
    const name = path.join('.');
    const inPlace = given[name] ?? otherThan(value);
    if (path.length > 0)
      for (const by of [...inPlace, undefined])
        found.push({
          path: by === undefined ? `${name} left out` : name,
          changed: replaced(payload, path, by) as JsonObject,
        });
    if (typeof value === 'object' && value !== null)
      for (const [key, member] of Object.entries(value as Readonly<Record<string, Json>>))
        walk(member, [...path, Array.isArray(value) ? Number(key) : key]);
  };
  walk(payload, []);
  return found;
}

function otherThan(value: Json): Json[] {
  if (typeof value === 'number') return [value + 1, value + 2];
  if (typeof value === 'boolean') return [!value];
  if (typeof value !== 'string') return [];
  return value.startsWith('0x') ? [`${value.slice(0, -1)}${value.endsWith('0') ? '1' : '0'}`] : [`${value}-2`];
}

/** All that a person is shown of an action, as one text. */
function shown(world: GovernedWorld, { action, payload, signer = ada }: Case, sender?: Zone): string {
  const unsigned = unsignedOf({
    chain: world.chain,
    action,
    payload,
    signer,
    timestamp: world.time,
    ...(sender === undefined ? {} : { zones: [sender, 'blue_state'] }),
  });
  const result = simulate(encodeUnsigned(unsigned), {
    state: world.state,
    context: { chain: world.root, index: world.blocks.length, timestamp: world.time, seen: new RecentTransactions() },
  });
  return withoutIds(JSON.stringify(result));
}

/** All that a person is shown of what a proposal would do, as one text. */
function proposed(world: GovernedWorld, { action, payload }: Case): string {
  const { root: chain, time: timestamp } = world;
  const trial = tryOperation(world.state, { chain, timestamp, action, payload, proposer: 'ada' });
  return 'code' in trial
    ? `"outcome":"rejected" ${JSON.stringify(trial)}`
    : JSON.stringify([trial.sentence, trial.changes, trial.warnings]);
}

/** What is not a refusal is shown otherwise than the payload that it was made from, for each field. */
function everyFieldShows(show: (payload: JsonObject) => string, { action, payload, others: given }: Case): void {
  const right = show(payload);
  expect(right, `${action} as it is`).not.toContain('"outcome":"rejected"');
  for (const { path, changed } of changesOf(payload, given))
    expect(show(changed), `${action}: ${path}`).not.toBe(right);
}

describe('every field of a payload is shown', () => {
  test.each(ENVIRONMENT_CASES)('$action, done directly', (one) => {
    const world = furnished();
    everyFieldShows((payload) => shown(world, { ...one, payload }), one);
  });

  test.each([...ENVIRONMENT_CASES, ...GOVERNANCE_CASES])('$action, where it is proposed', (one) => {
    const world = furnished();
    everyFieldShows((payload) => proposed(world, { ...one, payload }), one);
  });

  test('rollback, where it is proposed', () => {
    const world = furnished();
    const one = {
      action: 'rollback',
      payload: backTo(world, 3, ['alpha', 'beta']),
      others: { scope: [null, ['alpha'], ['alpha', 'beta', 'gamma']] },
    };
    everyFieldShows((payload) => proposed(world, { ...one, payload }), one);
  });

  test.each(ENVIRONMENT_CASES)('$action, as any operation of a batch', (one) => {
    const world = furnished();
    const fill = (from: number) =>
      Array.from({ length: 3 }, (_, index) => ({
        action: 'create_environment',
        payload: { env_id: `filler-${from + index}`, state_hash: CONTENT, metadata: {} },
      }));
    for (const before of [0, 3])
      everyFieldShows((payload) => {
        const operations = [...fill(0).slice(0, before), { action: one.action, payload }, ...fill(10)];
        const outer = { action: 'batch', payload: { operations } };
        const zones: Zone = one.action === 'checkpoint_state' ? 'green_state' : 'blue_state';
        return shown(world, outer, before === 0 ? zones : 'blue_state');
      }, one);
  });

  test('also of an operation whose result a later one of the batch replaces', () => {
    const world = furnished();
    const first = { env_id: 'beta', base_version: 1, ...content, state_hash: OTHER, ...counted };
    const then = { action: 'update_environment', payload: { env_id: 'beta', base_version: 2, ...content } };
    everyFieldShows(
      (payload) => {
        const operations = [{ action: 'update_environment', payload }, then];
        return shown(world, { action: 'batch', payload: { operations } }, 'blue_state');
      },
      { action: 'update_environment', payload: first },
    );
  });

  test('of the votes, and of what carries them', () => {
    const world = furnished();
    const first = world.propose('remove_member', { member_id: 'bob' }, { by: ben, lifetimeMs: 3_600_000 });
    const second = world.propose('remove_member', { member_id: 'vic' }, { by: ben });
    const draft = world.draft('remove_member', { member_id: 'val' });
    const id = { proposal_id: [second] };
    for (const one of [
      { action: 'approve', payload: { proposal_id: first }, others: id },
      { action: 'reject', payload: { proposal_id: first, reason: 'not now' }, others: id },
      { action: 'withdraw', payload: { proposal_id: first }, others: id, signer: ben },
      { action: 'comment', payload: { proposal_id: first, text: 'why?' }, others: id },
      {
        action: 'carry_approvals',
        payload: { proposal_id: first, approvals: [signedApproval(cyd, first)] },
        others: { ...id, approvals: [[signedApproval(ada, first)]] },
      },
      { action: 'propose', payload: draft.payload },
      { action: 'freeze', payload: { reason: 'an intruder' } },
      { action: 'rotate_key', payload: rotateKey('ada', ada, spare) },
    ])
      everyFieldShows((payload) => shown(world, { ...one, payload }), one);
  });

  test('of every action that a person signs', () => {
    const tried = new Set([...ENVIRONMENT_CASES, ...GOVERNANCE_CASES].map(({ action }) => action));
    const untried = ACTION_NAMES.filter((name) => !tried.has(name));
    // The votes and the rollback are above; unfreeze has no field, and genesis is signed before there is a chain.
    expect(untried.toSorted()).toEqual(
      [
        'approve',
        'batch',
        'carry_approvals',
        'comment',
        'freeze',
        'genesis',
        'propose',
        'reject',
        'rollback',
        'unfreeze',
        'withdraw',
      ].toSorted(),
    );
  });
});

/** The id of the transaction differs with every byte, and stands in the difference: it must not make it look different. */
function withoutIds(text: string): string {
  const own = new Set(
    [...text.matchAll(/"after":"(0x[0-9a-f]{64})","set_at_commit":"transaction"/g)].flatMap(([, id]) => id ?? []),
  );
  return [...own].reduce((rest, id) => rest.replaceAll(id, 'this transaction'), text);
}
