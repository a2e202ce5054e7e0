import { EventEmitter } from 'node:events';

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { WebSocket } from 'ws';

import { FirstMessages } from '../../../src/node/doors/first-messages.ts';

const TIMEOUT_MS = 1_000;

/** A connection, as far as its first messages know one. */
class Connection extends EventEmitter {
  terminateCount = 0;

  get socket(): WebSocket {
    return this as unknown as WebSocket;
  }

  terminate(): void {
    this.terminateCount += 1;
    this.emit('close');
  }

  says(text: string): void {
    this.emit('message', Buffer.from(text));
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function opened(): { readonly connection: Connection; readonly messages: FirstMessages } {
  const connection = new Connection();
  return { connection, messages: new FirstMessages(connection.socket, TIMEOUT_MS) };
}

describe('the first messages of a connection', () => {
  test('are given one at a time, each to who asked for it', async () => {
    const { connection, messages } = opened();
    for (const value of [{ type: 'hello' }, [1], 'text', null]) {
      const next = messages.next();
      connection.says(JSON.stringify(value));
      expect(await next).toEqual(value);
    }
    expect(connection.terminateCount).toBe(0);
  });

  test.each(['', '{', '\0', 'hello'])('are nothing where they are not JSON: %j', async (text) => {
    const { connection, messages } = opened();
    const next = messages.next();
    connection.says(text);
    expect(await next).toBeUndefined();
  });

  test('end the connection where one comes that nobody asked for', () => {
    const { connection } = opened();
    connection.says('{}');
    expect(connection.terminateCount).toBe(1);
  });

  test('end it as well where a second comes before it is asked for', async () => {
    const { connection, messages } = opened();
    const next = messages.next();
    connection.says('1');
    expect(connection.terminateCount).toBe(0);
    connection.says('2');
    expect(connection.terminateCount).toBe(1);
    expect(await next).toBe(1);
  });

  test('end it when their time is over, and not before, however much was said', async () => {
    const { connection, messages } = opened();
    const first = messages.next();
    vi.advanceTimersByTime(TIMEOUT_MS - 1);
    connection.says('1');
    expect([await first, connection.terminateCount]).toEqual([1, 0]);
    const second = messages.next();
    vi.advanceTimersByTime(1);
    expect([await second, connection.terminateCount]).toEqual([undefined, 1]);
  });

  test('are none once the connection has ended, whether or not one was awaited', async () => {
    const { connection, messages } = opened();
    const awaited = messages.next();
    connection.emit('close');
    expect(await awaited).toBeUndefined();
    // Nothing will come: who asks must not wait.
    const late = vi.fn<(message: unknown) => void>();
    void messages.next().then(late);
    await vi.advanceTimersByTimeAsync(0);
    expect(late.mock.calls).toEqual([[undefined]]);
  });

  test('leave the connection to others once they are over: it has all its time, and says what it likes', () => {
    const { connection, messages } = opened();
    messages.stop();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(2 * TIMEOUT_MS);
    connection.says('a call of the contract');
    expect(connection.terminateCount).toBe(0);
    expect(connection.listenerCount('message') + connection.listenerCount('close')).toBe(0);
  });
});
