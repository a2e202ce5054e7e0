import { createPublicKey, verify } from 'node:crypto';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { encodeHex } from '../../src/base/bytes.ts';
import { verifyEd25519 } from '../../src/ledger/crypto/ed25519.ts';
import { checkpointSignerOf } from '../vectors/checkpoint-signer.ts';
import { isCheckpointSigned } from '../vectors/independent-values.ts';
import { digestOf } from '../vectors/independent-values.ts';
import { checkProperty } from './check-property.ts';

const PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const ORDER = 2n ** 252n + 27_742_317_777_372_353_535_851_937_790_883_648_493n;
const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

/** What OpenSSL says of it, which looks at fewer things first. */
function openssl(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  try {
    const key = createPublicKey({ key: Buffer.concat([PREFIX, publicKey]), format: 'der', type: 'spki' });
    return verify(null, message, key, signature);
  } catch {
    return false;
  }
}

const seed = fc.uint8Array({ minLength: 32, maxLength: 32 });
const message = fc.uint8Array({ maxLength: 300 });

test('a signature of OpenSSL verifies, and with any one bit changed it does not, as OpenSSL says too', () => {
  checkProperty(
    'Ed25519',
    fc.property(seed, message, fc.nat(), fc.constantFrom('signature', 'key', 'message'), (secret, text, at, where) => {
      const { publicKey, sign } = checkpointSignerOf(secret);
      const key = bytes(publicKey.slice(2));
      const signature = sign(text);
      expect(verifyEd25519(signature, text, key)).toBe(true);
      const parts = { signature, key, message: text };
      const changed = parts[where].slice();
      if (changed.length === 0) return;
      const bit = at % (8 * changed.length);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const next = { ...parts, [where]: changed };
      expect(verifyEd25519(next.signature, next.message, next.key)).toBe(false);
      expect(openssl(next.signature, next.message, next.key)).toBe(false);
    }),
    { small: 40, soak: 2_000 },
  );
});

/** The encodings of the points of small order, and other encodings of the same points (RFC 8032 §5.1.3 refuses those). */
const SMALL = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000080',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000080',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
] as const;

describe('a key that proves nothing', () => {
  test.each(SMALL)('%s verifies nothing, and the second program says the same', (hex) => {
    const key = bytes(hex);
    for (const r of SMALL) {
      const signature = new Uint8Array([...bytes(r), ...new Uint8Array(32)]);
      for (const text of ['a', 'b', 'c', 'd']) {
        const value = { text };
        const domain = { genesis: `0x${'00'.repeat(32)}`, era: 0 };
        const digest = bytes(digestOf('possession', domain, value).slice(2));
        expect(verifyEd25519(signature, digest, key)).toBe(false);
        const signed = {
          publicKey: encodeHex(key),
          signature: encodeHex(signature),
          kind: 'possession',
          domain,
          value,
        };
        expect(isCheckpointSigned(signed)).toBe(false);
      }
    }
  });
});

test('S is below the order: the same signature with the order added is another, and does not verify', () => {
  const { publicKey, sign } = checkpointSignerOf(new Uint8Array(32).fill(7));
  const text = new TextEncoder().encode('a message');
  const signature = sign(text);
  const s = BigInt(`0x${Buffer.from(signature.slice(32)).reverse().toString('hex')}`) + ORDER;
  const higher = new Uint8Array([
    ...signature.slice(0, 32),
    ...Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse(),
  ]);
  expect(verifyEd25519(higher, text, bytes(publicKey.slice(2)))).toBe(false);
  expect(verifyEd25519(signature, text, bytes(publicKey.slice(2)))).toBe(true);
  for (const size of [0, 63, 65])
    expect(verifyEd25519(new Uint8Array(size), text, bytes(publicKey.slice(2)))).toBe(false);
  for (const size of [0, 31, 33]) expect(verifyEd25519(signature, text, new Uint8Array(size))).toBe(false);
});

test('a key with a part of small order verifies where OpenSSL says so: no cofactor hides the part', () => {
  // RFC 8032 §5.1.7 lets a verifier multiply by the cofactor; then these would verify, and here they must not.
  // Cases 8 and 9 of "Taming the many EdDSAs" (Chalkias, Garillot, Nikolaenko, 2020), table 6c: 4 and 5 there.
  const cases = [
    {
      message: '9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79',
      key: 'cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d',
      signature:
        '160a1cb0dc9c0258cd0a7d23e94d8fa878bcb1925f2c64246b2dee1796bed5125ec6bc982a269b723e0668e540911a9a6a58921d6925e434ab10aa7940551a09',
    },
    {
      message: 'e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c',
      key: 'cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d',
      signature:
        '21122a84e0b5fca4052f5b1235c80a537878b38f3142356b2c2384ebad4668b7e40bc836dac0f71076f9abe3a53f9c03c1ceeeddb658d0030494ace586687405',
    },
  ];
  for (const one of cases) {
    const [signature, text, key] = [bytes(one.signature), bytes(one.message), bytes(one.key)];
    expect(verifyEd25519(signature, text, key)).toBe(openssl(signature, text, key));
  }
});
