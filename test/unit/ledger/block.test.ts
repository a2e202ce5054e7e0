import { describe, expect, test } from 'vitest';

import { encodeHex } from '../../../src/base/bytes.ts';
import { encodeCanonicalText, type Json, type JsonObject } from '../../../src/base/canonical.ts';
import {
  checkSuccession,
  decodeHeader,
  encodeHeader,
  headerDigest,
  headerHash,
  type BlockHeader,
} from '../../../src/ledger/blocks/block.ts';
import { decodeProof, encodeProof, verifyProof } from '../../../src/ledger/blocks/block-proof.ts';
import { digest } from '../../../src/ledger/crypto/digest.ts';
import { verifyWithNoble } from '../../../src/ledger/crypto/signature.ts';
import { hashOf } from '../../vectors/chain-builder.ts';
import { coded } from '../../coded.ts';
import { create, GENESIS_TIME, node1, World } from './world.ts';

const world = World.with(create('alpha'));
const { header, proof } = world.head;
const { root } = world;
const parent = world.sealedHeader(0);
const changed = (value: object, changes: Readonly<Record<string, Json | undefined>>): string =>
  encodeCanonicalText(
    Object.fromEntries(Object.entries({ ...value, ...changes }).filter(([, entry]) => entry !== undefined)),
  );

describe('decodeHeader', () => {
  test('reads what encodeHeader writes', () => {
    expect(decodeHeader(encodeHeader(header))).toEqual(header);
  });

  const wrong: Readonly<Record<keyof BlockHeader, readonly Json[]>> = {
    chain_id: [1, null, '', 'Other', 'x'.repeat(64)],
    era: [-1, '0', null],
    index: [-1, '0', null],
    log_root: ['0x00', 1, `0x${'AB'.repeat(32)}`],
    log_size: [-1, '1'],
    previous_hash: ['', null],
    state_root: ['0x', []],
    timestamp: [-1, '1'],
    transactions_root: [{}, ''],
    validator: [1, null],
    version: [0, 1, 3, '2'],
  };
  test.each(Object.entries(wrong))('refuses a wrong %s, and its absence', (field, values) => {
    for (const value of [...values, undefined]) {
      expect(() => decodeHeader(changed(header, { [field]: value }))).toThrow(coded('CHAIN_INVALID'));
    }
  });

  test.each<[string, string, string]>([
    ['an unknown field', changed(header, { extra: 1 }), 'CHAIN_INVALID'],
    ['a list', '[]', 'CHAIN_INVALID'],
    ['null', 'null', 'CHAIN_INVALID'],
    ['white space', ` ${encodeHeader(header)}`, 'CANONICAL_JSON'],
    ['fractions', '{"index":0.5}', 'VALUE_NOT_ALLOWED'],
  ])('refuses %s', (_, text, code) => {
    expect(() => decodeHeader(text)).toThrow(expect.objectContaining({ code }));
  });
});

describe('decodeProof', () => {
  test('reads what encodeProof writes', () => {
    expect(decodeProof(encodeProof(proof))).toEqual(proof);
  });

  test.each<[string, JsonObject]>([
    ['another type', { type: 'commit' }],
    ['a short signature', { signature: '0x00' }],
    ['an uncompressed key', { public_key: `0x04${'11'.repeat(64)}` }],
    ['an unknown field', { extra: null }],
  ])('refuses %s', (_, changes) => {
    expect(() => decodeProof(changed(proof, changes))).toThrow(coded('CHAIN_INVALID'));
  });

  test.each(['{}', '[]', 'null', '"seal"', '{"a":1}', '{"type":"toString"}', '{"type":["seal"]}', '{"type":null}'])(
    'refuses what is of no kind that there is: %s',
    (text) => {
      expect(() => decodeProof(text)).toThrow(coded('CHAIN_INVALID'));
    },
  );
});

describe('the block hash', () => {
  test('covers each field of the header', () => {
    const changes: BlockHeader[] = [
      { ...header, chain_id: 'other' },
      { ...header, era: 1 },
      { ...header, index: 9 },
      { ...header, log_root: hashOf('x') },
      { ...header, log_size: 9 },
      { ...header, previous_hash: hashOf('x') },
      { ...header, state_root: hashOf('x') },
      { ...header, timestamp: 9 },
      { ...header, transactions_root: hashOf('x') },
      { ...header, validator: 'node2' },
    ];
    expect(new Set([header, ...changes].map((one) => headerHash(one, root))).size).toBe(changes.length + 1);
    expect(new Set(Object.keys(header)).size).toBe(changes.length + 1);
    for (const other of changes) expect(verifyProof(other, root, proof, verifyWithNoble)).toBe(false);
    expect(verifyProof(header, root, proof, verifyWithNoble)).toBe(true);
    expect(verifyProof(header, { genesis: hashOf('another chain') }, proof, verifyWithNoble)).toBe(false);
  });

  test('is a digest of its own kind and chain', () => {
    const bytes = new TextEncoder().encode(encodeHeader(header));
    expect(headerDigest(header, root)).toEqual(digest('block', world.chain, bytes));
    const kinds = (['transaction', 'block'] as const).map((kind) => encodeHex(digest(kind, world.chain, bytes)));
    const others = [
      { ...world.chain, genesis: hashOf('another chain') },
      { ...world.chain, era: 1 },
      { ...world.chain, era: 2 ** 32 },
      { ...world.chain, era: Number.MAX_SAFE_INTEGER },
    ].map((domain) => encodeHex(digest('block', domain, bytes)));
    expect(new Set([...kinds, ...others]).size).toBe(6);
  });

  test('of block 0 is of no chain: it makes one', () => {
    expect(headerHash(parent.header, root)).toBe(headerHash(parent.header, { genesis: hashOf('any') }));
    expect(parent.hash).toBe(root.genesis);
  });
});

describe('checkSuccession', () => {
  test('accepts genesis and the block after it', () => {
    expect(checkSuccession(parent.header, null)).toBeNull();
    expect(checkSuccession(header, parent)).toBeNull();
    expect(checkSuccession({ ...header, timestamp: GENESIS_TIME }, parent)).toBeNull();
  });

  test.each<[string, BlockHeader, typeof parent | null, string]>([
    ['a first block that is not block 0', header, null, 'index 0'],
    ['genesis with a block before', { ...parent.header, previous_hash: hashOf('x') }, null, 'no previous hash'],
    ['another chain', { ...header, chain_id: 'other' }, parent, 'chain id'],
    ['a gap', { ...header, index: 2 }, parent, 'index 2 follows 0'],
    ['the same index again', { ...header, index: 0 }, parent, 'index 0 follows 0'],
    ['a wrong link', { ...header, previous_hash: hashOf('x') }, parent, 'previous_hash'],
    ['an era that ends', header, { ...parent, header: { ...parent.header, era: 1 } }, 'era 0 follows era 1'],
    ['an era that is left out', { ...header, era: 2 }, parent, 'era 2 follows era 0'],
    ['a first block of a later era', { ...parent.header, era: 1 }, null, 'era 0'],
    ['time that runs backwards', { ...header, timestamp: GENESIS_TIME - 1 }, parent, 'backwards'],
    ['no transaction', { ...header, log_size: parent.header.log_size }, parent, 'at least one'],
    ['a log that shrinks', { ...header, log_size: 0 }, parent, 'at least one'],
  ])('refuses %s', (_, next, before, reason) => {
    expect(checkSuccession(next, before)).toContain(reason);
  });

  test('a seal of another key is none', () => {
    expect(
      verifyProof(header, root, { ...proof, public_key: world.seal(parent.header).public_key }, verifyWithNoble),
    ).toBe(true);
    expect(verifyProof(parent.header, root, proof, verifyWithNoble)).toBe(false);
    expect(node1.publicKey).toBe(proof.public_key);
  });
});
