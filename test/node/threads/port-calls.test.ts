import { ORPCError } from '@orpc/client';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, test } from 'vitest';

import { encodeWireError } from '../../../src/api/wire-error.ts';
import { QuantumLockError } from '../../../src/base/errors.ts';
import { connectPort } from '../../../src/node/threads/connect-port.ts';
import { Transfer } from '../../../src/node/threads/port-messages.ts';
import { notify, servePort } from '../../../src/node/threads/serve-port.ts';

/** What a call between threads keeps: order, errors, transfer, giving up, streams, and its end with the thread. */

const ends: (() => void)[] = [];
afterEach(() => ends.splice(0).forEach((end) => end()));

interface Seen {
  readonly aborted: string[];
  readonly returned: string[];
}

function connected() {
  const { port1, port2 } = new MessageChannel();
  ends.push(() => port1.close());
  const seen: Seen = { aborted: [], returned: [] };
  const handlers = {
    add: (left: number, right: number) => left + right,
    refuse: () => {
      throw new QuantumLockError('STORAGE_FULL', 'no room', { advice: 'make some', context: { free: 0 } });
    },
    misfit: () => {
      throw new ORPCError('BAD_REQUEST', { data: { issues: [{ message: 'too small', path: ['limit'] }] } });
    },
    fail: () => {
      throw new TypeError('a bug');
    },
    move: (buffer: Uint8Array) => new Transfer(buffer, [buffer.buffer as ArrayBuffer]),
    wait: (what: string, signal: AbortSignal) =>
      new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => {
          seen.aborted.push(what);
          reject(new Error('given up'));
        });
      }),
    async *count(end: number, signal: AbortSignal | null) {
      try {
        for (let number = 0; number < end; number++) {
          if (number === 3 && signal !== null)
            await new Promise((resolve) => signal.addEventListener('abort', resolve));
          yield await Promise.resolve(number);
        }
        if (end === 2) throw new QuantumLockError('NOT_FOUND', 'no more');
      } finally {
        seen.returned.push(`count ${end}`);
      }
    },
  };
  servePort(port2, handlers);
  const events: string[] = [];
  const client = connectPort<typeof handlers>(port1, (event) => events.push(event));
  return { ...client, seen, events, tell: (event: string) => notify(port2, event, null) };
}

async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

/** Until everything that was sent has arrived. */
const arrived = async (remote: { add(left: number, right: number): Promise<number> }): Promise<void> =>
  void (await remote.add(0, 0));

describe('a call', () => {
  test('is answered, and after what was told before', async () => {
    const { remote, events, tell } = connected();
    tell('before');
    expect(await remote.add(1, 2)).toBe(3);
    expect(events).toEqual(['before']);
  });

  test('is refused with the code, the words, the advice and the context', async () => {
    const { remote } = connected();
    await expect(remote.refuse()).rejects.toMatchObject({
      code: 'STORAGE_FULL',
      message: 'no room',
      advice: 'make some',
      context: { free: 0 },
    });
  });

  test('that does not fit the contract says so at the door as it said it here', async () => {
    const { remote } = connected();
    const error: unknown = await remote.misfit().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'INPUT_INVALID', message: 'limit: too small' });
    expect(encodeWireError(error)).toMatchObject({
      code: 'BAD_REQUEST',
      data: { issues: [{ message: 'too small', path: ['limit'] }] },
    });
  });

  test('that meets a bug says where', async () => {
    const { remote, call } = connected();
    await expect(remote.fail()).rejects.toThrow(/TypeError: a bug\n.*port-calls/);
    await expect(call('toString', [])).rejects.toThrow('no handler for toString');
  });

  test('moves what is named in a transfer', async () => {
    const { remote } = connected();
    const bytes = new Uint8Array([1, 2, 3]);
    const back = remote.move(new Transfer(bytes, [bytes.buffer]) as never) as Promise<unknown>;
    expect(bytes.length).toBe(0);
    expect(await back).toEqual(new Uint8Array([1, 2, 3]));
  });

  test('that is given up ends at both ends, and leaves the others alone', async () => {
    const { remote, seen } = connected();
    const [one, other] = [new AbortController(), new AbortController()];
    const given = remote.wait('one', one.signal);
    let isOver = false;
    void remote.wait('other', other.signal).catch(() => (isOver = true));
    one.abort(new Error('enough'));
    await expect(given).rejects.toThrow('enough');
    await arrived(remote);
    expect([seen.aborted, isOver]).toEqual([['one'], false]);
    await expect(remote.wait('late', one.signal)).rejects.toThrow('enough');
  });

  test('fails with the thread, and so does each later one', async () => {
    const { remote, fail } = connected();
    const waiting = remote.wait('thread', new AbortController().signal);
    fail(new QuantumLockError('NODE_FAILED', 'the thread ended'));
    await expect(waiting).rejects.toMatchObject({ code: 'NODE_FAILED' });
    await expect(remote.add(1, 2)).rejects.toMatchObject({ code: 'NODE_FAILED' });
  });
});

describe('a stream', () => {
  test('comes item by item, and ends', async () => {
    const { remote, seen } = connected();
    expect(await all(await remote.count(3, null))).toEqual([0, 1, 2]);
    expect(seen.returned).toEqual(['count 3']);
  });

  test('ends with the error that ended it', async () => {
    const { remote } = connected();
    await expect(all(await remote.count(2, null))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('that is left is ended where it is made', async () => {
    const { remote, seen } = connected();
    for await (const item of await remote.count(9, null)) if (item === 1) break;
    await arrived(remote);
    expect(seen.returned).toEqual(['count 9']);
  });

  test('that is given up ends at both ends', async () => {
    const { remote, seen } = connected();
    const controller = new AbortController();
    const reading = all(await remote.count(9, controller.signal));
    await arrived(remote);
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
    await arrived(remote);
    expect(seen.returned).toEqual(['count 9']);
  });

  test('fails with the thread', async () => {
    const { remote, fail } = connected();
    const stream = await remote.count(9, null);
    fail(new QuantumLockError('NODE_FAILED', 'the thread ended'));
    await expect(all(stream)).rejects.toMatchObject({ code: 'NODE_FAILED' });
  });
});
