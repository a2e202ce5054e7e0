import { decodeHex, encodeHash, equalBytes, type Hash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import type { PastBlock, PastBlocks } from './access.ts';
import { stateRoot, type StateRoots } from './ledger-state.ts';

/** Before the first block. */
export const NO_PAST: PastBlocks = { at: () => undefined };

/** A stored block as one that can be gone back to: its roots are those that its header was sealed with. @throws STORAGE_CORRUPT */
export function pastBlockOf(block: {
  readonly header: { readonly index: number; readonly state_root: Hash };
  readonly hash: Hash;
  readonly roots: StateRoots;
}): PastBlock {
  const { header, hash, roots } = block;
  if (!equalBytes(stateRoot(roots), decodeHex(header.state_root)))
    throw new QuantumLockError('STORAGE_CORRUPT', `block ${header.index} has other state roots than its header says`, {
      context: { place: `block ${header.index}` },
    });
  return { hash, environments: roots.environments };
}

/** Hash, root and the number of the root's page. */
const ENTRY_SIZE = 72;
const CHUNK_COUNT = 4_096;

/** The blocks of a replay so far, 72 bytes each. */
export class PackedPastBlocks implements PastBlocks {
  readonly #chunks: DataView[] = [];
  #count = 0;

  /** The next block, from index 0 on. */
  append({ hash, environments }: PastBlock): void {
    if (this.#count % CHUNK_COUNT === 0) this.#chunks.push(new DataView(new ArrayBuffer(CHUNK_COUNT * ENTRY_SIZE)));
    const { view, offset } = this.#place(this.#count);
    const bytes = new Uint8Array(view.buffer);
    bytes.set(decodeHex(hash), offset);
    bytes.set(environments.hash, offset + 32);
    view.setBigUint64(offset + 64, BigInt(environments.page));
    this.#count += 1;
  }

  at(height: number): PastBlock | undefined {
    if (height < 0 || height >= this.#count) return undefined;
    const { view, offset } = this.#place(height);
    const bytes = new Uint8Array(view.buffer);
    return {
      hash: encodeHash(bytes.subarray(offset, offset + 32)),
      environments: {
        hash: bytes.slice(offset + 32, offset + 64),
        page: Number(view.getBigUint64(offset + 64)),
      },
    };
  }

  #place(height: number): { readonly view: DataView; readonly offset: number } {
    return {
      view: this.#chunks[Math.floor(height / CHUNK_COUNT)] as DataView,
      offset: (height % CHUNK_COUNT) * ENTRY_SIZE,
    };
  }
}
