import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { WebSocket } from 'ws';
import { API_PATH } from '../../src/api/http/api-path.ts';
import { logInDigest } from '../../src/api/http/log-in.ts';
import { decodeUtf8, type Hash } from '../../src/base/bytes.ts';
import { signDigest } from '../../src/ledger/crypto/signature.ts';
import { runBenchmark } from '../../src/node/benchmark/benchmark.ts';
import { createEnvironmentTransaction, type SyntheticSigner } from '../../src/node/benchmark/synthetic-chain.ts';
import { HttpDoor } from '../../src/node/doors/http/http-door.ts';
import type { Host } from '../../src/node/host/host.ts';
import { percentile } from '../../src/node/monitoring/finality-meter.ts';
import { benchmarkHost } from './benchmark-host.ts';
import type { Figure } from './figures.ts';

const CONNECTIONS = 32;
const SUBMITTING = 256;
const READ_MS = 4_000;
const SUBSCRIBERS = 1_000;
const EVENTS = 40;

/** The API in this process, asked by another one, beside a server that sends a constant of the same size. */
export async function measureApi(directory: string, transactions: number): Promise<Figure[]> {
  const { host, signer, secret } = await benchmarkHost(join(directory, 'api'));
  const { publicKey } = signer;
  const door = await HttpDoor.open({
    host,
    address: null,
    port: 0,
    tls: null,
    hostNames: [],
    origins: [],
    log: () => undefined,
  });
  const post = async <T>(path: string, body: unknown): Promise<T> => {
    const response = await fetch(`${door.origin}${API_PATH}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await response.json()) as T;
  };
  try {
    const asked = await post<{ challenge: Hash; chain: { genesis: Hash; era: number } }>('/log-in/challenge', {
      public_key: publicKey,
    });
    const said = { challenge: asked.challenge, origin: door.origin };
    const signature = signDigest(logInDigest(asked.chain, { ...said, publicKey }), secret);
    const { token } = await post<{ token: string }>('/log-in/token', {
      ...said,
      public_key: publicKey,
      signature,
    });
    const headers = `Host: 127.0.0.1:${door.port}\r\nAuthorization: Bearer ${token}\r\n`;
    const load = new Load(directory, headers);

    console.error(`  signing ${transactions} transactions`);
    const signed = Array.from({ length: transactions }, (_, index) =>
      createEnvironmentTransaction(signer, `load-${index}`, index),
    );
    const submissions = signed.map((bytes) => {
      const body = JSON.stringify({ transaction: decodeUtf8(bytes) });
      return `POST ${API_PATH}/transactions HTTP/1.1\r\n${headers}Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    });
    const submitted = await load.run(door.port, submissions, { connections: SUBMITTING, durationMs: null });
    const inProcess = await runBenchmark({ directory, transactions, onProgress: () => undefined });

    const { rows } = await host.node.query.audit({ filter: {}, limit: 100 });
    const { environments } = await host.node.query.environments({ zone: 'blue', archived: false, limit: 1 });
    const digest = environments[0]?.blue_state_hash ?? '';
    const transaction = await load.ratio(
      door.port,
      rows.map(({ id }) => `/transactions/${id}`),
    );
    const status = await load.ratio(door.port, ['/status']);
    const green = await load.ratio(door.port, [`/green/${digest}`]);
    const latencies = await measureEvents(door, { token, signer, host });
    return [
      {
        name: 'submission, against the rate in the process',
        value: submitted / inProcess.throughput.committed_per_second,
        unit: '×',
        bound: { at: 'least', value: 0.7 },
      },
      { name: 'submissions', value: submitted, unit: '/s' },
      {
        name: 'a transaction, against a constant of its size',
        value: transaction.ratio,
        unit: '×',
        bound: { at: 'least', value: 0.5 },
      },
      { name: 'transactions read', value: transaction.rate, unit: '/s' },
      {
        name: 'the status, against a constant of its size',
        value: status.ratio,
        unit: '×',
        bound: { at: 'least', value: 0.5 },
      },
      {
        name: 'is a digest Green, against a constant of its size',
        value: green.ratio,
        unit: '×',
        bound: { at: 'least', value: 0.8 },
      },
      {
        name: `an event at ${SUBSCRIBERS} subscribers after its commit, p50`,
        value: percentile(latencies, 0.5) ?? NaN,
        unit: 'ms',
      },
      {
        name: 'the same, p99',
        value: percentile(latencies, 0.99) ?? NaN,
        unit: 'ms',
        bound: { at: 'most', value: 50 },
      },
    ];
  } finally {
    await door.close();
    await host.close();
  }
}

class Load {
  readonly #directory: string;
  readonly #headers: string;

  constructor(directory: string, headers: string) {
    this.#directory = directory;
    this.#headers = headers;
  }

  /** Answers in a second. */
  async run(
    port: number,
    requests: readonly string[],
    { connections, durationMs }: { readonly connections: number; readonly durationMs: number | null },
  ): Promise<number> {
    const file = join(this.#directory, 'load.json');
    writeFileSync(file, JSON.stringify({ port, connections, durationMs, requests }));
    const child = fileURLToPath(new URL('./api-load-process.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [child, file]);
    const { answered, ms } = JSON.parse(stdout) as { answered: number; ms: number };
    return (answered / ms) * 1_000;
  }

  /** The rate of reads, and against what the same server of Node does that sends as many bytes. */
  async ratio(port: number, paths: readonly string[]): Promise<{ readonly rate: number; readonly ratio: number }> {
    const requests = paths.map((path) => `GET ${API_PATH}${path} HTTP/1.1\r\n${this.#headers}\r\n`);
    const size = await this.#sizeOf(port, paths[0] ?? '');
    const constant = JSON.stringify({ text: 'x'.repeat(Math.max(0, size - 11)) });
    const server = createServer((_, response) =>
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': constant.length }).end(constant),
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const how = { connections: CONNECTIONS, durationMs: READ_MS };
    const baseline = await this.run((server.address() as AddressInfo).port, requests, how);
    server.close();
    const rate = await this.run(port, requests, how);
    return { rate, ratio: rate / baseline };
  }

  async #sizeOf(port: number, path: string): Promise<number> {
    const [, token = ''] = /Bearer (\S+)/.exec(this.#headers) ?? [];
    const response = await fetch(`http://127.0.0.1:${port}${API_PATH}${path}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return (await response.arrayBuffer()).byteLength;
  }
}

/** From the receipt of a commit to each subscriber, in milliseconds, sorted. They are in this process, which makes it no faster. */
async function measureEvents(
  door: HttpDoor,
  { token, signer, host }: { readonly token: string; readonly signer: SyntheticSigner; readonly host: Host },
): Promise<number[]> {
  let committedAt = 0;
  let waiting = 0;
  let resolve: () => void = () => undefined;
  const latencies: number[] = [];
  const sockets = await Promise.all(
    Array.from({ length: SUBSCRIBERS }, async () => {
      const socket = new WebSocket(`ws://127.0.0.1:${door.port}${API_PATH}/events?types=block`, {
        headers: { authorization: `Bearer ${token}` },
      });
      socket.on('message', () => {
        latencies.push(performance.now() - committedAt);
        if (--waiting === 0) resolve();
      });
      await once(socket, 'open');
      return socket;
    }),
  );
  for (let index = 0; index < EVENTS; index++) {
    waiting = SUBSCRIBERS;
    const all = new Promise<void>((done) => (resolve = done));
    const submitting = host.node.submit(createEnvironmentTransaction(signer, `event-${index}`, index));
    // An event may be there before the answer is.
    committedAt = performance.now();
    await submitting;
    committedAt = Math.max(committedAt, performance.now());
    await all;
  }
  for (const socket of sockets) socket.terminate();
  return latencies.toSorted((left, right) => left - right);
}
