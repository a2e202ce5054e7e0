import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { encodeHash, encodeHex } from '../../src/base/bytes.ts';
import { encodeCanonicalText, type JsonObject } from '../../src/base/canonical.ts';
import { encodeHeader } from '../../src/ledger/blocks/block.ts';
import { stateHashOf, type FileEntry } from '../../src/ledger/log/file-tree.ts';
import { stateRoot } from '../../src/ledger/state/ledger-state.ts';
import { consistencyPath, leafHash } from '../../src/ledger/log/log.ts';
import { stateLeafHash, statePath } from '../../src/ledger/state/tree.ts';
import type { GreenProof } from '../../src/ledger/proofs/green-proof.ts';
import { NAMESPACES } from '../../src/ledger/state/records.ts';
import { encodeUnsigned } from '../../src/ledger/transactions/transaction.ts';
import {
  ChainBuilder,
  hashOf,
  sha256,
  signed,
  signerNamed,
  type BuiltBlock,
  type Draft,
  type Signer,
} from './chain-builder.ts';
import { encodeNote } from '../../src/ledger/checkpoints/signed-note.ts';
import { checkpointsOf } from './checkpoints-of.ts';
import { checkpointKeys, GovernedHistory, second, secondRotated, validatorRotated, RESET_TIME } from './governed-history.ts';

/**
 * The committed byte vectors: a small chain with fixed keys and times, and every step from a transaction's fields to
 * the block hash. `node test/vectors/make.ts --write` writes them; the test only compares. A changed vector is a
 * changed protocol.
 */
const CHAIN_ID = 'vector-chain';
const START = 1_750_000_000_000;
const founder = signerNamed('quantum-lock vector key 1: Ada, administrator');
const engineer = signerNamed('quantum-lock vector key 2: Bo, blue state');
const validator = signerNamed('quantum-lock vector key 3: validator');

const FILES: readonly FileEntry[] = [
  { path: 'env.py', mode: 0o755, size_bytes: 6, content_hash: hashOf('print\n') },
  { path: 'data/é.json', mode: 0o644, size_bytes: 2, content_hash: hashOf('{}') },
  { path: 'data/levels/1.json', mode: 0o644, size_bytes: 3, content_hash: hashOf('[1]') },
];
const MAZE = stateHashOf(FILES);
const MAZE_2 = hashOf('maze, second content');
const CART = hashOf('cart');
const MERGED = hashOf('merged');

function blocks(): readonly (readonly Omit<Draft, 'chain' | 'timestamp'>[])[] {
  const act = (
    signer: Signer,
    action: string,
    payload: JsonObject,
    nonce = 0,
  ): Omit<Draft, 'chain' | 'timestamp'> => ({ signer, action, payload, nonce });
  const create = (envId: string, hash: string, extra: JsonObject = {}): JsonObject => ({
    env_id: envId,
    state_hash: hash,
    metadata: {},
    ...extra,
  });
  const operations = [
    { action: 'create_environment', payload: create('pole', CART, { metadata: { note: 'in a batch' } }) },
    { action: 'promote_environment', payload: { env_id: 'pole', state_hash: CART, metadata: {}, blue_version: 1, green_version: null } },
  ];
  return [
    [
      act(founder, 'genesis', {
        members: [
          { member_id: 'ada', name: 'Ada', level: 'administrator', keys: [founder.publicKey] },
          { member_id: 'bo', name: 'Bø 😀', level: 'blue_state', keys: [engineer.publicKey] },
        ],
        validators: [{ validator_id: 'node-1', public_key: validator.publicKey }],
        policies: { 'promote_environment/cart': { mode: 'direct', permission: 'emergency_rollback' } },
        parameters: { transaction_window_ms: 600_000, sandbox: false },
      }),
    ],
    [
      act(
        engineer,
        'create_environment',
        create('maze', MAZE, {
          metadata: { task: 'maze', '\u20ac': 'euro', '\r': 'return', '1': 'one' },
          file_count: 3,
          size_bytes: 11,
        }),
      ),
      act(engineer, 'create_environment', create('cart', CART), 1),
    ],
    [
      act(
        engineer,
        'update_environment',
        create('maze', MAZE_2, { base_version: 1, metadata: { task: 'maze', seeds: [1, -2, Number.MAX_SAFE_INTEGER] } }),
      ),
      act(founder, 'promote_environment', { env_id: 'maze', state_hash: MAZE_2, metadata: { approved: true }, blue_version: 2, green_version: null }),
    ],
    [act(founder, 'checkpoint_state', { env_id: 'maze', checkpoint_hash: MAZE_2, green_version: 2, version: '1.0.0' })],
    [
      act(engineer, 'merge_environments', {
        source_envs: ['maze', 'cart'],
        source_versions: [2, 1],
        base_version: null,
        target_env: 'both',
        merge_strategy: 'union',
        state_hash: MERGED,
      }),
      { ...act(founder, 'batch', { operations }), zones: ['blue_state', 'green_state'] },
    ],
    [act(founder, 'archive_environment', { env_id: 'cart', reason: 'merged into both' })],
  ];
}

function transactionVector(chain: ChainBuilder, draft: Draft): JsonObject {
  const transaction = signed(draft);
  const checked = chain.checked(transaction);
  return {
    transaction: new TextDecoder().decode(checked.bytes),
    unsigned: new TextDecoder().decode(encodeUnsigned(transaction)),
    id: encodeHash(checked.id),
    public_key: transaction.signer,
    signature: transaction.signature,
    leaf_hash: encodeHash(checked.leaf),
  };
}

function blockVector(block: BuiltBlock, transactions: readonly JsonObject[]): JsonObject {
  return {
    transactions,
    header: encodeHeader(block.header),
    namespace_roots: NAMESPACES.map((name) => ({ namespace: name, root: encodeHash(block.roots[name].hash) })),
    state_root: encodeHash(stateRoot(block.roots)),
    transactions_root: block.header.transactions_root,
    log_size: block.header.log_size,
    log_root: block.header.log_root,
    hash: block.hash,
    proof: { ...block.proof },
  };
}

function stateVector(chain: ChainBuilder): JsonObject[] {
  const { roots } = chain.head;
  return NAMESPACES.flatMap((namespace) => {
    const entries: JsonObject[] = [];
    chain.state.tree.walk(roots[namespace], ({ key, value }) => {
      const path = statePath(key);
      entries.push({
        namespace,
        key,
        value: new TextDecoder().decode(value),
        path: encodeHash(path),
        value_hash: encodeHash(sha256(value)),
        leaf_hash: encodeHash(stateLeafHash(path, sha256(value))),
      });
      return true;
    });
    return entries;
  });
}

/** Of logs of several sizes, each signed with the key of its size (section 17). */
function checkpointVectors(chain: ChainBuilder): JsonObject {
  const { keys, checkpointOf, tlogProofOf, receiptOf } = checkpointsOf(chain, checkpointKeys);
  const sizes = [...new Set(keys.flatMap(({ from_size: from }) => [from, from + 2]))];
  const last = chain.head.header.log_size;
  return {
    keys: keys.map((key) => ({ ...key })),
    checkpoints: [...sizes, last].map((size) => encodeNote(checkpointOf(size))),
    tlog_proofs: sizes.map((size, index) => tlogProofOf(index * 3, size)),
    receipts: sizes.map((size, index) => encodeHex(receiptOf(index * 3 + 1, size))),
  };
}

/** What was Green: each kind of verdict, and each part that a proof can have. `status` is what a reader has to find. */
function greenVectors(chain: ChainBuilder): { proof: GreenProof; status: string }[] {
  const { index: height } = chain.head.header;
  const timeOf = (index: number): number => chain.sealedHeader(index).header.timestamp;
  return [
    // A time later, and there is the next block.
    { proof: chain.proveGreen('maze', 3, { at: timeOf(4) - 1 }), status: 'green' },
    { proof: chain.proveGreen('maze', 3, { state_hash: MAZE_2, version: 2 }), status: 'green' },
    { proof: chain.proveGreen('maze', 1), status: 'not_green' },
    { proof: chain.proveGreen('nowhere', height), status: 'not_green' },
    { proof: chain.proveGreen('pole', 28), status: 'not_green' },
    { proof: chain.proveGreen('maze', height), status: 'recalled' },
    { proof: chain.proveGreen('maze', height, { state_hash: MAZE_2 }), status: 'recalled' },
    { proof: chain.proveGreen('maze', height, { version: 2 }), status: 'recalled' },
  ];
}

export interface Vectors {
  readonly governance: JsonObject;
  readonly chain: JsonObject;
  readonly state: JsonObject;
  readonly proofs: JsonObject;
  readonly files: JsonObject;
  readonly checkpoints: JsonObject;
}

/** The vectors and the chain that they are of. */
export function makeVectors(): { readonly vectors: Vectors; readonly chain: ChainBuilder } {
  const chain = new ChainBuilder({ chainId: CHAIN_ID, validator: { id: 'node-1', signer: validator } });
  const history = new GovernedHistory({ chain, ada: founder, bo: engineer });
  const blockVectors: JsonObject[] = [];
  const all = [...blocks().map((partials) => () => partials), ...history.blocks()];
  for (const [index, partialsAt] of all.entries()) {
    const timestamp = (chain.chain.era === 0 ? START : RESET_TIME) + index * 1_000;
    const drafts = partialsAt(timestamp).map((partial, position) => ({
      ...partial,
      chain: chain.chain,
      timestamp: timestamp - 100 * (position + 1),
    }));
    const transactions = drafts.map((draft) => transactionVector(chain, draft));
    blockVectors.push(blockVector(chain.append(timestamp, drafts.map(signed)), transactions));
    const { public_key: sealing } = chain.state.get('validators', 'node-1') as { readonly public_key: string };
    if (sealing === validatorRotated.publicKey && chain.trusted.validators.length === 1)
      chain.sealBy({ id: 'node-1', signer: validatorRotated });
  }
  const { log_size: size, index: height } = chain.head.header;
  const sizes = chain.blocks.map(({ header }) => header.log_size);
  const asJson = (value: object): JsonObject => JSON.parse(JSON.stringify(value)) as JsonObject;
  return {
    chain,
    vectors: {
      chain: {
        chain_id: CHAIN_ID,
        genesis: chain.root.genesis,
        validators: chain.trusted.validators.map((one) => ({ ...one })),
        secrets: [founder, engineer, validator, second, secondRotated, validatorRotated].map(({ secret }) => encodeHex(secret)),
        blocks: blockVectors,
      },
      governance: history.document(),
      state: { height, entries: stateVector(chain) },
      proofs: {
        // The first, the last, and some between.
        transactions: Array.from({ length: size }, (_, logIndex) => logIndex)
          .filter((logIndex) => logIndex % 4 === 0 || logIndex === size - 1)
          .map((logIndex) => asJson(chain.proveTransaction(logIndex, height))),
        green: greenVectors(chain).map(asJson),
        consistency: sizes
          .slice(0, -1)
          .filter((_, index) => index % 3 === 0)
          .map((first) => ({ first, second: size, path: consistencyPath(chain.log, first, size).map(encodeHash) })),
        state: [
          asJson(chain.proveState('environments', 'maze', height)),
          asJson(chain.proveState('environments', 'maze', 1)),
          asJson(chain.proveState('proposals', history.proposals[0]?.id ?? '', height)),
          asJson(chain.proveState('validators', 'node-1', 0)),
          asJson(chain.proveState('policies', 'promote_environment/maze', height)),
          asJson(chain.proveState('members', 'member/bo', height)),
          asJson(chain.proveState('parameters', 'transaction_window_ms', 0)),
          asJson(chain.proveState('environments', 'maze', 0)),
          asJson(chain.proveState('environments', 'nowhere', height)),
          asJson(chain.proveState('environments', 'pole', 3)),
          asJson(chain.proveState('members', 'member/eve', height)),
          asJson(chain.proveState('proposals', 'none', height)),
          asJson(chain.proveState('environments', 'cart', height)),
          asJson(chain.proveState('environments', 'removed:pole', height)),
        ],
      },
      checkpoints: checkpointVectors(chain),
      files: {
        entries: FILES.map((entry) => ({ ...entry })),
        leaves: FILES.map((entry) => ({
          canonical: encodeCanonicalText(entry),
          leaf_hash: encodeHash(leafHash(new TextEncoder().encode(encodeCanonicalText(entry)))),
        })),
        state_hash: MAZE,
      },
    },
  };
}

export const VECTOR_NAMES = ['chain', 'governance', 'state', 'proofs', 'files', 'checkpoints'] as const;

function fileOf(name: string): string {
  return fileURLToPath(new URL(`${name}.json`, import.meta.url));
}

/** One field a line. */
export function vectorText(value: JsonObject): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}

export function readVectorText(name: (typeof VECTOR_NAMES)[number]): string {
  return readFileSync(fileOf(name), 'utf8');
}

if (process.argv[1] === fileURLToPath(import.meta.url) && process.argv.includes('--write')) {
  const { vectors } = makeVectors();
  for (const name of VECTOR_NAMES) writeFileSync(fileOf(name), vectorText(vectors[name]));
}
