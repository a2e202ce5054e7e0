/**
 * A witness as c2sp.org/tlog-witness, tlog-cosignature, tlog-checkpoint and signed-note describe it, written from those documents
 * alone: imports nothing of src/. It keeps its log in memory, and serves loopback.
 */
import { createHash, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const sha256 = (...parts: readonly Buffer[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const nodeOf = (left: Buffer, right: Buffer): Buffer => sha256(Buffer.of(1), left, right);

/** RFC 9162 §2.1.4.2, step by step. */
function isConsistent(
  first: number,
  second: number,
  path: readonly Buffer[],
  roots: readonly [Buffer, Buffer],
): boolean {
  const [firstHash, secondHash] = roots;
  if (first === second) return path.length === 0 && firstHash.equals(secondHash);
  const isPower = (first & (first - 1)) === 0;
  const steps = isPower ? [firstHash, ...path] : [...path];
  let [fn, sn] = [first - 1, second - 1];
  while (fn % 2 === 1) [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  const start = steps.shift();
  if (start === undefined) return false;
  let [fr, sr] = [start, start];
  for (const c of steps) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      [fr, sr] = [nodeOf(c, fr), nodeOf(c, sr)];
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)];
    } else sr = nodeOf(sr, c);
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  return sn === 0 && fr.equals(firstHash) && sr.equals(secondHash);
}

interface KnownKey {
  readonly name: string;
  readonly id: Buffer;
  readonly key: KeyObject;
}

/** `name+id+key` of an Ed25519 key that signs notes (type 1). */
function parseVerifierKey(text: string): KnownKey {
  const [name = '', id = '', ...rest] = text.split('+');
  const encoded = rest.join('+');
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes[0] !== 1 || bytes.length !== 33) throw new Error('not an Ed25519 verifier key');
  const expected = sha256(Buffer.from(`${name}\n`), bytes).subarray(0, 4);
  if (expected.toString('hex') !== id) throw new Error('the key has another id');
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), bytes.subarray(1)]);
  return { name, id: expected, key: createPublicKey({ key: spki, format: 'der', type: 'spki' }) };
}

export interface Witness {
  readonly url: string;
  /** Ed25519 cosignatures, and ML-DSA-44 ones, each as a verifier key. */
  readonly verifierKeys: { readonly ed25519: string; readonly mlDsa44: string };
  /** What came in, and what was answered. */
  readonly calls: { readonly old: number; readonly size: number; readonly status: number }[];
  /** The latest size it cosigned. */
  size(): number;
  /** Makes it forget, or remember another history: what a witness would never do. */
  remember(size: number, root: Buffer): void;
  stop(): Promise<void>;
}

/** Starts one that knows a single log. */
export async function startWitness(name: string, logVerifierKey: string): Promise<Witness> {
  const log = parseVerifierKey(logVerifierKey);
  const ed = generateKeyPairSync('ed25519');
  const pq = generateKeyPairSync('ml-dsa-44');
  const rawOf = (key: KeyObject, size: number): Buffer => key.export({ format: 'der', type: 'spki' }).subarray(-size);
  const [edKey, pqKey] = [rawOf(ed.publicKey, 32), rawOf(pq.publicKey, 1312)];
  const idOf = (type: number, key: Buffer): Buffer =>
    sha256(Buffer.from(`${name}\n`), Buffer.of(type), key).subarray(0, 4);
  const vkeyOf = (type: number, key: Buffer): string =>
    `${name}+${idOf(type, key).toString('hex')}+${Buffer.concat([Buffer.of(type), key]).toString('base64')}`;
  const calls: Witness['calls'] = [];
  let latest = { size: 0, root: sha256() };

  const u64 = (value: number): Buffer => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(BigInt(value));
    return bytes;
  };
  const short = (text: string): Buffer => Buffer.concat([Buffer.of(Buffer.byteLength(text)), Buffer.from(text)]);

  function cosign(body: string, checkpoint: { origin: string; size: number; root: Buffer }): string {
    const seconds = Math.floor(Date.now() / 1000);
    const line = (type: number, key: Buffer, signature: Buffer): string =>
      `— ${name} ${Buffer.concat([idOf(type, key), u64(seconds), signature]).toString('base64')}\n`;
    const classic = sign(null, Buffer.from(`cosignature/v1\ntime ${seconds}\n${body}`), ed.privateKey);
    const { origin, size, root } = checkpoint;
    const message = Buffer.concat([
      Buffer.from('subtree/v1\n\0'),
      short(name),
      u64(seconds),
      short(origin),
      u64(0),
      u64(size),
      root,
    ]);
    return line(4, edKey, classic) + line(6, pqKey, sign(null, message, pq.privateKey));
  }

  function answer(request: string): { status: number; body: string; type?: string; old: number; size: number } {
    const bad = (status: number, why: string, old = -1, size = -1) => ({ status, body: `${why}\n`, old, size });
    const [head = '', ...rest] = request.split('\n\n');
    const [oldLine = '', ...proofLines] = head.split('\n');
    const old = Number(/^old (0|[1-9]\d*)$/.exec(oldLine)?.[1] ?? Number.NaN);
    if (Number.isNaN(old) || proofLines.length > 63) return bad(400, 'malformed');
    const note = rest.join('\n\n');
    const cut = note.lastIndexOf('\n\n');
    const [body, signatureLines] = [note.slice(0, cut + 1), note.slice(cut + 2)];
    const [origin = '', sizeLine = '', rootLine = ''] = body.split('\n');
    const size = Number(sizeLine);
    const root = Buffer.from(rootLine, 'base64');
    if (origin !== log.name) return bad(404, 'unknown log', old, size);
    const own = signatureLines
      .split('\n')
      .map((line) => /^— (\S+) (\S+)$/.exec(line))
      .filter((match) => match !== null && match[1] === log.name)
      .map((match) => Buffer.from(match?.[2] ?? '', 'base64'))
      .filter((bytes) => bytes.subarray(0, 4).equals(log.id));
    if (own.length === 0 || !own.every((bytes) => verify(null, Buffer.from(body), log.key, bytes.subarray(4))))
      return bad(403, 'no signature of the log', old, size);
    if (old > size) return bad(400, 'the old size is larger', old, size);
    if (old !== latest.size) return { ...bad(409, '', old, size), body: `${latest.size}\n`, type: 'text/x.tlog.size' };
    const path = proofLines.map((line) => Buffer.from(line, 'base64'));
    const grew = old === 0 ? path.length === 0 : isConsistent(old, size, path, [latest.root, root]);
    if (!grew) return bad(422, 'not consistent', old, size);
    latest = { size, root };
    return { status: 200, body: cosign(body, { origin, size, root }), old, size };
  }

  const server: Server = createServer((request: IncomingMessage, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const isKnown = request.method === 'POST' && request.url === '/witness/add-checkpoint';
      const found = isKnown
        ? answer(Buffer.concat(parts).toString('utf8'))
        : { status: 405, body: '', old: -1, size: -1 };
      calls.push({ old: found.old, size: found.size, status: found.status });
      const type = 'type' in found ? found.type : 'text/plain';
      response.writeHead(found.status, { 'content-type': type }).end(found.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/witness`,
    verifierKeys: { ed25519: vkeyOf(4, edKey), mlDsa44: vkeyOf(6, pqKey) },
    calls,
    size: () => latest.size,
    remember: (size, root) => void (latest = { size, root }),
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
