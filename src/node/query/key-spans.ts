import { partitionPoint } from '../../base/partition-point.ts';
import type { PublicKey } from '../../base/bytes.ts';
import { keyPlace } from '../../ledger/state/readers.ts';
import type { ValidatorKeyRecord } from '../../ledger/state/records.ts';
import type { ChainReader } from '../storage/chain-reader.ts';

/** The blocks that a validator's key may seal; `to` is null while it is in use. */
export interface KeySpan {
  readonly from: number;
  readonly to: number | null;
}

/**
 * From which block to which each key of a validator seals: found in the past states, where a key is never taken out once it
 * is there, and never in use again once it is retired. A block is sealed by a key of the state before it.
 */
export class KeySpans {
  readonly #chain: ChainReader;
  /** Found once: it never changes. */
  readonly #entered = new Map<PublicKey, number>();
  readonly #retired = new Map<PublicKey, number>();

  constructor(chain: ChainReader) {
    this.#chain = chain;
  }

  /** Of a key as the newest state has it. @throws STORAGE_CORRUPT */
  of({ public_key: key, status }: Pick<ValidatorKeyRecord, 'public_key' | 'status'>): KeySpan {
    const entered = found(this.#entered, key, () => this.#firstHeight(key, (record) => record !== undefined));
    const retired =
      status === 'active'
        ? null
        : found(this.#retired, key, () => this.#firstHeight(key, (record) => record?.status === 'retired'));
    // Genesis is sealed by a validator that it makes itself.
    return { from: entered === 0 ? 0 : entered + 1, to: retired };
  }

  /** The first block whose state has the key so, as the newest one has. */
  #firstHeight(key: PublicKey, isSo: (record: ValidatorKeyRecord | undefined) => boolean): number {
    return partitionPoint(this.#chain.height(), (height) => {
      const text = this.#chain.stateText(height, 'validators', keyPlace(key));
      return !isSo(text === undefined ? undefined : (JSON.parse(text) as ValidatorKeyRecord));
    });
  }
}

function found(known: Map<PublicKey, number>, key: PublicKey, find: () => number): number {
  const value = known.get(key) ?? find();
  known.set(key, value);
  return value;
}
