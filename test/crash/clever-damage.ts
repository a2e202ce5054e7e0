import { cpSync, existsSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import Database from 'better-sqlite3';

import { decodeHex, encodeHex } from '../../src/base/bytes.ts';
import { decodeHeader, encodeHeader, headerDigest, headerHash } from '../../src/ledger/blocks/block.ts';
import { encodeProof } from '../../src/ledger/blocks/block-proof.ts';
import { signDigest } from '../../src/ledger/crypto/signature.ts';
import { HeadRecordWriter, readHeadRecord } from '../../src/node/history/head-record.ts';
import type { SeededRandom } from './seeded-random.ts';
import { sealingKey } from './test-chain.ts';

/**
 * Damage by who knows the formats of a data directory: each file is well-formed and tells another story. Made while no node
 * runs, by whoever can write the files; some of it with the validator's key.
 */

/** Which data directories there are to take files from: all of one chain's name. */
export interface Sources {
  /** As the chain is. */
  readonly newest: string;
  /** As it was. */
  readonly older: string;
  /** As it was, and then with other blocks, sealed with the validator's key. */
  readonly fork: string;
  /** Another chain of the same name. */
  readonly other: string;
}

export interface Damage {
  /** One of {@link KIND_NAMES}. */
  readonly kind: string;
  readonly what: string;
  /** What it is done to: the chain and what tells of its end, or what stands beside it. */
  readonly scope: 'chain' | 'beside';
}

/** Height and number of transactions of the newest chain. */
export interface Extent {
  readonly height: number;
  readonly logSize: number;
}

type Apply = (to: string) => Omit<Damage, 'kind'>;

/** What tells of a chain's end besides the chain: an older copy of all of them cannot be told without an outside place. */
const EVIDENCE = ['head.record', 'signing.log', 'index.db'] as const;
const FILES = ['chain', 'head.record', 'index.db', 'signing.log', 'stored.log', 'node.json', 'blobs'] as const;
const CHAIN = 'chain/chain.db';
const INDEX = 'index.db';
const BLOBS = 'blobs/index.db';

export const SEALED_AGAIN = 'the newest block sealed again with the key';
const CHAIN_TABLES = ['transactions', 'state_pages', 'state_values', 'blocks', 'block_ids', 'log_tiles'] as const;

/** Of the rows of a table that an attached `source` has too: those that are otherwise there. */
function rowsThatDiffer(database: Database.Database, table: string): readonly number[] {
  const columns = database
    .prepare<[], { name: string }>(`SELECT name FROM pragma_table_info('${table}')`)
    .all()
    .map(({ name }) => name);
  const differs = columns.map((name) => `l.${name} IS NOT r.${name}`).join(' OR ');
  return database
    .prepare<[], number>(
      `SELECT l.rowid FROM main.${table} l JOIN source.${table} r ON r.rowid = l.rowid WHERE ${differs}`,
    )
    .pluck()
    .all();
}

function edit(path: string, sql: string): void {
  const database = new Database(path);
  try {
    database.exec(sql);
    database.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
}

export function put(from: string, to: string, names: readonly string[]): void {
  for (const name of names) {
    for (const end of ['', '-wal', '-shm']) rmSync(join(to, name + end), { recursive: true, force: true });
    if (existsSync(join(from, name))) cpSync(join(from, name), join(to, name), { recursive: true });
  }
}

export class CleverDamage {
  readonly #random: SeededRandom;
  readonly #sources: Sources;
  readonly #extent: Extent;
  /** Of the damage that is being made: whose files came instead, by name. */
  readonly #replaced = new Map<string, string>();
  /** In how many ways it is changed at once. */
  #ways = 1;

  constructor(random: SeededRandom, sources: Sources, extent: Extent) {
    this.#random = random;
    this.#sources = sources;
    this.#extent = extent;
  }

  /** Changes a copy of the newest directory in one to three ways, and says in which. */
  make(to: string, first: string): readonly Damage[] {
    const names = [first];
    const count = this.#random.between(1, 3);
    while (names.length < count) {
      const name = this.#random.pick(KIND_NAMES);
      if (!names.includes(name)) names.push(name);
    }
    this.#replaced.clear();
    this.#ways = count;
    const done: Damage[] = [];
    // Whole files first: what is done to their content would be gone with them.
    for (const name of KIND_NAMES.filter((each) => names.includes(each))) {
      const kind = this.#kinds[name] as Apply;
      try {
        done.push({ kind: name, ...kind(to) });
      } catch (error) {
        // What an earlier change took away cannot be changed again.
        if (done.length === 0) throw error;
      }
    }
    return done;
  }

  readonly #kinds: Readonly<Record<string, Apply>> = {
    'older files': (to) => this.#copies(to, 'older'),
    'files of another chain of the name': (to) => this.#copies(to, 'other'),
    'files of a history that was rewritten with the key': (to) => this.#copies(to, 'fork'),
    'two files in each other’s place': (to) => this.#swapFiles(to),
    'a file taken away': (to) => this.#takeAway(to),
    'a file cut short': (to) => this.#cutFile(to),
    'the write-ahead log of another chain': (to) => this.#foreignLog(to),
    [SEALED_AGAIN]: (to) => this.#sealAgain(to),
    'a header changed, and hashed anew': (to) => this.#hashAnew(to),
    'cells in each other’s place': (to) => this.#swapCells(to),
    'rows in each other’s place': (to) => this.#swapRows(to),
    'a row of another chain': (to) => this.#foreignRow(to),
    'a planted row': (to) => this.#plant(to),
    'rows taken out': (to) => this.#takeRows(to),
    'a view in a table’s place': (to) => this.#view(to),
    'a trigger': (to) => this.#trigger(to),
    'something more in a schema': (to) => this.#more(to),
    'a table that is otherwise': (to) => this.#otherTable(to),
    'an index that lies': (to) => this.#lie(to),
    'a blob store that lies': (to) => this.#lieInBlobs(to),
    'a pack with other bytes': (to) => this.#changePack(to),
    'a log that lacks a line': (to) => this.#takeLine(to),
    'a log with a line that is otherwise': (to) => this.#changeLine(to),
    'another configuration': (to) => this.#changeConfig(to),
  };

  #copies(to: string, source: 'older' | 'other' | 'fork'): Omit<Damage, 'kind'> {
    for (;;) {
      const names = FILES.filter(() => this.#random.chance(0.45));
      const after = new Map([...this.#replaced, ...names.map((name): [string, string] => [name, source])]);
      if (names.length === 0 || !isTold(after, this.#ways)) continue;
      put(this.#sources[source], to, names);
      for (const name of names) this.#replaced.set(name, source);
      return { what: `${source}: ${names.join(', ')}`, scope: names.some(isOfHistory) ? 'chain' : 'beside' };
    }
  }

  #swapFiles(to: string): Omit<Damage, 'kind'> {
    const [left, right] = this.#random.pick([
      [CHAIN, INDEX],
      [CHAIN, BLOBS],
      [INDEX, BLOBS],
      ['signing.log', 'stored.log'],
      ['head.record', 'node.json'],
      ['head.record', 'signing.log'],
    ] as const);
    for (const name of [left, right]) for (const end of ['-wal', '-shm']) rmSync(join(to, name + end), { force: true });
    renameSync(join(to, left), join(to, 'between'));
    renameSync(join(to, right), join(to, left));
    renameSync(join(to, 'between'), join(to, right));
    return { what: `${left} and ${right}`, scope: [left, right].some(isOfHistory) ? 'chain' : 'beside' };
  }

  #takeAway(to: string): Omit<Damage, 'kind'> {
    const name = this.#random.pick([
      'chain',
      CHAIN,
      'head.record',
      'signing.log',
      'stored.log',
      'node.json',
      'blobs',
      BLOBS,
    ]);
    rmSync(join(to, name), { recursive: true });
    return { what: name, scope: isOfHistory(name) ? 'chain' : 'beside' };
  }

  #cutFile(to: string): Omit<Damage, 'kind'> {
    const name = this.#random.pick([
      CHAIN,
      'head.record',
      'signing.log',
      'stored.log',
      'node.json',
      BLOBS,
      INDEX,
      PACK,
    ]);
    const path = join(to, name);
    // What also stands in a log beside the file is not lost with it.
    if (name.endsWith('.db')) edit(path, '');
    const { size } = statSync(path);
    // Of a head record, half of it and more: the other half is one that was written before.
    truncateSync(path, name === 'head.record' ? 0 : this.#random.between(1, size - 2));
    return { what: name, scope: isOfHistory(name) ? 'chain' : 'beside' };
  }

  /** SQLite takes a log whose checksums are right, whichever database it was written for. */
  #foreignLog(to: string): Omit<Damage, 'kind'> {
    const name = this.#random.pick([CHAIN, INDEX]);
    const copy = join(to, 'other.db');
    cpSync(join(this.#sources.other, name), copy);
    const database = new Database(copy);
    try {
      database.pragma('wal_autocheckpoint = 0');
      database.exec(`UPDATE ${name === CHAIN ? 'blocks SET timestamp = timestamp' : 'entries SET time = time'} + 1`);
      cpSync(`${copy}-wal`, join(to, `${name}-wal`));
    } finally {
      database.close();
      rmSync(copy);
    }
    return { what: `beside ${name}`, scope: name === CHAIN ? 'chain' : 'beside' };
  }

  /** Another time for the newest block, with everything that hangs on it: the one thing that needs the key. */
  #sealAgain(to: string): Omit<Damage, 'kind'> {
    const withRecord = this.#random.chance(0.5);
    const shift = this.#random.between(1, 500);
    this.#rewriteNewest(to, shift, (digest) => signDigest(digest, sealingKey().secret), withRecord);
    return { what: `${shift} ms later${withRecord ? ', with its head.record' : ''}`, scope: 'chain' };
  }

  #hashAnew(to: string): Omit<Damage, 'kind'> {
    const shift = this.#random.between(1, 500);
    this.#rewriteNewest(to, shift, null, false);
    return { what: `${shift} ms later`, scope: 'chain' };
  }

  #rewriteNewest(
    to: string,
    shiftMs: number,
    seal: ((digest: Uint8Array) => string) | null,
    withRecord: boolean,
  ): void {
    const record = readHeadRecord(join(to, 'chain'));
    const database = new Database(join(to, CHAIN));
    try {
      const row = database
        .prepare<[], { height: number; header: string; proof: string }>(
          'SELECT height, header, proof FROM blocks ORDER BY height DESC LIMIT 1',
        )
        .get() as { height: number; header: string; proof: string };
      const genesis = encodeHex(
        database.prepare<[], Uint8Array>('SELECT hash FROM blocks WHERE height = 0').pluck().get() as Uint8Array,
      );
      const before = decodeHeader(row.header);
      const header = { ...before, timestamp: before.timestamp + shiftMs };
      const chain = { genesis: genesis as never };
      const old = JSON.parse(row.proof) as Parameters<typeof encodeProof>[0];
      const proof = seal === null ? old : { ...old, signature: seal(headerDigest(header, chain)) as never };
      const hash = headerHash(header, chain);
      database
        .prepare('UPDATE blocks SET header = ?, proof = ?, hash = ?, timestamp = ? WHERE height = ?')
        .run(encodeHeader(header), encodeProof(proof), Buffer.from(decodeHex(hash)), header.timestamp, row.height);
      database.pragma('wal_checkpoint(TRUNCATE)');
      if (!withRecord || typeof record === 'string') return;
      const writer = new HeadRecordWriter(join(to, 'chain'));
      writer.replace({ ...record, header, hash, proof });
      writer.close();
    } finally {
      database.close();
    }
  }

  #swapCells(to: string): Omit<Damage, 'kind'> {
    const [file, table, columns] = this.#random.pick(CELLS);
    const path = join(to, file);
    const left = this.#random.pick(this.#ids(path, table));
    const differs = columns.map((column) => `l.${column} IS NOT r.${column}`).join(' OR ');
    const others = this.#rows<number>(
      path,
      `SELECT r.rowid FROM ${table} l, ${table} r WHERE l.rowid = ${left} AND (${differs}) ORDER BY r.rowid`,
    );
    const right = this.#random.pick(others);
    const set = columns
      .map(
        (column) => `${column} = (SELECT o.${column} FROM ${table} o WHERE o.rowid = ${left + right} - ${table}.rowid)`,
      )
      .join(', ');
    edit(path, `UPDATE ${table} SET ${set} WHERE rowid IN (${left}, ${right})`);
    return { what: `${file} ${table}.${columns.join('+')} of ${left} and ${right}`, scope: scopeOf(file) };
  }

  #swapRows(to: string): Omit<Damage, 'kind'> {
    const table = this.#random.pick(['transactions', 'state_pages', 'state_values', 'blocks', 'block_ids']);
    const path = join(to, CHAIN);
    const [left, right] = this.#twoRows(path, table);
    const move = (from: number, into: number): string => `UPDATE ${table} SET rowid = ${into} WHERE rowid = ${from};`;
    edit(path, move(left, -7) + move(right, left) + move(-7, right));
    return { what: `${table} ${left} and ${right}`, scope: 'chain' };
  }

  /** A row that the other chain, or the other history, holds otherwise: not every table of each has one. */
  #foreignRow(to: string): Omit<Damage, 'kind'> {
    const database = new Database(join(to, CHAIN));
    try {
      for (const source of this.#random.shuffled(['other', 'fork'] as const)) {
        const from = join(this.#sources[source], CHAIN).replaceAll("'", "''");
        database.exec(`ATTACH '${from}' AS source`);
        for (const table of this.#random.shuffled(CHAIN_TABLES)) {
          const rows = rowsThatDiffer(database, table);
          if (rows.length === 0) continue;
          const row = this.#random.pick(rows);
          database.exec(`INSERT OR REPLACE INTO main.${table} SELECT * FROM source.${table} WHERE rowid = ${row}`);
          database.pragma('main.wal_checkpoint(TRUNCATE)');
          return { what: `${table} ${row} of ${source}`, scope: 'chain' };
        }
        database.exec('DETACH source');
      }
      throw new Error('no table has a row that is otherwise elsewhere');
    } finally {
      database.close();
    }
  }

  #plant(to: string): Omit<Damage, 'kind'> {
    const { height, logSize } = this.#extent;
    const next = this.#random.pick([height + 1, height + 2, height + 1000]);
    const [what, sql] = this.#random.pick([
      [
        `block ${next} without a seal`,
        `INSERT INTO blocks SELECT ${next}, replace(header, '"index":${height},', '"index":${next},'), NULL, hash, era, timestamp, first_log_index + 1, roots, 0 FROM blocks WHERE height = ${height}`,
      ],
      [
        `block ${next} final without a seal`,
        `INSERT INTO blocks SELECT ${next}, replace(header, '"index":${height},', '"index":${next},'), NULL, hash, era, timestamp, first_log_index + 1, roots, 1 FROM blocks WHERE height = ${height}`,
      ],
      [
        `block ${next} with the seal of another`,
        `INSERT INTO blocks SELECT ${next}, replace(header, '"index":${height},', '"index":${next},'), proof, hash, era, timestamp, first_log_index + 1, roots, 1 FROM blocks WHERE height = ${height}`,
      ],
      [
        'a block before the first',
        'INSERT INTO blocks SELECT -1, header, proof, hash, era, timestamp, first_log_index, roots, final FROM blocks WHERE height = 0',
      ],
      [
        'a transaction',
        `INSERT INTO transactions SELECT ${logSize}, bytes FROM transactions WHERE log_index = ${logSize - 1}`,
      ],
      [
        'a transaction before the first',
        'INSERT INTO transactions SELECT -1, bytes FROM transactions WHERE log_index = 0',
      ],
      ['a state page', 'INSERT INTO state_pages SELECT max(id) + 1, bytes FROM state_pages'],
      ['a state page before the first', 'INSERT INTO state_pages SELECT 0, bytes FROM state_pages WHERE id = 2'],
      ['a state value', 'INSERT INTO state_values SELECT max(id) + 1, key, value FROM state_values'],
      ['ids', `INSERT INTO block_ids SELECT ${next}, entries FROM block_ids WHERE height = ${height}`],
      ['a tile', 'INSERT INTO log_tiles SELECT max(id) + 1, hashes, root FROM log_tiles'],
      [
        'a tile of the level above',
        `INSERT INTO log_tiles SELECT ${2 ** 40}, hashes, root FROM log_tiles WHERE id = 0`,
      ],
      ['a remark', "INSERT INTO meta VALUES ('owner', 'somebody')"],
    ] as const);
    edit(join(to, CHAIN), sql);
    return { what, scope: 'chain' };
  }

  #takeRows(to: string): Omit<Damage, 'kind'> {
    const { height, logSize } = this.#extent;
    const end = this.#random.between(1, height - 1);
    const path = join(to, CHAIN);
    const [size] = this.#rows<number>(path, `SELECT first_log_index FROM blocks WHERE height = ${end + 1}`);
    const [what, sql] = this.#random.pick([
      [`the seal of block ${end}`, `UPDATE blocks SET proof = NULL WHERE height = ${end}`],
      [`blocks behind ${end}`, `DELETE FROM blocks WHERE height > ${end}`],
      [
        `everything behind block ${end} but the state`,
        `DELETE FROM blocks WHERE height > ${end}; DELETE FROM block_ids WHERE height > ${end}; DELETE FROM transactions WHERE log_index >= ${size ?? 1}`,
      ],
      [`block ${end}`, `DELETE FROM blocks WHERE height = ${end}`],
      [`the ids of block ${end}`, `DELETE FROM block_ids WHERE height = ${end}`],
      ['a transaction', `DELETE FROM transactions WHERE log_index = ${this.#random.below(logSize)}`],
      ['a state page', `DELETE FROM state_pages WHERE id = ${this.#random.pick(this.#ids(path, 'state_pages'))}`],
      ['a state value', `DELETE FROM state_values WHERE id = ${this.#random.pick(this.#ids(path, 'state_values'))}`],
      ['a tile', `DELETE FROM log_tiles WHERE id = ${this.#random.pick(this.#ids(path, 'log_tiles'))}`],
      ['the name of the chain', 'DELETE FROM meta'],
    ] as const);
    edit(path, sql);
    return { what, scope: 'chain' };
  }

  #view(to: string): Omit<Damage, 'kind'> {
    const [file, table] = this.#random.pick(TABLES);
    edit(join(to, file), `ALTER TABLE ${table} RENAME TO kept; CREATE VIEW ${table} AS SELECT * FROM kept`);
    return { what: `${file} ${table}`, scope: scopeOf(file) };
  }

  #trigger(to: string): Omit<Damage, 'kind'> {
    const [file, table] = this.#random.pick(TABLES);
    const event = this.#random.pick(['AFTER INSERT', 'BEFORE DELETE', 'AFTER UPDATE']);
    edit(join(to, file), `CREATE TRIGGER watch ${event} ON ${table} BEGIN DELETE FROM ${table}; END`);
    return { what: `${file} ${table}`, scope: scopeOf(file) };
  }

  #more(to: string): Omit<Damage, 'kind'> {
    const [file, table] = this.#random.pick([...TABLES, ['node.lock', ''] as const]);
    const [what, sql] = this.#random.pick([
      ['a table', 'CREATE TABLE more (id)'],
      ['a view', 'CREATE VIEW more AS SELECT 1'],
      ...(file === 'node.lock' ? [] : [['an index', `CREATE INDEX more ON ${table} (1)`] as const]),
    ] as const);
    edit(join(to, file), sql);
    return { what: `${what} in ${file}`, scope: file === 'node.lock' ? 'chain' : scopeOf(file) };
  }

  #otherTable(to: string): Omit<Damage, 'kind'> {
    const [file, table] = this.#random.pick(TABLES);
    const [what, sql] = this.#random.pick([
      ['a column more', `ALTER TABLE ${table} ADD COLUMN more TEXT`],
      ['a version to come', 'PRAGMA user_version = 77'],
      ['no version', 'PRAGMA user_version = 0'],
      // Of the blob store's index it is the present one.
      ...(file === BLOBS ? [] : [['a version of a preview', 'PRAGMA user_version = 1'] as const]),
    ] as const);
    edit(join(to, file), sql);
    return { what: `${file} ${table}: ${what}`, scope: scopeOf(file) };
  }

  #lie(to: string): Omit<Damage, 'kind'> {
    const { height, logSize } = this.#extent;
    const one = this.#random.between(1, logSize - 1);
    const sql = this.#random.pick([
      `DELETE FROM entries WHERE log_index = ${one}`,
      `INSERT INTO entries SELECT log_index + 9000, height, time, action, signer FROM entries WHERE log_index = ${one}`,
      `UPDATE entries SET signer = (SELECT max(id) + 1 - entries.signer FROM signers) WHERE log_index > 0`,
      `UPDATE entries SET time = time + 1 WHERE log_index = ${one}`,
      `UPDATE entries SET height = height - 1 WHERE log_index = ${one}`,
      `UPDATE ids SET log_index = ${logSize} - log_index WHERE log_index BETWEEN 1 AND ${logSize - 1}`,
      `DELETE FROM ids WHERE log_index = ${one}`,
      'INSERT INTO ids VALUES (5, 3)',
      'DELETE FROM block_hashes WHERE height > 2',
      'INSERT INTO block_hashes VALUES (5, 3)',
      `DELETE FROM touches WHERE log_index >= ${one}`,
      `UPDATE touches SET env_id = 'a-1' WHERE log_index = (SELECT max(log_index) FROM touches)`,
      "UPDATE touches SET env_id = env_id || '-2' WHERE log_index = (SELECT min(log_index) FROM touches)",
      "INSERT INTO words (rowid, text) VALUES (3, 'stolen goods')",
      "INSERT INTO words (words) VALUES ('delete-all')",
      "UPDATE signers SET member_id = 'nobody'",
      "INSERT INTO signers (public_key, member_id) VALUES ('0x00', 'administrator')",
      "INSERT INTO actions (name) VALUES ('approve_everything')",
      `UPDATE counters SET value = ${height + 3} WHERE name = 'indexed_height'`,
      `UPDATE counters SET value = 2 WHERE name = 'indexed_height'`,
      `UPDATE head SET height = ${height + 5}`,
      `UPDATE head SET height = ${height + 5}; UPDATE counters SET value = ${height + 5} WHERE name = 'indexed_height'`,
      `UPDATE head SET genesis = '0x${'ab'.repeat(32)}'`,
      `UPDATE head SET hash = '0x${'ab'.repeat(32)}'`,
      `UPDATE head SET log_root = '0x${'ab'.repeat(32)}'`,
      'DELETE FROM head',
    ]);
    edit(join(to, INDEX), sql);
    return { what: sql, scope: 'beside' };
  }

  #lieInBlobs(to: string): Omit<Damage, 'kind'> {
    const sql = this.#random.pick([
      'UPDATE chunks SET offset = offset + 1 WHERE hash = (SELECT max(hash) FROM chunks)',
      'UPDATE chunks SET size = size - 1 WHERE hash = (SELECT min(hash) FROM chunks)',
      'DELETE FROM chunks WHERE hash = (SELECT max(hash) FROM chunks)',
      'DELETE FROM contents',
      'UPDATE contents SET size = size + 1',
      'DELETE FROM manifests WHERE rowid = 1',
      'UPDATE manifests SET entries = (SELECT o.entries FROM manifests o WHERE o.rowid <> manifests.rowid LIMIT 1)',
      'INSERT INTO manifests SELECT randomblob(32), entries FROM manifests WHERE rowid = 1',
      'UPDATE packs SET size = size + 5',
      'INSERT INTO packs SELECT pack + 1, 10 FROM packs',
    ]);
    edit(join(to, BLOBS), sql);
    return { what: sql, scope: 'beside' };
  }

  #changePack(to: string): Omit<Damage, 'kind'> {
    const path = join(to, PACK);
    const bytes = readFileSync(path);
    const at = this.#random.below(bytes.length);
    bytes.writeUInt8((bytes.readUInt8(at) + this.#random.between(1, 255)) % 256, at);
    writeFileSync(path, bytes);
    return { what: `byte ${at}`, scope: 'beside' };
  }

  #takeLine(to: string): Omit<Damage, 'kind'> {
    const { name, lines } = this.#log(to);
    const [taken] = lines.splice(this.#random.below(lines.length), 1);
    writeFileSync(join(to, name), lines.join(''));
    return { what: `${name}: ${String(taken).slice(0, 60)}`, scope: 'beside' };
  }

  #changeLine(to: string): Omit<Damage, 'kind'> {
    const { name, lines } = this.#log(to);
    const at = this.#random.below(lines.length);
    lines[at] = String(lines[at]).replace(/[0-9a-f](?=[^0-9a-f]*$)/, (digit) => (digit === '7' ? '8' : '7'));
    writeFileSync(join(to, name), lines.join(''));
    return { what: `${name}: line ${at + 1}`, scope: 'beside' };
  }

  #log(to: string): { readonly name: string; readonly lines: string[] } {
    const name = this.#random.pick(['signing.log', 'stored.log']);
    const lines = readFileSync(join(to, name), 'utf8').split(/(?<=\n)/);
    if (lines.length < 2) throw new Error(`${name} has ${lines.length} lines`);
    return { name, lines };
  }

  #changeConfig(to: string): Omit<Damage, 'kind'> {
    const path = join(to, 'node.json');
    const config = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    const change = this.#random.pick([
      { chain_id: 'test-chain-2' },
      { acting_key_id: 'key-of-somebody' },
      { head_folder: join(to, 'blobs') },
      { version: 9 },
      { more: 1 },
    ] as const);
    writeFileSync(path, `${JSON.stringify({ ...config, ...change }, null, 2)}\n`);
    return { what: JSON.stringify(change), scope: 'beside' };
  }

  #twoRows(path: string, table: string): readonly [number, number] {
    const ids = this.#ids(path, table);
    if (ids.length < 2) throw new Error(`${table} has ${ids.length} rows`);
    const left = this.#random.pick(ids);
    return [left, this.#random.pick(ids.filter((id) => id !== left))];
  }

  #ids(path: string, table: string): readonly number[] {
    return this.#rows<number>(path, `SELECT rowid FROM ${table} ORDER BY rowid`);
  }

  #rows<Value>(path: string, sql: string): readonly Value[] {
    const database = new Database(path, { readonly: true });
    try {
      return database.prepare<[], Value>(sql).pluck().all();
    } finally {
      database.close();
    }
  }
}

const PACK = 'blobs/packs/000001.pack';

/** Columns that may trade places between two rows. */
const CELLS: readonly (readonly [file: string, table: string, columns: readonly string[]])[] = [
  [CHAIN, 'transactions', ['bytes']],
  [CHAIN, 'state_pages', ['bytes']],
  [CHAIN, 'state_values', ['value']],
  [CHAIN, 'state_values', ['key', 'value']],
  [CHAIN, 'blocks', ['proof']],
  [CHAIN, 'blocks', ['header']],
  [CHAIN, 'blocks', ['hash']],
  [CHAIN, 'blocks', ['roots']],
  [CHAIN, 'blocks', ['timestamp']],
  [CHAIN, 'blocks', ['first_log_index']],
  [CHAIN, 'blocks', ['header', 'proof', 'hash', 'timestamp', 'roots', 'first_log_index']],
  [CHAIN, 'block_ids', ['entries']],
  [INDEX, 'entries', ['action']],
  [INDEX, 'entries', ['height', 'time']],
];

const TABLES: readonly (readonly [file: string, table: string])[] = [
  ...['transactions', 'blocks', 'block_ids', 'state_pages', 'state_values', 'log_tiles'].map(
    (table) => [CHAIN, table] as const,
  ),
  ...['entries', 'signers', 'actions'].map((table) => [INDEX, table] as const),
  ...['packs', 'manifests'].map((table) => [BLOBS, table] as const),
];

export const KIND_NAMES: readonly string[] = [
  'older files',
  'files of another chain of the name',
  'files of a history that was rewritten with the key',
  'two files in each other’s place',
  SEALED_AGAIN,
  'a header changed, and hashed anew',
  'cells in each other’s place',
  'rows in each other’s place',
  'a row of another chain',
  'a planted row',
  'rows taken out',
  'an index that lies',
  'a blob store that lies',
  'a pack with other bytes',
  'a log that lacks a line',
  'a log with a line that is otherwise',
  'another configuration',
  'a view in a table’s place',
  'a trigger',
  'something more in a schema',
  'a table that is otherwise',
  'the write-ahead log of another chain',
  'a file cut short',
  'a file taken away',
];

function isOfHistory(name: string): boolean {
  return name.startsWith('chain') || name === 'head.record';
}

function scopeOf(file: string): Damage['scope'] {
  return file === CHAIN ? 'chain' : 'beside';
}

/**
 * Whether anything is left that tells, though each other way may take a teller away: a chain that came with all that remembers its
 * end was true, or is as good as that; an index that is only behind is taken further.
 */
function isTold(replaced: ReadonlyMap<string, string>, ways: number): boolean {
  const chain = replaced.get('chain');
  if (chain === undefined) return [...replaced].some(([name, source]) => name !== INDEX || source !== 'older');
  const tells = (name: string): boolean => {
    const source = replaced.get(name);
    // The rewritten history begins as the older one.
    return source !== chain && !(name === INDEX && chain === 'fork' && source === 'older');
  };
  return EVIDENCE.filter(tells).length >= ways;
}
