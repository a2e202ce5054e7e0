import { describe, expect, test } from 'vitest';

import { decodeUtf8, encodeHex, encodeUtf8 } from '../../../src/base/bytes.ts';
import {
  encodeExportedKey,
  isExportedKey,
  openExportedKey,
  readExportedKey,
  takeKey,
} from '../../../src/node/keys/exported-key.ts';
import { EXPORTED_KEY_SIZE_BYTES_MAX } from '../../../src/base/limits.ts';
import { generateSecret, keyIdOf, type KeyInfo } from '../../../src/node/keys/key-store.ts';
import { sealSecret } from '../../../src/node/keys/vault.ts';
import { coded } from '../../coded.ts';
import { CHEAP_KDF, rewriteVault } from './keys-fixture.ts';

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

  test('may be as large as its limit, and not larger', async () => {
    const withName = (length: number): Promise<Uint8Array> =>
      encodeExportedKey({ key: { ...key, name: 'x'.repeat(length) }, secret, passphrase: PASSPHRASE }, CHEAP_KDF);
    const around = (await withName(0)).length;
    for (const size of [EXPORTED_KEY_SIZE_BYTES_MAX - 1, EXPORTED_KEY_SIZE_BYTES_MAX]) {
      const bytes = await withName(size - around);
      expect(bytes).toHaveLength(size);
      expect(readExportedKey(bytes).public_key).toBe(public_key);
    }
    const large = await withName(EXPORTED_KEY_SIZE_BYTES_MAX + 1 - around);
    expect(() => readExportedKey(large)).toThrow(
      expect.objectContaining({ code: 'DOCUMENT_INVALID', message: expect.stringContaining('larger') as unknown }),
    );
  });

  test('holds one key: none or two are refused', async () => {
    const bytes = await exportKey();
    for (const count of [0, 2]) {
      const other = await rewriteVault(bytes, PASSPHRASE, ([entry]) =>
        Array.from({ length: count }, () => entry).filter((one) => one !== undefined),
      );
      expect(() => readExportedKey(other)).toThrow(
        expect.objectContaining({
          code: 'DOCUMENT_INVALID',
          message: expect.stringContaining(`${count} keys`) as unknown,
        }),
      );
      await expect(openExportedKey(other, PASSPHRASE)).rejects.toMatchObject({ code: 'DOCUMENT_INVALID' });
    }
  });

  test('with the private key of another is refused, and the error says what to do about an exported key', async () => {
    const exchanged = await rewriteVault(await exportKey(), PASSPHRASE, (entries, keys) =>
      entries.map((entry) => sealSecret(entry, generateSecret().secret, keys)),
    );
    await expect(openExportedKey(exchanged, PASSPHRASE)).rejects.toMatchObject({
      code: 'DOCUMENT_INVALID',
      advice: expect.stringContaining('Export the key again') as unknown,
    });
  });

  test.each(['', '{}', 'a1'.repeat(32), '{"format":"quantum-lock/vault/v1"}', `{${' '.repeat(5_000)}}`])(
    'is not %j',
    (text) => {
      expect(() => readExportedKey(encodeUtf8(text))).toThrow(coded('DOCUMENT_INVALID'));
    },
  );
});

describe('a private key that comes in a file', () => {
  const digits = encodeHex(secret).slice(2);

  test.each([digits, `${digits}\n`, `${digits}\nand what is below`])(
    'may be digits on the first line',
    async (text) => {
      expect(await takeKey(encodeUtf8(text), undefined)).toEqual({ name: null, secretHex: digits });
      expect(await takeKey(encodeUtf8(text), PASSPHRASE)).toEqual({ name: null, secretHex: digits });
    },
  );

  test('may be an exported key, which brings its name', async () => {
    expect(await takeKey(await exportKey(), PASSPHRASE)).toEqual({ name: key.name, secretHex: encodeHex(secret) });
  });

  test('needs the passphrase that it was exported under', async () => {
    const bytes = await exportKey();
    await expect(takeKey(bytes, undefined)).rejects.toMatchObject({ code: 'PASSPHRASE_REQUIRED' });
    await expect(takeKey(bytes, 'something else')).rejects.toMatchObject({ code: 'PASSPHRASE_WRONG' });
  });
});
