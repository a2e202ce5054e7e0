import { createHash } from 'node:crypto';

import { sha256 as resolved } from '#sha256';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { encodeHex } from '../../../src/base/bytes.ts';
import * as noble from '../../../src/base/sha256.noble.ts';
import * as node from '../../../src/base/sha256.node.ts';

describe('SHA-256', () => {
  test.each([
    // FIPS 180-4 examples, as NIST publishes them.
    ['', '0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', '0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '0x248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
  ])('of %j', (text, expected) => {
    const bytes = new TextEncoder().encode(text);
    expect(encodeHex(node.sha256(bytes))).toBe(expected);
    expect(encodeHex(noble.sha256(bytes))).toBe(expected);
  });

  test("is the same by Node's library and by noble, at any offset, and for views into larger buffers", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(64), (bytes, offset) => {
        const view = new Uint8Array([...new Uint8Array(offset), ...bytes]).subarray(offset);
        const outputs = [node, noble].map(({ sha256Into }) => {
          const output = new Uint8Array(offset + 40).fill(7);
          sha256Into(view, output, offset);
          return output;
        });
        expect(outputs[0]).toEqual(outputs[1]);
        const expected = new Uint8Array(createHash('sha256').update(bytes).digest());
        expect(outputs[0]?.subarray(offset, offset + 32)).toEqual(expected);
        expect(outputs[0]?.subarray(offset + 32)).toEqual(new Uint8Array(8).fill(7));
        expect(node.sha256(bytes)).toEqual(expected);
        expect(noble.sha256(bytes)).toEqual(expected);
      }),
    );
  });

  test("resolves to Node's own library in Node", () => {
    expect(resolved).toBe(node.sha256);
  });
});
