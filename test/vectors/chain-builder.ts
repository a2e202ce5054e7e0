import { createHash } from 'node:crypto';

import { encodeHash, type Hash, type PublicKey } from '../../src/base/bytes.ts';
import type { JsonObject } from '../../src/base/canonical.ts';
import { GENESIS_PREVIOUS_HASH, headerDigest, headerHash, type BlockHeader } from '../../src/ledger/blocks/block.ts';
import type { BlockProof } from '../../src/ledger/blocks/block-proof.ts';
import { NO_GENESIS, type ChainIdentity, type ChainRoot } from '../../src/ledger/chain-identity.ts';
import { BlockExecution, type BlockContext } from '../../src/ledger/blocks/execute.ts';
import { identityIn } from '../../src/ledger/governance/era.ts';
import { EMPTY_ROOTS, LedgerState, stateRoot, type StateRoots } from '../../src/ledger/state/ledger-state.ts';
import { pastBlockOf } from '../../src/ledger/state/past-blocks.ts';
import { inclusionPath, LogFrontier, merkleRoot, nodeHash, type LogNodeReader } from '../../src/ledger/log/log.ts';
import { MemoryStateStore } from '../../src/ledger/state/memory-store.ts';
import type { SealedHeader, TrustedKeys } from '../../src/ledger/proofs/report.ts';
import { RecentTransactions } from '../../src/ledger/transactions/recent-transactions.ts';
import type { Rejection } from '../../src/ledger/rejections.ts';
import type { ReplayBlock } from '../../src/ledger/blocks/replay.ts';
import { publicKeyOf, signDigest, verifyWithNoble } from '../../src/ledger/crypto/signature.ts';
import { LEAF } from '../../src/ledger/state/page.ts';
import type { GreenProof } from '../../src/ledger/proofs/green-proof.ts';
import type { StateEntryProof, StateProof } from '../../src/ledger/proofs/state-proof.ts';
import { statePath } from '../../src/ledger/state/tree.ts';
import { NAMESPACES, type Namespace } from '../../src/ledger/state/records.ts';
import type { TransactionProof } from '../../src/ledger/proofs/transaction-proof.ts';
import { checkTransaction, encodeTransaction, isRejection, signTransaction, transactionId, type CheckedTransaction, type Transaction, type TransactionId, type UnsignedTransaction } from '../../src/ledger/transactions/transaction.ts';
import type { Zone } from '../../src/ledger/governance/action.ts';

export interface Signer {
  readonly secret: Uint8Array;
  readonly publicKey: PublicKey;
}

/** A key for tests, the same in every run: its secret is the SHA-256 of its name. */
export function signerNamed(name: string): Signer {
  const secret = new Uint8Array(createHash('sha256').update(name).digest());
  return { secret, publicKey: publicKeyOf(secret) };
}

export function hashOf(text: string): Hash {
  return encodeHash(createHash('sha256').update(text).digest());
}

/** The zones that each action moves between, written down a second time: docs/TECHNICAL_SPEC.md, "Actions". */
const ZONES_BY_ACTION: ReadonlyMap<string, readonly [Zone, Zone]> = new Map([
  ['promote_environment', ['blue_state', 'green_state']],
  ['checkpoint_state', ['green_state', 'green_state']],
  ['recall_environment', ['green_state', 'blue_state']],
  ...[
    'genesis',
    'add_member',
    'update_member',
    'remove_member',
    'rotate_key',
    'add_validator',
    'remove_validator',
    'rotate_validator',
    'set_policy',
    'set_parameter',
    'set_checkpoint_key',
    'freeze',
    'reset_clock',
    'rollback',
    'unfreeze',
    'propose',
    'approve',
    'reject',
    'carry_approvals',
    'withdraw',
    'comment',
  ].map((action): [string, readonly [Zone, Zone]] => [action, ['governance', 'governance']]),
]);

export interface Draft {
  /** Which chain it is for; the one that was founded last where it is left out. */
  readonly chain?: ChainIdentity | undefined;
  readonly action: string;
  readonly payload: JsonObject;
  readonly signer: Signer;
  readonly timestamp: number;
  readonly nonce?: number;
  readonly zones?: readonly [Zone, Zone];
}

export function unsignedOf(draft: Draft): UnsignedTransaction {
  const chain = draft.chain ?? currentChain();
  const [sender, recipient] = draft.zones ?? ZONES_BY_ACTION.get(draft.action) ?? ['blue_state', 'blue_state'];
  return {
    action: draft.action,
    chain_id: chain.chain_id,
    era: chain.era,
    nonce: draft.nonce ?? 0,
    payload: draft.payload,
    recipient,
    sender,
    signer: draft.signer.publicKey,
    timestamp: draft.timestamp,
  };
}

/** What was signed for no chain in particular, so that it can be signed again for the one that it is sent to. */
const unboundDrafts = new WeakMap<Transaction, Draft>();

export function signed(draft: Draft): Transaction {
  const transaction = signTransaction(unsignedOf(draft), draft.chain ?? currentChain(), draft.signer.secret);
  if (draft.chain === undefined) unboundDrafts.set(transaction, draft);
  return transaction;
}

/** Stands for a chain where none is founded. */
export const UNFOUNDED: ChainIdentity = { chain_id: 'test-chain', genesis: hashOf('no chain yet'), era: 0 };

let current = UNFOUNDED;

/** The chain that was founded last, in its newest era. */
export function currentChain(): ChainIdentity {
  return current;
}

/** A log in memory that can be asked for its perfect subtrees. */
export class MemoryLog implements LogNodeReader {
  readonly leaves: Uint8Array[] = [];

  perfectNode(level: number, index: number): Uint8Array {
    if (level > 0) return nodeHash(this.perfectNode(level - 1, index * 2), this.perfectNode(level - 1, index * 2 + 1));
    const leaf = this.leaves[index];
    if (leaf === undefined) throw new Error(`the log has no leaf ${index}`);
    return leaf;
  }
}

export interface BuiltBlock {
  readonly header: BlockHeader;
  readonly hash: Hash;
  readonly proof: BlockProof;
  readonly checked: readonly CheckedTransaction[];
  readonly roots: StateRoots;
}

export interface ValidatorSigner {
  readonly id: string;
  readonly signer: Signer;
}

/** Makes a chain in memory as a validator would, without a clock, a disk or an engine. */
export class ChainBuilder {
  readonly chainId: string;
  #genesis: Hash = NO_GENESIS;
  readonly blocks: BuiltBlock[] = [];
  readonly state = new LedgerState(new MemoryStateStore(), EMPTY_ROOTS, {
    at: (height) => {
      const block = this.blocks[height];
      return block === undefined ? undefined : pastBlockOf(block);
    },
  });
  readonly log = new MemoryLog();
  #validator: ValidatorSigner;
  readonly #sealers: (ValidatorSigner & { readonly from: number })[] = [];
  readonly #frontier = new LogFrontier();
  readonly #recent = new RecentTransactions();

  constructor(options: { readonly chainId: string; readonly validator: ValidatorSigner }) {
    this.chainId = options.chainId;
    this.#validator = options.validator;
    this.#sealers.push({ ...options.validator, from: 0 });
  }

  get root(): ChainRoot {
    return { chain_id: this.chainId, genesis: this.#genesis };
  }

  /** What is signed now must be for this. */
  get chain(): ChainIdentity {
    return identityIn(this.state, this.root);
  }

  /** Every key that sealed, or seals from now on. A validator's earlier key ends where its next one begins. */
  get trusted(): TrustedKeys {
    return {
      chain: this.root,
      validators: this.#sealers.map(({ id, signer, from }, index) => ({
        validator_id: id,
        public_key: signer.publicKey,
        seals_from: from,
        seals_to: endOf(this.#sealers.slice(index + 1).find((later) => later.id === id)),
      })),
    };
  }

  /** The next blocks are by this validator, with this key. */
  sealBy(validator: ValidatorSigner): void {
    this.#validator = validator;
    this.#sealers.push({ ...validator, from: this.blocks.length });
  }

  get head(): BuiltBlock {
    const head = this.blocks.at(-1);
    if (head === undefined) throw new Error('the chain is empty');
    return head;
  }

  check(transaction: Transaction): CheckedTransaction | Rejection {
    return checkTransaction(encodeTransaction(this.ownOf(transaction)), this.root, verifyWithNoble);
  }

  /** The transaction for this chain, where it was signed for none in particular. */
  ownOf(transaction: Transaction): Transaction {
    const draft = unboundDrafts.get(transaction);
    return draft === undefined ? transaction : signed({ ...draft, chain: this.chain });
  }

  idOf(transaction: Transaction): TransactionId {
    return transactionId(this.ownOf(transaction), this.root);
  }

  checked(transaction: Transaction): CheckedTransaction {
    const checked = this.check(transaction);
    if (isRejection(checked)) throw new Error(checked.message);
    return checked;
  }

  /** The next block being made, at `timestamp`. */
  execution(timestamp: number, guard?: BlockContext['guard']): BlockExecution {
    return new BlockExecution(this.state, {
      chain: this.root,
      index: this.blocks.length,
      timestamp,
      seen: this.#recent,
      ...(guard === undefined ? {} : { guard }),
    });
  }

  /** What the chain says to one transaction in a block at `timestamp`; the chain stays as it is. */
  attempt(transaction: Transaction, timestamp: number): Rejection | null {
    const checked = this.check(transaction);
    return isRejection(checked) ? checked : this.execution(timestamp).add(checked);
  }

  append(timestamp: number, transactions: readonly Transaction[]): BuiltBlock {
    const execution = this.execution(timestamp);
    for (const transaction of transactions) {
      const refusal = execution.add(this.checked(transaction));
      if (refusal !== null) throw new Error(refusal.message);
    }
    const checked = execution.accepted.map((executed) => executed.checked);
    for (const { id, leaf, transaction } of checked) {
      this.#recent.add(id, transaction.timestamp, this.#frontier.size);
      this.#frontier.append(leaf);
      this.log.leaves.push(leaf);
    }
    const roots = execution.roots();
    const header: BlockHeader = {
      chain_id: this.chainId,
      era: this.chain.era,
      index: this.blocks.length,
      log_root: encodeHash(this.#frontier.root()),
      log_size: this.#frontier.size,
      previous_hash: this.blocks.at(-1)?.hash ?? GENESIS_PREVIOUS_HASH,
      state_root: encodeHash(stateRoot(roots)),
      timestamp,
      transactions_root: encodeHash(merkleRoot(checked.map(({ leaf }) => leaf))),
      validator: this.#validator.id,
      version: 2,
    };
    execution.adopt(roots);
    const block = { header, hash: headerHash(header, this.root), proof: this.seal(header), checked, roots };
    if (header.index === 0) this.#genesis = block.hash;
    current = this.chain;
    this.blocks.push(block);
    return block;
  }

  seal(header: BlockHeader): BlockProof {
    const { secret, publicKey } = this.#validator.signer;
    return { type: 'seal', public_key: publicKey, signature: signDigest(headerDigest(header, this.root), secret) };
  }

  sealedHeader(index: number): SealedHeader {
    const block = this.#block(index);
    return { header: block.header, hash: block.hash, proof: block.proof };
  }

  proveTransaction(logIndex: number, blockIndex: number): TransactionProof {
    const { header } = this.#block(blockIndex);
    const all = this.blocks.flatMap((block) => block.checked);
    const checked = all[logIndex];
    if (checked === undefined) throw new Error(`the log has no leaf ${logIndex}`);
    return {
      transaction: new TextDecoder().decode(checked.bytes),
      log_index: logIndex,
      log_size: header.log_size,
      path: inclusionPath(this.log, logIndex, header.log_size).map(encodeHash),
      sealed: this.sealedHeader(blockIndex),
    };
  }

  proveState(namespace: Namespace, key: string, blockIndex: number): StateProof {
    const { roots } = this.#block(blockIndex);
    const path = statePath(key);
    const { end, siblings } = this.state.tree.descend(roots[namespace], path);
    const value = this.state.tree.get(roots[namespace], key);
    let otherLeaf: StateProof['other_leaf'] = null;
    if (value === undefined && end.kind === LEAF) {
      const other = this.#valueOf(namespace, blockIndex, end.hash);
      otherLeaf = { path: encodeHash(statePath(other.key)), value_hash: encodeHash(sha256(other.value)) };
    }
    return {
      namespace,
      key,
      value: value === undefined ? null : new TextDecoder().decode(value),
      siblings: siblings.map(encodeHash).toReversed(),
      other_leaf: otherLeaf,
      namespace_roots: NAMESPACES.map((name) => ({ namespace: name, root: encodeHash(roots[name].hash) })),
      sealed: this.sealedHeader(blockIndex),
    };
  }

  /** What was Green in the state of a block; `at` null asks about the block itself. */
  proveGreen(
    envId: string,
    blockIndex: number,
    { at = null, state_hash = null, version = null }: Partial<Pick<GreenProof, 'at' | 'state_hash' | 'version'>> = {},
  ): GreenProof {
    const record = this.proveState('environments', envId, blockIndex);
    const entry = (key: string): StateEntryProof => {
      const { value, siblings, other_leaf } = this.proveState('environments', key, blockIndex);
      return { key, value, siblings, other_leaf };
    };
    const removed = record.value === null ? entry(`removed:${envId}`) : null;
    const holder = JSON.parse(record.value ?? removed?.value ?? 'null') as JsonObject | null;
    const isAsked = (found: unknown): boolean => {
      const { state_hash: hash, version: number } = (found ?? {}) as JsonObject;
      return (
        found !== null && (state_hash === null || hash === state_hash) && (version === null || number === version)
      );
    };
    const recalls: JsonObject[] = [];
    this.state.tree.walk(this.#block(blockIndex).roots.environments, ({ key, value }) => {
      if (key.startsWith(`recall:${envId}:`)) recalls.push(JSON.parse(new TextDecoder().decode(value)) as JsonObject);
      return true;
    });
    const isDecided = [holder?.['green'] ?? null, holder?.['recalled'] ?? null].some(isAsked);
    const earlier = isDecided ? [] : recalls.filter(isAsked);
    const [newest] = earlier.toSorted((left, right) => Number(right['recalled_at']) - Number(left['recalled_at']));
    return {
      format: 'quantum-lock/green/v1',
      env_id: envId,
      at,
      state_hash,
      version,
      record,
      removed,
      recall: newest === undefined ? null : entry(`recall:${envId}:${newest['promotion'] as string}`),
      next: blockIndex + 1 < this.blocks.length ? this.sealedHeader(blockIndex + 1) : null,
    };
  }

  replayBlocks(): ReplayBlock[] {
    return this.blocks.map(({ header, proof, checked }) => ({ header, proof, transactions: checked }));
  }

  #block(index: number): BuiltBlock {
    const block = this.blocks[index];
    if (block === undefined) throw new Error(`the chain has no block ${index}`);
    return block;
  }

  /** The stored value whose leaf has this hash. */
  #valueOf(namespace: Namespace, blockIndex: number, leaf: Uint8Array): { key: string; value: Uint8Array } {
    const wanted = encodeHash(leaf);
    const found: { key: string; value: Uint8Array }[] = [];
    this.state.tree.walk(this.#block(blockIndex).roots[namespace], (entry) => {
      const hash = sha256(new Uint8Array([0, ...statePath(entry.key), ...sha256(entry.value)]));
      if (encodeHash(hash) === wanted) found.push(entry);
      return found.length === 0;
    });
    const [entry] = found;
    if (entry === undefined) throw new Error('no value has this leaf');
    return entry;
  }
}

/** The last block before another key's first. */
function endOf(next: { readonly from: number } | undefined): number | null {
  return next === undefined ? null : next.from - 1;
}

export function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}
