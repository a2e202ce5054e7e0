import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { findRunningNode } from '../../src/node/doors/socket/running-node.ts';
import { dm, dmJson, expectRefused, startDm, startNode, temporaryChain, type Ran } from './dm.ts';

describe('a node that runs', () => {
  const { root, data, files, inData } = temporaryChain();

  test('serves commands through its socket, two at once, and its last block is on disk when it is told to stop', async () => {
    const node = await startNode(data);
    const made = await Promise.all(
      ['one', 'two'].map((id) => dmJson<{ block_hash: string }>(inData('env', 'create', '--id', id, '--path', files))),
    );
    expect(await dmJson(inData('blockchain', 'status'))).toMatchObject({ running: true, log_size: 3 });
    const last = await dmJson<{ id: string; block_hash: string; block_index: number }>(
      inData('env', 'promote', '--id', 'one'),
    );
    const stopped = await node.stop('SIGTERM');
    expect(stopped).toMatchObject({ code: 0, signal: null });
    expect(existsSync(node.listening)).toBe(false);

    const status = await dmJson(inData('blockchain', 'status'));
    expect(status).toMatchObject({ running: false, height: last.block_index, head_hash: last.block_hash });
    for (const { block_hash } of made) expect(block_hash).toMatch(/^0x[0-9a-f]{64}$/);
    expect(await dmJson(inData('blockchain', 'verify'))).toMatchObject({ ok: true, findings: [] });
  });

  test('holds its directory against a second node, and can be read and verified beside', async () => {
    const node = await startNode(data);
    expect(statSync(node.listening).mode & 0o077).toBe(0);
    await expectRefused(inData('blockchain', 'start'), { code: 'DATA_DIR_LOCKED' });
    expect(await dmJson(inData('blockchain', 'verify'))).toMatchObject({ ok: true });
    expect(await dmJson(inData('env', 'show', '--id', 'one'))).toMatchObject({ env_id: 'one' });
    expect(await node.stop('SIGINT')).toMatchObject({ code: 0 });
  });

  test('is reached while it is still opening: whoever connects then ends neither it nor itself', async () => {
    const child = startDm(inData('blockchain', 'start'));
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    let ready = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (ready += text));
    const closed = once(child, 'close') as Promise<[number | null]>;
    const met: string[] = [];
    const commands: Promise<Ran>[] = [];
    // From the first moment that it listens until its chain is open.
    while (!met.includes('open') && child.exitCode === null) {
      const running = await findRunningNode(data);
      if (running === null) continue;
      running.socket.terminate();
      met.push(running.chain);
      if (commands.length < 3)
        commands.push(dm(inData('env', 'create', '--id', `early-${commands.length}`, '--path', files, '--json')));
    }
    expect(met.at(-1), stderr).toBe('open');
    for (const ran of await Promise.all(commands)) expect(ran.code, ran.stderr).toBe(0);
    expect(await dmJson(inData('blockchain', 'status'))).toMatchObject({ running: true });
    child.kill('SIGTERM');
    expect((await closed)[0], stderr).toBe(0);
    expect(stderr).not.toMatch(/Error/);
    expect(ready).toContain('listening');
  });

  test('gives its refusals through the socket as they are', async () => {
    const node = await startNode(data);
    await expectRefused(inData('env', 'show', '--id', 'nobody'), { code: 'NOT_FOUND', message: /nobody/ });
    await expectRefused(inData('env', 'create', '--id', 'one', '--path', files), {
      code: 'TRANSACTION_REJECTED',
      message: /exists/,
    });
    await expectRefused(inData('env', 'create', '--id', 'three', '--path', join(root, 'nothing')), {
      code: 'DIRECTORY_UNREADABLE',
    });
    await expectRefused(
      inData('env', 'create', '--id', 'three', '--path', files),
      { code: 'PASSPHRASE_WRONG' },
      { passphrase: 'not the passphrase' },
    );
    expect(await node.stop('SIGTERM')).toMatchObject({ code: 0 });
  });

  test('leaves its socket behind when it is killed, and nobody trips over it', async () => {
    const node = await startNode(data);
    const created = await dmJson<{ block_index: number }>(inData('env', 'create', '--id', 'kept', '--path', files));
    expect(await node.stop('SIGKILL')).toMatchObject({ code: null, signal: 'SIGKILL' });
    expect(existsSync(node.listening)).toBe(true);
    expect(await dmJson(inData('blockchain', 'status'))).toMatchObject({ running: false, height: created.block_index });
    const again = await startNode(data);
    expect(await dmJson(inData('blockchain', 'status'))).toMatchObject({ running: true, height: created.block_index });
    expect(await again.stop('SIGTERM')).toMatchObject({ code: 0 });
  });

  test('lets two commands work after each other where no node runs', async () => {
    const both = await Promise.all(
      ['left', 'right'].map((id) => dm(inData('env', 'create', '--id', id, '--path', files, '--json'))),
    );
    expect(both.map(({ code, stderr }) => [code, stderr.includes('DATA_DIR_LOCKED')])).toEqual([
      [0, false],
      [0, false],
    ]);
    expect(await dmJson(inData('blockchain', 'verify'))).toMatchObject({ ok: true });
  });
});
