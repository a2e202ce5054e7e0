import { DECODED_MANIFEST_FILES_MAX } from '../../base/limits.ts';
import type { FileEntry } from '../../ledger/log/file-tree.ts';
import type { ManifestRow } from './blob-index.ts';
import { decodeManifest } from './blob-rows.ts';

interface Decoded {
  readonly bytes: Buffer;
  readonly entries: readonly FileEntry[];
}

/**
 * Manifests that were checked against their state hashes, each for exactly the bytes that it was read from: a changed row is another
 * one, and is checked. A place that shows a version asks for its files several times, and checking 50,000 takes a second.
 */
export class DecodedManifests {
  /** By state hash, the one that was asked for last at the end. */
  readonly #kept = new Map<string, Decoded>();
  #fileCount = 0;

  /** @throws BLOB_CORRUPT */
  of(row: ManifestRow): readonly FileEntry[] {
    const name = row.state_hash.toString('hex');
    const known = this.#kept.get(name);
    if (known !== undefined) this.#forget(name, known);
    const entries = known?.bytes.equals(row.entries) === true ? known.entries : decodeManifest(row);
    this.#kept.set(name, { bytes: row.entries, entries });
    this.#fileCount += entries.length;
    for (const [oldest, decoded] of this.#kept) {
      if (this.#fileCount <= DECODED_MANIFEST_FILES_MAX) break;
      this.#forget(oldest, decoded);
    }
    return entries;
  }

  #forget(name: string, { entries }: Decoded): void {
    this.#kept.delete(name);
    this.#fileCount -= entries.length;
  }
}
