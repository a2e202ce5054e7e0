import { createRouterClient } from '@orpc/server';
import { describe, expect, test } from 'vitest';

import type { ContractClient } from '../../../src/cli/session.ts';
import type { Host } from '../../../src/node/host/host.ts';
import { TERMINAL, type Caller } from '../../../src/node/host/procedures.ts';
import { hostRouter } from '../../../src/node/host/router.ts';
import type { QuantumNode } from '../../../src/node/quantum-node.ts';
import { createBytes } from '../../crash/test-chain.ts';
import { foundedDirectory, openedNode, receiptOf } from '../storage/opened-node.ts';

/** A read at a door, which the thread for reads answers. */

interface Bench {
  readonly node: QuantumNode;
  readonly through: (caller: Caller) => ContractClient;
}

async function openBench(): Promise<Bench> {
  const node = await openedNode(foundedDirectory());
  receiptOf(await node.submit(createBytes('env-1')));
  const host = { node } as Host;
  return { node, through: (caller) => createRouterClient(hostRouter, { context: { host, ...caller } }) };
}

describe('a read', () => {
  test('is answered as the contract says, with what it leaves to be filled in', async () => {
    const { node, through } = await openBench();
    const { chain } = through(TERMINAL);
    expect(await chain.block({ at: { index: 1 } })).toMatchObject({ index: 1, transaction_count: 1 });
    expect(await node.query.block({ at: { index: 1 } })).toEqual(await chain.block({ at: { index: 1 } }));
  });

  test('whose input does not fit is refused in the same way as any other call', async () => {
    const { node, through } = await openBench();
    const { chain } = through(TERMINAL);
    await expect(chain.block({ at: { index: -1 } })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      data: { issues: [expect.objectContaining({ path: expect.arrayContaining(['at']) as unknown[] })] },
    });
    await expect(node.query.block({ at: { index: -1 } })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  test('of what is not there says so with its code and advice', async () => {
    const { through } = await openBench();
    await expect(through(TERMINAL).chain.environment({ env_id: 'nowhere' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'there is no environment nowhere at block 1',
      data: { advice: expect.stringContaining('The list commands show what exists') as string },
    });
  });

  test('is for members alone where it comes over the network', async () => {
    const { through } = await openBench();
    const stranger = { door: 'network', asker: 'stranger' } as const;
    const reader = { ...stranger, member: { member_id: 'reader', level: 'read_only' } } as const;
    await expect(through(stranger).chain.blocks({ limit: 1 })).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    expect((await through(reader).chain.blocks({ limit: 1 })).height).toBe(1);
  });

  test('that nobody waits for any more ends at once', async () => {
    const { node } = await openBench();
    const controller = new AbortController();
    const reading = node.query.blocks({ limit: 10 }, { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
    expect((await node.query.blocks({ limit: 10 })).height).toBe(1);
  });
});
