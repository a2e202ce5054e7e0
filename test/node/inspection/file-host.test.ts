import { MessageChannel } from 'node:worker_threads';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { MessagePortMain } from 'electron';
import { afterAll, expect, test } from 'vitest';

import { openFileHost } from '../../../electron/file-host.ts';
import type { ContractClient } from '../../../src/cli/session.ts';
import { coded } from '../../coded.ts';
import { backUp, makeChain } from '../recovery/recovery-fixture.ts';

/** What the desktop's window on a file speaks to: a real backup, verified, over a real message port. */

const root = mkdtempSync(join(tmpdir(), 'quantum-lock-file-host-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const open = (path: string, signal = new AbortController().signal): ReturnType<typeof openFileHost> =>
  openFileHost({ path, version: 'test', log: () => undefined, signal });

test('a backup is shown for reading over a port, and a damaged, missing or stopped one is refused', async () => {
  const { data } = await makeChain(root);
  const { path, manifest } = await backUp(data, join(root, 'full.backup'));
  const host = await open(path);
  const { port1, port2 } = new MessageChannel();
  try {
    host.handlePort(port1 as unknown as MessagePortMain);
    const client = createORPCClient<ContractClient>(new RPCLink({ port: port2 }));
    port2.start();
    const { height, head_hash } = await client.chain.status();
    expect({ height, hash: head_hash }).toMatchObject({ height: manifest.to.height, hash: manifest.to.hash });
    await expect(client.operator.requestDeed({ deed: 'unlock_keys' })).rejects.toMatchObject({
      code: 'INSPECTION_ONLY',
    });
  } finally {
    port2.close();
    await host.close();
  }

  const bytes = readFileSync(path);
  bytes[300] = (bytes[300] ?? 0) ^ 1;
  const damaged = join(root, 'damaged.backup');
  writeFileSync(damaged, bytes);
  await expect(open(damaged)).rejects.toThrow(coded('BACKUP_INVALID'));
  await expect(open(join(root, 'none.backup'))).rejects.toThrow();
  await expect(open(path, AbortSignal.abort())).rejects.toThrow(coded('CANCELLED'));
});
