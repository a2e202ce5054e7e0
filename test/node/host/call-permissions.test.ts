import { createRouterClient } from '@orpc/server';
import { describe, expect, test } from 'vitest';

import { contract } from '../../../src/api/contract.ts';
import type { ProcedureMeta } from '../../../src/api/procedure.ts';
import { LEVELS, LEVEL_PERMISSIONS, type Level } from '../../../src/ledger/permissions.ts';
import type { Host } from '../../../src/node/host/host.ts';
import { TERMINAL, type Caller } from '../../../src/node/host/procedures.ts';
import { hostRouter } from '../../../src/node/host/router.ts';

/** Every procedure of the contract, called in the name of each kind of caller. */

const PROCEDURES = Object.entries(contract).flatMap(([half, procedures]) =>
  Object.entries<{ readonly '~orpc': { readonly meta: ProcedureMeta } }>(procedures).map(([name, procedure]) => ({
    half,
    name,
    permission: procedure['~orpc'].meta.permission,
  })),
);

type Calls = Readonly<Record<string, Readonly<Record<string, (input?: unknown) => Promise<unknown>>>>>;

/** What came of a call without an input, and whether its handler looked at the host. */
async function outcomeOf(caller: Caller, { half, name }: { readonly half: string; readonly name: string }) {
  let isReached = false;
  const host = new Proxy({} as Host, {
    get: (_, name) => {
      if (name === 'inspection') return null;
      isReached = true;
      throw new Error('the host was reached');
    },
  });
  const client = createRouterClient(hostRouter, { context: { host, ...caller } }) as unknown as Calls;
  const isRefused = await Promise.resolve(client[half]?.[name]?.()).then(
    () => false,
    (error: unknown) => String((error as Error).message).endsWith('needs the permission ' + permissionOf(half, name)),
  );
  return { isRefused, isReached };
}

const permissionOf = (half: string, name: string): string =>
  PROCEDURES.find((one) => one.half === half && one.name === name)?.permission ?? '';

const asMember = (level: Level | null): Caller => ({
  door: 'network',
  asker: 'a member',
  ...(level === null ? {} : { member: { member_id: 'somebody', level } }),
});

describe('a call over the network', () => {
  test.each([null, ...LEVELS])(
    'by a member of level %s: what the level does not hold is refused before it begins',
    async (level) => {
      const held: readonly string[] = level === null ? [] : LEVEL_PERMISSIONS[level];
      for (const procedure of PROCEDURES) {
        const { isRefused, isReached } = await outcomeOf(asMember(level), procedure);
        expect(isRefused, procedure.name).toBe(!held.includes(procedure.permission));
        if (isRefused) expect(isReached, procedure.name).toBe(false);
      }
    },
  );

  test('is refused with the code, the permission and what to do', async () => {
    const context = { host: {} as Host, ...asMember('read_only') };
    const { chain, operator } = createRouterClient(hostRouter, { context });
    await expect(chain.submit({ transaction: '{}' })).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
      data: { context: { permission: 'write_blue_state' }, advice: expect.stringContaining('administrator') as string },
    });
    await expect(operator.keys()).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
  });
});

describe('a call on this machine', () => {
  test.each<[string, Caller]>([
    ['a terminal', TERMINAL],
    ['the page', { door: 'page', asker: 'page' }],
  ])('from %s is its operator’s, who may call everything', async (_, caller) => {
    for (const procedure of PROCEDURES)
      expect(await outcomeOf(caller, procedure), procedure.name).toMatchObject({ isRefused: false });
  });

  test('reaches the handler, so that a refusal above is the permission’s', async () => {
    const reached = await Promise.all(PROCEDURES.map((procedure) => outcomeOf(TERMINAL, procedure)));
    expect(reached.filter(({ isReached }) => isReached).length).toBeGreaterThan(8);
  });
});
