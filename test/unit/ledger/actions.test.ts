import { describe, expect, test } from 'vitest';

import { encodeHash } from '../../../src/base/bytes.ts';
import type { JsonObject } from '../../../src/base/canonical.ts';
import { ACTION_NAMES, findAction } from '../../../src/ledger/actions/registry.ts';
import { stateRoot } from '../../../src/ledger/state/ledger-state.ts';
import type { Transaction } from '../../../src/ledger/transactions/transaction.ts';
import { hashOf } from '../../vectors/chain-builder.ts';
import {
  ada,
  archive,
  batch,
  bob,
  call,
  checkpoint,
  CONTENT,
  create,
  genesisPayload,
  GENESIS_TIME,
  merge,
  node1,
  OTHER,
  promote,
  update,
  vic,
  World,
} from './world.ts';

const LATER = GENESIS_TIME + 5_000;
const rootOf = (world: World): string => encodeHash(stateRoot(world.state.roots));

describe('genesis', () => {
  test('writes members, keys, validators, policies and parameters', () => {
    const world = World.founded({
      policies: { 'promote_environment/alpha': { mode: 'direct', permission: 'emergency_rollback' } },
    });
    expect(world.state.get('members', 'member/ada')).toEqual({
      member_id: 'ada',
      name: 'ADA',
      level: 'administrator',
      status: 'active',
      keys: [ada.publicKey],
      added_at: GENESIS_TIME,
    });
    expect(world.state.get('members', `key/${bob.publicKey}`)).toEqual({
      public_key: bob.publicKey,
      member_id: 'bob',
      status: 'active',
      added_at: GENESIS_TIME,
      retired_at: null,
    });
    expect(world.state.get('validators', 'node1')).toEqual({
      validator_id: 'node1',
      public_key: node1.publicKey,
      status: 'active',
      added_at: GENESIS_TIME,
    });
    expect(world.state.get('validators', `key/${node1.publicKey}`)).toEqual({
      public_key: node1.publicKey,
      validator_id: 'node1',
      status: 'active',
      added_at: GENESIS_TIME,
      retired_at: null,
    });
    expect(world.state.get('policies', 'promote_environment/alpha')).toEqual({
      mode: 'direct',
      permission: 'emergency_rollback',
    });
    expect(world.state.get('parameters', 'sandbox')).toBe(false);
    expect(world.state.get('parameters', 'transaction_window_ms')).toBe(600_000);
    expect(world.state.get('environments', 'alpha')).toBeUndefined();
  });

  const member = { member_id: 'zoe', name: 'Zoe', level: 'administrator', keys: [vic.publicKey] };
  const validator = { validator_id: 'node1', public_key: node1.publicKey };
  test.each<[string, JsonObject]>([
    ['no member', { members: [] }],
    ['no validator', { validators: [] }],
    ['a member twice', { members: [member, { ...member, keys: [bob.publicKey] }] }],
    ['a key of two members', { members: [member, { ...member, member_id: 'yan' }] }],
    ['a key twice in one member', { members: [{ ...member, keys: [bob.publicKey, bob.publicKey] }] }],
    ['a member without a key', { members: [{ ...member, keys: [] }] }],
    ['a validator twice', { validators: [validator, { ...validator, public_key: ada.publicKey }] }],
    ['a key of two validators', { validators: [validator, { ...validator, validator_id: 'node2' }] }],
    ['a key of a member and a validator', { validators: [{ validator_id: 'node1', public_key: ada.publicKey }] }],
    ['a level that does not exist', { members: [{ ...member, level: 'root' }] }],
    ['a window of no time', { parameters: { transaction_window_ms: 999, sandbox: false } }],
    ['a window of more than a day', { parameters: { transaction_window_ms: 86_400_001, sandbox: false } }],
    ['another parameter', { parameters: { transaction_window_ms: 1_000, sandbox: false, other: 1 } }],
    ['a policy that is none', { policies: { promote_environment: 5 } }],
    [
      'a policy under the name __proto__',
      JSON.parse('{"policies":{"__proto__":{"mode":"direct","permission":"read_blockchain"}}}') as JsonObject,
    ],
    [
      'a policy under a name that is no action',
      { policies: { 'Promote me': { mode: 'direct', permission: 'read_blockchain' } } },
    ],
    ['a list of policies', { policies: [] }],
    [
      'a policy of no approvals',
      { policies: { batch: { mode: 'multisig', role: 'administrator', threshold: { count: 0 } } } },
    ],
    [
      'a fraction above one',
      { policies: { batch: { mode: 'multisig', role: 'administrator', threshold: { numerator: 3, denominator: 2 } } } },
    ],
    ['another field', { founder: 'ada' }],
  ])('is refused with %s', (_, changes) => {
    expect(World.empty().try(call('genesis', genesisPayload(changes)))).toMatchObject({ name: 'PAYLOAD_INVALID' });
  });

  test.each<[string, JsonObject]>([
    ['two keys of one member', { members: [{ ...member, keys: [ada.publicKey, bob.publicKey] }] }],
    ['the shortest window', { parameters: { transaction_window_ms: 1_000, sandbox: true } }],
    ['the longest window', { parameters: { transaction_window_ms: 86_400_000, sandbox: true } }],
    [
      'a fraction of one',
      {
        policies: {
          unfreeze: { mode: 'multisig', role: 'administrator', threshold: { numerator: 2, denominator: 2 } },
        },
      },
    ],
  ])('is accepted with %s', (_, changes) => {
    expect(World.empty().try(call('genesis', genesisPayload(changes)))).toBeNull();
  });
});

describe('create_environment', () => {
  test('registers version 1', () => {
    const transaction = create('alpha', { metadata: { task: 'maze' }, file_count: 3, size_bytes: 99 }, { signer: bob });
    const world = World.founded();
    world.append(LATER, [transaction]);
    expect(world.environment('alpha')).toEqual({
      env_id: 'alpha',
      created_at: LATER,
      created_by: 'bob',
      archived_at: null,
      blue: {
        version: 1,
        state_hash: CONTENT,
        metadata: { task: 'maze' },
        file_count: 3,
        size_bytes: 99,
        updated_at: LATER,
        updated_by: 'bob',
        transaction_id: world.idOf(transaction),
        sources: [],
        note: null,
      },
      green: null,
      checkpoint: null,
      latest_version: 1,
      recalled: null,
      rollback: null,
    });
  });
});

describe('update_environment', () => {
  test('makes the next Blue version and leaves Green', () => {
    const transaction = update('alpha', { metadata: { seed: 2 } });
    const world = World.with(create('alpha', { file_count: 3 }), promote('alpha'));
    const before = world.environment('alpha');
    world.append(LATER, [transaction]);
    expect(world.environment('alpha')).toEqual({
      ...before,
      blue: {
        version: 2,
        state_hash: OTHER,
        metadata: { seed: 2 },
        file_count: null,
        size_bytes: null,
        updated_at: LATER,
        updated_by: 'ada',
        transaction_id: world.idOf(transaction),
        sources: [],
        note: null,
      },
      latest_version: 2,
    });
  });
});

describe('promote_environment', () => {
  test('makes the Blue head Green', () => {
    const transaction = promote('alpha', { metadata: { ticket: 7 } }, { signer: vic });
    const world = World.with(create('alpha'));
    const before = world.environment('alpha');
    world.append(LATER, [transaction]);
    expect(world.environment('alpha')).toEqual({
      ...before,
      green: {
        version: 1,
        state_hash: CONTENT,
        metadata: { ticket: 7 },
        promoted_at: LATER,
        promoted_by: 'vic',
        approved_by: [],
        transaction_id: world.idOf(transaction),
      },
    });
  });

  test('takes a version back to content that was Green before', () => {
    const world = World.with(
      create('alpha'),
      promote('alpha'),
      update('alpha'),
      promote('alpha', { state_hash: OTHER, blue_version: 2, green_version: 1 }),
    );
    world.append(LATER, [
      update('alpha', { base_version: 2, state_hash: CONTENT }),
      promote('alpha', { blue_version: 3, green_version: 2 }),
    ]);
    expect(world.environment('alpha')?.green).toMatchObject({ version: 3, state_hash: CONTENT });
  });
});

describe('checkpoint_state', () => {
  test('names the present Green', () => {
    const transaction = checkpoint('alpha', { version: '1.2.0' });
    const world = World.with(create('alpha'), promote('alpha'), update('alpha'));
    const before = world.environment('alpha');
    world.append(LATER, [transaction]);
    expect(world.environment('alpha')).toEqual({
      ...before,
      checkpoint: {
        version: '1.2.0',
        checkpoint_hash: CONTENT,
        created_at: LATER,
        created_by: 'ada',
        transaction_id: world.idOf(transaction),
      },
    });
  });
});

describe('merge_environments', () => {
  const sources = [
    { env_id: 'beta', version: 1, state_hash: CONTENT },
    { env_id: 'gamma', version: 2, state_hash: OTHER },
  ];
  const world = (): World => World.with(create('beta'), create('gamma'), update('gamma'));

  test('creates the target from named content', () => {
    const transaction = merge('alpha', ['beta', 'gamma'], {
      base_version: null,
      source_versions: [1, 2],
      state_hash: hashOf('merged'),
    });
    const merged = world();
    merged.append(LATER, [transaction]);
    expect(merged.environment('alpha')).toEqual({
      env_id: 'alpha',
      created_at: LATER,
      created_by: 'ada',
      archived_at: null,
      blue: {
        version: 1,
        state_hash: hashOf('merged'),
        metadata: {},
        file_count: null,
        size_bytes: null,
        updated_at: LATER,
        updated_by: 'ada',
        transaction_id: merged.idOf(transaction),
        sources,
        note: null,
      },
      green: null,
      checkpoint: null,
      latest_version: 1,
      recalled: null,
      rollback: null,
    });
  });

  test('keeps what the target has where nothing else is named', () => {
    const merged = world();
    merged.append(LATER, [
      create('alpha', { metadata: { a: 1 }, file_count: 4, size_bytes: 5 }),
      merge('alpha', ['gamma', 'beta'], { source_versions: [2, 1] }),
    ]);
    expect(merged.environment('alpha')?.blue).toMatchObject({
      version: 2,
      state_hash: CONTENT,
      metadata: { a: 1 },
      file_count: 4,
      size_bytes: 5,
      sources: sources.toReversed(),
    });
  });

  test('forgets sizes of the content that it replaces', () => {
    const merged = world();
    merged.append(LATER, [
      create('alpha', { file_count: 4, size_bytes: 5 }),
      merge('alpha', ['beta'], { state_hash: OTHER, size_bytes: 6 }),
    ]);
    expect(merged.environment('alpha')?.blue).toMatchObject({
      version: 2,
      state_hash: OTHER,
      file_count: null,
      size_bytes: 6,
    });
  });

  test('leaves its sources as they are', () => {
    const merged = world();
    const before = merged.environment('beta');
    merged.append(LATER, [merge('alpha', ['beta'], { base_version: null, state_hash: OTHER })]);
    expect(merged.environment('beta')).toEqual(before);
  });
});

describe('archive_environment', () => {
  test('closes the environment and keeps everything else', () => {
    const world = World.with(create('alpha'), promote('alpha'));
    const before = world.environment('alpha');
    world.append(LATER, [archive('alpha', { reason: 'superseded' })]);
    expect(world.environment('alpha')).toEqual({ ...before, archived_at: LATER });
  });
});

describe('batch', () => {
  test('applies all, in order, under one transaction id', () => {
    const transaction = batch([create('alpha'), promote('alpha'), checkpoint('alpha')]);
    const world = World.founded();
    world.append(LATER, [transaction]);
    const id = world.idOf(transaction);
    expect(world.environment('alpha')).toMatchObject({
      blue: { transaction_id: id },
      green: { transaction_id: id },
      checkpoint: { transaction_id: id },
    });
  });

  test('applies none where one is refused, and says which', () => {
    const world = World.founded();
    const before = rootOf(world);
    const execution = world.execution(LATER);
    const refusal = execution.add(world.checked(batch([create('alpha'), create('beta'), create('alpha')])));
    expect(refusal).toMatchObject({ name: 'ENVIRONMENT_EXISTS' });
    expect(refusal?.message).toContain('operations.2');
    expect(execution.writes.size).toBe(0);
    expect(encodeHash(stateRoot(execution.roots()))).toBe(before);
  });

  test('a refusal leaves what came before it in the block', () => {
    const alone = World.founded();
    alone.append(LATER, [create('alpha', {}, { nonce: 1 })]);
    const world = World.founded();
    const execution = world.execution(LATER);
    expect(execution.add(world.checked(create('alpha', {}, { nonce: 1 })))).toBeNull();
    expect(execution.add(world.checked(batch([update('alpha'), archive('alpha'), promote('alpha')])))).not.toBeNull();
    expect(execution.accepted).toHaveLength(1);
    execution.adopt(execution.roots());
    expect(rootOf(world)).toBe(rootOf(alone));
  });

  test('sees within the block what the block wrote, and the chain sees it after', () => {
    const world = World.founded();
    const execution = world.execution(LATER);
    for (const transaction of [
      create('alpha'),
      update('alpha'),
      promote('alpha', { state_hash: OTHER, blue_version: 2 }),
    ]) {
      expect(execution.add(world.checked(transaction))).toBeNull();
    }
    expect(world.environment('alpha')).toBeUndefined();
    execution.adopt(execution.roots());
    expect(world.environment('alpha')?.green?.version).toBe(2);
  });

  test('is authorised operation by operation', () => {
    const world = World.founded();
    expect(world.try(batch([create('alpha')], { signer: bob }))).toBeNull();
    expect(world.try(batch([create('alpha'), promote('alpha')], { signer: bob }))).toMatchObject({
      name: 'PERMISSION_MISSING',
    });
  });
});

describe('policies', () => {
  const multisig = { mode: 'multisig', role: 'administrator', threshold: { count: 1 } } as const;

  test("one environment's policy goes before the action's, which goes before the default", () => {
    const world = World.founded({
      policies: {
        create_environment: { mode: 'direct', permission: 'emergency_rollback' },
        'create_environment/alpha': multisig,
        'create_environment/open': { mode: 'direct', permission: 'write_blue_state' },
      },
    });
    expect(world.try(create('alpha'))).toMatchObject({ name: 'APPROVAL_REQUIRED' });
    expect(world.try(create('beta', {}, { signer: bob }))).toMatchObject({ name: 'PERMISSION_MISSING' });
    expect(world.try(create('beta'))).toBeNull();
    expect(world.try(create('open', {}, { signer: bob }))).toBeNull();
    expect(world.try(update('open', {}, { signer: bob }))).toMatchObject({ name: 'ENVIRONMENT_NOT_FOUND' });
  });

  test('protects one environment like a protected branch', () => {
    const world = World.founded({ policies: { 'promote_environment/alpha': multisig } });
    world.append(LATER, [create('alpha'), create('beta')]);
    expect(world.try(promote('alpha'))).toMatchObject({ name: 'APPROVAL_REQUIRED' });
    expect(world.try(promote('beta'))).toBeNull();
  });
});

describe('the registry', () => {
  test('holds every action once, with its defaults', () => {
    const kindOf = (kind: string): string[] => ACTION_NAMES.filter((name) => findAction(name)?.kind === kind);
    const modesOf = (kind: string): Set<string | undefined> =>
      new Set(kindOf(kind).map((name) => findAction(name)?.defaultPolicy.mode));
    expect(kindOf('environment')).toEqual([
      'create_environment',
      'update_environment',
      'promote_environment',
      'checkpoint_state',
      'merge_environments',
      'archive_environment',
      'recall_environment',
      'batch',
    ]);
    expect(kindOf('governance')).toEqual([
      'add_member',
      'update_member',
      'remove_member',
      'rotate_key',
      'add_validator',
      'remove_validator',
      'rotate_validator',
      'set_policy',
      'set_parameter',
      'set_checkpoint_key',
      'reset_clock',
      'rollback',
      'unfreeze',
    ]);
    expect(kindOf('control')).toEqual([
      'freeze',
      'propose',
      'approve',
      'reject',
      'carry_approvals',
      'withdraw',
      'comment',
      'genesis',
    ]);
    expect(modesOf('environment')).toEqual(new Set(['direct']));
    expect(modesOf('governance')).toEqual(new Set(['multisig']));
    expect(modesOf('control')).toEqual(new Set(['direct']));
  });

  test.each<[Transaction, string]>([
    [create('a'), 'Registered a as a Blue environment.'],
    [update('a'), 'Updated Blue environment a.'],
    [promote('a'), 'Promoted a from Blue to Green.'],
    [checkpoint('a'), 'Checkpointed Green a as 1.0.'],
    [merge('a', ['b', 'c']), 'Merged b, c into a (union).'],
    [archive('a'), 'Archived a.'],
    [batch([create('a')]), 'Registered a as a Blue environment.'],
    [batch([create('a'), update('a'), update('a')]), 'Registered a as a Blue environment (and 2 more, all or none).'],
    [call('genesis', genesisPayload()), 'Created the chain with 4 member(s) and 1 validator(s).'],
  ])('says in one sentence what a transaction did', ({ action, payload }, sentence) => {
    expect(findAction(action)?.summarize(payload)).toBe(sentence);
  });

  test('knows no other name', () => {
    expect(findAction('no_such_action')).toBeUndefined();
  });
});
