import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { SocketPool } from '../../../src/node/doors/socket-pool.ts';

/** A connection, as far as a pool knows one. It says that it is closed a turn later, as a real one does. */
class Connection extends EventEmitter {
  destroyCount = 0;

  destroy(): void {
    this.destroyCount += 1;
    process.nextTick(() => this.emit('close'));
  }

  get socket(): Socket {
    return this as unknown as Socket;
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const filled = (pool: SocketPool, count: number): readonly Connection[] =>
  Array.from({ length: count }, () => {
    const connection = new Connection();
    pool.add(connection.socket);
    return connection;
  });

describe('a pool of connections', () => {
  test('closes each when its time is over, and not before', () => {
    const pool = new SocketPool({ countMax: 10, timeoutMs: 1_000 });
    const [first] = filled(pool, 1);
    vi.advanceTimersByTime(600);
    const [second] = filled(pool, 1);
    vi.advanceTimersByTime(399);
    expect([first?.destroyCount, pool.count]).toEqual([0, 2]);
    vi.advanceTimersByTime(1);
    expect([first?.destroyCount, second?.destroyCount, pool.count]).toEqual([1, 0, 1]);
    vi.advanceTimersByTime(600);
    expect([second?.destroyCount, pool.count]).toEqual([1, 0]);
  });

  test('keeps one for ever where no time is given', () => {
    const pool = new SocketPool({ countMax: 10, timeoutMs: Infinity });
    const [kept] = filled(pool, 1);
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(1e9);
    expect([kept?.destroyCount, pool.count]).toEqual([0, 1]);
  });

  test('closes the oldest where one more would be too many', () => {
    const pool = new SocketPool({ countMax: 2, timeoutMs: 1_000 });
    const connections = filled(pool, 4);
    expect(connections.map(({ destroyCount }) => destroyCount)).toEqual([1, 1, 0, 0]);
    expect(pool.count).toBe(2);
    expect(vi.getTimerCount()).toBe(2);
  });

  test('forgets one that closed, or that is another pool’s, and ends its time', () => {
    const pool = new SocketPool({ countMax: 10, timeoutMs: 1_000 });
    const [closed, moved] = filled(pool, 2);
    closed?.emit('close');
    if (moved !== undefined) pool.release(moved.socket);
    expect([pool.count, vi.getTimerCount()]).toEqual([0, 0]);
    vi.advanceTimersByTime(2_000);
    expect([closed?.destroyCount, moved?.destroyCount]).toEqual([0, 0]);
    // Whom it does not know it leaves alone.
    pool.release(new Connection().socket);
    expect(pool.count).toBe(0);
  });

  test('closes all, each once', () => {
    const pool = new SocketPool({ countMax: 10, timeoutMs: 1_000 });
    const connections = filled(pool, 3);
    pool.closeAll();
    vi.advanceTimersByTime(2_000);
    expect(connections.map(({ destroyCount }) => destroyCount)).toEqual([1, 1, 1]);
    expect(pool.count).toBe(0);
  });
});
