import { describe, expect, test } from 'vitest';

import { decodeUtf8, encodeHex, encodeUtf8 } from '../../../src/base/bytes.ts';
import {
  encodeExportedKey,
  isExportedKey,
  openExportedKey,
  readExportedKey,
} from '../../../src/node/keys/exported-key.ts';
import { generateSecret, keyIdOf, type KeyInfo } from '../../../src/node/keys/key-store.ts';
import { CHEAP_KDF } from './keys-fixture.ts';

const PASSPHRASE = 'another passphrase';
const { secret, public_key } = generateSecret();
const key: KeyInfo = {
  key_id: keyIdOf(public_key),
  name: 'Operations 2',
  public_key,
  store: 'keychain',
  created_at: 1,
};
const exportKey = (): Promise<Uint8Array> => encodeExportedKey({ key, secret, passphrase: PASSPHRASE }, CHEAP_KDF);

describe('an exported key', () => {
  test('opens with its passphrase, and says whose it is without', async () => {
    const bytes = await exportKey();
    expect(isExportedKey(bytes)).toBe(true);
    expect(readExportedKey(bytes)).toEqual({ ...key, store: 'file' });
    const opened = await openExportedKey(bytes, PASSPHRASE);
    expect(opened).toEqual({ key: { ...key, store: 'file' }, secret });
  });

  test('shows nothing of the secret, and is encrypted anew each time', async () => {
    const texts = [decodeUtf8(await exportKey()), decodeUtf8(await exportKey())];
    expect(texts[0]).not.toBe(texts[1]);
    for (const text of texts) expect(text).not.toContain(encodeHex(secret).slice(2));
  });

  test('does not open with another passphrase', async () => {
    await expect(openExportedKey(await exportKey(), 'something else')).rejects.toMatchObject({
      code: 'PASSPHRASE_WRONG',
      message: expect.stringContaining('exported') as unknown,
    });
  });

  test('is not made under a weak passphrase', async () => {
    await expect(encodeExportedKey({ key, secret, passphrase: 'short' }, CHEAP_KDF)).rejects.toMatchObject({
      code: 'PASSPHRASE_WEAK',
    });
  });

  test('is refused damaged, wherever the damage is', async () => {
    const bytes = await exportKey();
    let refused = 0;
    for (let index = 0; index < bytes.length; index += 7) {
      const damaged = bytes.with(index, (bytes[index] ?? 0) ^ 1);
      await expect(openExportedKey(damaged, PASSPHRASE)).rejects.toMatchObject({
        code: expect.stringMatching(/^(DOCUMENT_INVALID|PASSPHRASE_WRONG)$/) as unknown,
      });
      refused++;
    }
    expect(refused).toBeGreaterThan(50);
  });

  test.each(['', '{}', 'a1'.repeat(32), '{"format":"quantum-lock/vault/v1"}', `{${' '.repeat(5_000)}}`])(
    'is not %j',
    (text) => {
      expect(() => readExportedKey(encodeUtf8(text))).toThrow(
        expect.objectContaining({ code: 'DOCUMENT_INVALID' }) as Error,
      );
    },
  );
});
