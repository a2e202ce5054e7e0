import type Database from 'better-sqlite3';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { encodeHash, type Hash } from '../../base/bytes.ts';
import { count, hash } from '../../base/fields.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { openDatabase, type Migration } from '../storage/database.ts';

/**
 * A snapshot: one SQLite file with everything that the state of a chain is up to a height, so that each past state up to it can be
 * read too. docs/TECHNICAL_SPEC.md has the format.
 */
export const SNAPSHOT_MIGRATIONS: readonly Migration[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  -- As in chain.db: per namespace in order, 32 bytes of root and 8 of its page's id.
  CREATE TABLE block_roots (height INTEGER PRIMARY KEY, roots BLOB NOT NULL);
  CREATE TABLE state_pages (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
  CREATE TABLE state_values (id INTEGER PRIMARY KEY, key TEXT NOT NULL, value BLOB NOT NULL);
  `,
];

const FORMAT = 'quantum-lock/snapshot/v1';

const metaSchema = z.strictObject({
  format: z.literal(FORMAT),
  genesis: hash,
  /** Canonical text of the header and the proof of the block whose state it is. */
  header: z.string(),
  proof: z.string(),
  block_hash: hash,
  height: z.coerce.number().pipe(count),
  pages: z.coerce.number().pipe(count),
  values: z.coerce.number().pipe(count),
  taken_at: z.coerce.number().pipe(z.int()),
  /** Over everything else: see {@link digestOf}. */
  digest: hash,
});
export type SnapshotMeta = z.infer<typeof metaSchema>;

export function openSnapshot(path: string, mode: 'read' | 'write'): Database.Database {
  return openDatabase({ path, mode, migrations: SNAPSHOT_MIGRATIONS, synchronous: 'FULL' });
}

/** Writes it with the digest of what is in the file. A step at a time, the last of which returns it. */
export function* writeMeta(
  database: Database.Database,
  meta: Omit<SnapshotMeta, 'format' | 'digest'>,
): Generator<void, SnapshotMeta, undefined> {
  const whole = { format: FORMAT, ...meta } as const;
  const insert = database.prepare<[string, string]>('INSERT INTO meta (key, value) VALUES (?, ?)');
  const digest = yield* digestSteps(database, whole);
  for (const [key, value] of Object.entries({ ...whole, digest })) insert.run(key, String(value));
  return { ...whole, digest };
}

/** Its form alone is looked at. @throws STORAGE_CORRUPT */
export function readMeta(database: Database.Database, path: string): SnapshotMeta {
  const rows = database.prepare<[], { key: string; value: string }>('SELECT key, value FROM meta').all();
  const parsed = metaSchema.safeParse(Object.fromEntries(rows.map(({ key, value }) => [key, value])));
  if (parsed.success) return parsed.data;
  throw new QuantumLockError('STORAGE_CORRUPT', `${path} is no snapshot, or is damaged`, { context: { place: path } });
}

export function digestOf(database: Database.Database, meta: Parameters<typeof digestSteps>[1]): Hash {
  const steps = digestSteps(database, meta);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/**
 * SHA-256 over the format's name, genesis, header and proof, each followed by a zero byte; then each row of block_roots, state_pages and
 * state_values in the order of its id: 8 bytes of id, and for every text or blob in it 4 bytes of size and the bytes (big-endian).
 */
function* digestSteps(
  database: Database.Database,
  { format, genesis, header, proof }: Pick<SnapshotMeta, 'format' | 'genesis' | 'header' | 'proof'>,
): Generator<void, Hash, undefined> {
  const hashing = createHash('sha256');
  for (const text of [format, genesis, header, proof]) hashing.update(`${text}\0`);
  const head = Buffer.alloc(8);
  const part = Buffer.alloc(4);
  for (const { table, columns } of DIGESTED) {
    const rows = database
      .prepare<[number, number], [number, ...Uint8Array[]]>(
        `SELECT ${columns} FROM ${table} WHERE rowid > ? ORDER BY rowid LIMIT ?`,
      )
      .raw();
    for (let last = -1; ;) {
      const some = rows.all(last, ROWS_AT_ONCE);
      for (const [id, ...parts] of some) {
        head.writeBigUInt64BE(BigInt(id));
        hashing.update(head);
        for (const bytes of parts) {
          part.writeUInt32BE(bytes.length);
          hashing.update(part).update(bytes);
        }
        last = id;
      }
      if (some.length < ROWS_AT_ONCE) break;
      yield;
    }
  }
  return encodeHash(hashing.digest());
}

const DIGESTED = [
  { table: 'block_roots', columns: 'height, roots' },
  { table: 'state_pages', columns: 'id, bytes' },
  { table: 'state_values', columns: 'id, CAST(key AS BLOB), value' },
] as const;

/** Between two steps: about a millisecond. */
const ROWS_AT_ONCE = 200;
