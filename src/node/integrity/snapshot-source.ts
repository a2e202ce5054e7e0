import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Hash } from '../../base/bytes.ts';
import { QuantumLockError, systemCodeOf } from '../../base/errors.ts';
import { storageError } from '../data-directory/storage-errors.ts';
import { decodeRoots } from '../storage/block-rows.ts';
import { digestOf, openSnapshot, readMeta } from './snapshot-file.ts';
import type { StateSource } from './state-source.ts';

/** `snapshot-000000001234.db`: names sort by height. */
export const SNAPSHOT_NAME = /^snapshot-\d{12}\.db$/;

export function snapshotName(height: number): string {
  return `snapshot-${String(height).padStart(12, '0')}.db`;
}

export function snapshotsIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
      .filter((name) => SNAPSHOT_NAME.test(name))
      .toSorted()
      .toReversed();
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return [];
    throw storageError(directory, error);
  }
}

/**
 * The snapshots of a chain between two heights that are as they were written, the highest first. One that is damaged, or another
 * chain's, is passed over: there is another way. What they contain has to be checked against the chain.
 */
export function openSnapshots(
  directory: string,
  chain: { readonly genesis: Hash; readonly above: number; readonly below: number },
): readonly (StateSource & { close(): void })[] {
  return snapshotsIn(directory).flatMap((name) => openOne(join(directory, name), chain) ?? []);
}

function openOne(
  path: string,
  { genesis, above, below }: { readonly genesis: Hash; readonly above: number; readonly below: number },
): (StateSource & { close(): void }) | null {
  let database: ReturnType<typeof openSnapshot> | null = null;
  try {
    database = openSnapshot(path, 'read');
    const opened = database;
    const meta = readMeta(database, path);
    const isUsable = meta.genesis === genesis && meta.height > above && meta.height <= below;
    if (!isUsable || digestOf(database, meta) !== meta.digest) {
      database.close();
      return null;
    }
    const roots = database.prepare<[number], Uint8Array>('SELECT roots FROM block_roots WHERE height = ?').pluck();
    const { height, pages, values } = meta;
    return {
      kind: 'snapshot',
      path,
      height,
      pages,
      values,
      rootsAt(at) {
        const bytes = roots.get(at);
        if (bytes === undefined) throw new QuantumLockError('STORAGE_CORRUPT', `${path} has no roots of block ${at}`);
        return decodeRoots(bytes);
      },
      close: () => opened.close(),
    };
  } catch (error) {
    database?.close();
    const failure = storageError(path, error);
    if (failure instanceof QuantumLockError) return null;
    throw failure;
  }
}
