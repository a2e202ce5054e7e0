/**
 * A second verifier, written from docs/TECHNICAL_SPEC.md alone: it imports nothing of src/ and no library but Node's
 * own (OpenSSL does its ECDSA). Where it disagrees with the ledger, one of the two or the specification is wrong.
 */
import { createHash, createPublicKey, verify } from 'node:crypto';

import { isCheckpoint, isReceipt, isTlogProof, type LogKey, type LogTrust } from './independent-checkpoints.ts';
import { isCheckpointSigned } from './independent-values.ts';
import { checkContent, eraOf, execute, State, type Fields as Content, type PastBlock } from './independent-execution.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Fields = { [key: string]: Json };

const NAMESPACES = ['environments', 'members', 'parameters', 'policies', 'proposals', 'validators'];
const EMPTY = Buffer.alloc(32);

export class Fault extends Error {}

export function demand(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Fault(what);
}

// --- Bytes ---------------------------------------------------------------------------------------------------------

export const sha256 = (...parts: readonly (Uint8Array | string)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

export function unhex(value: Json | undefined, size: number, what: string): Buffer {
  demand(
    typeof value === 'string' && value.length === 2 + size * 2 && /^0x[0-9a-f]*$/.test(value),
    `${what} is not ${size} bytes of hex`,
  );
  return Buffer.from(value.slice(2), 'hex');
}

export const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`;

// --- Canonical JSON ------------------------------------------------------------------------------------------------

export function canonical(value: Json, depth = 0): string {
  if (typeof value === 'number')
    demand(Number.isSafeInteger(value) && !Object.is(value, -0), 'a number is not a safe integer');
  if (typeof value === 'string') demand(value.isWellFormed(), 'a string holds a lone surrogate');
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  demand(depth < 32, 'JSON is nested deeper than 32');
  if (Array.isArray(value)) return `[${value.map((entry) => canonical(entry, depth + 1)).join(',')}]`;
  const members = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return `{${members.map(([key, entry]) => `${canonical(key)}:${canonical(entry, depth + 1)}`).join(',')}}`;
}

export function readCanonical(text: Json | undefined, what: string): Json {
  demand(typeof text === 'string', `${what} is not text`);
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    throw new Fault(`${what} is not JSON`);
  }
  demand(canonical(value) === text, `${what} is not canonical`);
  return value;
}

export function fieldsOf(value: Json | undefined, names: readonly string[], what: string): Fields {
  demand(typeof value === 'object' && value !== null && !Array.isArray(value), `${what} is not an object`);
  demand(Object.keys(value).toSorted().join() === names.toSorted().join(), `${what} does not have exactly its fields`);
  return value;
}

export function listOf(value: Json | undefined, what: string): readonly Json[] {
  demand(Array.isArray(value), `${what} is not a list`);
  return value;
}

export function textOf(value: Json | undefined, what: string): string {
  demand(typeof value === 'string', `${what} is not text`);
  return value;
}

export function countOf(value: Json | undefined, what: string): number {
  demand(typeof value === 'number' && Number.isSafeInteger(value) && value >= 0, `${what} is not a count`);
  return value;
}

// --- Signatures ----------------------------------------------------------------------------------------------------

const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;
/** SubjectPublicKeyInfo (RFC 5480) of a compressed secp256k1 point, up to the point. */
const KEY_PREFIX = Buffer.from('3036301006072a8648ce3d020106052b8104000a032200', 'hex');

/** Whether the signature is over SHA-256 of `preimage`. */
export function isSignedBy(publicKey: Buffer, preimage: Uint8Array, signature: Buffer): boolean {
  if (publicKey[0] !== 2 && publicKey[0] !== 3) return false;
  if (BigInt(hex(signature.subarray(32))) > HALF_ORDER) return false;
  try {
    const key = createPublicKey({ key: Buffer.concat([KEY_PREFIX, publicKey]), format: 'der', type: 'spki' });
    return verify('sha256', preimage, { key, dsaEncoding: 'ieee-p1363' }, signature);
  } catch {
    return false;
  }
}

const NO_GENESIS = `0x${'00'.repeat(32)}`;

interface Domain {
  readonly genesis: string;
  readonly era: number;
}

/** The domain of block 0 and of the transaction in it. */
const BEFORE_GENESIS: Domain = { genesis: NO_GENESIS, era: 0 };

export function preimageOf(kind: string, { genesis, era }: Domain, text: string): Buffer {
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(era));
  return Buffer.concat([
    Buffer.from(`quantum-lock/${kind}/v2\u0000`, 'utf8'),
    unhex(genesis, 32, 'genesis'),
    number,
    Buffer.from(text, 'utf8'),
  ]);
}

// --- Log -----------------------------------------------------------------------------------------------------------

const leafHash = (data: Uint8Array | string): Buffer => sha256(Buffer.of(0), data);
export const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => sha256(Buffer.of(1), left, right);

function logRoot(leaves: readonly Buffer[]): Buffer {
  const [first] = leaves;
  if (first === undefined) return sha256();
  if (leaves.length === 1) return first;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(logRoot(leaves.slice(0, split)), logRoot(leaves.slice(split)));
}

/** RFC 6962 §2.1.1, downwards: the path is used from its end. Undefined where its length does not fit. */
function rootFromPath(leaf: Buffer, index: number, size: number, path: readonly Buffer[]): Buffer | undefined {
  if (size === 1) return path.length === 0 ? leaf : undefined;
  const sibling = path.at(-1);
  if (sibling === undefined) return undefined;
  let split = 1;
  while (split * 2 < size) split *= 2;
  const rest = path.slice(0, -1);
  if (index < split) {
    const left = rootFromPath(leaf, index, split, rest);
    return left && nodeHash(left, sibling);
  }
  const right = rootFromPath(leaf, index - split, size - split, rest);
  return right && nodeHash(sibling, right);
}

const CHAIN_ID = /^[a-z0-9][a-z0-9-]{0,62}$/;

// --- Transactions --------------------------------------------------------------------------------------------------

const TRANSACTION_FIELDS = [
  'action',
  'chain_id',
  'era',
  'nonce',
  'payload',
  'recipient',
  'sender',
  'signature',
  'signer',
  'timestamp',
];

/** Checks a transaction by itself; gives its fields, id and leaf. */
export function checkTransaction(
  text: Json | undefined,
  { chainId, genesis }: Pick<Trust, 'chainId' | 'genesis'>,
): { fields: Fields; unsigned: string; id: string; leaf: Buffer } {
  const fields = fieldsOf(readCanonical(text, 'transaction'), TRANSACTION_FIELDS, 'transaction');
  demand(Buffer.byteLength(textOf(text, 'transaction')) <= 65_536, 'the transaction is too large');
  demand(fields['chain_id'] === chainId, 'the transaction is of another chain');
  const unsigned = canonical(Object.fromEntries(Object.entries(fields).filter(([name]) => name !== 'signature')));
  const era = countOf(fields['era'], 'era');
  countOf(fields['timestamp'], 'timestamp');
  const domain = fields['action'] === 'genesis' ? BEFORE_GENESIS : { genesis, era };
  const preimage = preimageOf('transaction', domain, unsigned);
  const signer = unhex(fields['signer'], 33, 'signer');
  const isSigned = isSignedBy(signer, preimage, unhex(fields['signature'], 64, 'signature'));
  demand(isSigned, 'the signature of the transaction does not verify');
  return { fields, unsigned, id: hex(sha256(preimage)), leaf: leafHash(textOf(text, 'transaction')) };
}

// --- Headers -------------------------------------------------------------------------------------------------------

const HEADER_FIELDS = [
  'chain_id',
  'era',
  'index',
  'log_root',
  'log_size',
  'previous_hash',
  'state_root',
  'timestamp',
  'transactions_root',
  'validator',
  'version',
];

export interface Trust {
  readonly chainId: string;
  readonly genesis: string;
  /** By validator id, each key that it seals or sealed with, and the blocks that it may seal. */
  readonly validators: ReadonlyMap<string, readonly Span[]>;
}

interface Span {
  readonly key: string;
  readonly from: number;
  /** The last one; null where there is none yet. */
  readonly to: number | null;
}

export function checkSealed(header: Fields, hash: Json | undefined, proof: Json | undefined, trust: Trust): void {
  fieldsOf(header, HEADER_FIELDS, 'header');
  demand(header['chain_id'] === trust.chainId, 'the header is of another chain');
  demand(header['version'] === 2, 'the header is of another version');
  const isFirst = header['index'] === 0;
  const domain = isFirst ? BEFORE_GENESIS : { genesis: trust.genesis, era: countOf(header['era'], 'era') };
  const preimage = preimageOf('block', domain, canonical(header));
  demand(hex(sha256(preimage)) === hash, 'the header does not hash to the block hash');
  demand(!isFirst || hash === trust.genesis, 'block 0 is that of another chain');
  const seal = fieldsOf(proof, ['public_key', 'signature', 'type'], 'proof');
  demand(seal['type'] === 'seal', 'the proof is not a seal');
  const spans = trust.validators.get(textOf(header['validator'], 'validator')) ?? [];
  const index = countOf(header['index'], 'index');
  demand(
    spans.some(({ key, from, to }) => key === seal['public_key'] && from <= index && (to === null || index <= to)),
    'the seal is not by a key that may seal this block',
  );
  const publicKey = unhex(seal['public_key'], 33, 'public key');
  demand(isSignedBy(publicKey, preimage, unhex(seal['signature'], 64, 'seal')), 'the seal does not verify');
}

// --- State ---------------------------------------------------------------------------------------------------------

const bitOf = (path: Buffer, depth: number): number => ((path[depth >> 3] ?? 0) >> (7 - (depth & 7))) & 1;
const stateLeaf = (path: Uint8Array, valueHash: Uint8Array): Buffer => sha256(Buffer.of(0), path, valueHash);

interface Leaf {
  readonly path: Buffer;
  readonly hash: Buffer;
}

function treeRoot(leaves: readonly Leaf[], depth = 0): Buffer {
  const [first] = leaves;
  if (first === undefined) return EMPTY;
  if (leaves.length === 1) return first.hash;
  const side = (bit: number): Buffer =>
    treeRoot(
      leaves.filter(({ path }) => bitOf(path, depth) === bit),
      depth + 1,
    );
  return nodeHash(side(0), side(1));
}

function stateRoot(namespaceRoots: Json | undefined): string {
  const roots = listOf(namespaceRoots, 'namespace roots').map((entry, index) => {
    const { namespace, root } = fieldsOf(entry, ['namespace', 'root'], 'namespace root');
    demand(namespace === NAMESPACES[index], 'the namespaces are not the six in order');
    return leafHash(Buffer.concat([Buffer.from(textOf(namespace, 'namespace')), unhex(root, 32, 'namespace root')]));
  });
  demand(roots.length === NAMESPACES.length, 'the namespaces are not the six in order');
  return hex(logRoot(roots));
}

const rootNamed = (roots: Json | undefined, name: Json | undefined): Json | undefined =>
  listOf(roots, 'namespace roots')
    .map((entry) => fieldsOf(entry, ['namespace', 'root'], 'namespace root'))
    .find((entry) => entry['namespace'] === name)?.['root'];

// --- Documents -----------------------------------------------------------------------------------------------------

/** The trust that a state gives: its validators that are active, each with the one key that it seals with. */
function trustIn(state: State, chain: Pick<Trust, 'chainId' | 'genesis'>): Trust {
  const active = state.entries('validators').filter(([key, value]) => {
    return !key.startsWith('key/') && (value as Content)['status'] === 'active';
  });
  return { ...chain, validators: new Map(active.map(([id, value]) => [id, [{ key: textOf((value as Fields)['public_key'], 'key'), from: 0, to: null }]])) };
}

/** Section 6: the least time that the block after `parent` may have. */
function leastTime(state: State, parent: Fields | undefined): number {
  const clock = state.value('parameters', 'clock') as Fields | undefined;
  const isFirstOfEra = clock !== undefined && clock['era'] !== parent?.['era'];
  return Number((isFirstOfEra ? clock['time'] : parent?.['timestamp']) ?? 0);
}

/** What became of the chain's state: the root of each namespace. */
function checkRoots(state: State, namespaceRoots: Json | undefined): void {
  for (const name of NAMESPACES) {
    const leaves = state.entries(name).map(([key, value]) => {
      const path = sha256(key);
      return { path, hash: stateLeaf(path, sha256(canonical(value as Json))) };
    });
    demand(hex(treeRoot(leaves)) === rootNamed(namespaceRoots, name), `the root of ${name} is wrong`);
  }
}

/**
 * Every block from genesis on: links, hash, transactions, log, their execution, and the seal by a validator of the state
 * before the block. Gives the trust that the rest is held to: every key that a validator ever had.
 */
function verifyChain(document: Json): Trust {
  const chain = fieldsOf(document, ['blocks', 'chain_id', 'genesis', 'secrets', 'validators'], 'chain');
  const chainId = textOf(chain['chain_id'], 'chain_id');
  demand(CHAIN_ID.test(chainId), 'the chain id is malformed');
  const genesis = textOf(chain['genesis'], 'genesis');
  const root = { chainId, genesis };
  const log: Buffer[] = [];
  const ids = new Set<string>();
  let state = new State();
  const past: PastBlock[] = [];
  let parent: Fields | undefined;
  let parentHash: Json = `0x${'00'.repeat(32)}`;
  for (const [index, entry] of listOf(chain['blocks'], 'blocks').entries()) {
    const names = [
      'hash',
      'header',
      'log_root',
      'log_size',
      'namespace_roots',
      'proof',
      'state_root',
      'transactions',
      'transactions_root',
    ];
    const block = fieldsOf(entry, names, 'block');
    const header = fieldsOf(readCanonical(block['header'], 'header'), HEADER_FIELDS, 'header');
    demand(header['index'] === index, 'the index is not the next');
    demand(header['previous_hash'] === parentHash, 'the link is broken');
    const timestamp = countOf(header['timestamp'], 'timestamp');
    demand(header['era'] === eraOf(state), 'the era is not that of the state');
    demand(timestamp >= leastTime(state, parent), 'time runs backwards');
    const before = state;
    const leaves: Buffer[] = [];
    for (const vector of listOf(block['transactions'], 'transactions')) {
      const expected = fieldsOf(
        vector,
        ['id', 'leaf_hash', 'public_key', 'signature', 'transaction', 'unsigned'],
        'transaction vector',
      );
      const { fields, unsigned, id, leaf } = checkTransaction(expected['transaction'], root);
      demand(
        expected['unsigned'] === unsigned && expected['id'] === id && expected['leaf_hash'] === hex(leaf),
        'a transaction vector differs',
      );
      demand(
        expected['signature'] === fields['signature'] && expected['public_key'] === fields['signer'],
        'a transaction vector differs',
      );
      const code = checkContent(fields);
      demand(code === 0, `a transaction is refused with code ${code}`);
      const context = { genesis, index, past, timestamp, position: leaves.length, id, isDuplicate: ids.has(id) };
      const next = execute(state, before, fields, context);
      demand(typeof next !== 'number', 'a transaction is refused at its execution');
      state = next;
      ids.add(id);
      leaves.push(leaf);
      log.push(leaf);
    }
    demand(leaves.length > 0, 'the block has no transaction');
    demand(header['transactions_root'] === hex(logRoot(leaves)), 'the transactions root is wrong');
    demand(header['log_size'] === log.length, 'the log size is wrong');
    demand(header['log_root'] === hex(logRoot(log)), 'the log root is wrong');
    demand(header['state_root'] === stateRoot(block['namespace_roots']), 'the state root is wrong');
    checkRoots(state, block['namespace_roots']);
    for (const name of ['transactions_root', 'log_size', 'log_root', 'state_root'])
      demand(block[name] === header[name], `${name} differs from the header`);
    checkSealed(header, block['hash'], block['proof'], trustIn(index === 0 ? state : before, root));
    parent = header;
    parentHash = block['hash'] ?? null;
    const environmentsRoot = textOf(rootNamed(block['namespace_roots'], 'environments'), 'root');
    past.push({ hash: textOf(parentHash, 'hash'), environmentsRoot, state });
  }
  return trustOf(
    chain,
    past.map((block) => block.state),
  );
}

/** The validators that the document names are those of the chain, with every key that they ever had, and when each sealed. */
function trustOf(chain: Fields, states: readonly State[]): Trust {
  const state = states.at(-1) ?? new State();
  const validators = new Map<string, Span[]>();
  for (const entry of listOf(chain['validators'], 'validators')) {
    const named = fieldsOf(entry, ['public_key', 'seals_from', 'seals_to', 'validator_id'], 'validator');
    const id = textOf(named['validator_id'], 'validator_id');
    const key = textOf(named['public_key'], 'public_key');
    demand(state.get('validators', `key/${key}`)?.['validator_id'] === id, 'a validator is named with a key that it never had');
    // A block is sealed by a key that is active in the state before it, block 0 by one of the state after it.
    const sealing = states.flatMap((after, index) => {
      const before = index === 0 ? after : states[index - 1];
      return before?.get('validators', `key/${key}`)?.['status'] === 'active' ? [index] : [];
    });
    const isInUse = state.get('validators', `key/${key}`)?.['status'] === 'active';
    const [from = states.length] = sealing;
    demand(named['seals_from'] === from, 'a key is named for another first block');
    demand(named['seals_to'] === (isInUse ? null : sealing.at(-1)), 'a key is named for another last block');
    validators.set(id, [...(validators.get(id) ?? []), { key, from, to: isInUse ? null : (sealing.at(-1) ?? null) }]);
  }
  const known = state.entries('validators').filter(([key]) => key.startsWith('key/'));
  demand(known.length === [...validators.values()].flat().length, 'a key of a validator is not named');
  return {
    chainId: textOf(chain['chain_id'], 'chain_id'),
    genesis: textOf(chain['genesis'], 'genesis'),
    validators,
  };
}

/** The digests of governance, and the signatures over them. */
function verifyGovernance(document: Json, { chainId, genesis }: Trust): void {
  const governance = fieldsOf(document, ['approvals', 'possessions', 'proposals'], 'governance');
  const digestOf = (kind: string, text: Json | undefined, era = 0): string => {
    readCanonical(text, kind);
    return hex(sha256(preimageOf(kind, { genesis, era }, textOf(text, kind))));
  };
  const checkSigned = (kind: string, entry: Fields): void => {
    demand(entry['digest'] === digestOf(kind, entry['canonical']), `a digest of kind ${kind} differs`);
    const signed = (readCanonical(entry['canonical'], kind) ?? {}) as Fields;
    if (signed['subject'] === 'checkpoint') {
      const [publicKey, signature] = [textOf(entry['public_key'], kind), textOf(entry['signature'], kind)];
      const one = { publicKey, signature, kind, domain: { genesis, era: 0 }, value: signed };
      return demand(isCheckpointSigned(one), `a ${kind} of a checkpoint key does not verify`);
    }
    const preimage = preimageOf(kind, { genesis, era: 0 }, textOf(entry['canonical'], kind));
    const key = unhex(entry['public_key'], 33, 'public key');
    demand(isSignedBy(key, preimage, unhex(entry['signature'], 64, 'signature')), `a ${kind} does not verify`);
  };
  for (const item of listOf(governance['possessions'], 'possessions')) {
    const entry = fieldsOf(item, ['canonical', 'digest', 'public_key', 'signature', 'subject'], 'possession');
    checkSigned('possession', entry);
    const { public_key, subject } = entry;
    demand(entry['canonical'] === canonical({ chain_id: chainId, public_key: public_key ?? null, subject: subject ?? null }), 'subject');
  }
  for (const item of listOf(governance['approvals'], 'approvals')) {
    const hasReason = Object.hasOwn(Object(item) as object, 'reason');
    const entry = fieldsOf(
      item,
      ['canonical', 'digest', 'proposal_id', 'public_key', ...(hasReason ? ['reason'] : []), 'signature'],
      'approval',
    );
    checkSigned('approval', entry);
    const said = hasReason ? { reason: entry['reason'] ?? null } : {};
    const approved = { ...said, chain_id: chainId, decision: 'approve', proposal_id: entry['proposal_id'] ?? null };
    demand(entry['canonical'] === canonical(approved), 'an approval is of another proposal');
  }
  for (const item of listOf(governance['proposals'], 'proposals')) {
    const entry = fieldsOf(item, ['canonical', 'era', 'id', 'pre_state'], 'proposal');
    const { id, canonical: text, pre_state: reads } = entry;
    const era = countOf(entry['era'], 'era');
    const preState = fieldsOf(reads, ['canonical', 'digest'], 'pre-state');
    demand(id === digestOf('proposal', text, era), 'a proposal has another id');
    demand(preState['digest'] === digestOf('pre-state', preState['canonical'], era), 'a pre-state has another digest');
    const { pre_state: bound } = fieldsOf(
      readCanonical(text, 'proposal'),
      ['action', 'chain_id', 'expires_at', 'payload', 'pre_state', 'proposer'],
      'proposal',
    );
    demand(bound === preState['digest'], 'a proposal is bound to another state');
  }
}

/** The whole state of the head: every entry, and that there is no other. */
function verifyState(document: Json, chain: Json): void {
  const { height, entries } = fieldsOf(document, ['entries', 'height'], 'state');
  const block = (chain as { blocks: Fields[] }).blocks[countOf(height, 'height')];
  demand(block !== undefined, 'the state is of no block');
  const leaves = new Map<string, Leaf[]>(NAMESPACES.map((name) => [name, []]));
  for (const item of listOf(entries, 'entries')) {
    const entry = fieldsOf(item, ['key', 'leaf_hash', 'namespace', 'path', 'value', 'value_hash'], 'entry');
    readCanonical(entry['value'], 'value');
    const path = sha256(textOf(entry['key'], 'key'));
    const valueHash = sha256(textOf(entry['value'], 'value'));
    const hash = stateLeaf(path, valueHash);
    demand(
      entry['path'] === hex(path) && entry['value_hash'] === hex(valueHash) && entry['leaf_hash'] === hex(hash),
      'an entry of the state differs',
    );
    const list = leaves.get(textOf(entry['namespace'], 'namespace'));
    demand(list !== undefined, 'an entry is in no namespace');
    list.push({ path, hash });
  }
  for (const [name, list] of leaves)
    demand(hex(treeRoot(list)) === rootNamed(block['namespace_roots'], name), `the root of ${name} is wrong`);
}

function verifyTransactionProof(document: Json, trust: Trust): void {
  const proof = fieldsOf(document, ['log_index', 'log_size', 'path', 'sealed', 'transaction'], 'transaction proof');
  const sealed = fieldsOf(proof['sealed'], ['hash', 'header', 'proof'], 'sealed header');
  const header = fieldsOf(sealed['header'], HEADER_FIELDS, 'header');
  const { leaf } = checkTransaction(proof['transaction'], trust);
  const index = countOf(proof['log_index'], 'log index');
  const size = countOf(proof['log_size'], 'log size');
  demand(size === header['log_size'] && index < size, 'the place is not in the log');
  const path = listOf(proof['path'], 'path').map((node) => unhex(node, 32, 'path'));
  const root = rootFromPath(leaf, index, size, path);
  demand(root !== undefined && hex(root) === header['log_root'], 'the path does not lead to the log root');
  checkSealed(header, sealed['hash'], sealed['proof'], trust);
}

/** Where an entry of a namespace leads to. */
function entryRoot(proof: Fields): string {
  demand(typeof proof['key'] === 'string', 'the key is not text');
  const path = sha256(proof['key']);
  const siblings = listOf(proof['siblings'], 'siblings').map((node) => unhex(node, 32, 'sibling'));
  demand(siblings.length <= 256, 'there are too many siblings');
  let node: Buffer = EMPTY;
  if (proof['value'] !== null) {
    readCanonical(proof['value'], 'value');
    demand(proof['other_leaf'] === null, 'a proof of presence names another leaf');
    node = stateLeaf(path, sha256(textOf(proof['value'], 'value')));
  } else if (proof['other_leaf'] !== null) {
    const other = fieldsOf(proof['other_leaf'], ['path', 'value_hash'], 'other leaf');
    const otherPath = unhex(other['path'], 32, 'path');
    demand(!otherPath.equals(path), 'the other leaf is the key itself');
    for (let depth = 0; depth < siblings.length; depth++)
      demand(bitOf(otherPath, depth) === bitOf(path, depth), 'the other leaf is elsewhere');
    node = stateLeaf(otherPath, unhex(other['value_hash'], 32, 'value hash'));
  }
  for (const [index, sibling] of siblings.entries()) {
    node = bitOf(path, siblings.length - 1 - index) === 0 ? nodeHash(node, sibling) : nodeHash(sibling, node);
  }
  return hex(node);
}

export function verifyStateProof(document: Json | undefined, trust: Trust): void {
  const proof = fieldsOf(
    document,
    ['key', 'namespace', 'namespace_roots', 'other_leaf', 'sealed', 'siblings', 'value'],
    'state proof',
  );
  demand(
    entryRoot(proof) === rootNamed(proof['namespace_roots'], proof['namespace']),
    'the path does not lead to the namespace root',
  );
  const sealed = fieldsOf(proof['sealed'], ['hash', 'header', 'proof'], 'sealed header');
  const header = fieldsOf(sealed['header'], HEADER_FIELDS, 'header');
  demand(
    stateRoot(proof['namespace_roots']) === header['state_root'],
    'the namespace roots do not make the state root',
  );
  checkSealed(header, sealed['hash'], sealed['proof'], trust);
}

/** Section 10, Green proof: what it shows. */
function verdictOf(document: Json | undefined, trust: Trust): 'green' | 'recalled' | 'not_green' {
  const names = ['at', 'env_id', 'format', 'next', 'recall', 'record', 'removed', 'state_hash', 'version'];
  const proof = fieldsOf(document, names, 'Green proof');
  const { at, env_id: envId, next, recall, removed, state_hash: hash, version } = proof;
  demand(proof['format'] === 'quantum-lock/green/v1', 'the format is another');
  const id = textOf(envId, 'env_id');
  demand(/^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/.test(id) && id.length <= 128, 'that is no environment id');
  if (hash !== null) unhex(hash, 32, 'state hash');
  if (version !== null) demand(countOf(version, 'version') > 0, 'versions begin with 1');
  verifyStateProof(proof['record'], trust);
  const record = fieldsIn(proof['record']);
  demand(record['namespace'] === 'environments' && record['key'] === envId, 'the record is of something else');
  const valueOf = (entry: Json | undefined, keyOf: (value: Fields) => string): Fields => {
    const fields = fieldsOf(entry, ['key', 'other_leaf', 'siblings', 'value'], 'entry');
    const value = fields['value'] === null ? {} : fieldsIn(readCanonical(fields['value'], 'value'));
    demand(fields['key'] === keyOf(value), 'an entry has another key');
    demand(entryRoot(fields) === rootNamed(record['namespace_roots'], 'environments'), 'an entry is of another state');
    return value;
  };
  const isThere = record['value'] !== null;
  const there = isThere ? fieldsIn(readCanonical(record['value'], 'value')) : {};
  demand(isThere === (removed === null), 'what is kept of an environment is of one that is there');
  const kept = removed === null ? there : valueOf(removed, () => `removed:${id}`);
  const fits = (found: Json | undefined): boolean =>
    found !== null &&
    found !== undefined &&
    (hash === null || fieldsIn(found)['state_hash'] === hash) &&
    (version === null || fieldsIn(found)['version'] === version);
  let isRecalled = fits(kept['recalled']);
  if (recall !== null) {
    const earlier = valueOf(recall, ({ promotion }) => `recall:${id}:${textOf(promotion, 'promotion')}`);
    demand((hash !== null || version !== null) && fits(earlier), 'the recall is of something else');
    demand(!isRecalled && !fits(there['green']), 'the recall decides nothing');
    isRecalled = true;
  }
  const { hash: own, header } = fieldsIn(record['sealed']);
  const { index, timestamp } = fieldsIn(header);
  if (next !== null) {
    const sealed = fieldsOf(next, ['hash', 'header', 'proof'], 'sealed header');
    const after = fieldsOf(sealed['header'], HEADER_FIELDS, 'header');
    checkSealed(after, sealed['hash'], sealed['proof'], trust);
    demand(after['index'] === Number(index) + 1 && after['previous_hash'] === own, 'the next block does not follow');
    demand(at === null || countOf(at, 'at') < Number(after['timestamp']), 'there was a later block by then');
  }
  demand(at === null || countOf(at, 'at') >= Number(timestamp), 'the block came later');
  if (fits(there['green'])) return 'green';
  return isRecalled ? 'recalled' : 'not_green';
}

function fieldsIn(value: Json | undefined): Fields {
  demand(typeof value === 'object' && value !== null && !Array.isArray(value), 'that is no object');
  return value;
}

function verifyConsistencyProof(document: Json, chain: Json): void {
  const { first, second, path } = fieldsOf(document, ['first', 'path', 'second'], 'consistency proof');
  const headers = (chain as { blocks: { log_size: number; log_root: string }[] }).blocks;
  const rootOf = (size: Json | undefined): string | undefined =>
    headers.find((block) => block.log_size === size)?.log_root;
  const nodes = listOf(path, 'path').map((node) => unhex(node, 32, 'path'));
  // RFC 6962 §2.1.2 read backwards: the node that both logs share, and then each node of the path in turn.
  const walk = (m: number, n: number, isWhole: boolean): readonly [older: Buffer, newer: Buffer] => {
    if (m === n) {
      const node = isWhole ? unhex(rootOf(first), 32, 'log root') : nodes.shift();
      demand(node !== undefined, 'the path is too short');
      return [node, node];
    }
    let split = 1;
    while (split * 2 < n) split *= 2;
    const isLeft = m <= split;
    const [older, newer] = isLeft ? walk(m, split, isWhole) : walk(m - split, n - split, false);
    const node = nodes.shift();
    demand(node !== undefined, 'the path is too short');
    return isLeft ? [older, nodeHash(newer, node)] : [nodeHash(node, older), nodeHash(node, newer)];
  };
  const [older, newer] = walk(countOf(first, 'first'), countOf(second, 'second'), true);
  demand(nodes.length === 0, 'the path is too long');
  demand(hex(older) === rootOf(first) && hex(newer) === rootOf(second), 'the logs are not consistent');
}

/** The state hash of a directory. */
function verifyFiles(document: Json): void {
  const files = fieldsOf(document, ['entries', 'leaves', 'state_hash'], 'files');
  const entries = listOf(files['entries'], 'entries').map((entry) =>
    fieldsOf(entry, ['content_hash', 'mode', 'path', 'size_bytes'], 'file'),
  );
  const leaves = listOf(files['leaves'], 'leaves').map((entry) => fieldsOf(entry, ['canonical', 'leaf_hash'], 'leaf'));
  for (const [index, entry] of entries.entries()) {
    demand(
      canonical(entry) === leaves[index]?.['canonical'] &&
        hex(leafHash(canonical(entry))) === leaves[index]?.['leaf_hash'],
      'a file differs',
    );
  }
  const sorted = entries.toSorted((left, right) =>
    Buffer.compare(Buffer.from(textOf(left['path'], 'path')), Buffer.from(textOf(right['path'], 'path'))),
  );
  demand(
    hex(logRoot(sorted.map((entry) => leafHash(canonical(entry))))) === files['state_hash'],
    'the state hash differs',
  );
}

/** What others read of the log: section 17, with the keys that the state of the head names. */
function verifyCheckpoints(document: Json, { chain, state, trust }: { chain: Json; state: Json; trust: Trust }): void {
  const found = fieldsOf(document, ['checkpoints', 'keys', 'receipts', 'tlog_proofs'], 'checkpoints');
  const entries = (state as { entries: { namespace: string; key: string; value: string }[] }).entries;
  const { blocks } = chain as { blocks: { log_size: number; transactions: { id: string }[] }[] };
  const sizeAfter = (id: Json): number | null =>
    blocks.find(({ transactions }) => transactions.some((one) => one.id === id))?.log_size ?? null;
  const keys: LogKey[] = entries
    .filter(({ namespace, key }) => namespace === 'parameters' && key.startsWith('checkpoint_key:'))
    .map(({ value }) => JSON.parse(value) as { public_key: string; added_by: string; retired_by: string | null })
    .map(({ public_key: publicKey, added_by: addedBy, retired_by: retiredBy }) => ({
      publicKey,
      fromSize: sizeAfter(addedBy) ?? Number.POSITIVE_INFINITY,
      untilSize: sizeAfter(retiredBy),
    }));
  for (const item of listOf(found['keys'], 'checkpoint keys')) {
    const { public_key, from_size, until_size } = fieldsOf(item, ['from_size', 'public_key', 'until_size'], 'key');
    const own = keys.find(({ publicKey }) => publicKey === public_key);
    demand(own !== undefined, 'a checkpoint key is not in the state');
    demand(own.fromSize === from_size && own.untilSize === until_size, 'a checkpoint key has another span');
  }
  const idOf = (bytes: Buffer): string | null => {
    try {
      return checkTransaction(bytes.toString('utf8'), trust).id;
    } catch (error) {
      if (error instanceof Fault) return null;
      throw error;
    }
  };
  const logTrust: LogTrust = { chainId: trust.chainId, genesis: trust.genesis, keys, idOf };
  for (const note of listOf(found['checkpoints'], 'checkpoints'))
    demand(isCheckpoint(textOf(note, 'checkpoint'), logTrust), 'a checkpoint does not verify');
  for (const proof of listOf(found['tlog_proofs'], 'tlog-proofs'))
    demand(isTlogProof(textOf(proof, 'tlog-proof'), logTrust), 'a tlog-proof does not verify');
  for (const receipt of listOf(found['receipts'], 'receipts')) {
    const text = textOf(receipt, 'receipt');
    demand(/^0x(?:[0-9a-f]{2})+$/.test(text), 'a receipt is not hex');
    demand(isReceipt(Buffer.from(text.slice(2), 'hex'), logTrust), 'a receipt does not verify');
  }
}

export interface Documents {
  readonly chain: Json;
  readonly governance: Json;
  readonly state: Json;
  readonly proofs: Json;
  readonly files: Json;
  readonly checkpoints: Json;
}

/** Everything. Throws a Fault at the first thing that is wrong. */
export function verifyAll({ chain, governance, state, proofs, files, checkpoints }: Documents): void {
  const trust = verifyChain(chain);
  verifyGovernance(governance, trust);
  verifyState(state, chain);
  const all = fieldsOf(proofs, ['consistency', 'green', 'state', 'transactions'], 'proofs');
  for (const proof of listOf(all['transactions'], 'transaction proofs')) verifyTransactionProof(proof, trust);
  for (const proof of listOf(all['state'], 'state proofs')) verifyStateProof(proof, trust);
  for (const item of listOf(all['green'], 'Green proofs')) {
    const { proof, status } = fieldsOf(item, ['proof', 'status'], 'Green proof');
    demand(verdictOf(proof, trust) === status, 'a Green proof shows something else');
  }
  for (const proof of listOf(all['consistency'], 'consistency proofs')) verifyConsistencyProof(proof, chain);
  verifyFiles(files);
  verifyCheckpoints(checkpoints, { chain, state, trust });
}
