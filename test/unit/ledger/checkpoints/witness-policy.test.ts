import { describe, expect, test } from 'vitest';

import { QuantumLockError } from '../../../../src/base/errors.ts';
import { encodeVerifierKey, type NoteKey } from '../../../../src/ledger/checkpoints/signed-note.ts';
import { decodeWitnessPolicy, isQuorum } from '../../../../src/ledger/checkpoints/witness-policy.ts';

const keyOf = (number: number, type: NoteKey['type'] = 0x04): string =>
  encodeVerifierKey({
    name: `w.example/${number}`,
    type,
    publicKey: new Uint8Array(type === 0x06 ? 1312 : 32).fill(number),
  });

/** The example of c2sp.org/tlog-policy, with keys. */
const EXAMPLE = `log ${keyOf(99, 0x01)}

witness X1 ${keyOf(1)} https://x.example/1/
witness X2 ${keyOf(2, 0x06)}
witness X3 ${keyOf(3)}
group X-witnesses 2 X1 X2 X3
\t# a comment
witness Y1 ${keyOf(4)}
witness Y2 ${keyOf(5)}
group Y-witnesses any Y1 Y2

  group  X-and-Y\tall X-witnesses Y-witnesses
quorum X-and-Y
`;

test('the example of the standard is read, and its quorum is what it says', () => {
  const policy = decodeWitnessPolicy(EXAMPLE);
  expect(policy.witnesses.map(({ name, url }) => [name, url])).toContainEqual(['X1', 'https://x.example/1']);
  const met = (...names: string[]): boolean => isQuorum(policy, new Set(names));
  expect(met('X1', 'X2', 'Y1')).toBe(true);
  expect(met('X2', 'X3', 'Y2')).toBe(true);
  expect(met('X1', 'X2')).toBe(false);
  expect(met('X1', 'Y1', 'Y2')).toBe(false);
  // A group is none of those who cosign.
  expect(met('X-and-Y', 'X-witnesses', 'Y1')).toBe(false);
  expect(isQuorum(decodeWitnessPolicy('quorum none\n'), new Set())).toBe(true);
});

describe('a policy is refused', () => {
  const one = `witness a ${keyOf(1)}\n`;
  test.each([
    ['without a quorum', one, 'no quorum'],
    ['with two', `${one}quorum a\nquorum a\n`, 'second quorum'],
    ['with a quorum that is not there', 'quorum a\n', 'names no witness'],
    ['with a member that comes later', `group g any a\n${one}quorum g\n`, 'stands on no line before'],
    ['with a member of two groups', `${one}group g any a\ngroup h any a\nquorum h\n`, 'in a group already'],
    ['with a member twice', `${one}group g 2 a a\nquorum g\n`, 'in a group already'],
    ['with a group that asks for more than it has', `${one}group g 2 a\nquorum g\n`, 'asks for 2 of 1'],
    ['with a group that asks for nobody', `${one}group g 0 a\nquorum g\n`, 'asks for 0 of 1'],
    ['with an empty group', `${one}group g any\nquorum a\n`, 'group of nobody'],
    ['with a name twice', `${one}witness a ${keyOf(2)}\nquorum a\n`, 'second time'],
    ['with the same key under two names', `${one}witness b ${keyOf(1)}\nquorum a\n`, 'key of another witness'],
    ['with a witness called none', `witness none ${keyOf(1)}\nquorum none\n`, 'stands for no witness'],
    ['with a log’s key for a witness', `witness a ${keyOf(1, 0x01)}\nquorum a\n`, 'no cosignatures'],
    ['with an address that is none', `witness a ${keyOf(1)} file:///etc\nquorum a\n`, 'address'],
    ['with another line', `${one}quorum a\nsomething\n`, 'line 3 begins with something'],
    ['with a control character', `${one}quorum a\r\n`, 'character in line 2'],
    ['without a line end', `${one}quorum a`, 'line end'],
  ])('%s', (_, text, why) => {
    expect(() => decodeWitnessPolicy(text)).toThrow(QuantumLockError);
    expect(() => decodeWitnessPolicy(text)).toThrow(why);
  });
});
