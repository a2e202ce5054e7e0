import { describe, expect, test } from 'vitest';

import { defined } from '../../src/base/assert.ts';
import { dm, dmJson, expectRefused, startNode, temporaryChain } from './dm.ts';

describe('the API of a node', () => {
  const { data, files, inData } = temporaryChain();

  test('is opened with a port, and answers who logs in with a member’s key', async () => {
    const node = await startNode(data, '--port', '0', '--log-requests');
    const api = defined(node.api, 'an API');
    expect(api).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/blockchain$/);
    await dmJson(inData('env', 'create', '--id', 'cartpole', '--path', files));
    const given = await dmJson<{ token: string; level: string }>(inData('api', 'log-in', '--url', api));
    expect(given).toMatchObject({ level: 'administrator' });
    const ask = (path: string, token = given.token): Promise<Response> =>
      fetch(`${api}${path}`, { headers: { authorization: `Bearer ${token}` } });
    expect(await (await ask('/environments/cartpole')).json()).toMatchObject({ env_id: 'cartpole' });
    expect((await ask('/status', 'x'.repeat(43))).status).toBe(401);
    // As a shell takes it into a variable.
    const typed = await dm(inData('api', 'log-in', '--url', new URL(api).origin));
    expect((await ask('/status', typed.stdout.trimEnd())).status).toBe(200);
    const { stderr, code } = await node.stop('SIGTERM');
    expect(code).toBe(0);
    expect(stderr).toContain('"path":"/blockchain/environments/cartpole"');
    expect(stderr).not.toContain(given.token);
    await expectRefused(inData('api', 'log-in', '--url', api), { code: 'SYSTEM_DEPENDENCY' });
  });

  test('has its figures, and whether it is ready, on a port of their own', async () => {
    const node = await startNode(data, '--metrics-port', '0');
    expect(node.api).toBeNull();
    const metrics = defined(node.metrics, 'an address of metrics');
    const text = await (await fetch(metrics)).text();
    expect(text).toMatch(/^quantum_lock_chain_height \d+$/m);
    expect(text).not.toContain('quantum_lock_http_requests_total');
    expect(await (await fetch(new URL('/readyz', metrics))).json()).toMatchObject({ ready: true });
    await node.stop('SIGTERM');
  });

  test('is not there without a port', async () => {
    const node = await startNode(data);
    expect(node.api).toBeNull();
    await node.stop('SIGTERM');
  });

  test.each([
    [['--address', '0.0.0.0', '--port', '0'], /over plain HTTP/],
    [['--tls-cert', 'a.pem', '--port', '0'], /go together/],
    [['--host-name', 'ledger.example'], /without a port/],
  ])('is refused as %j, and the node with it', async (args, message) => {
    await expectRefused(inData('blockchain', 'start', ...args), { code: 'USAGE', exit: 2, message, oneByOne: true });
  });

  test.each(['nonsense', 'ftp://127.0.0.1:1', ''])('is not sought at %j', async (url) => {
    await expectRefused(inData('api', 'log-in', '--url', url), { code: 'USAGE', exit: 2 });
  });
});
