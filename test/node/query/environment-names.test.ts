import { describe, expect, test } from 'vitest';

import { encodeUtf8 } from '../../../src/base/bytes.ts';
import type { SimulationResult } from '../../../src/ledger/effects/simulate.ts';
import type { NamedEnvironment } from '../../../src/ledger/governance/action.ts';
import { lookalikesOf, withLookalikes } from '../../../src/node/query/environment-names.ts';

const present = new Map<string, NamedEnvironment>(
  [
    { env_id: 'grid-maze', name: 'Grid maze' },
    { env_id: 'pong', name: null },
    { env_id: 'archived', name: 'Tools' },
  ].map((one) => [one.env_id, one]),
);

const applied = { outcome: 'applied', warnings: [] as string[] } as unknown as SimulationResult;

async function warningsOf(action: string, payload: object): Promise<readonly string[]> {
  const bytes = encodeUtf8(JSON.stringify({ action, payload }));
  const result = await withLookalikes(bytes, applied, (made) => lookalikesOf(made, present));
  return result.outcome === 'applied' ? result.warnings : [];
}

const create = (envId: string, name?: unknown): object => ({
  env_id: envId,
  metadata: name === undefined ? {} : { name },
});

describe('an environment that is made or named', () => {
  test.each([
    ['Cyrillic', 'Gr\u0456d maze'],
    ['full width', '\uFF27\uFF32\uFF29\uFF24 maze'],
    ['of no width', 'Grid\u200B maze'],
    ['a letter with its mark apart', 'Grid maze\u034F'],
    ['case', 'GRID MAZE'],
    ['blanks at the end', 'Grid maze  \u3000'],
    ['digits for letters', 'Gr1d maze'],
    ['the same', 'Grid maze'],
    ['as the id of another', 'p0ng'],
  ])('is warned of where its name looks like another’s: %s', async (_, name) => {
    const other = name === 'p0ng' ? 'pong' : 'Grid maze (grid-maze)';
    for (const [action, payload] of [
      ['create_environment', create('new', name)],
      ['update_environment', create('pong', name)],
      ['propose', { action: 'update_environment', payload: create('archived', name) }],
      ['batch', { operations: [{ action: 'create_environment', payload: create('new', name) }] }],
      ['merge_environments', { target_env: 'new', metadata: { name } }],
    ] as const) {
      const warnings = (await warningsOf(action, payload)).join(' ');
      if (action === 'update_environment' && name === 'p0ng') expect(warnings).toBe('');
      else expect(warnings, action).toContain(`looks like ${other}, which is another environment`);
    }
  });

  test('and where two are made at once that look alike', async () => {
    const operations = ['run-1', 'run-l'].map((id) => ({ action: 'create_environment', payload: create(id) }));
    expect([...(await warningsOf('batch', { operations }))].sort()).toEqual([
      'run-1 looks like run-l, which is another environment: check which one is meant.',
      'run-l looks like run-1, which is another environment: check which one is meant.',
    ]);
  });

  test('is not, where it keeps what it had, or is like nothing', async () => {
    expect(await warningsOf('update_environment', create('grid-maze', 'Grid maze'))).toEqual([]);
    expect(await warningsOf('update_environment', create('pong', 'Table tennis'))).toEqual([]);
    expect(await warningsOf('create_environment', create('tool-use', ['Tools']))).toEqual([]);
    expect(await warningsOf('archive_environment', { env_id: 'pong' })).toEqual([]);
    expect(await warningsOf('merge_environments', { target_env: 'pong' })).toEqual([]);
  });
});
