import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { decodeCanonical, encodeCanonical, encodeCanonicalText } from '../../src/base/canonical.ts';
import { QuantumLockError } from '../../src/base/errors.ts';
import { checkProperty } from './check-property.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('__proto__', 'constructor', 'toJSON', '1', '10', '2', '', '\u2028', '\ufb33', '😀'),
);
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    text,
    fc.array(tie('json'), { maxLength: 5 }),
    fc.dictionary(text, tie('json'), { maxKeys: 5, noNullPrototype: false }),
  ),
}));

test('canonical JSON is what the reference implementation of RFC 8785 writes', () => {
  checkProperty(
    'canonical against reference',
    fc.property(json, (value) => {
      const encoded = encodeCanonicalText(value);
      expect(encoded).toBe(canonicalize(value));
      // As text, since a key named __proto__ is data on both sides.
      expect(encodeCanonicalText(decodeCanonical(encodeCanonical(value)))).toBe(encoded);
      expect(JSON.stringify(JSON.parse(encoded))).toHaveLength(encoded.length);
    }),
    { small: 1_000, soak: 200_000 },
  );
});

test('whatever JSON.parse would take is refused unless it is canonical already', () => {
  checkProperty(
    'any JSON text',
    fc.property(json, fc.constantFrom(undefined, 1, '\t'), (value, space) => {
      const bytes = new TextEncoder().encode(JSON.stringify(value, null, space));
      try {
        expect(encodeCanonical(decodeCanonical(bytes))).toEqual(bytes);
      } catch (error) {
        if (!(error instanceof QuantumLockError)) throw error;
        expect(error.code).toBe('CANONICAL_JSON');
        expect(bytes).not.toEqual(encodeCanonical(value));
      }
    }),
    { small: 1_000, soak: 200_000 },
  );
});
