import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { findRunningNode } from '../../src/node/doors/socket/running-node.ts';
import { cheapKeyFile, dm, dmJson, expectRefusal, startNode, startDm, temporaryRoot } from './dm.ts';

const isPosix = process.platform !== 'win32';

describe.skipIf(!isPosix)('the socket of a node', () => {
  const root = temporaryRoot();
  const data = join(root, 'data');
  const socket = join(data, 'node.sock');
  const content = join(root, 'content');
  const at = (...args: string[]): string[] => [...args, '--data', data];

  beforeAll(async () => {
    mkdirSync(content);
    writeFileSync(join(content, 'file'), 'content');
    mkdirSync(data, { mode: 0o700 });
    await cheapKeyFile(data);
    await dmJson(at('blockchain', 'init', '--key-store', 'file', '--chain-id', 'socket'));
  });

  test('lies in the data directory, however long the way to it is, and never in a shared folder', async () => {
    const deep = join(root, 'd'.repeat(60), 'e'.repeat(60), 'f'.repeat(60));
    mkdirSync(join(root, 'd'.repeat(60), 'e'.repeat(60)), { recursive: true });
    renameSync(data, deep);
    try {
      const node = await startNode(deep);
      expect(node.listening).toBe(join(deep, 'node.sock'));
      expect(statSync(node.listening).mode & 0o777).toBe(0o600);
      expect(await dmJson(['blockchain', 'status', '--data', deep])).toMatchObject({ running: true });
      await dmJson(['env', 'create', '--id', 'deep', '--path', content, '--data', deep]);
      expect(await node.stop('SIGTERM')).toMatchObject({ code: 0 });
      expect(existsSync(node.listening)).toBe(false);
    } finally {
      renameSync(deep, data);
    }
    expect(tmpdir().startsWith(data)).toBe(false);
  });

  test('hears of nothing from whoever does not know the secret, and tells a command nothing that it could believe', async () => {
    const node = await startNode(data);
    const secret = join(data, 'node.secret');
    expect(statSync(secret).mode & 0o777).toBe(0o600);
    // A secret of another run: the node takes no call with it.
    writeFileSync(secret, `0x${'11'.repeat(32)}\n`);
    expect(await findRunningNode(data)).toBeNull();
    rmSync(secret);
    expect(await findRunningNode(data)).toBeNull();
    expect(await node.stop('SIGTERM')).toMatchObject({ code: 0 });
  });

  test.each([
    ['says that it is the node without proving it', 'liar'],
    ['says nothing', 'silent'],
    ['speaks another protocol', 'other'],
  ])('an impostor that %s gets no signature and no call', async (_, kind) => {
    // Knows where the socket lies, but not the secret.
    writeFileSync(join(data, 'node.secret'), `0x${'22'.repeat(32)}\n`, { mode: 0o600 });
    rmSync(socket, { force: true });
    const heard: string[] = [];
    const server = createServer();
    const sockets = new WebSocketServer({ noServer: true });
    const http = kind === 'other' ? null : (await import('node:http')).createServer();
    http?.on('upgrade', (request, connection, head) =>
      sockets.handleUpgrade(request, connection, head, (ws) => {
        ws.on('message', (message: Buffer) => {
          heard.push(message.toString());
          if (kind === 'liar')
            ws.send(
              JSON.stringify({ type: 'challenge', nonce: `0x${'33'.repeat(32)}`, proof: `0x${'44'.repeat(32)}` }),
            );
        });
      }),
    );
    const listening = http ?? server;
    server.on('connection', (connection) => connection.end('HTTP/1.0 200 OK\r\n\r\n'));
    listening.listen(socket);
    await once(listening, 'listening');
    try {
      const promote = await dm(at('env', 'create', '--id', `with-${kind}`, '--path', content, '--json'));
      if (kind === 'other') expect(promote.code).toBe(0);
      else {
        expect(promote.code).toBe(1);
        expect(promote.stderr).toMatch(kind === 'liar' ? /ACCESS_DENIED/ : /NODE_SILENT/);
        expect(heard).toHaveLength(1);
        expect(heard[0]).not.toMatch(/transaction|unsigned|signature/);
      }
    } finally {
      listening.close();
      for (const client of sockets.clients) client.terminate();
      http?.closeAllConnections();
      rmSync(socket, { force: true });
    }
  });

  test('a data directory that others can write to is refused, and one that they can read is closed', async () => {
    for (const mode of [0o777, 0o702]) {
      chmodSync(data, mode);
      await expectRefusal(at('env', 'create', '--id', 'x', '--path', content), {
        code: 'DATA_DIR_SHARED',
        message: /mode 0/,
      });
    }
    for (const mode of [0o755, 0o711]) {
      chmodSync(data, mode);
      await dmJson(at('env', 'create', '--id', `mode-${mode}`, '--path', content));
      expect(statSync(data).mode & 0o777).toBe(0o700);
    }
    chmodSync(join(data, 'keys'), 0o777);
    await expectRefusal(at('key', 'create', '--name', 'Another', '--key-store', 'file'), { code: 'DATA_DIR_SHARED' });
    chmodSync(join(data, 'keys'), 0o755);
    await dmJson(at('key', 'create', '--name', 'Another', '--key-store', 'file'));
    expect(statSync(join(data, 'keys')).mode & 0o777).toBe(0o700);
  });

  test('a new data directory is private whatever the umask and its mode before', async () => {
    for (const mode of [0o777, 0o755]) {
      const fresh = join(root, `fresh-${mode}`);
      mkdirSync(fresh);
      chmodSync(fresh, mode);
      await cheapKeyFile(fresh);
      chmodSync(fresh, mode);
      await dmJson(['blockchain', 'init', '--key-store', 'file', '--data', fresh]);
      expect(statSync(fresh).mode & 0o777).toBe(0o700);
      expect(statSync(join(fresh, 'keys')).mode & 0o777).toBe(0o700);
    }
  });
});

describe.skipIf(!isPosix)('a node that goes away', () => {
  const root = temporaryRoot();
  const data = join(root, 'data');
  const content = join(root, 'content');
  const at = (...args: string[]): string[] => [...args, '--data', data];

  beforeAll(async () => {
    mkdirSync(content);
    writeFileSync(join(content, 'file'), 'content');
    mkdirSync(data, { mode: 0o700 });
    await cheapKeyFile(data);
    await dmJson(at('blockchain', 'init', '--key-store', 'file', '--chain-id', 'ends'));
  });

  test('that is stopped is told after some seconds, by commands that read and that write', async () => {
    const node = await startNode(data);
    node.child.kill('SIGSTOP');
    try {
      await Promise.all([
        expectRefusal(at('env', 'list'), { code: 'NODE_SILENT', message: /does not answer/ }),
        expectRefusal(at('env', 'create', '--id', 'never', '--path', content), { code: 'NODE_SILENT' }),
        expectRefusal(at('blockchain', 'start'), { code: 'NODE_SILENT' }),
      ]);
    } finally {
      node.child.kill('SIGCONT');
    }
    expect(await node.stop('SIGTERM')).toMatchObject({ code: 0 });
  });

  test.each(['SIGTERM', 'SIGKILL', 'SIGSTOP'] as const)(
    'on %s ends the command that works through it, which says what became of its transaction',
    async (signal) => {
      const node = await startNode(data);
      const id = `big-${signal.toLowerCase()}`;
      const big = join(root, id);
      mkdirSync(big);
      for (let index = 0; index < 30; index++)
        writeFileSync(join(big, `weights-${index}`), Buffer.alloc(4_000_000, `${id}${index}`));
      const before = storedBytes(data);
      const command = startDm(at('env', 'create', '--id', id, '--path', big, '--json'));
      let stderr = '';
      command.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      command.stdout.resume();
      const closed = once(command, 'close') as Promise<[number | null]>;
      await storesMore(data, before);
      node.child.kill(signal);
      const [code] = await closed;
      if (signal === 'SIGSTOP') node.child.kill('SIGKILL');
      const { error } = JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '') as {
        error: { code: string; message: string };
      };
      expect(code).toBe(1);
      expect(error.code).toBe(signal === 'SIGSTOP' ? 'NODE_SILENT' : 'NODE_STOPPED');
      expect(error.message).toMatch(/nothing was submitted|was not committed|was committed, in block/);
      await (node.child.exitCode === null && node.child.signalCode === null ? once(node.child, 'close') : null);
      const shown = await dm(at('env', 'show', '--id', id));
      expect(shown.code).toBe(/was committed, in/.test(error.message) ? 0 : 1);
    },
  );

  test('ends on SIGHUP as on SIGTERM; another that comes is told its name', async () => {
    const node = await startNode(data);
    await expectRefusal(at('blockchain', 'start'), {
      code: 'DATA_DIR_LOCKED',
      message: new RegExp(`a node runs on .* already \\(process ${node.child.pid}\\)`),
    });
    const closed = once(node.child, 'close') as Promise<[number | null]>;
    node.child.kill('SIGHUP');
    expect((await closed)[0]).toBe(0);
    expect(existsSync(node.listening)).toBe(false);
  });

  test('commands that come together wait for each other, and all of them succeed', async () => {
    const ran = await Promise.all(
      ['p1', 'p2', 'p3', 'p4'].map((id) => dm(at('env', 'create', '--id', id, '--path', content, '--json'))),
    );
    expect(ran.map(({ code, stderr }) => [code, stderr])).toEqual(ran.map(({ stderr }) => [0, stderr]));
    expect(await dmJson(at('blockchain', 'verify'))).toMatchObject({ ok: true });
  });
});

function storedBytes(data: string): number {
  const blobs = join(data, 'blobs');
  return readdirSync(blobs, { recursive: true, encoding: 'utf8' })
    .map((name) => statSync(join(blobs, name), { throwIfNoEntry: false })?.size ?? 0)
    .reduce((sum, size) => sum + size, 0);
}

/** Until the node has begun to store what it was told to read. */
async function storesMore(data: string, before: number): Promise<void> {
  const started = performance.now();
  while (storedBytes(data) <= before + 1_000_000 && performance.now() - started < 60_000)
    await new Promise((resolve) => setTimeout(resolve, 2));
}
