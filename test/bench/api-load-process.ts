import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';

/**
 * Asks a server on loopback over so many connections at once, each as soon as the last answer is there, and prints how many answers came
 * in how long. Written on sockets: a client library would take more of the processor than what is measured.
 */
interface Load {
  readonly port: number;
  readonly connections: number;
  /** Asked round and round for so long; null: each once, in order. */
  readonly durationMs: number | null;
  readonly requests: readonly string[];
}

const load = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Load;
const texts = load.requests.map((text) => Buffer.from(text));
let next = 0;
let answered = 0;
const began = performance.now();
const isOver = (): boolean =>
  load.durationMs === null ? next >= texts.length : performance.now() - began > load.durationMs;

/** One connection, until the load is over. */
async function lane(): Promise<void> {
  const socket = connect(load.port, '127.0.0.1').setNoDelay(true);
  try {
    while (!isOver()) {
      socket.write(texts[next++ % texts.length] ?? '');
      await answer(socket);
      answered += 1;
    }
  } finally {
    socket.destroy();
  }
}

/** A whole answer with a length. */
function answer(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    let got: Buffer = Buffer.alloc(0);
    const onData = (part: Buffer): void => {
      got = got.length === 0 ? part : Buffer.concat([got, part]);
      const head = got.indexOf('\r\n\r\n');
      if (head < 0) return;
      const text = got.toString('latin1', 0, head);
      if (!text.startsWith('HTTP/1.1 200')) return settle(() => reject(new Error(text)));
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1]);
      if (got.length >= head + 4 + length) settle(resolve);
    };
    const onEnd = (): void => settle(() => reject(new Error('the connection was closed')));
    const settle = (then: () => void): void => {
      socket.off('data', onData).off('close', onEnd);
      then();
    };
    socket.on('data', onData).on('close', onEnd);
  });
}

await Promise.all(Array.from({ length: load.connections }, lane));
console.log(JSON.stringify({ answered, ms: performance.now() - began }));
