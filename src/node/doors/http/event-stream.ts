import type { ServerResponse } from 'node:http';
import { getEventMeta } from '@orpc/client';
import type { WebSocket } from 'ws';
import type { HttpTimeouts } from './http-timeouts.ts';

/** The end of a stream of events at a client. */
interface Sink {
  /** Resolves when the client has taken it; rejects when it is gone. */
  readonly send: (event: unknown, id: string | undefined) => Promise<void>;
  readonly beat: () => Promise<void>;
  /** It took nothing for too long. */
  readonly drop: () => void;
  readonly fail: (error: unknown) => Promise<void>;
}

/**
 * Sends events until they end or the client is gone. The next one is fetched when the last one was taken, so nothing gathers for a
 * client that does not read; where it takes nothing for too long it is dropped, and may come again and continue.
 */
async function pump(events: AsyncIterator<unknown>, sink: Sink, timeouts: HttpTimeouts): Promise<void> {
  let next = events.next();
  try {
    for (;;) {
      const { beat, timer } = heartbeat(timeouts);
      const ready = await Promise.race([next, beat]);
      clearTimeout(timer);
      if (ready === null) {
        await taken(sink.beat(), sink, timeouts);
        continue;
      }
      if (ready.done === true) return;
      await taken(sink.send(ready.value, getEventMeta(ready.value)?.id), sink, timeouts);
      next = events.next();
    }
  } catch (error) {
    await sink.fail(error).catch(() => undefined);
  } finally {
    // Whatever is on its way is for nobody.
    next.catch(() => undefined);
    await events.return?.();
  }
}

function heartbeat({ heartbeatMs }: HttpTimeouts): { readonly beat: Promise<null>; readonly timer: NodeJS.Timeout } {
  let timer!: NodeJS.Timeout;
  const beat = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), heartbeatMs)));
  return { beat, timer };
}

async function taken(sending: Promise<void>, { drop }: Sink, { idleMs }: HttpTimeouts): Promise<void> {
  const timer = setTimeout(drop, idleMs);
  try {
    await sending;
  } finally {
    clearTimeout(timer);
  }
}

/** Server-sent events (WHATWG HTML, 9.2). */
export async function streamEvents(
  response: ServerResponse,
  events: AsyncIterator<unknown>,
  timeouts: HttpTimeouts,
): Promise<void> {
  response.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.flushHeaders();
  const write = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      if (response.destroyed) return reject(new Error('the client is gone'));
      response.write(text, (error) => (error instanceof Error ? reject(error) : resolve()));
    });
  const sink: Sink = {
    send: (event, id) =>
      write(`event: message\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(event)}\n\n`),
    beat: () => write(': still here\n\n'),
    drop: () => response.destroy(),
    fail: (error) => write(`event: error\ndata: ${JSON.stringify(errorData(error))}\n\n`),
  };
  await pump(events, sink, timeouts);
  response.end();
}

/** The same, a message of a WebSocket for each. */
export async function socketEvents(
  socket: WebSocket,
  events: AsyncIterator<unknown>,
  timeouts: HttpTimeouts,
): Promise<void> {
  const gone = new Error('the client is gone');
  const sink: Sink = {
    send: (event) =>
      new Promise((resolve, reject) => {
        if (socket.readyState !== socket.OPEN) return reject(gone);
        socket.send(JSON.stringify(event), (error) => (error instanceof Error ? reject(error) : resolve()));
      }),
    beat: () =>
      new Promise((resolve, reject) => {
        if (socket.readyState !== socket.OPEN) return reject(gone);
        socket.ping('', false, (error) => (error instanceof Error ? reject(error) : resolve()));
      }),
    drop: () => socket.terminate(),
    fail: (error) => Promise.resolve(socket.close(1011, JSON.stringify(errorData(error)).slice(0, 120))),
  };
  await pump(events, sink, timeouts);
  socket.close(1001);
}

/** What the contract says of an error that ended a stream; nothing of any other. */
function errorData(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'data' in error ? error.data : { code: 'NODE_FAILED' };
}
