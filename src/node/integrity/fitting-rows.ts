import { encodeHash, equalBytes, type Hash } from '../../base/bytes.ts';
import {
  decodeHeader,
  encodeHeader,
  headerHash,
  GENESIS_PREVIOUS_HASH,
  type BlockHeader,
} from '../../ledger/blocks/block.ts';
import { decodeProof, encodeProof, verifyProof } from '../../ledger/blocks/block-proof.ts';
import { leafHash, merkleRoot } from '../../ledger/log/log.ts';
import { checkTransaction, isRejection } from '../../ledger/transactions/transaction.ts';
import type { NeededRows } from '../../api/operator/integrity.ts';
import type { HeadRecord } from '../history/head-record.ts';
import type { SignatureVerifier } from '../signature-verifier.ts';
import type { StoredRows } from './own-rows.ts';
import type { RowCopy } from './row-copy.ts';

export interface FittingRowsOptions {
  readonly own: StoredRows;
  /** The newest block that this machine sealed: every other is checked against it, by its hash. */
  readonly anchor: HeadRecord;
  /** Asked in this order for what does not fit. */
  readonly copies: readonly RowCopy[];
  readonly verifier: SignatureVerifier;
}

/** A row that does not fit: where it is, and how a report says so. */
export interface MisfitRow {
  readonly kind: NeededRows['kind'];
  readonly at: number;
  readonly message: string;
}

/** A row that is taken from a copy. */
interface Filled {
  readonly copy: RowCopy;
  readonly value: string | Uint8Array;
}

/** Between two looks at whether to stop. */
const BLOCKS_AT_ONCE = 64;

/**
 * The headers, proofs and transactions of a chain, each checked against the block after it, from the newest that this machine sealed
 * down to genesis; where a stored row does not fit, that of a copy which does.
 */
export class FittingRows {
  readonly #options: FittingRowsOptions;
  readonly #filled = new Map<string, Filled>();
  readonly #misfits: MisfitRow[] = [];
  readonly #damaged: MisfitRow[] = [];
  #isUnsealed = false;

  constructor(options: FittingRowsOptions) {
    this.#options = options;
  }

  /** Index of the newest block that has its seal. */
  get height(): number {
    return this.#options.anchor.header.index;
  }

  get genesis(): Hash {
    return this.#options.anchor.genesis;
  }

  /** Rows that do not fit as they are stored, whether or not a copy has them. */
  get damaged(): readonly MisfitRow[] {
    return this.#damaged;
  }

  /** Those that no copy has either. */
  get missing(): readonly MisfitRow[] {
    return this.#misfits;
  }

  /** Names of the copies that rows are taken from. */
  get sources(): readonly string[] {
    return [...new Set([...this.#filled.values()].map(({ copy }) => copy.name))];
  }

  /** Whether a row that did not fit in its place is filled with this header, seal or transaction. */
  isFilledWith(value: string | Uint8Array): boolean {
    return [...this.#filled.values()].some((filled) =>
      typeof filled.value === 'string' || typeof value === 'string'
        ? filled.value === value
        : equalBytes(filled.value, value),
    );
  }

  /** Looks at all of them; afterwards they can be read. */
  async check(options: {
    readonly onProgress: (done: number, total: number) => void;
    readonly assertGoingOn: () => void;
  }): Promise<void> {
    let expected: Hash | null = this.#options.anchor.hash;
    for (let height = this.height; height >= 0; height--) {
      const header: BlockHeader | null = this.#checkHeader(height, expected);
      if (header !== null) {
        this.#checkProof(header);
        const first = this.#firstLogIndex(header);
        if (first !== null) this.#checkTransactions(header, first);
      }
      expected = header?.previous_hash ?? null;
      if (height % BLOCKS_AT_ONCE !== 0) continue;
      options.assertGoingOn();
      options.onProgress(this.height - height + 1, this.height + 1);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** @throws where it was not found to fit: see {@link missing} */
  header(height: number): string {
    return this.#read('header', height, () => this.#options.own.header(height)) as string;
  }

  /** Null for the newest alone, where a stop came before its seal was in the chain. */
  proof(height: number): string | null {
    const { own } = this.#options;
    if (height === this.height && this.#isUnsealed) return null;
    return this.#read('proof', height, () => own.proof(height)) as string;
  }

  transactions(begin: number, end: number): Uint8Array[] {
    return Array.from({ length: end - begin }, (_, offset) => {
      const index = begin + offset;
      return this.#read('transaction', index, () => this.#options.own.transaction(index)) as Uint8Array;
    });
  }

  #read(kind: MisfitRow['kind'], at: number, own: () => string | Uint8Array | null): string | Uint8Array {
    const row = this.#filled.get(`${kind} ${at}`)?.value ?? own();
    if (row === null) throw new Error(`bug: ${kind} ${at} is read and was not found to fit`);
    return row;
  }

  /** `expected`: its hash, as the block after it has it; null where that is not known, and the stored links have to do. */
  #checkHeader(height: number, expected: Hash | null): BlockHeader | null {
    const fits = (text: string | null): BlockHeader | null => {
      const header = text === null ? null : headerIn(text);
      if (header?.index !== height) return null;
      const hash = headerHash(header, { genesis: this.genesis });
      if (expected !== null ? hash !== expected : !this.#isLinkedBelow(header, hash)) return null;
      if (height === 0 && (hash !== this.genesis || header.previous_hash !== GENESIS_PREVIOUS_HASH)) return null;
      return header;
    };
    const { own, anchor } = this.#options;
    const stored = fits(own.header(height));
    if (stored !== null) return stored;
    const record: RowCopy = {
      name: 'head.record',
      header: (at) => (at === anchor.header.index ? encodeHeader(anchor.header) : null),
      proof: () => null,
      transaction: () => null,
    };
    const found = this.#fill({ kind: 'header', at: height, message: 'does not match its hash' }, [record], (copy) => {
      const text = copy.header(height);
      return text !== null && fits(text) !== null ? text : null;
    });
    return typeof found === 'string' ? headerIn(found) : null;
  }

  /** Where the block after is damaged, one that names the stored block before it is likely whole: the replay tells. */
  #isLinkedBelow(header: BlockHeader, hash: Hash): boolean {
    if (header.index === 0) return hash === this.genesis;
    const before = headerIn(this.#options.own.header(header.index - 1) ?? '');
    return before !== null && headerHash(before, { genesis: this.genesis }) === header.previous_hash;
  }

  #checkProof(header: BlockHeader): void {
    const { own, anchor, verifier } = this.#options;
    const fits = (text: string | null): boolean => {
      try {
        const proof = text === null ? null : decodeProof(text);
        return (
          proof !== null &&
          encodeProof(proof) === text &&
          verifyProof(header, { genesis: this.genesis }, proof, verifier.verify)
        );
      } catch {
        // Not canonical, or no proof at all: it does not fit.
        return false;
      }
    };
    const stored = own.proof(header.index);
    if (fits(stored)) return;
    // A stop came between the record and the seal in the chain: the next start seals it again. One that is final had its seal.
    const isAtEnd = header.index === this.height && own.header(header.index) !== null;
    if (stored === null && isAtEnd && !own.isFinal(header.index)) {
      this.#isUnsealed = true;
      return;
    }
    const record: RowCopy = {
      name: 'head.record',
      header: () => null,
      proof: (at) => (at === anchor.header.index ? encodeProof(anchor.proof) : null),
      transaction: () => null,
    };
    this.#fill({ kind: 'proof', at: header.index, message: 'is not over its block' }, [record], (copy) => {
      const text = copy.proof(header.index);
      return fits(text) ? text : null;
    });
  }

  /** Null where the block before is damaged, and no copy has it. */
  #firstLogIndex({ index }: BlockHeader): number | null {
    if (index === 0) return 0;
    const { own, copies } = this.#options;
    for (const copy of [own, ...copies]) {
      const before = headerIn(copy.header(index - 1) ?? '');
      if (before?.index === index - 1 && this.#hashIsPrevious(before, index)) return before.log_size;
    }
    return null;
  }

  #hashIsPrevious(before: BlockHeader, height: number): boolean {
    const text = this.#filled.get(`header ${height}`)?.value ?? this.#options.own.header(height);
    const header = typeof text === 'string' ? headerIn(text) : null;
    return header?.previous_hash === headerHash(before, { genesis: this.genesis });
  }

  #checkTransactions(header: BlockHeader, first: number): void {
    const { own, copies } = this.#options;
    const all = Array.from({ length: header.log_size - first }, (_, offset) => own.transaction(first + offset));
    const leaves = all.map((bytes) => (bytes === null ? null : leafHash(bytes)));
    if (isRoot(leaves, header)) return;
    const suspects = this.#suspects(header, all);
    const taken: (readonly [number, Filled])[] = [];
    for (const offset of suspects) {
      const index = first + offset;
      for (const copy of copies) {
        const bytes = copy.transaction(index);
        if (bytes === null || !this.#isTransaction(header, bytes)) continue;
        leaves[offset] = leafHash(bytes);
        taken.push([index, { copy, value: bytes }]);
        break;
      }
    }
    const fits = isRoot(leaves, header);
    if (fits) for (const [index, filled] of taken) this.#filled.set(`transaction ${index}`, filled);
    for (const offset of suspects) {
      const misfit: MisfitRow = {
        kind: 'transaction',
        at: first + offset,
        message:
          all[offset] === null ? 'is missing or cannot be read' : `is not the one that block ${header.index} holds`,
      };
      this.#damaged.push(misfit);
      if (!fits) this.#misfits.push(misfit);
    }
  }

  /** Positions of those that are no transactions as they are; of all, where each is one by itself. */
  #suspects(header: BlockHeader, all: readonly (Uint8Array | null)[]): readonly number[] {
    const positions = all.map((_, offset) => offset);
    const bad = positions.filter((offset) => {
      const bytes = all[offset];
      return bytes === null || bytes === undefined || !this.#isTransaction(header, bytes);
    });
    return bad.length > 0 ? bad : positions;
  }

  #isTransaction({ chain_id }: BlockHeader, bytes: Uint8Array): boolean {
    return !isRejection(checkTransaction(bytes, { chain_id, genesis: this.genesis }, this.#options.verifier.verify));
  }

  #fill(misfit: MisfitRow, before: readonly RowCopy[], take: (copy: RowCopy) => string | null): string | null {
    this.#damaged.push(misfit);
    for (const copy of [...before, ...this.#options.copies]) {
      const value = take(copy);
      if (value === null) continue;
      this.#filled.set(`${misfit.kind} ${misfit.at}`, { copy, value });
      return value;
    }
    this.#misfits.push(misfit);
    return null;
  }
}

function isRoot(leaves: readonly (Uint8Array | null)[], { transactions_root }: BlockHeader): boolean {
  const whole = leaves.filter((leaf) => leaf !== null);
  return whole.length === leaves.length && encodeHash(merkleRoot(whole)) === transactions_root;
}

/** Null for what is not the canonical text of a header. */
function headerIn(text: string): BlockHeader | null {
  try {
    const header = decodeHeader(text);
    return encodeHeader(header) === text ? header : null;
  } catch {
    // Damaged text: it is named by who asked.
    return null;
  }
}

/** Rows of one kind that follow each other, as one. */
export function neededRows(rows: readonly MisfitRow[]): NeededRows[] {
  const needed: NeededRows[] = [];
  for (const kind of ['header', 'proof', 'transaction'] as const) {
    const all = rows.filter((row) => row.kind === kind).map(({ at }) => at);
    for (const at of all.toSorted((one, other) => one - other)) {
      const last = needed.at(-1);
      if (last?.kind === kind && last.last === at - 1) needed[needed.length - 1] = { ...last, last: at };
      else needed.push({ kind, first: at, last: at });
    }
  }
  return needed;
}
