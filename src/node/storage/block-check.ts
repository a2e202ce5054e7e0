import { decodeUtf8, encodeHash, encodeHex, equalBytes, type Hash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { GENESIS_PREVIOUS_HASH, headerHash, type BlockHeader } from '../../ledger/blocks/block.ts';
import { checkProof, type BlockProof } from '../../ledger/blocks/block-proof.ts';
import type { ChainRoot } from '../../ledger/chain-identity.ts';
import { stateRoot, type StateRoots } from '../../ledger/state/ledger-state.ts';
import { leafHash, merkleRoot } from '../../ledger/log/log.ts';
import type { StateTree } from '../../ledger/state/tree.ts';
import { keyPlace } from '../../ledger/state/readers.ts';
import type { ValidatorKeyRecord, ValidatorRecord } from '../../ledger/state/records.ts';
import { loadSignatureVerifier, type SignatureVerifier } from '../signature-verifier.ts';
import type { StoredBlock } from './stored-block.ts';
import { RecentCache } from './state-rows.ts';

/** What a row of `blocks` says, before anything of it is believed. */
export type UncheckedBlock = StoredBlock;

export interface BlockSource {
  readonly tree: StateTree;
  /** Hash of block 0, as it is stored. */
  readonly genesis: () => Hash;
  /** A final block as it is stored. @throws NOT_FOUND */
  readonly unchecked: (height: number) => UncheckedBlock;
  /** The same, checked. */
  readonly block: (height: number) => StoredBlock;
  /** The canonical bytes of the transactions from `begin` on, before `end`. */
  readonly transactions: (begin: number, end: number) => readonly Uint8Array[];
}

/** Blocks whose leaves are kept: a page of the audit log looks at a few, one transaction after the other. */
const LEAVES_CACHE_COUNT = 64;

/**
 * Holds what chain.db's rows say against the hashes that they are under: a header against the block's hash and its
 * parent's, the seal against the validators of the state before, the transactions against the header's root. A row that
 * does not fit is never served.
 */
export class BlockCheck {
  readonly #source: BlockSource;
  readonly #leaves = new RecentCache<readonly Uint8Array[]>(LEAVES_CACHE_COUNT);
  /** Hex of the roots of `validators` that a sealed block of this chain has brought, or its genesis. */
  readonly #trustedRoots = new Set<string>();
  #verifier: SignatureVerifier | null = null;

  constructor(source: BlockSource) {
    this.#source = source;
  }

  /** @throws STORAGE_CORRUPT */
  check(height: number, block: UncheckedBlock): void {
    const parent = height === 0 ? null : this.#source.unchecked(height - 1);
    const chain = { genesis: this.#source.genesis() };
    assertFits(height, block, chain);
    if (block.header.previous_hash !== (parent === null ? GENESIS_PREVIOUS_HASH : headerHash(parent.header, chain)))
      throw misfit(`block ${height}`, 'does not follow the block before it');
    if (block.firstLogIndex !== (parent?.header.log_size ?? 0))
      throw misfit(`block ${height}`, `says that it begins at transaction ${block.firstLogIndex}`);
    if (parent !== null) assertRootsFit(height - 1, parent);
    if (block.proof === null) {
      // Nothing is signed over it, so it has no more than the block before it that does.
      if (height > 0) this.#source.block(height - 1);
      return;
    }
    const fault = this.#faultOfProof(block.header, block.proof, (parent ?? block).roots);
    if (fault === null) return;
    const damage = misfit(`block ${height}`, `is not proved: ${fault}`);
    throw this.#isByRetiredKey(block.proof, (parent ?? block).roots) ? withReason(damage, 'removed_key') : damage;
  }

  /** Why `proof` does not prove a block that was checked; null where it does. @throws STORAGE_CORRUPT */
  faultOfProof(block: StoredBlock, proof: BlockProof): string | null {
    const { index } = block.header;
    return this.#faultOfProof(block.header, proof, (index === 0 ? block : this.#source.unchecked(index - 1)).roots);
  }

  /** It is by a validator of the state before the block, which `roots` are of; genesis founds the set that proves it. */
  #faultOfProof(header: BlockHeader, proof: BlockProof, roots: StateRoots): string | null {
    this.#trust(Math.max(0, header.index - 1), roots);
    const text = this.#source.tree.get(roots.validators, header.validator);
    const validator =
      text === undefined ? undefined : (JSON.parse(Buffer.from(text).toString('utf8')) as ValidatorRecord);
    this.#verifier ??= loadSignatureVerifier();
    return checkProof(
      { header, proof },
      {
        chain: { genesis: this.#source.genesis() },
        keysOf: (validatorId) =>
          validator?.validator_id === validatorId && validator.status === 'active' ? [validator.public_key] : [],
        verify: this.#verifier.verify,
      },
    );
  }

  /** Whether a seal was made with a key that the state before the block had, and does not have any more. */
  #isByRetiredKey(proof: BlockProof, { validators }: StateRoots): boolean {
    if (proof.type !== 'seal') return false;
    const text = this.#source.tree.get(validators, keyPlace(proof.public_key));
    return text !== undefined && (JSON.parse(decodeUtf8(text)) as ValidatorKeyRecord).status === 'retired';
  }

  /**
   * Makes sure that the validators at `height` are ones that this chain has had: by the block that brought them, whose seal
   * the validators before them made. Sets follow each other, so the first block of a set is found by halving.
   */
  #trust(height: number, { validators }: StateRoots): void {
    const root = encodeHex(validators.hash);
    if (this.#trustedRoots.has(root)) return;
    let first = height;
    for (let low = 0; low < first;) {
      const middle = Math.floor((low + first) / 2);
      if (encodeHex(this.#source.unchecked(middle).roots.validators.hash) === root) first = middle;
      else low = middle + 1;
    }
    if (first > 0) this.#source.block(first);
    else assertFits(0, this.#source.unchecked(0), { genesis: this.#source.genesis() });
    this.#trustedRoots.add(root);
  }

  /**
   * The leaf of a transaction of a checked block, after all of that block's were checked against its root. @throws
   * STORAGE_CORRUPT
   */
  leaf(block: StoredBlock, logIndex: number): Uint8Array | undefined {
    const { header, firstLogIndex } = block;
    const leaves =
      this.#leaves.get(header.index) ??
      this.checkTransactions(block, this.#source.transactions(firstLogIndex, header.log_size));
    return leaves[logIndex - firstLogIndex];
  }

  /** Returns their leaves. @throws STORAGE_CORRUPT where these are not the bytes of all transactions of a checked block */
  checkTransactions({ header, firstLogIndex }: StoredBlock, all: readonly Uint8Array[]): readonly Uint8Array[] {
    const leaves = all.map((bytes) => leafHash(bytes));
    if (
      leaves.length !== header.log_size - firstLogIndex ||
      encodeHash(merkleRoot(leaves)) !== header.transactions_root
    )
      throw misfit(`the transactions of block ${header.index}`, 'are not those that its header names');
    this.#leaves.set(header.index, leaves);
    return leaves;
  }

  /** @throws STORAGE_CORRUPT where these are not the bytes of that transaction */
  checkTransaction(block: StoredBlock, logIndex: number, bytes: Uint8Array): void {
    const leaf = this.leaf(block, logIndex);
    if (leaf === undefined || !equalBytes(leafHash(bytes), leaf))
      throw misfit(`transaction ${logIndex}`, 'does not match its hash');
  }
}

function assertFits(height: number, block: UncheckedBlock, chain: Pick<ChainRoot, 'genesis'>): void {
  if (block.header.index !== height) throw misfit(`block ${height}`, `holds the header of block ${block.header.index}`);
  if (headerHash(block.header, chain) !== block.hash) throw misfit(`block ${height}`, 'does not match its hash');
  assertRootsFit(height, block);
}

function assertRootsFit(height: number, { header, roots }: UncheckedBlock): void {
  if (encodeHash(stateRoot(roots)) !== header.state_root)
    throw misfit(`block ${height}`, 'has other state roots than its header names');
}

function withReason({ code, message, advice, context }: QuantumLockError, reason: string): QuantumLockError {
  return new QuantumLockError(code, message, { advice, context: { ...context, reason } });
}

/** Stored bytes that do not fit their hash. */
export function misfit(place: string, message: string): QuantumLockError {
  return new QuantumLockError('STORAGE_CORRUPT', `${MISFIT_PREFIX}${place} ${message}`, { context: { place } });
}

const MISFIT_PREFIX = 'chain.db is damaged: ';

/** Whether it says that a row of the chain does not fit, and not that another file is damaged. */
export function isMisfit(error: unknown): boolean {
  return (
    error instanceof QuantumLockError && error.code === 'STORAGE_CORRUPT' && error.message.startsWith(MISFIT_PREFIX)
  );
}
