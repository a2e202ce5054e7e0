import type { PublicKey } from '../../base/bytes.ts';
import type { BlockProof } from '../../ledger/blocks/block-proof.ts';

/** Blocks that one key sealed in one validator's name. */
export interface SealSpan {
  readonly validatorId: string;
  readonly publicKey: PublicKey;
  readonly firstBlock: number;
  readonly lastBlock: number;
  readonly blocks: number;
}

/** Which keys sealed a chain, and from which block to which: gathered block by block, in order. */
export class SealSpans {
  readonly #spans = new Map<string, SealSpan>();

  add(index: number, validatorId: string, { public_key: publicKey }: BlockProof): void {
    const id = `${validatorId} ${publicKey}`;
    const span = this.#spans.get(id);
    this.#spans.set(id, {
      validatorId,
      publicKey,
      firstBlock: span?.firstBlock ?? index,
      lastBlock: index,
      blocks: (span?.blocks ?? 0) + 1,
    });
  }

  /** By their first blocks. */
  list(): readonly SealSpan[] {
    return [...this.#spans.values()];
  }
}
