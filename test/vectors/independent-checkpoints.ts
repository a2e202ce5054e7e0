/**
 * Section 17 of docs/TECHNICAL_SPEC.md, written from that text, from c2sp.org/signed-note, tlog-checkpoint and tlog-proof, and from RFC
 * 8949, 9052 and 9942: imports nothing of src/. Answers whether a document verifies; whatever is wrong is a no.
 */
import { createHash, createPublicKey, verify } from 'node:crypto';

export interface LogKey {
  readonly publicKey: string;
  readonly fromSize: number;
  readonly untilSize: number | null;
}

export interface LogTrust {
  readonly chainId: string;
  readonly genesis: string;
  readonly keys: readonly LogKey[];
  /** Section 3, as far as it can be told without a state: the transaction's id, or null. */
  idOf(transaction: Buffer): string | null;
}

const PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const sha256 = (...parts: readonly (Buffer | string)[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

function isSigned(key: string, message: Buffer, signature: Buffer): boolean {
  const spki = Buffer.concat([PREFIX, Buffer.from(key.slice(2), 'hex')]);
  return verify(null, message, createPublicKey({ key: spki, format: 'der', type: 'spki' }), signature);
}

const originOf = ({ chainId, genesis }: LogTrust): string => `quantum-lock/${chainId}/${genesis.slice(2)}`;
const keyFor = ({ keys }: LogTrust, size: number): LogKey | undefined =>
  keys.find(({ fromSize, untilSize }) => size >= fromSize && (untilSize === null || size < untilSize));

/** Base64 with one text for the same bytes. */
function unbase64(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw new Error('not base64');
  return bytes;
}

function rootFrom(leaf: Buffer, index: number, size: number, path: readonly Buffer[]): Buffer {
  if (index >= size) throw new Error('beyond the log');
  let [fn, sn, node] = [index, size - 1, sha256(Buffer.of(0), leaf)];
  for (const step of path) {
    if (sn === 0 || step.length !== 32) throw new Error('too long a path');
    if (fn % 2 === 1 || fn === sn) {
      node = sha256(Buffer.of(1), step, node);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)];
    } else node = sha256(Buffer.of(1), node, step);
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  if (sn !== 0) throw new Error('too short a path');
  return node;
}

function openCheckpoint(note: string, trust: LogTrust): { readonly size: number; readonly root: Buffer } {
  const cut = note.lastIndexOf('\n\n');
  const [text, below] = [note.slice(0, cut + 1), note.slice(cut + 2)];
  const [, origin, count = '', root = ''] = /^([^\n]+)\n(0|[1-9]\d*)\n([^\n]+)\n$/.exec(text) ?? [];
  if (origin !== originOf(trust)) throw new Error('another log');
  const size = Number(count);
  const key = keyFor(trust, size);
  if (key === undefined || !below.endsWith('\n')) throw new Error('no key');
  const raw = Buffer.from(key.publicKey.slice(2), 'hex');
  const id = sha256(`${origin}\n`, Buffer.of(1), raw).subarray(0, 4);
  const signatures = below
    .slice(0, -1)
    .split('\n')
    .map((line) => {
      const [, name = '', value = ''] = /^— (\S+) (\S+)$/.exec(line) ?? [];
      if (name === '') throw new Error('not a signature line');
      return { name, bytes: unbase64(value) };
    })
    .filter(({ name, bytes }) => name === origin && bytes.subarray(0, 4).equals(id));
  const [only, ...more] = signatures;
  if (only === undefined || more.length > 0) throw new Error('not signed once');
  if (!isSigned(key.publicKey, Buffer.from(text), only.bytes.subarray(4))) throw new Error('badly signed');
  const hash = unbase64(root);
  if (hash.length !== 32) throw new Error('no root');
  return { size, root: hash };
}

// --- CBOR: what section 17 uses of it, in the one form that it must have -------------------------------------------

type Cbor = number | string | null | Buffer | readonly Cbor[] | ReadonlyMap<number | string, Cbor>;

function readCbor(bytes: Buffer): Cbor {
  let at = 0;
  const head = (): readonly [number, number] => {
    const first = bytes[at++] ?? Number.NaN;
    const [major, low] = [first >> 5, first & 31];
    if (low < 24) return [major, low];
    const width = { 24: 1, 25: 2, 26: 4, 27: 8 }[low] ?? Number.NaN;
    let value = 0;
    for (let count = 0; count < width; count++) value = value * 256 + (bytes[at++] ?? Number.NaN);
    const least = { 1: 24, 2: 0x100, 4: 0x10000, 8: 0x1_0000_0000 }[width] ?? Number.NaN;
    if (!(value >= least)) throw new Error('not the shortest form');
    return [major, value];
  };
  const item = (): Cbor => {
    const [major, value] = head();
    switch (major) {
      case 0:
        return value;
      case 1:
        return -1 - value;
      case 2:
      case 3: {
        const part = bytes.subarray(at, (at += value));
        if (part.length !== value) throw new Error('cut off');
        return major === 2 ? part : new TextDecoder('utf-8', { fatal: true }).decode(part);
      }
      case 4:
        return Array.from({ length: value }, item);
      case 5: {
        const map = new Map<number | string, Cbor>();
        let before: Buffer = Buffer.alloc(0);
        for (let count = 0; count < value; count++) {
          const start = at;
          const key = item();
          const encoded = bytes.subarray(start, at);
          const isAfter = encoded.length > before.length || (encoded.length === before.length && encoded.compare(before) > 0);
          if (!isAfter || (typeof key !== 'number' && typeof key !== 'string')) throw new Error('keys are not in order');
          before = encoded;
          map.set(key, item());
        }
        return map;
      }
      default:
        if (major === 7 && value === 22) return null;
        throw new Error('not used here');
    }
  };
  const value = item();
  if (at !== bytes.length) throw new Error('something follows');
  return value;
}

function bstr(bytes: Buffer): Buffer {
  const size = bytes.length;
  const head = size < 24 ? [0x40 + size] : size < 256 ? [0x58, size] : size < 65_536 ? [0x59, size >> 8, size & 255] : null;
  if (head === null) return Buffer.concat([Buffer.of(0x5a, size >>> 24, (size >> 16) & 255, (size >> 8) & 255, size & 255), bytes]);
  return Buffer.concat([Buffer.from(head), bytes]);
}
const toBeSigned = (header: Buffer, payload: Buffer): Buffer =>
  Buffer.concat([Buffer.of(0x84, 0x6a), Buffer.from('Signature1'), bstr(header), Buffer.of(0x40), bstr(payload)]);

function sign1(bytes: Buffer): readonly [Buffer, ReadonlyMap<number | string, Cbor>, Cbor, Buffer] {
  if (bytes[0] !== 0xd2) throw new Error('no tag 18');
  const value = readCbor(bytes.subarray(1));
  if (!Array.isArray(value) || value.length !== 4) throw new Error('not four parts');
  const [header, open, payload, signature] = value as readonly Cbor[];
  if (!Buffer.isBuffer(header) || !(open instanceof Map) || !Buffer.isBuffer(signature)) throw new Error('not a COSE_Sign1');
  return [header, open as ReadonlyMap<number | string, Cbor>, payload ?? null, signature];
}

/** The one entry of a map, or the one element of a list. */
function only(value: Cbor | undefined, key?: number): Cbor {
  if (value instanceof Map && value.size === 1 && key !== undefined) return (value.get(key) ?? null) as Cbor;
  if (Array.isArray(value) && value.length === 1) return value[0] as Cbor;
  throw new Error('not exactly one');
}

function asBytes(value: Cbor): Buffer {
  if (!Buffer.isBuffer(value)) throw new Error('no bytes');
  return value;
}

/** A map with exactly these entries, each as it must be. */
function mustBe(header: Buffer, entries: readonly (readonly [number | string, Cbor])[]): void {
  const found = readCbor(header);
  const plain = (value: Cbor): string =>
    value instanceof Map
      ? `{${[...(value as ReadonlyMap<number | string, Cbor>)].map(([key, one]) => `${JSON.stringify(key)}=${plain(one)}`).toSorted().join()}}`
      : Buffer.isBuffer(value)
        ? `h${value.toString('hex')}`
        : JSON.stringify(value);
  if (plain(found) !== plain(new Map(entries))) throw new Error('another header');
}

function openReceipt(bytes: Buffer, trust: LogTrust): void {
  const [stated, open, payload, signature] = sign1(bytes);
  const transaction = asBytes(payload);
  const [proved, proofs, detached, rootSignature] = sign1(asBytes(only(only(open, 394))));
  if (detached !== null) throw new Error('an attached root');
  const proof = readCbor(asBytes(only(only(only(proofs, 396), -1))));
  if (!Array.isArray(proof) || proof.length !== 3) throw new Error('no proof');
  const [size, index, path] = proof as unknown as readonly [number, number, readonly Buffer[]];
  const key = keyFor(trust, size);
  const id = trust.idOf(transaction);
  if (key === undefined || id === null) throw new Error('no key, or no transaction');
  const common = [
    [1, -8],
    [4, Buffer.from(key.publicKey.slice(2), 'hex')],
    [15, new Map([[1, originOf(trust)], [2, id]])],
  ] as const;
  mustBe(stated, [...common, [3, 'application/json']]);
  mustBe(proved, [...common, [395, 1], ['log_size', size]]);
  const root = rootFrom(transaction, index, size, path);
  if (!isSigned(key.publicKey, toBeSigned(stated, transaction), signature)) throw new Error('badly stated');
  if (!isSigned(key.publicKey, toBeSigned(proved, root), rootSignature)) throw new Error('badly proved');
}

function openTlogProof(text: string, trust: LogTrust): void {
  const cut = text.indexOf('\n\n');
  const [first, extra = '', place = '', ...hashes] = text.slice(0, cut).split('\n');
  const index = /^index (0|[1-9]\d*)$/.exec(place)?.[1];
  if (first !== 'c2sp.org/tlog-proof@v1' || !extra.startsWith('extra ') || index === undefined) throw new Error('no proof');
  const transaction = unbase64(extra.slice(6));
  if (trust.idOf(transaction) === null) throw new Error('no transaction');
  const { size, root } = openCheckpoint(text.slice(cut + 2), trust);
  if (!rootFrom(transaction, Number(index), size, hashes.map(unbase64)).equals(root)) throw new Error('another root');
}

const verifies = (work: () => unknown): boolean => {
  try {
    work();
    return true;
  } catch {
    return false;
  }
};
export const isCheckpoint = (note: string, trust: LogTrust): boolean => verifies(() => openCheckpoint(note, trust));
export const isTlogProof = (text: string, trust: LogTrust): boolean => verifies(() => openTlogProof(text, trust));
export const isReceipt = (bytes: Buffer, trust: LogTrust): boolean => verifies(() => openReceipt(bytes, trust));
