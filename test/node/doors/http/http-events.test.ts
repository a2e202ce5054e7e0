import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';

import { onTestFinished, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';

import type { FollowedEvent } from '../../../../src/api/chain/events.ts';
import { defined } from '../../../../src/base/assert.ts';
import { socketEvents, streamEvents } from '../../../../src/node/doors/http/event-stream.ts';
import { HTTP_TIMEOUTS } from '../../../../src/node/doors/http/http-timeouts.ts';
import { isSoak, SeededRandom } from '../../../crash/seeded-random.ts';
import { hashOf } from '../../../vectors/chain-builder.ts';
import type { SandboxHost } from '../../governance/sandbox-host.ts';
import { addMember, agree, httpFixture, sandboxMember, type HttpFixture } from './http-fixture.ts';

async function create({ send }: SandboxHost, envId: string): Promise<void> {
  const done = await send('create_environment', { env_id: envId, state_hash: hashOf(envId), metadata: {} });
  expect(done).toMatchObject({ outcome: 'committed' });
}

interface Stream {
  readonly response: IncomingMessage;
  /** The next frame that is no heartbeat: its lines by their names. */
  next(): Promise<Record<string, string> | null>;
  end(): void;
}

/** Server-sent events, read as the standard says. */
async function stream(
  { door }: HttpFixture,
  path: string,
  { token, lastEventId }: { readonly token: string; readonly lastEventId?: string },
): Promise<Stream> {
  const request = httpRequest({
    host: '127.0.0.1',
    port: door.port,
    path,
    headers: {
      authorization: `Bearer ${token}`,
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
  });
  request.on('error', () => undefined).end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.setEncoding('utf8').on('error', () => undefined);
  const parts = response[Symbol.asyncIterator]();
  let text = '';
  return {
    response,
    end: () => void request.destroy(),
    async next() {
      for (;;) {
        const end = text.indexOf('\n\n');
        if (end >= 0) {
          const frame = text.slice(0, end);
          text = text.slice(end + 2);
          if (!frame.startsWith(':'))
            return Object.fromEntries(
              frame.split('\n').map((line) => {
                const [name = '', ...rest] = line.split(': ');
                return [name, rest.join(': ')];
              }),
            );
          continue;
        }
        const { value, done } = await parts.next().catch(() => ({ value: undefined, done: true as const }));
        if (done === true) return null;
        text += String(value);
      }
    },
  };
}

function socketAt(
  { door }: HttpFixture,
  query: string,
  options: { readonly token?: string; readonly protocols?: string[] },
): WebSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${door.port}/blockchain/events${query}`, options.protocols ?? [], {
    headers: options.token === undefined ? {} : { authorization: `Bearer ${options.token}` },
  });
  socket.on('error', () => undefined);
  onTestFinished(() => socket.terminate());
  return socket;
}

const PLACED = 'types=block,create_environment,genesis';

describe('server-sent events', () => {
  test('begin where they are asked to, carry their place, and continue behind the last one', async () => {
    const fixture = await httpFixture();
    const { sandbox } = fixture;
    const token = await fixture.logIn(await sandboxMember(sandbox, 'Operations 1'));
    await create(sandbox, 'one');
    const first = await stream(fixture, `/blockchain/events?from_block=1&${PLACED}`, { token });
    expect(first.response.statusCode).toBe(200);
    expect(first.response.headers['content-type']).toBe('text/event-stream');
    const [block, created] = [defined(await first.next(), 'a frame'), defined(await first.next(), 'a frame')];
    expect([block['event'], block['id'], created['id']]).toEqual(['message', '1.0.0', '1.1.0']);
    expect(JSON.parse(created['data'] ?? '')).toMatchObject({
      type: 'create_environment',
      env_id: 'one',
      cursor: '1.1.0',
    });
    first.end();
    await create(sandbox, 'two');
    const second = await stream(fixture, `/blockchain/events?${PLACED}`, { token, lastEventId: '1.1.0' });
    expect((await second.next())?.['id']).toBe('2.0.0');
    // Live from here.
    await second.next();
    const live = second.next();
    await create(sandbox, 'three');
    expect((await live)?.['id']).toBe('3.0.0');
    second.end();
  });

  test('of a place that is not there, or of nobody, are refused', async () => {
    const fixture = await httpFixture();
    const token = await fixture.logIn(await sandboxMember(fixture.sandbox, 'Operations 1'));
    for (const query of ['after=x', 'after=1.1', 'types=nothing', 'types=', 'from_block=-1', 'more=1'])
      expect([query, (await fixture.ask(`/blockchain/events?${query}`, { token })).status]).toEqual([query, 400]);
    const ahead = await stream(fixture, '/blockchain/events?from_block=99', { token });
    expect((await ahead.next())?.['event']).toBe('error');
    expect(await ahead.next()).toBeNull();
  });

  test('show that they are alive, and come to one client while another reads nothing', async () => {
    const fixture = await httpFixture({ timeouts: { ...HTTP_TIMEOUTS, heartbeatMs: 20, idleMs: 300 } });
    const { sandbox } = fixture;
    const token = await fixture.logIn(await sandboxMember(sandbox, 'Operations 1'));
    const alive = await stream(fixture, `/blockchain/events?types=health`, { token });
    const [part] = (await once(alive.response, 'data')) as [string];
    expect(part).toBe(': still here\n\n');
    const stalled = await stream(fixture, `/blockchain/events?from_block=0`, { token });
    stalled.response.pause();
    const other = await stream(fixture, `/blockchain/events?from_block=0&${PLACED}`, { token });
    for (const name of ['a', 'b', 'c']) await create(sandbox, name);
    const seen: (string | undefined)[] = [];
    while (seen.at(-1) !== '3.1.0') seen.push((await other.next())?.['id']);
    expect(seen).toEqual(['0.0.0', '0.1.0', '1.0.0', '1.1.0', '2.0.0', '2.1.0', '3.0.0', '3.1.0']);
    alive.end();
    other.end();
    stalled.end();
  });
});

describe('a client that reads nothing', () => {
  test.each(['server-sent events', 'a WebSocket'])(
    'of %s is dropped, and little was made ready for it',
    async (kind) => {
      const timeouts = { ...HTTP_TIMEOUTS, idleMs: 200 };
      let made = 0;
      let isReturned = false;
      async function* endless(): AsyncGenerator<string> {
        try {
          for (;;) {
            made += 1;
            yield 'x'.repeat(256 * 1024);
          }
        } finally {
          isReturned = true;
        }
      }
      const server = createServer();
      const webSockets = new WebSocketServer({ noServer: true });
      const ended = new Promise<void>((resolve) => {
        server.on('request', (_, response) => void streamEvents(response, endless(), timeouts).then(resolve));
        server.on('upgrade', (request, socket, head) =>
          webSockets.handleUpgrade(request, socket, head, (accepted) => {
            void socketEvents(accepted, endless(), timeouts).then(resolve);
          }),
        );
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      onTestFinished(() => void server.close());
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
      onTestFinished(() => void socket.destroy());
      socket.on('error', () => undefined).pause();
      const upgrade =
        'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';
      socket.write(`GET / HTTP/1.1\r\nHost: x\r\n${kind === 'a WebSocket' ? upgrade : ''}\r\n`);
      await ended;
      expect(isReturned).toBe(true);
      // As much as the system itself keeps on its way, and not more.
      expect(made).toBeLessThan(200);
    },
  );
});

describe('events over a WebSocket', () => {
  test('come to who shows a token, in its header or as a browser can', async () => {
    const fixture = await httpFixture();
    const { sandbox } = fixture;
    const token = await fixture.logIn(await sandboxMember(sandbox, 'Operations 1'));
    for (const options of [{ token }, { protocols: ['quantum-lock.events', `bearer.${token}`] }]) {
      const socket = socketAt(fixture, '?from_block=0&types=block', options);
      const [message] = (await once(socket, 'message')) as [Buffer];
      expect(JSON.parse(message.toString())).toMatchObject({ type: 'block', cursor: '0.0.0' });
      expect(socket.protocol).not.toContain(token);
      socket.close();
    }
    for (const [query, options, status] of [
      ['', {}, 401],
      ['', { token: 'x'.repeat(43) }, 401],
      ['', { protocols: ['quantum-lock.events', `bearer.${'x'.repeat(43)}`] }, 401],
      ['?types=nothing', { token }, 400],
      ['/../status', { token }, 404],
    ] as const) {
      const socket = socketAt(fixture, query, options as Parameters<typeof socketAt>[2]);
      const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
      expect([query, response.statusCode]).toEqual([query, status]);
    }
  });

  test('end with the token and with the member: what comes after is not told', async () => {
    const fixture = await httpFixture();
    const { sandbox } = fixture;
    const reader = await addMember(sandbox, 'reader', 'read_only');
    const [removed, left] = [
      await fixture.logIn(reader),
      await fixture.logIn(await sandboxMember(sandbox, 'Operations 1')),
    ];
    const seen: string[] = [];
    const open = async (token: string): Promise<{ readonly closed: Promise<unknown> }> => {
      const socket = socketAt(fixture, '?types=create_environment', { token });
      const closed = once(socket, 'close');
      socket.on('message', (message: Buffer) =>
        seen.push((JSON.parse(message.toString()) as { env_id: string }).env_id),
      );
      await once(socket, 'open');
      return { closed };
    };
    const ofRemoved = await open(removed);
    const ofLeft = await open(left);
    await create(sandbox, 'before');
    await expect.poll(() => seen).toEqual(['before', 'before']);
    await sandbox.propose('remove_member', { member_id: 'reader' });
    await agree(sandbox);
    await fixture.ask('/blockchain/log-in/end', { method: 'POST', body: {}, token: left });
    await create(sandbox, 'after');
    await Promise.all([ofRemoved.closed, ofLeft.closed]);
    expect(seen).toEqual(['before', 'before']);
  });

  test('a subscriber that is killed at any moment, again and again, under load, sees each event once and in order', async () => {
    const fixture = await httpFixture();
    const { sandbox } = fixture;
    const { node } = sandbox.host;
    const token = await fixture.logIn(await sandboxMember(sandbox, 'Operations 1'));
    const random = SeededRandom.announced('ends of a subscriber');
    const kills = isSoak ? 500 : 12;
    const seen: string[] = [];
    let isLoaded = true;
    const load = (async () => {
      for (let count = 0; isLoaded; count++) await create(sandbox, `env-${count}`);
    })();
    for (let kill = 0; kill < kills; kill++) {
      const last = seen.at(-1);
      const query = last === undefined ? '?from_block=0' : `?after=${last}`;
      const socket = socketAt(fixture, `${query}&${PLACED}`, { token });
      // Some before anything came, some in the middle of a block.
      const lives = random.below(6);
      await new Promise<void>((resolve) => {
        if (lives === 0) socket.once('open', () => resolve());
        let count = 0;
        socket.on('message', (message: Buffer) => {
          if (count >= lives) return;
          seen.push(defined((JSON.parse(message.toString()) as FollowedEvent).cursor, 'a cursor'));
          if (++count === lives) resolve();
        });
      });
      socket.terminate();
    }
    isLoaded = false;
    await load;
    const socket = socketAt(fixture, `?after=${seen.at(-1) ?? '0.0.0'}&${PLACED}`, { token });
    const end = `${node.height}.1.0`;
    if (seen.at(-1) !== end)
      await new Promise<void>((resolve) =>
        socket.on('message', (message: Buffer) => {
          seen.push(defined((JSON.parse(message.toString()) as FollowedEvent).cursor, 'a cursor'));
          if (seen.at(-1) === end) resolve();
        }),
      );
    expect(seen).toEqual(
      Array.from({ length: node.height + 1 }, (_, block) => [`${block}.0.0`, `${block}.1.0`]).flat(),
    );
  });
});
