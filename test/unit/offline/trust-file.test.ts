import { describe, expect, test } from 'vitest';

import { decodeTrustFile, encodeTrustFile, trustFileOf } from '../../../src/ledger/documents/trust-file.ts';
import { hashOf, signerNamed } from '../../vectors/chain-builder.ts';
import { rejectsWith } from './rejects-with.ts';

const old = signerNamed('old').publicKey;
const key = signerNamed('new').publicKey;
const trusted = {
  chain: { chain_id: 'trusted', genesis: hashOf('genesis') },
  height: 20,
  validators: [
    { validator_id: 'node-1', public_key: old, seals_from: 0, seals_to: 9 },
    { validator_id: 'node-1', public_key: key, seals_from: 10, seals_to: null },
  ],
};
const file = trustFileOf(trusted, 20);

describe('a trust file', () => {
  test('gives back what it was made of', () => {
    expect(decodeTrustFile(encodeTrustFile(file))).toEqual(trusted);
    expect(decodeTrustFile(JSON.stringify(file, null, 2))).toEqual(trusted);
  });

  test('holds many keys', () => {
    const many = Array.from({ length: 1_000 }, (_, index) => ({
      validator_id: 'node-1',
      public_key: key,
      seals_from: index,
      seals_to: index,
    }));
    expect(decodeTrustFile(encodeTrustFile(trustFileOf({ ...trusted, validators: many }, 20))).validators).toEqual(
      many,
    );
  });

  const [validator] = file.validators;
  test.each<[string, unknown, RegExp]>([
    [
      'of the form without spans',
      { ...file, format: 'quantum-lock/trust/v1', height: undefined },
      /does not say which blocks each key may seal/,
    ],
    ['of another form', { ...file, format: 'quantum-lock/trust/v3' }, /format/],
    ['without a height', { ...file, height: undefined }, /height/],
    ['with a field more', { ...file, more: 1 }, /more/],
    ['of nobody', { ...file, validators: [] }, /validators/],
    ['of a validator without a key', { ...file, validators: [{ ...validator, keys: [] }] }, /keys/],
    [
      'with a span that ends before it begins',
      { ...file, validators: [{ validator_id: 'node-1', keys: [{ public_key: key, from: 3, to: 2 }] }] },
      /not before from/,
    ],
    [
      'with a span that begins nowhere',
      { ...file, validators: [{ validator_id: 'node-1', keys: [{ public_key: key, from: -1, to: 2 }] }] },
      /from/,
    ],
  ])('%s is refused', (_, document, message) => {
    rejectsWith(() => decodeTrustFile(JSON.stringify(document)), 'DOCUMENT_INVALID', message);
  });
});
