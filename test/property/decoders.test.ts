import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { decodeHex } from '../../src/base/bytes.ts';
import { decodeCanonical, encodeCanonical, encodeCanonicalText, type JsonObject } from '../../src/base/canonical.ts';
import { QuantumLockError } from '../../src/base/errors.ts';
import { decodeHeader, encodeHeader } from '../../src/ledger/blocks/block.ts';
import { decodeProof, encodeProof } from '../../src/ledger/blocks/block-proof.ts';
import { ACTION_NAMES, findAction } from '../../src/ledger/actions/registry.ts';
import { verifyWithNoble } from '../../src/ledger/crypto/signature.ts';
import { decodeStatePage, encodeStatePage, StatePage } from '../../src/ledger/state/page.ts';
import { verifyStateProof, type StateProof } from '../../src/ledger/proofs/state-proof.ts';
import { verifyTransactionProof, type TransactionProof } from '../../src/ledger/proofs/transaction-proof.ts';
import { checkTransaction, encodeTransaction, isRejection } from '../../src/ledger/transactions/transaction.ts';
import { create, genesisPayload, promote, World } from '../unit/ledger/world.ts';
import { coded } from '../coded.ts';
import { checkProperty } from './check-property.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const counts = { small: 2_000, soak: 200_000 };

const world = World.with(create('alpha'), create('beta'), promote('alpha'));
const transaction = create('gamma', { metadata: { note: 'x', list: [1, 2] } });
const transactionProof = world.proveTransaction(1, 1);
const presence = world.proveState('environments', 'alpha', 1);
const absence = world.proveState('environments', 'none', 1);

/** Any JSON, and JSON that looks like ours: keys and strings of real documents in wrong places. */
const documents: readonly unknown[] = [
  transaction,
  world.head.header,
  world.head.proof,
  transactionProof,
  presence,
  absence,
  genesisPayload(),
];
const scalars: unknown[] = [];
const keys = new Set(['__proto__', 'constructor', 'toString', '']);
const collect = (value: unknown): void => {
  if (typeof value !== 'object' || value === null) scalars.push(value);
  else
    for (const [key, entry] of Object.entries(value)) {
      keys.add(key);
      collect(entry);
    }
};
documents.forEach(collect);

const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(...scalars),
    fc.jsonValue({ maxDepth: 1 }),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...keys), fc.string()), tie('json'), { maxKeys: 8, noNullPrototype: true }),
  ),
}));

/** A real document with one entry, at any depth, replaced, taken out or added. */
const nearDocument = fc
  .record({
    document: fc.constantFrom(...documents),
    steps: fc.array(fc.nat(), { minLength: 1, maxLength: 5 }),
    kind: fc.constantFrom('replace', 'remove', 'add'),
    key: fc.constantFrom(...keys),
    value: json,
  })
  .map(({ document, steps, kind, key, value }) => {
    const copy: unknown = structuredClone(document);
    let at = copy as Record<string, unknown>;
    for (const [index, step] of steps.entries()) {
      const names = Object.keys(at);
      const name = names[step % Math.max(1, names.length)];
      if (name === undefined) break;
      const below = at[name];
      if (index < steps.length - 1 && typeof below === 'object' && below !== null) {
        at = below as Record<string, unknown>;
        continue;
      }
      if (kind === 'replace') at[name] = value;
      if (kind === 'remove') delete at[name];
      if (kind === 'add')
        Object.defineProperty(at, key, { value, enumerable: true, configurable: true, writable: true });
      break;
    }
    return copy;
  });

/** Bytes of every kind: noise, cut and flipped documents, JSON in and out of canonical form. */
const canonicalOrNot = (value: unknown): Uint8Array => {
  try {
    return encodeCanonical(value);
  } catch {
    return utf8(JSON.stringify(value) ?? '');
  }
};
const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.string({ unit: 'binary', maxLength: 100 }).map(utf8),
  fc.oneof(json, nearDocument).map(canonicalOrNot),
  fc.oneof(json, nearDocument).map((value) => utf8(JSON.stringify(value) ?? '')),
  fc
    .tuple(fc.constantFrom(...documents), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }), fc.nat())
    .map(([document, flips, cut]) => {
      const bytes = encodeCanonical(document);
      for (const [place, byte] of flips) bytes[place % bytes.length] = byte;
      return cut % 3 === 0 ? bytes.subarray(0, cut % bytes.length) : bytes;
    }),
);

/** Runs a decoder; only a typed error may come out of it. */
function typed<Value>(decode: () => Value): Value | undefined {
  try {
    return decode();
  } catch (error) {
    if (error instanceof QuantumLockError) return undefined;
    throw error;
  }
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

describe('whatever bytes come', () => {
  test('decodeCanonical accepts only what it would write', () => {
    checkProperty(
      'decodeCanonical',
      fc.property(anyBytes, (bytes) => {
        const value = typed(() => decodeCanonical(bytes));
        if (value !== undefined) expect(encodeCanonical(value)).toEqual(bytes);
      }),
      counts,
    );
  });

  test('checkTransaction accepts only what it would write, signed', () => {
    checkProperty(
      'checkTransaction',
      fc.property(anyBytes, (bytes) => {
        const checked = checkTransaction(bytes, world.root, verifyWithNoble);
        if (!isRejection(checked)) expect(encodeTransaction(checked.transaction)).toEqual(bytes);
      }),
      counts,
    );
  });

  test('checkTransaction accepts a good transaction, and none with a byte changed', () => {
    const good = encodeTransaction(transaction);
    expect(isRejection(checkTransaction(good, world.root, verifyWithNoble))).toBe(false);
    checkProperty(
      'changed transactions',
      fc.property(fc.nat(good.length - 1), fc.nat(255), (place, byte) => {
        const bytes = good.slice();
        bytes[place] = byte;
        expect(isRejection(checkTransaction(bytes, world.root, verifyWithNoble))).toBe(byte !== good[place]);
      }),
      { small: 500, soak: 20_000 },
    );
  });

  test('decodeHeader and decodeProof accept only what they would write', () => {
    checkProperty(
      'decodeHeader, decodeProof',
      fc.property(anyBytes, (bytes) => {
        const text = textOf(bytes);
        const header = typed(() => decodeHeader(text));
        if (header !== undefined) expect(encodeHeader(header)).toBe(text);
        const proof = typed(() => decodeProof(text));
        if (proof !== undefined) expect(encodeProof(proof)).toBe(text);
      }),
      counts,
    );
    expect(decodeHeader(encodeHeader(world.head.header))).toEqual(world.head.header);
  });

  test('checkPayload of every action answers, and lets only what is canonical through', () => {
    checkProperty(
      'checkPayload',
      fc.property(fc.constantFrom(...ACTION_NAMES), fc.oneof(json, nearDocument), (name, value) => {
        if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
        const refusal = findAction(name)?.checkPayload(value as JsonObject);
        if (refusal !== null) expect(refusal).toMatchObject({ name: 'PAYLOAD_INVALID' });
      }),
      counts,
    );
  });

  test('the genesis payload accepts no change that the state would not hold as it is typed', () => {
    const genesis = findAction('genesis');
    expect(genesis?.checkPayload(genesisPayload())).toBeNull();
    const place = fc.constantFrom('members', 'validators', 'policies', 'parameters');
    checkProperty(
      'genesis payload',
      fc.property(place, json, (field, value) => {
        const payload = genesisPayload({ [field]: value as never });
        if (genesis?.checkPayload(payload) !== null) return;
        // What passes is a list of records or a table of policies; nothing else of random JSON fits.
        expect(encodeCanonicalText(payload)).toBeTypeOf('string');
        if (field === 'policies') {
          for (const [key, policy] of Object.entries(value as object)) {
            expect(key).toMatch(/^[a-z][a-z_]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)?$/);
            expect(policy).toHaveProperty('mode');
          }
        }
      }),
      counts,
    );
  });
});

describe('state pages', () => {
  const slot = fc.record({
    kind: fc.constantFrom(0, 1, 2),
    hash: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    ref: fc.maxSafeInteger(),
  });
  const pages = fc.array(slot, { minLength: 16, maxLength: 16 }).map((slots) => {
    const page = new StatePage();
    for (const [index, { kind, hash, ref }] of slots.entries()) {
      if (kind !== 0) page.setSlot(index, { kind, hash, ref: Math.abs(ref) % 2 ** 48 });
    }
    page.rehash(0xffff);
    return page;
  });

  test('come back from their bytes, with the same root', () => {
    checkProperty(
      'state pages',
      fc.property(pages, (page) => {
        const bytes = encodeStatePage(page);
        const back = decodeStatePage(bytes);
        expect(back.hash(1)).toEqual(page.hash(1));
        for (let index = 0; index < 16; index++) expect(back.slot(index)).toEqual(page.slot(index));
        expect(encodeStatePage(back)).toEqual(bytes);
      }),
      { small: 300, soak: 20_000 },
    );
  });

  test('are read from any bytes with a typed error, or give the same bytes', () => {
    const changed = fc
      .tuple(pages, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }), fc.integer({ min: -40, max: 40 }))
      .map(([page, flips, change]) => {
        const bytes = encodeStatePage(page);
        for (const [place, byte] of flips) bytes[place % bytes.length] = byte;
        return change < 0
          ? bytes.subarray(0, Math.max(0, bytes.length + change))
          : new Uint8Array([...bytes, ...new Uint8Array(change % 3)]);
      });
    checkProperty(
      'bytes of state pages',
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 700 }), changed), (bytes) => {
        const page = typed(() => decodeStatePage(bytes));
        if (page !== undefined) expect(encodeStatePage(page)).toEqual(bytes);
      }),
      counts,
    );
  });

  test.each<[string, string]>([
    ['nothing', '0x'],
    ['three bytes', '0x000000'],
    ['a kind that is none', `0x03000000${'00'.repeat(38)}`],
    ['a slot that is cut', `0x01000000${'00'.repeat(37)}`],
    ['bytes left over', '0x0000000000'],
  ])('of %s are refused', (_, text) => {
    expect(() => decodeStatePage(decodeHex(text))).toThrow(coded('STORAGE_CORRUPT'));
  });
});

/**
 * One proof of absence is true of every key whose path ends at the same empty place: where another key really is
 * absent, the proof that names it is the good one.
 */
function underItsOwnKey(proof: StateProof): StateProof {
  const isAbsent = proof.value === null && world.state.get('environments', proof.key) === undefined;
  return isAbsent && proof.namespace === 'environments' ? { ...proof, key: absence.key } : proof;
}

describe('whatever proof comes', () => {
  const anything = fc.oneof(
    json,
    nearDocument,
    fc.anything(),
    fc.constantFrom(null, undefined, 0, '', [], () => 0, Symbol('a'), 1n),
  );
  test('both verifiers answer, and accept nothing that is not one of the good proofs', () => {
    const good = [transactionProof, presence, absence].map(encodeCanonicalText);
    checkProperty(
      'proofs of anything',
      fc.property(anything, (value) => {
        for (const report of [
          verifyTransactionProof(value as TransactionProof, world.trusted),
          verifyStateProof(value as StateProof, world.trusted),
        ]) {
          if (report.ok) expect(good).toContain(encodeCanonicalText(underItsOwnKey(value as StateProof)));
          else expect(report.steps.at(-1)).toMatchObject({ ok: false });
        }
      }),
      counts,
    );
  });
});
