import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { encodeHash } from '../../base/bytes.ts';
import type { FileEntry } from '../../ledger/log/file-tree.ts';
import { BLOB_CHUNK_SIZE_BYTES } from '../../base/limits.ts';
import { packsDirectoryOf, type ManifestRow } from '../blobs/blob-index.ts';
import { decodeManifest } from '../blobs/blob-rows.ts';
import { BlobWriter } from '../blobs/blob-writer.ts';
import { invalidBackup } from './backup-format.ts';
import type { Cell } from './part-rows.ts';
import type { ChainTable, TableName } from './tables.ts';

const HASH_SIZE_BYTES = 32;

/** Fills a new blob store from the rows of backups: what is taken over is named by the hash that it has. */
export class ContentRowWriter {
  readonly #writer: BlobWriter;

  /** @throws STORAGE_FULL, STORAGE_FAILED */
  constructor(directory: string) {
    mkdirSync(packsDirectoryOf(directory), { recursive: true, mode: 0o700 });
    this.#writer = new BlobWriter(directory);
  }

  /** The rows of one part; on the disk when it returns. @throws BACKUP_INVALID */
  add(table: Exclude<TableName, ChainTable>, rows: Iterable<Cell[]>): void {
    for (const cells of rows) this.#addRow(table, cells);
    this.#writer.commitContent();
  }

  #addRow(table: Exclude<TableName, ChainTable>, cells: readonly Cell[]): void {
    switch (table) {
      case 'content_chunks':
        return this.#addChunk(cells);
      case 'content_files':
        return this.#addFile(cells);
      case 'content_directories':
        return this.#addDirectory(cells);
    }
  }

  #addChunk([cell]: readonly Cell[]): void {
    const bytes = bytesOf(cell);
    if (bytes.length === 0 || bytes.length > BLOB_CHUNK_SIZE_BYTES)
      throw invalidBackup('content_chunks', `holds a chunk of ${bytes.length} bytes`);
    this.#writer.addChunk(createHash('sha256').update(bytes).digest('hex'), bytes);
  }

  #addFile([name, size, list]: readonly Cell[]): void {
    const chunks = bytesOf(list).toString('hex');
    const width = 2 * HASH_SIZE_BYTES;
    const hashes = Array.from({ length: chunks.length / width }, (_, index) =>
      chunks.slice(index * width, (index + 1) * width),
    );
    const contentHash = bytesOf(name).toString('hex');
    if (chunks.length % width !== 0 || contentHash.length !== width || hashes.length === 1 || typeof size !== 'number')
      throw invalidBackup('content_files', 'holds a malformed list of chunks');
    this.#writer.addContent(contentHash, size, hashes);
  }

  #addDirectory([name, list]: readonly Cell[]): void {
    const row = { state_hash: bytesOf(name), entries: bytesOf(list) };
    if (row.state_hash.length !== HASH_SIZE_BYTES) throw invalidBackup('content_directories', 'names no directory');
    this.#writer.commit('', encodeHash(row.state_hash), filesOf(row), { remember: [], forget: [] });
  }

  close(): void {
    this.#writer.close();
  }
}

function filesOf(row: ManifestRow): readonly FileEntry[] {
  try {
    return decodeManifest(row);
  } catch (cause) {
    throw invalidBackup('content_directories', 'holds a list of files that was changed', cause);
  }
}

function bytesOf(cell: Cell | undefined): Buffer {
  if (!(cell instanceof Uint8Array)) throw invalidBackup('content', 'holds a number where bytes belong');
  return Buffer.from(cell.buffer, cell.byteOffset, cell.byteLength);
}
