import { describe, expect, test } from 'vitest';

import { encodeCanonicalText, type Json, type JsonObject } from '../../../../src/base/canonical.ts';
import { ACTION_TABLE } from '../../../../src/ledger/actions/registry.ts';
import { UNDECIDED } from '../../../../src/ledger/governance/settle.ts';
import { NAMESPACES } from '../../../../src/ledger/state/records.ts';
import {
  addMember,
  ben,
  count,
  dee,
  GovernedWorld,
  heads,
  laterHeads,
  node2,
  rotateKey,
  setCheckpointKey,
  setPolicy,
  spare,
  updateMember,
  withValidator,
} from '../governance-world.ts';
import { bob, CONTENT, OTHER } from '../world.ts';

const env = (envId: string) => ({ env_id: envId, state_hash: CONTENT, metadata: {} });

/** Every action that can be proposed, on a chain where it changes something. */
const PROPOSABLE: readonly (readonly [action: string, payload: JsonObject, places: readonly string[]])[] = [
  ['create_environment', env('gamma'), ['environments gamma', 'environments removed:gamma']],
  ['update_environment', { ...env('alpha'), state_hash: OTHER }, ['environments alpha']],
  ['promote_environment', { ...env('alpha'), metadata: { note: 1 } }, ['environments alpha']],
  [
    'checkpoint_state',
    { env_id: 'alpha', checkpoint_hash: CONTENT, version: '1' },
    ['environments alpha', 'environments label:alpha:1'],
  ],
  [
    'merge_environments',
    { source_envs: ['beta'], target_env: 'alpha', merge_strategy: 'union' },
    ['environments alpha', 'environments beta'],
  ],
  ['archive_environment', { env_id: 'beta' }, ['environments beta']],
  [
    'recall_environment',
    { env_id: 'alpha', reason: 'wrong', superseded_by: { env_id: 'beta', version: 1 }, emergency: false },
    ['environments alpha', 'environments beta', 'environments recall:alpha:*'],
  ],
  [
    'add_member',
    addMember('dee', 'validator', [dee, spare]),
    [
      ...[dee, spare].map(({ publicKey }) => `members key/${publicKey}`).toSorted(),
      'members member/dee',
      ...[dee, spare].map(({ publicKey }) => `validators key/${publicKey}`).toSorted(),
    ],
  ],
  ['update_member', updateMember('bob', 'validator', 'suspended'), ['members member/bob']],
  ['remove_member', { member_id: 'bob' }, [`members key/${bob.publicKey}`, 'members member/bob']],
  [
    'rotate_key',
    rotateKey('bob', bob, spare),
    [
      ...[bob, spare].map(({ publicKey }) => `members key/${publicKey}`).toSorted(),
      'members member/bob',
      `validators key/${spare.publicKey}`,
    ],
  ],
  [
    'add_validator',
    withValidator('node3', spare),
    [`members key/${spare.publicKey}`, `validators key/${spare.publicKey}`, 'validators node3'],
  ],
  ['remove_validator', { validator_id: 'node2' }, [`validators key/${node2.publicKey}`, 'validators node2']],
  [
    'rotate_validator',
    withValidator('node2', spare),
    [
      `members key/${spare.publicKey}`,
      ...[node2, spare].map(({ publicKey }) => `validators key/${publicKey}`).toSorted(),
      'validators node2',
    ],
  ],
  ['set_policy', setPolicy('unfreeze', count(2)), ['policies unfreeze']],
  [
    'set_policy',
    setPolicy('promote_environment', count(2), 'alpha'),
    ['environments alpha', 'policies promote_environment/alpha'],
  ],
  [
    'set_parameter',
    { name: 'transaction_window_ms', value: 60_000 },
    ['transaction_floor_at', 'transaction_reach_ms', 'transaction_window_ms'].map((name) => `parameters ${name}`),
  ],
  ['set_parameter', { name: 'proposal_lifetime_ms', value: 60_000 }, ['parameters proposal_lifetime_ms']],
  [
    'set_checkpoint_key',
    setCheckpointKey(laterHeads),
    ['checkpoint_key', ...[heads, laterHeads].map((key) => `checkpoint_key:${key.publicKey}`).toSorted()].map(
      (key) => `parameters ${key}`,
    ),
  ],
  ['reset_clock', { time: 1, reason: 'it ran ahead' }, ['parameters clock', 'parameters transaction_floor_at']],
  ['unfreeze', {}, ['parameters freeze']],
  [
    'batch',
    {
      operations: [
        { action: 'update_environment', payload: { ...env('beta'), state_hash: OTHER, base_version: 1, note: 'anew' } },
        { action: 'set_policy', payload: setPolicy('promote_environment', count(2), 'beta') },
        {
          action: 'promote_environment',
          payload: { ...env('beta'), state_hash: OTHER, blue_version: 2, green_version: null },
        },
        { action: 'create_environment', payload: env('gamma') },
      ],
    },
    ['environments beta', 'environments gamma', 'environments removed:gamma', 'policies promote_environment/beta'],
  ],
];

/** Every value of the state, by namespace and key. */
function everything(world: GovernedWorld): Map<string, string> {
  const values = new Map<string, string>();
  for (const namespace of NAMESPACES)
    world.state.tree.walk(world.state.roots[namespace], ({ key, value }) => {
      values.set(`${namespace} ${key}`, new TextDecoder().decode(value));
      return true;
    });
  return values;
}

/** A value with what only the block and its transaction know replaced by what they are. */
function marked(value: Json, time: number, id: string): string {
  return encodeCanonicalText(value).replaceAll(id, 'the transaction').replaceAll(String(time), 'the time');
}

function furnished(action: string): GovernedWorld {
  const world = GovernedWorld.governed({
    policies: Object.fromEntries(
      [...ACTION_TABLE.all()]
        .filter(({ kind, name }) => kind === 'environment' && name !== 'batch')
        .map(({ name }) => [name, count(2)]),
    ),
  });
  for (const envId of ['alpha', 'beta']) world.decide('create_environment', env(envId));
  world.decide('promote_environment', env('alpha'));
  world.decide('add_validator', withValidator('node2', node2));
  world.decide('set_checkpoint_key', setCheckpointKey(heads));
  if (action === 'unfreeze') world.must('freeze', { reason: 'an intruder' });
  return world;
}

/** A place as the list above names it: the promotion that is recalled has another id each time. */
const named = ({ namespace, key }: { readonly namespace: string; readonly key: string }): string =>
  `${namespace} ${key.replace(/^(recall:alpha:)0x[0-9a-f]{64}$/, '$1*')}`;

describe('a proposal that is executed', () => {
  test.each(PROPOSABLE)('%s changes exactly what it recorded, as its trial did', (action, payload, places) => {
    const world = furnished(action).later(10_000);
    const trial = world.trial(action, payload);
    if ('code' in trial) throw new Error(trial.message);
    expect(trial.touched.map(named)).toEqual(places);
    const id = world.propose(action, payload);
    expect(world.proposal(id).reads.map(named)).toEqual(places);
    const triedAt = world.time;
    const before = everything(world.later(10_000));
    world.approve(id, ben);
    expect(world.status(id)).toBe('executed');
    const after = everything(world);
    const changed = [...after].filter(([place, value]) => before.get(place) !== value).map(([place]) => place);
    const writes = [...trial.after.writes()].flatMap(([namespace, entries]) =>
      [...entries].map(([key, value]) => [`${namespace} ${key}`, value] as const),
    );
    expect(changed.toSorted()).toEqual([...writes.map(([place]) => place), `proposals ${id}`].toSorted());
    for (const [namespace, entries] of trial.after.writes())
      for (const key of entries.keys()) expect(places).toContain(named({ namespace, key }));
    const { closed_by, votes } = world.proposal(id);
    const approvers = votes.map(({ member_id }) => member_id);
    for (const [place, value] of writes)
      expect(marked(JSON.parse(after.get(place) ?? '') as Json, world.time, closed_by ?? '')).toBe(
        marked(value ?? null, triedAt, `0x${'00'.repeat(32)}`)
          .replaceAll(`["${UNDECIDED}"]`, encodeCanonicalText(approvers))
          .replaceAll(UNDECIDED, approvers.at(-1) ?? ''),
      );
  });

  test('is one of every action that can be proposed and rests on the state that it was made for', () => {
    const proposable = [...ACTION_TABLE.all()]
      .filter(({ kind, restsOn }) => kind !== 'control' && restsOn === 'present')
      .map(({ name }) => name);
    expect(new Set(PROPOSABLE.map(([action]) => action))).toEqual(new Set(proposable));
  });
});
