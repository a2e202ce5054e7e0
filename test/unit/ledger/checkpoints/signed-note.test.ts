import { describe, expect, test } from 'vitest';

import { decodeBase64, encodeBase64 } from '../../../../src/base/base64.ts';
import { encodeUtf8 } from '../../../../src/base/bytes.ts';
import { QuantumLockError } from '../../../../src/base/errors.ts';
import { verifyEd25519 } from '../../../../src/ledger/crypto/ed25519.ts';
import {
  decodeNote,
  decodeVerifierKey,
  encodeNote,
  encodeVerifierKey,
  signaturesOf,
} from '../../../../src/ledger/checkpoints/signed-note.ts';

/** The example of c2sp.org/signed-note. */
const KEY = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
const NOTE =
  'This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n';

const refused = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof QuantumLockError && error.code === 'DOCUMENT_INVALID') return error.message;
    throw error;
  }
  throw new Error('it was taken');
};

test('the example of the standard verifies, and is written as it stands', () => {
  const key = decodeVerifierKey(KEY);
  const note = decodeNote(NOTE);
  expect(encodeVerifierKey(key)).toBe(KEY);
  expect(encodeNote(note)).toBe(NOTE);
  const [signature] = signaturesOf(note, key);
  expect(verifyEd25519(signature?.signature ?? new Uint8Array(), encodeUtf8(note.text), key.publicKey)).toBe(true);
  expect(signaturesOf(note, { ...key, name: 'example.com/bar' })).toEqual([]);
});

describe('a note is refused', () => {
  test.each([
    ['without an empty line', NOTE.replace('\n\n', '\n'), 'has no empty line'],
    ['without a signature', 'text\n\n', 'has no signature'],
    ['without a line end', NOTE.slice(0, -1), 'does not end with a line end'],
    ['with a control character', NOTE.replace('is', 'i\u0007'), 'has a character'],
    ['with a tab', NOTE.replace(' is', '\tis'), 'has a character'],
    ['with half a surrogate', NOTE.replace('is', '\ud800'), 'has a character'],
    ['with a hyphen for the dash', NOTE.replace('—', '-'), 'is no signature'],
    ['with two spaces', NOTE.replace('/foo U', '/foo  U'), 'is no signature'],
    ['with a plus in a name', NOTE.replace('/foo U', '/f+o U'), 'is no signature'],
    ['with base64 that has a bit too many', NOTE.replace('aQM=', 'aQN='), 'longer than the bytes'],
    ['with base64 in another alphabet', NOTE.replace('IneyaQM=', 'Iney_QM='), 'another alphabet'],
    ['with a signature of four bytes', 'text\n\n— a AAAAAA==\n', 'too short'],
    ['that is too large', `${'x'.repeat(600_000)}\n\n— a AAAAAAA=\n`, 'larger than'],
    ['with too many signatures', `text\n\n${'— a AAAAAAA=\n'.repeat(129)}`, 'more than 128'],
  ])('%s', (_, note, why) => {
    expect(refused(() => decodeNote(note))).toContain(why);
  });
});

describe('a verifier key is refused', () => {
  test.each([
    ['without three parts', 'example.com/foo+530d903a', 'form'],
    ['with the id of another', KEY.replace('530d903a', '530d903b'), 'id of another key'],
    ['of a kind that is not known', 'a+00000000+Agk=', 'kind'],
    ['of another size', 'a+00000000+AQk=', 'size'],
  ])('%s', (_, key, why) => {
    expect(refused(() => decodeVerifierKey(key))).toContain(why);
  });
});

test('base64 has one text for the same bytes', () => {
  for (const size of [0, 1, 2, 3, 4, 255]) {
    const bytes = Uint8Array.from({ length: size }, (_, index) => (index * 37) % 256);
    expect(encodeBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
    expect(decodeBase64(encodeBase64(bytes))).toEqual(bytes);
  }
  for (const text of ['A', 'AA', 'AAA', 'AB==', 'AAB=', 'A===', '====', 'AA=A', 'AA\n=', ' AAA'])
    expect(() => decodeBase64(text), text).toThrow(QuantumLockError);
});
