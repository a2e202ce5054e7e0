import { createHash } from 'node:crypto';
import {
  canonical,
  checkSealed,
  checkTransaction,
  countOf,
  demand,
  Fault,
  fieldsOf,
  hex,
  isSignedBy,
  listOf,
  nodeHash,
  preimageOf,
  readCanonical,
  sha256,
  textOf,
  unhex,
  verifyStateProof,
  type Fields,
  type Json,
  type Trust,
} from './independent-verifier.ts';

/** Verifies an audit export (docs/TECHNICAL_SPEC.md §16) from the specification alone: nothing of the program is used. */

const MANIFEST = [
  'chain_id',
  'checkpoint',
  'created_at',
  'digest',
  'era',
  'filter',
  'format',
  'from_block',
  'genesis',
  'kind',
  'rows',
  'size_bytes',
  'software',
  'to_block',
];
const ROW = ['at', 'block', 'env_id', 'id', 'log_index', 'member_id', 'member_name', 'summary', 'transaction'];

/** A trust file (section 10). */
export function readTrust(text: string): Trust {
  const file = JSON.parse(text) as Fields;
  demand(file['format'] === 'quantum-lock/trust/v2', 'not a trust file');
  const validators = listOf(file['validators'], 'validators').map((entry) => {
    const { validator_id, keys: listed } = entry as Fields;
    const keys = listOf(listed, 'keys').map((item) => {
      const { public_key, from, to } = fieldsOf(item, ['from', 'public_key', 'to'], 'key');
      return { key: textOf(public_key, 'key'), from: countOf(from, 'from'), to: to === null ? null : countOf(to, 'to') };
    });
    return [textOf(validator_id, 'validator'), keys] as const;
  });
  return {
    chainId: textOf(file['chain_id'], 'chain'),
    genesis: textOf(file['genesis'], 'genesis'),
    validators: new Map(validators),
  };
}

export interface ReadExport {
  readonly kind: string;
  /** In a jsonl export; null in another. */
  readonly omitted: number | null;
  readonly rows: number;
  readonly signer: string;
}

/** Checks a file, and the manifest beside it where it has one. Throws where anything is wrong. */
export function readExport(content: Buffer, manifest: string | null, trust: Trust): ReadExport {
  if (manifest !== null) {
    const signed = readCanonical(manifest.replace(/\n$/, ''), 'manifest') as Fields;
    return { ...checkManifest(signed, content, trust), omitted: null };
  }
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  demand(text.endsWith('\n'), 'the last line has no end');
  const lines = text.slice(0, -1).split('\n');
  const last = lines.pop() ?? '';
  const { manifest: signed } = fieldsOf(readCanonical(last, 'last line'), ['manifest'], 'last line');
  const body = content.subarray(0, content.length - Buffer.byteLength(last) - 1);
  const found = checkManifest(signed as Fields, body, trust);
  return { ...found, omitted: new Lines(trust, (signed as Fields)['manifest'] as Fields, found.rows).read(lines) };
}

function checkManifest(signed: Fields, content: Buffer, trust: Trust): Omit<ReadExport, 'omitted'> {
  fieldsOf(signed, ['manifest', 'public_key', 'sealed', 'signature', 'signer'], 'manifest');
  const manifest = fieldsOf(signed['manifest'], MANIFEST, 'manifest');
  demand(manifest['format'] === 'quantum-lock/export/v2', 'the format is another');
  demand(manifest['size_bytes'] === content.length, 'the size is another');
  demand(manifest['digest'] === `0x${createHash('sha256').update(content).digest('hex')}`, 'the digest is another');
  demand(manifest['chain_id'] === trust.chainId && manifest['genesis'] === trust.genesis, 'the chain is another');
  const era = countOf(manifest['era'], 'era');
  const preimage = preimageOf('export', { genesis: trust.genesis, era }, canonical(manifest));
  const key = textOf(signed['public_key'], 'key');
  demand(isSignedBy(unhex(key, 33, 'key'), preimage, unhex(signed['signature'], 64, 'signature')), 'it is not signed');
  const sealed = fieldsOf(signed['sealed'], ['hash', 'header', 'proof'], 'sealed');
  const header = sealed['header'] as Fields;
  checkSealed(header, sealed['hash'], sealed['proof'], trust);
  const isLast = header['index'] === manifest['to_block'] && header['era'] === era;
  demand(isLast && sealed['hash'] === manifest['checkpoint'], 'the sealed block is another');
  const signer = signerOf(signed, key, trust);
  return { kind: textOf(manifest['kind'], 'kind'), rows: countOf(manifest['rows'], 'rows'), signer };
}

function signerOf(signed: Fields, key: string, trust: Trust): string {
  const shown = fieldsOf(signed['signer'], ['member', 'sealed'], 'signer');
  const sealed = fieldsOf(shown['sealed'], ['hash', 'header', 'proof'], 'sealed');
  const header = sealed['header'] as Fields;
  checkSealed(header, sealed['hash'], sealed['proof'], trust);
  const at = countOf(header['index'], 'index');
  const end = (signed['sealed'] as Fields)['header'] as Fields;
  demand(at >= countOf(end['index'], 'index'), 'the signer is shown before the end');
  return shown['member'] === null ? validatorOf(key, at, trust) : memberOf(shown, key, trust);
}

function validatorOf(key: string, index: number, { validators }: Trust): string {
  const [found] = [...validators].filter(([, spans]) =>
    spans.some((span) => span.key === key && span.from <= index && (span.to === null || index <= span.to)),
  );
  if (found === undefined) throw new Fault('it is signed by nobody who is known');
  return found[0];
}

function memberOf(shown: Fields, key: string, trust: Trust): string {
  const proofs = fieldsOf(shown['member'], ['key', 'member'], 'member');
  const recordOf = (proof: Json | undefined, place: string): Fields => {
    verifyStateProof(proof ?? null, trust);
    const { namespace, key: found, sealed, value } = proof as Fields;
    demand(namespace === 'members' && found === place, 'the proof is of something else');
    demand((sealed as Fields)['hash'] === (shown['sealed'] as Fields)['hash'], 'the proof is of another block');
    return JSON.parse(textOf(value, 'value')) as Fields;
  };
  const held = recordOf(proofs['key'], `key/${key}`);
  demand(held['status'] === 'active', 'the key was retired');
  const id = textOf(held['member_id'], 'member id');
  demand(recordOf(proofs['member'], `member/${id}`)['status'] === 'active', 'the member was not active');
  return id;
}

/** A perfect subtree: how many leaves, and its root. */
interface Peak {
  readonly size: number;
  readonly root: Buffer;
}

/** The lines but the last, as section 16 has them. */
class Lines {
  readonly #trust: Trust;
  readonly #manifest: Fields;
  readonly #rows: number;
  #peaks: Peak[] = [];
  #block: Fields | null = null;
  #hash = '';
  #mayHaveRows = false;

  constructor(trust: Trust, manifest: Fields, rows: number) {
    this.#trust = trust;
    this.#manifest = manifest;
    this.#rows = rows;
  }

  /** How many transactions are left out. */
  read([first = '', ...lines]: readonly string[]): number {
    this.#begin(fieldsOf(readCanonical(first, 'first line'), ['export'], 'first line')['export']);
    let [rows, omitted] = [0, 0];
    for (const line of lines) {
      const value = readCanonical(line, 'line') as Fields;
      const [kind] = Object.keys(value);
      fieldsOf(value, [kind ?? ''], 'line');
      if (kind === 'block') this.#next(value['block']);
      else if (kind === 'row') rows += this.#row(value['row']);
      else if (kind === 'omitted') omitted += this.#omit(value['omitted']);
      else throw new Fault(`a line is of an unknown kind`);
    }
    this.#endBlock();
    demand(this.#block?.['index'] === this.#manifest['to_block'], 'it ends early');
    demand(rows === this.#rows, 'there are more rows, or fewer, than it says');
    return omitted;
  }

  get #size(): number {
    return this.#peaks.reduce((sum, { size }) => sum + size, 0);
  }

  #append(size: number, root: Buffer): void {
    demand(this.#size % size === 0, 'a subtree cannot begin here');
    let peak = { size, root };
    for (let last = this.#peaks.at(-1); last?.size === peak.size; last = this.#peaks.at(-1)) {
      this.#peaks.pop();
      peak = { size: 2 * peak.size, root: nodeHash(last.root, peak.root) };
    }
    this.#peaks.push(peak);
  }

  #begin(value: Json | undefined): void {
    const begin = fieldsOf(
      value,
      ['before', 'chain_id', 'filter', 'format', 'from_block', 'genesis', 'to_block'],
      'first line',
    );
    demand(begin['format'] === 'quantum-lock/export-lines/v1', 'the lines have another format');
    for (const name of ['chain_id', 'filter', 'from_block', 'genesis', 'to_block'])
      demand(canonical(begin[name] ?? null) === canonical(this.#manifest[name] ?? null), `${name} is another`);
    const { log_size, peaks } = fieldsOf(begin['before'], ['log_size', 'peaks'], 'before');
    const roots = listOf(peaks, 'peaks').map((root) => unhex(root, 32, 'peak'));
    let rest = countOf(log_size, 'log size');
    demand((begin['from_block'] === 0) === (rest === 0), 'the log before is not empty');
    for (const root of roots) {
      const size = 2 ** Math.floor(Math.log2(rest));
      this.#peaks.push({ size, root });
      rest -= size;
    }
    demand(rest === 0, 'the log before has other subtrees');
  }

  #next(value: Json | undefined): void {
    const block = fieldsOf(value, ['hash', 'header', 'proof'], 'block');
    const header = block['header'] as Fields;
    checkSealed(header, block['hash'], block['proof'], this.#trust);
    const before = this.#block;
    if (before !== null) this.#endBlock();
    const index = countOf(header['index'], 'index');
    const from = countOf(this.#manifest['from_block'], 'from');
    if (before === null) demand(from === 0 || index === from - 1, 'the first block is another');
    else demand(index > countOf(before['index'], 'index'), 'the blocks are out of order');
    demand(index <= countOf(this.#manifest['to_block'], 'to'), 'there is a block behind the last');
    const isNext = before !== null && index === countOf(before['index'], 'index') + 1;
    demand(!isNext || header['previous_hash'] === this.#hash, 'the link is broken');
    this.#mayHaveRows = isNext || index === 0;
    this.#block = header;
    this.#hash = textOf(block['hash'], 'hash');
  }

  #row(value: Json | undefined): number {
    const row = fieldsOf(value, ROW, 'row');
    const block = this.#block;
    demand(block !== null && this.#mayHaveRows, 'a row is in no block that is known');
    const { id, leaf } = checkTransaction(canonical(row['transaction'] ?? null), this.#trust);
    demand(row['id'] === id && row['block'] === block['index'] && row['log_index'] === this.#size, 'the place is another');
    demand(row['at'] === new Date(countOf(block['timestamp'], 'time')).toISOString(), 'the time is another');
    textOf(row['summary'], 'summary');
    for (const name of ['env_id', 'member_id', 'member_name'])
      demand(row[name] === null || typeof row[name] === 'string', `${name} is not text`);
    this.#append(1, leaf);
    return 1;
  }

  #omit(value: Json | undefined): number {
    const { count, nodes } = fieldsOf(value, ['count', 'nodes'], 'omission');
    demand(this.#block !== null, 'nothing is named yet');
    const end = this.#size + countOf(count, 'count');
    demand(end > this.#size, 'nothing is left out');
    for (const node of listOf(nodes, 'nodes')) {
      let size = 1;
      while (this.#size % (2 * size) === 0 && this.#size + 2 * size <= end) size *= 2;
      demand(this.#size < end, 'there are too many nodes');
      this.#append(size, unhex(node, 32, 'node'));
    }
    demand(this.#size === end, 'there are too few nodes');
    return countOf(count, 'count');
  }

  /** The log is now the one that the block names. */
  #endBlock(): void {
    demand(this.#block !== null, 'there is no block');
    demand(this.#size === this.#block['log_size'], 'the log has another size');
    const [last, ...others] = this.#peaks.toReversed();
    const root = others.reduce((node, peak) => nodeHash(peak.root, node), last?.root ?? sha256());
    demand(hex(root) === this.#block['log_root'], 'the log is another');
  }
}
