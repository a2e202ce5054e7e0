import { connect, createServer, type AddressInfo, type Server } from 'node:net';

import { describe, expect, onTestFinished, test } from 'vitest';

import { LoopbackListener } from '../../../src/node/doors/loopback-listener.ts';
import { coded } from '../../coded.ts';

type Create = typeof createServer;

/** Servers of which the first `failCount` on ::1 fail as a machine would fail them; the rest are Node's own. */
function failingOnIpv6(code: string, failCount = Infinity): { readonly create: Create; readonly servers: Server[] } {
  const servers: Server[] = [];
  let left = failCount;
  const create = (...given: Parameters<Create>): Server => {
    const server = createServer(...given);
    servers.push(server);
    const listen = server.listen.bind(server);
    server.listen = ((options: { readonly host: string; readonly port: number }, done: () => void) => {
      if (options.host !== '::1' || left <= 0) return listen(options, done);
      left -= 1;
      process.nextTick(() => server.emit('error', Object.assign(new Error(`listen ${code}: a reason`), { code })));
      return server;
    }) as Server['listen'];
    return server;
  };
  return { create: create as Create, servers };
}

const openCount = (servers: readonly Server[]): number => servers.filter(({ listening }) => listening).length;

describe('a listener on the loopback addresses', () => {
  test('takes one port on both, gives what connects to either, and frees both', async () => {
    const met: string[] = [];
    const { create, servers } = failingOnIpv6('', 0);
    const listener = new LoopbackListener((socket) => {
      met.push(socket.localAddress ?? '');
      socket.destroy();
    }, create);
    const port = await listener.listen(0);
    expect(servers.map((server) => (server.address() as AddressInfo).port)).toEqual([port, port]);
    for (const host of ['127.0.0.1', '::1'])
      await new Promise((resolve) =>
        connect(port, host)
          .on('error', () => undefined)
          .on('close', resolve),
      );
    expect(met).toEqual(['127.0.0.1', '::1']);
    await listener.close();
    expect(openCount(servers)).toBe(0);
  });

  test('lets who has heard the end go on writing, for as long as it takes', async () => {
    const listener = new LoopbackListener((socket) => {
      socket.resume();
      // What it works out until then, it still says.
      socket.on('end', () => setImmediate(() => socket.end('the rest')));
    });
    const port = await listener.listen(0);
    onTestFinished(() => listener.close());
    const heard = await new Promise<string>((resolve) => {
      let text = '';
      const socket = connect(port, '127.0.0.1', () => socket.end());
      socket.on('data', (part) => (text += part.toString())).on('close', () => resolve(text));
    });
    expect(heard).toBe('the rest');
  });

  test.each(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'ENETUNREACH'])(
    'does without ::1 where the machine has none (%s)',
    async (code) => {
      const { create, servers } = failingOnIpv6(code);
      const listener = new LoopbackListener((socket) => socket.destroy(), create);
      const port = await listener.listen(0);
      expect(port).toBeGreaterThan(0);
      expect(openCount(servers)).toBe(1);
      await listener.close();
      expect(openCount(servers)).toBe(0);
    },
  );

  test('looks for another port where a free one is taken on the other address, sixteen times and no more', async () => {
    const patient = failingOnIpv6('EADDRINUSE', 15);
    const listener = new LoopbackListener((socket) => socket.destroy(), patient.create);
    await listener.listen(0);
    expect(patient.servers).toHaveLength(32);
    expect(openCount(patient.servers)).toBe(2);
    await listener.close();
    expect(openCount(patient.servers)).toBe(0);

    const hopeless = failingOnIpv6('EADDRINUSE', 16);
    await expect(new LoopbackListener(() => undefined, hopeless.create).listen(0)).rejects.toThrow(
      coded('SYSTEM_DEPENDENCY'),
    );
    expect(hopeless.servers).toHaveLength(32);
    expect(openCount(hopeless.servers)).toBe(0);
  });

  test('does not take another port than the one that was asked for', async () => {
    const probe = new LoopbackListener((socket) => socket.destroy());
    const port = await probe.listen(0);
    await probe.close();
    const { create, servers } = failingOnIpv6('EADDRINUSE', 1);
    const refused = new LoopbackListener(() => undefined, create).listen(port);
    await expect(refused).rejects.toMatchObject({
      code: 'SYSTEM_DEPENDENCY',
      message: `cannot listen on port ${port} of ::1: listen EADDRINUSE: a reason`,
      advice: 'Choose another port with --port; 0 takes a free one.',
      cause: { code: 'EADDRINUSE' },
    });
    expect(servers).toHaveLength(2);
    expect(openCount(servers)).toBe(0);
  });

  test('says which address is taken', async () => {
    const first = new LoopbackListener((socket) => socket.destroy());
    const port = await first.listen(0);
    onTestFinished(() => first.close());
    await expect(new LoopbackListener(() => undefined).listen(port)).rejects.toMatchObject({
      code: 'SYSTEM_DEPENDENCY',
      message: expect.stringContaining(`port ${port} of 127.0.0.1: listen EADDRINUSE`) as string,
    });
  });

  test('a connection that is lost before it is taken ends nothing', async () => {
    const { create, servers } = failingOnIpv6('', 0);
    const listener = new LoopbackListener((socket) => socket.destroy(), create);
    await listener.listen(0);
    onTestFinished(() => listener.close());
    for (const server of servers)
      for (let count = 0; count < 3; count++)
        expect(server.emit('error', new Error('accept ECONNABORTED')), String(count)).toBe(true);
    expect(openCount(servers)).toBe(2);
  });

  test.each([null, '/a/pipe'])('has a port, or is no listener: a server at %j', async (address) => {
    const create = (...given: Parameters<Create>): Server => {
      const server = createServer(...given);
      server.address = () => address;
      onTestFinished(() => void server.close());
      return server;
    };
    await expect(new LoopbackListener(() => undefined, create as Create).listen(0)).rejects.toMatchObject({
      code: 'SYSTEM_DEPENDENCY',
      message: 'the server has no port',
    });
  });
});
