import { describe, expect, test } from 'vitest';

import type { JsonObject } from '../../../src/base/canonical.ts';
import { bindPayload, environmentsOf } from '../../../src/ledger/actions/bind-payload.ts';
import type { EnvironmentRecord } from '../../../src/ledger/state/records.ts';

const record = (blue: number, green: number | null): EnvironmentRecord =>
  ({ blue: { version: blue }, green: green === null ? null : { version: green } }) as EnvironmentRecord;
const KNOWN: Readonly<Record<string, EnvironmentRecord>> = { a: record(3, 2), b: record(7, null) };
const bound = (action: string, payload: JsonObject): JsonObject => bindPayload(action, payload, (id) => KNOWN[id]);

describe('what a payload rests on is filled in', () => {
  test.each<[string, JsonObject, JsonObject]>([
    ['update_environment', { env_id: 'a' }, { base_version: 3 }],
    ['update_environment', { env_id: 'new' }, {}],
    ['promote_environment', { env_id: 'a' }, { blue_version: 3, green_version: 2 }],
    ['promote_environment', { env_id: 'b' }, { blue_version: 7, green_version: null }],
    ['checkpoint_state', { env_id: 'a' }, { green_version: 2 }],
    ['checkpoint_state', { env_id: 'b' }, {}],
    [
      'merge_environments',
      { target_env: 'a', source_envs: ['b', 'new'] },
      { base_version: 3, source_versions: [7, 0] },
    ],
    ['merge_environments', { target_env: 'new', source_envs: ['a'] }, { base_version: null, source_versions: [3] }],
    ['archive_environment', { env_id: 'a' }, {}],
  ])('%s of %j', (action, payload, added) => {
    expect(bound(action, payload)).toEqual({ ...payload, ...added });
  });

  test('and what stands there stays', () => {
    expect(bound('update_environment', { env_id: 'a', base_version: 1 })).toEqual({ env_id: 'a', base_version: 1 });
  });

  test('in each operation of a batch, and in nothing else that stands there', () => {
    const operations = [
      { action: 'update_environment', payload: { env_id: 'a' } },
      'no operation',
      null,
      ['update_environment'],
      { action: 7, payload: { env_id: 'a' } },
      { action: 'update_environment', payload: 'a' },
      { action: 'update_environment', payload: ['a'] },
      { action: 'update_environment', payload: null },
    ] as const;
    const [first, ...others] = operations;
    expect(bound('batch', { operations })).toEqual({
      operations: [{ ...first, payload: { env_id: 'a', base_version: 3 } }, ...others],
    });
  });

  test.each([[7], [null], [['a']], [{}]])('reads nothing of an id that is %j', (envId) => {
    const asked: unknown[] = [];
    const payload = { env_id: envId, target_env: envId, source_envs: [envId] } as JsonObject;
    for (const action of ['update_environment', 'promote_environment', 'merge_environments'])
      bindPayload(action, payload, (id) => void asked.push(id));
    expect(asked).toEqual([]);
  });
});

test('names the environments that it asks for, each once, those of a batch too', () => {
  expect(environmentsOf({ target_env: 'c', source_envs: ['a', 'b', 'a', 7] })).toEqual(['c', 'a', 'b']);
  expect(
    environmentsOf({
      operations: [
        { action: 'update_environment', payload: { env_id: 'a' } },
        { action: 'update_environment', payload: { env_id: 'b' } },
        { action: 'update_environment', payload: 'c' },
        { action: 'update_environment', payload: ['d'] },
        'e',
        null,
        { env_id: 'f' },
      ],
    }),
  ).toEqual(['a', 'b']);
  expect(environmentsOf({ env_id: ['a'], operations: 'b' })).toEqual([]);
});
