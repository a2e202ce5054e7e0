import type Database from 'better-sqlite3';
import { mkdirSync, openSync, closeSync, fsync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { SnapshotView } from '../../api/operator/integrity.ts';
import { encodeHash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { SNAPSHOTS_KEPT_MAX } from '../../base/limits.ts';
import { encodeHeader } from '../../ledger/blocks/block.ts';
import { encodeProof } from '../../ledger/blocks/block-proof.ts';
import { stateRoot, type StateRoots } from '../../ledger/state/ledger-state.ts';
import { decodeStatePage, LEAF, SLOT_COUNT } from '../../ledger/state/page.ts';
import { NAMESPACES } from '../../ledger/state/records.ts';
import { dataPaths } from '../data-directory/data-paths.ts';
import { isThere } from '../data-directory/is-there.ts';
import { guardStorage, storageError } from '../data-directory/storage-errors.ts';
import { syncDirectory } from '../data-directory/sync-directory.ts';
import { decodeRoots, encodeRoots } from '../storage/block-rows.ts';
import { ChainReader } from '../storage/chain-reader.ts';
import { StateRows } from '../storage/state-rows.ts';
import { StateScrub } from '../storage/state-scrub.ts';
import { integrityPaths } from './integrity-paths.ts';
import { openSnapshot, readMeta, writeMeta, type SnapshotMeta } from './snapshot-file.ts';
import { snapshotName, snapshotsIn } from './snapshot-source.ts';

export interface SnapshotOptions {
  readonly dataDirectory: string;
  /** The newest block that was seen final: a chain that ends before it is damaged. */
  readonly finalHeight?: number | undefined;
  /** Null: the newest sealed block. */
  readonly height: number | null;
  /** A file that is not there yet; null keeps it with those of the data directory, the newest few of which stay. */
  readonly output: string | null;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Between two pauses, in which others run: a node may be sealing in this process. */
const SLICE_MS = 10;
const syncFile = promisify(fsync);

/**
 * Takes a snapshot beside whatever runs, and reads it back: every row of it is reached from the roots of a block and fits its hash,
 * and the last roots are those that a sealed header names. Memory does not grow with the state.
 * @throws NOT_FOUND where there is no such block, INPUT_INVALID, STORAGE_CORRUPT, STORAGE_FULL, CANCELLED
 */
export async function takeSnapshot(options: SnapshotOptions): Promise<SnapshotView> {
  const { reader, database: chain } = ChainReader.open(dataPaths(options.dataDirectory).chain, {
    pageCacheCount: 2_000,
    finalHeight: options.finalHeight,
  });
  try {
    const block = reader.block(options.height ?? reader.height());
    const directory = integrityPaths(options.dataDirectory).snapshots;
    const path = options.output === null ? join(directory, snapshotName(block.header.index)) : resolve(options.output);
    if (options.output !== null && isThere(path))
      throw new QuantumLockError('INPUT_INVALID', `${path} is there already`, { advice: 'Name a new file.' });
    const unfinished = `${path}.new`;
    try {
      guardStorage(path, () => {
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
        rmSync(unfinished, { force: true });
      });
      const meta = await new Taking(options, reader, chain).write(unfinished, block.header.index);
      await sync(unfinished);
      guardStorage(path, () => {
        renameSync(unfinished, path);
        syncDirectory(dirname(path));
      });
      if (options.output === null) prune(directory);
      return viewOf(path, meta);
    } catch (error) {
      rmSync(unfinished, { force: true });
      throw storageError(path, error);
    }
  } finally {
    chain.close();
  }
}

/** Those that are kept in a data directory, the highest first; one that cannot be read is left out. */
export function listSnapshots(dataDirectory: string): SnapshotView[] {
  const directory = integrityPaths(dataDirectory).snapshots;
  return snapshotsIn(directory).flatMap((name) => {
    const path = join(directory, name);
    try {
      const database = openSnapshot(path, 'read');
      try {
        return [viewOf(path, readMeta(database, path))];
      } finally {
        database.close();
      }
    } catch (error) {
      // A repair passes over it too, and takes another way.
      if (storageError(path, error) instanceof QuantumLockError) return [];
      throw error;
    }
  });
}

class Taking {
  readonly #options: SnapshotOptions;
  readonly #reader: ChainReader;
  readonly #chain: Database.Database;
  #done = 0;
  #total = 1;

  constructor(options: SnapshotOptions, reader: ChainReader, chain: Database.Database) {
    this.#options = options;
    this.#reader = reader;
    this.#chain = chain;
  }

  async write(path: string, height: number): Promise<SnapshotMeta> {
    const { header, proof, hash, roots } = this.#reader.block(height);
    if (proof === null)
      throw new QuantumLockError('NOT_FOUND', `block ${height} has no proof yet`, {
        advice: 'Take the snapshot at an older block.',
      });
    // The page of a root is written after those below it, so the last of them is the last that the block has.
    const pages = Math.max(...NAMESPACES.map((namespace) => roots[namespace].page));
    this.#total = 2 * (pages + height + 1);
    const made = openSnapshot(path, 'write');
    try {
      made.pragma('journal_mode = DELETE');
      made.pragma('synchronous = OFF');
      const values = await this.#copy(made, { height, pages });
      const meta = await this.#inSteps(
        writeMeta(made, {
          genesis: this.#reader.chain().genesis,
          header: encodeHeader(header),
          proof: encodeProof(proof),
          block_hash: hash,
          height,
          pages,
          values,
          taken_at: this.#options.now(),
        }),
      );
      await this.#check(made, { height, sealed: header.state_root });
      return meta;
    } finally {
      made.close();
    }
  }

  /** Returns how many values there are. */
  async #copy(
    made: Database.Database,
    { height, pages }: { readonly height: number; readonly pages: number },
  ): Promise<number> {
    const insertRoots = made.prepare<[number, Uint8Array]>('INSERT INTO block_roots (height, roots) VALUES (?, ?)');
    const insertPage = made.prepare<[number, Uint8Array]>('INSERT INTO state_pages (id, bytes) VALUES (?, ?)');
    const insertValue = made.prepare<[number, string, Uint8Array]>(
      'INSERT INTO state_values (id, key, value) VALUES (?, ?, ?)',
    );
    let values = 0;
    await this.#inSlices(made, height + 1, (at) => insertRoots.run(at, encodeRoots(this.#reader.block(at).roots)));
    await this.#inSlices(made, pages, (at) => {
      const id = at + 1;
      const bytes = this.#reader.state.pageBytes(id);
      if (bytes === undefined) throw damaged(`state page ${id}`);
      values = Math.max(values, ...leafIds(bytes));
      insertPage.run(id, bytes);
    });
    const valueRow = this.#chain.prepare<[number], { readonly key: string; readonly value: Uint8Array }>(
      'SELECT key, value FROM state_values WHERE id = ?',
    );
    await this.#inSlices(made, values, (at) => {
      const row = valueRow.get(at + 1);
      if (row === undefined) throw damaged(`state value ${at + 1}`);
      insertValue.run(at + 1, row.key, row.value);
    });
    return values;
  }

  /** What stands in the file, against its own roots and the sealed header. @throws STORAGE_CORRUPT */
  async #check(
    made: Database.Database,
    { height, sealed }: { readonly height: number; readonly sealed: string },
  ): Promise<void> {
    const scrub = new StateScrub(new StateRows(made, { writable: false, pageCacheCount: 2_000 }));
    const rootsAt = made.prepare<[number], Uint8Array>('SELECT roots FROM block_roots WHERE height = ?').pluck();
    let before: StateRoots | null = null;
    for (let at = 0; at <= height; at++) {
      const bytes = rootsAt.get(at);
      if (bytes === undefined) throw damaged(`the roots of block ${at}`);
      const after = decodeRoots(bytes);
      await this.#inSteps(scrub.check(before, after, `block ${at}`));
      before = after;
      this.#done += 1;
    }
    if (before === null || encodeHash(stateRoot(before)) !== sealed) throw damaged(`the state after block ${height}`);
  }

  async #inSlices(made: Database.Database, end: number, work: (at: number) => void): Promise<void> {
    for (let at = 0; at < end;) {
      const until = performance.now() + SLICE_MS;
      guardStorage(made.name, () =>
        made.transaction(() => {
          do work(at++);
          while (at < end && performance.now() < until);
        })(),
      );
      this.#done = Math.min(this.#total, this.#done + 1);
      await this.#pause();
    }
  }

  async #inSteps<Result>(steps: Generator<void, Result, undefined>): Promise<Result> {
    for (let began = performance.now(); ;) {
      const { done, value } = steps.next();
      if (done === true) return value;
      if (performance.now() - began < SLICE_MS) continue;
      await this.#pause();
      began = performance.now();
    }
  }

  async #pause(): Promise<void> {
    const { onProgress, signal } = this.#options;
    if (signal?.aborted === true) throw new QuantumLockError('CANCELLED', 'the snapshot was stopped');
    onProgress?.(Math.min(this.#done, this.#total), this.#total);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function leafIds(bytes: Uint8Array): readonly number[] {
  const page = decodeStatePage(bytes);
  return Array.from({ length: SLOT_COUNT }, (_, slot) => page.slot(slot))
    .filter(({ kind }) => kind === LEAF)
    .map(({ ref }) => ref);
}

function damaged(what: string): QuantumLockError {
  return new QuantumLockError('STORAGE_CORRUPT', `no snapshot can be taken: ${what} is missing or damaged`, {
    context: { place: what },
  });
}

async function sync(path: string): Promise<void> {
  const file = openSync(path, 'r+');
  try {
    await syncFile(file);
  } finally {
    closeSync(file);
  }
}

/** Leaves the highest few. */
function prune(directory: string): void {
  for (const name of snapshotsIn(directory).slice(SNAPSHOTS_KEPT_MAX)) rmSync(join(directory, name), { force: true });
}

function viewOf(path: string, { height, block_hash, taken_at }: SnapshotMeta): SnapshotView {
  return { name: path.slice(dirname(path).length + 1), height, block_hash, size_bytes: statSync(path).size, taken_at };
}
