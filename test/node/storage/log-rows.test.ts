import { createHash } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import { encodeHex, encodeUtf8 } from '../../../src/base/bytes.ts';
import {
  consistencyPath,
  inclusionPath,
  leafHash,
  LogFrontier,
  readFrontier,
  verifyConsistency,
  verifyInclusion,
} from '../../../src/ledger/log/log.ts';
import { CHAIN_MIGRATIONS } from '../../../src/node/storage/chain-schema.ts';
import { openDatabase } from '../../../src/node/storage/database.ts';
import { LogRows, TILE_WIDTH, TileBuilder } from '../../../src/node/storage/log-rows.ts';
import { SeededRandom } from '../../crash/seeded-random.ts';
import { coded } from '../../coded.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { join } from 'node:path';

const SIZE_MAX = 70_000;
/** Around every border of a tile of the first and the second level, and at the ends of blocks of odd sizes. */
const SIZES = [
  1,
  2,
  3,
  255,
  256,
  257,
  511,
  512,
  513,
  767,
  1_000,
  4_096,
  65_279,
  65_280,
  65_281,
  65_535,
  65_536,
  65_537,
  65_792,
  65_793,
  SIZE_MAX,
];

describe('the stored tiles of the log', () => {
  const random = SeededRandom.announced('log tiles');

  test(`give the roots and proofs of a plain Merkle log, for sizes up to ${SIZE_MAX}`, () => {
    const database = openDatabase({
      path: join(temporaryDirectory(), 'chain.db'),
      mode: 'write',
      migrations: CHAIN_MIGRATIONS,
      synchronous: 'NORMAL',
    });
    const insertLeaf = database.prepare('INSERT INTO transactions (log_index, bytes) VALUES (?, ?)');
    const insertTile = database.prepare('INSERT INTO log_tiles (id, hashes, root) VALUES (?, ?, ?)');
    const rows = new LogRows(database);
    const frontier = new LogFrontier();
    const leaves: Uint8Array[] = [];
    const roots = new Map<number, Uint8Array>();
    let builder = TileBuilder.at(rows, 0);

    const growTo = (size: number): void => {
      database.transaction(() => {
        while (leaves.length < size) {
          // As blocks do: some at a time, and a builder that is made anew from the rows now and then.
          const count = Math.min(size - leaves.length, random.between(1, 300));
          const block = Array.from({ length: count }, (_, offset) => encodeUtf8(`leaf ${leaves.length + offset}`));
          for (const [offset, bytes] of block.entries()) insertLeaf.run(leaves.length + offset, bytes);
          const hashes = block.map((bytes) => leafHash(bytes));
          for (const tile of builder.append(hashes)) insertTile.run(tile.id, tile.hashes, tile.root);
          for (const hash of hashes) frontier.append(hash);
          leaves.push(...hashes);
          if (random.chance(0.1)) builder = TileBuilder.at(rows, leaves.length);
        }
      })();
    };

    for (const size of SIZES) {
      growTo(size);
      const root = frontier.root();
      roots.set(size, root);
      expect(encodeHex(readFrontier(rows, size).root()), `root of ${size}`).toBe(encodeHex(root));
      for (const index of new Set([0, size - 1, random.below(size), random.below(size)])) {
        const leaf = leaves[index];
        if (leaf === undefined) throw new Error('there is no such leaf');
        expect(
          verifyInclusion({ leaf, index, size, path: inclusionPath(rows, index, size), root }),
          `leaf ${index} of ${size}`,
        ).toBe(true);
      }
      for (const [first, firstRoot] of roots) {
        expect(
          verifyConsistency({
            first,
            second: size,
            firstRoot,
            secondRoot: root,
            path: consistencyPath(rows, first, size),
          }),
          `${first} in ${size}`,
        ).toBe(true);
      }
    }
    const tiles = database.prepare('SELECT count(*) FROM log_tiles').pluck().get();
    expect(tiles).toBe(Math.floor(SIZE_MAX / TILE_WIDTH) + Math.floor(SIZE_MAX / TILE_WIDTH ** 2));
    database.close();
  });

  test('are handed out full only, and a copy does not change its original', () => {
    const hash = (index: number): Uint8Array => createHash('sha256').update(String(index)).digest();
    const nothing = { perfectNode: () => new Uint8Array(32) };
    const builder = TileBuilder.at(nothing, 0);
    expect(builder.append(Array.from({ length: TILE_WIDTH - 1 }, (_, index) => hash(index)))).toEqual([]);
    const copy = builder.copy();
    expect(copy.append([hash(1_000)])).toHaveLength(1);
    const [tile] = builder.append([hash(TILE_WIDTH - 1)]);
    expect(tile?.id).toBe(0);
    expect(encodeHex(tile?.hashes.subarray(-32) ?? new Uint8Array(0))).toBe(encodeHex(hash(TILE_WIDTH - 1)));
  });

  test('that are missing are damage, and not an empty log', () => {
    const database = openDatabase({
      path: join(temporaryDirectory(), 'chain.db'),
      mode: 'write',
      migrations: CHAIN_MIGRATIONS,
      synchronous: 'NORMAL',
    });
    const rows = new LogRows(database);
    expect(() => rows.perfectNode(0, 0)).toThrow(coded('STORAGE_CORRUPT'));
    expect(() => rows.perfectNode(8, 0)).toThrow(coded('STORAGE_CORRUPT'));
    database.close();
  });
});
