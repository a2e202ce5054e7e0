import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  consistencyPath,
  inclusionPath,
  leafHash,
  LogFrontier,
  merkleRoot,
  nodeHash,
  rangeRoot,
  readFrontier,
  verifyConsistency,
  verifyInclusion,
  type LogNodeReader,
} from '../../src/ledger/log/log.ts';
import { MemoryLog } from '../vectors/chain-builder.ts';
import { checkProperty, isSoak } from './check-property.ts';
import { auditPath, consistencyProof, treeHash } from './rfc6962.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

/** The test vectors of the Certificate Transparency reference implementation. */
const CT_LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map(bytes);
const CT_EMPTY_ROOT = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const CT_ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const SIZE_MAX = 130;
const DATA = Array.from({ length: SIZE_MAX }, (_, index) => new TextEncoder().encode(`leaf ${index}`));
const log = new MemoryLog();
log.leaves.push(...DATA.map(leafHash));

describe('the Certificate Transparency vectors', () => {
  test.each(CT_ROOTS.map((root, index) => [index + 1, root] as const))('the root of %i leaves', (size, root) => {
    const data = CT_LEAVES.slice(0, size);
    expect(hex(treeHash(data))).toBe(root);
    expect(hex(merkleRoot(data.map(leafHash)))).toBe(root);
  });

  test('the root of none', () => {
    expect(hex(treeHash([]))).toBe(CT_EMPTY_ROOT);
    expect(hex(merkleRoot([]))).toBe(CT_EMPTY_ROOT);
    expect(hex(new LogFrontier().root())).toBe(CT_EMPTY_ROOT);
  });
});

describe('against RFC 6962 as it is written', () => {
  test(`roots, frontiers and readers agree at every size to ${SIZE_MAX}`, () => {
    const frontier = new LogFrontier();
    for (let size = 1; size <= SIZE_MAX; size++) {
      frontier.append(leafHash(DATA[size - 1] ?? new Uint8Array()));
      const root = hex(treeHash(DATA.slice(0, size)));
      expect(frontier.size).toBe(size);
      expect(hex(frontier.root())).toBe(root);
      expect(hex(frontier.copy().root())).toBe(root);
      expect(hex(merkleRoot(log.leaves.slice(0, size)))).toBe(root);
      expect(hex(rangeRoot(log, 0, size))).toBe(root);
      const read = readFrontier(log, size);
      expect(read.size).toBe(size);
      expect(hex(read.root())).toBe(root);
      const next = leafHash(bytes('aa'));
      read.append(next);
      const grown = frontier.copy();
      grown.append(next);
      expect(hex(read.root())).toBe(hex(grown.root()));
      expect(hex(frontier.root())).toBe(root);
    }
    expect(hex(readFrontier(log, 0).root())).toBe(CT_EMPTY_ROOT);
  });

  test(`inclusion: every leaf of every size to ${SIZE_MAX}, and no other place of it`, () => {
    for (let size = 1; size <= SIZE_MAX; size++) {
      const data = DATA.slice(0, size);
      const root = treeHash(data);
      const isFull = isSoak || size <= 40 || size >= SIZE_MAX - 3;
      for (let index = 0; index < size; index += isFull ? 1 : 7) {
        const path = inclusionPath(log, index, size);
        if (isFull) expect(path.map(hex)).toEqual(auditPath(index, data).map(hex));
        const leaf = log.leaves[index] ?? new Uint8Array();
        const proof = { leaf, index, size, path, root };
        expect(verifyInclusion(proof)).toBe(true);
        for (const other of [index - 1, index + 1, size - 1 - index, size, -1, index + 0.5, Number.NaN]) {
          if (other !== index) expect(verifyInclusion({ ...proof, index: other })).toBe(false);
        }
        expect(verifyInclusion({ ...proof, path: [...path, leaf] })).toBe(false);
        if (path.length > 0) expect(verifyInclusion({ ...proof, path: path.slice(1) })).toBe(false);
        if (path.length > 0) expect(verifyInclusion({ ...proof, path: path.slice(0, -1) })).toBe(false);
        expect(verifyInclusion({ ...proof, leaf: leafHash(bytes('ff')) })).toBe(false);
        expect(verifyInclusion({ ...proof, root: leaf })).toBe(size === 1);
      }
    }
  });

  test(`consistency: every pair of sizes to ${SIZE_MAX}`, () => {
    const roots = DATA.map((_, index) => treeHash(DATA.slice(0, index + 1)));
    for (let second = 1; second <= SIZE_MAX; second++) {
      const secondRoot = roots[second - 1] ?? Buffer.alloc(0);
      const isFull = isSoak || second <= 40 || second >= SIZE_MAX - 2;
      for (let first = 1; first <= second; first += isFull ? 1 : 5) {
        const path = consistencyPath(log, first, second);
        if (isFull) expect(path.map(hex)).toEqual(consistencyProof(first, DATA.slice(0, second)).map(hex));
        const firstRoot = roots[first - 1] ?? Buffer.alloc(0);
        const proof = { first, second, firstRoot, secondRoot, path };
        expect(verifyConsistency(proof)).toBe(true);
        expect(verifyConsistency({ ...proof, firstRoot: leafHash(firstRoot) })).toBe(false);
        expect(verifyConsistency({ ...proof, secondRoot: leafHash(secondRoot) })).toBe(false);
        expect(verifyConsistency({ ...proof, path: [...path, secondRoot] })).toBe(false);
        if (path.length > 0) expect(verifyConsistency({ ...proof, path: path.slice(0, -1) })).toBe(false);
        if (path.length > 0) expect(verifyConsistency({ ...proof, path: path.toReversed().slice(1) })).toBe(false);
        if (first !== second) expect(verifyConsistency({ ...proof, first: second, second: first })).toBe(false);
      }
    }
  });

  test.each([0, -1, 0.5, Number.NaN, 2 ** 53])('refuses a log of %d leaves', (size) => {
    const root = treeHash([]);
    expect(verifyConsistency({ first: size, second: size, firstRoot: root, secondRoot: root, path: [] })).toBe(false);
    expect(verifyInclusion({ leaf: root, index: 0, size, path: [], root })).toBe(false);
  });
});

test('random logs, places and data', () => {
  const data = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 200 });
  checkProperty(
    'log',
    fc.property(data, fc.nat(), fc.nat(), (leaves, one, two) => {
      const reader = new MemoryLog();
      reader.leaves.push(...leaves.map(leafHash));
      const size = leaves.length;
      const index = one % size;
      const first = (two % size) + 1;
      const root = treeHash(leaves);
      expect(inclusionPath(reader, index, size).map(hex)).toEqual(auditPath(index, leaves).map(hex));
      const path = consistencyPath(reader, first, size);
      expect(path.map(hex)).toEqual(consistencyProof(first, leaves).map(hex));
      const leaf = reader.leaves[index] ?? new Uint8Array();
      expect(verifyInclusion({ leaf, index, size, path: inclusionPath(reader, index, size), root })).toBe(true);
      const firstRoot = treeHash(leaves.slice(0, first));
      expect(verifyConsistency({ first, second: size, firstRoot, secondRoot: root, path })).toBe(true);
    }),
    { small: 100, soak: 5_000 },
  );
});

describe('logs larger than any memory', () => {
  /** A log whose leaves are all the same, so that its perfect subtrees are known without them. */
  const levels: Uint8Array[] = [leafHash(bytes('00'))];
  for (let level = 1; level <= 53; level++) {
    const below = levels[level - 1] ?? new Uint8Array();
    levels.push(nodeHash(below, below));
  }
  const uniform: LogNodeReader = { perfectNode: (level) => levels[level] ?? new Uint8Array() };
  const sizes = [2 ** 31 - 1, 2 ** 31, 2 ** 31 + 1, 2 ** 32 + 1, 2 ** 49 - 1, 2 ** 49 + 1, 2 ** 52 + 1, 2 ** 53 - 1];

  test.each(sizes)('%d leaves', (size) => {
    const root = rangeRoot(uniform, 0, size);
    expect(readFrontier(uniform, size).root()).toEqual(root);
    for (const index of [0, 1, Math.floor(size / 2), size - 1]) {
      const path = inclusionPath(uniform, index, size);
      expect(verifyInclusion({ leaf: leafHash(bytes('00')), index, size, path, root })).toBe(true);
    }
    for (const first of [1, 2, 2 ** 31, Math.floor(size / 2), size - 1].filter((count) => count <= size)) {
      const firstRoot = rangeRoot(uniform, 0, first);
      const path = consistencyPath(uniform, first, size);
      expect(verifyConsistency({ first, second: size, firstRoot, secondRoot: root, path })).toBe(true);
    }
    if (size < Number.MAX_SAFE_INTEGER) {
      const second = size + 1;
      const path = consistencyPath(uniform, size, second);
      const secondRoot = rangeRoot(uniform, 0, second);
      expect(verifyConsistency({ first: size, second, firstRoot: root, secondRoot, path })).toBe(true);
    }
  });
});
