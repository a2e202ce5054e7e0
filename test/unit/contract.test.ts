import { readdirSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { contract } from '../../src/api/contract.ts';
import type { ProcedureMeta } from '../../src/api/procedure.ts';
import { PERMISSIONS } from '../../src/ledger/permissions.ts';

interface Declared {
  readonly '~orpc': { readonly meta: ProcedureMeta };
}

type Half = keyof typeof contract;
const HALVES: readonly Half[] = ['chain', 'operator'];

const declared = (half: Half): readonly (readonly [string, ProcedureMeta])[] =>
  Object.entries<Declared>(contract[half]).map(([name, procedure]) => [name, procedure['~orpc'].meta]);

/** What the files of a half declare, each name as often as it is declared. */
async function declaredInFiles(half: Half): Promise<string[]> {
  const folder = new URL(`../../src/api/${half}/`, import.meta.url);
  const modules = await Promise.all(
    readdirSync(folder).map(async (file) => (await import(new URL(file, folder).href)) as Record<string, object>),
  );
  return modules.flatMap((module) =>
    Object.entries(module).flatMap(([name, value]) => (name.endsWith('Procedures') ? Object.keys(value) : [])),
  );
}

describe('the contract', () => {
  test.each(HALVES)('has each procedure of the files of %s, and each once', async (half) => {
    const names = await declaredInFiles(half);
    expect(names.length).toBeGreaterThan(10);
    expect(names.toSorted()).toEqual(Object.keys(contract[half]).toSorted());
  });

  test('declares for each procedure what its caller must hold: on the chain a permission, on the machine to be its operator', () => {
    for (const [name, { permission }] of declared('chain')) expect(PERMISSIONS, name).toContain(permission);
    for (const [name, { permission }] of declared('operator')) expect(permission, name).toBe('operator');
  });

  test('lets those who only read submit nothing', () => {
    const others = declared('chain').filter(([, { permission }]) => permission !== 'read_blockchain');
    expect(others).toEqual([['submit', { kind: 'command', permission: 'write_blue_state' }]]);
  });
});
