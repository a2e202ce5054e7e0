import { mkdirSync, readFileSync, statSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { signingReview, type SignatureOutcome } from '../../../src/api/operator/signing.ts';
import { decodeHex } from '../../../src/base/bytes.ts';
import { fingerprintWords } from '../../../src/base/fingerprint.ts';
import { possessionDigest } from '../../../src/ledger/governance/possession.ts';
import { verifyWithNoble } from '../../../src/ledger/crypto/signature.ts';
import { openExportedKey } from '../../../src/node/keys/exported-key.ts';
import type { KeyInfo } from '../../../src/node/keys/key-store.ts';
import type { Signer } from '../../../src/node/keys/signer.ts';
import { readSigningLog } from '../../../src/node/data-directory/signing-log.ts';
import { coded } from '../../coded.ts';
import { CHAIN, openDesk, PASSPHRASE, type DeskBench } from './desk-fixture.ts';

const EXPORT_PASSPHRASE = 'for the exported one';

const FORGOTTEN = {
  outcome: 'done',
  path: null,
  title: 'Removed',
  text: 'The key is no longer on this machine.',
};

const recordsIn = (dataDirectory: string): unknown[] =>
  readSigningLog(dataDirectory)
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);

describe('a proof that a key is held', () => {
  test('is made over what was shown, recorded, and told to whoever keeps the key from now on', async () => {
    const told: { readonly subject: string; readonly key: KeyInfo; readonly secret: Uint8Array }[] = [];
    const signers: Signer[] = [];
    const {
      desk,
      keychainKey: key,
      keyring,
      dataDirectory,
      node,
    } = await openDesk({
      onProved: async ({ signer, ...proved }) => {
        told.push({ ...proved, secret: signer.copySecret() });
        signers.push(signer);
      },
    });
    const review = await desk.requestPossession({ key, subject: 'member/ada' });
    expect(signingReview.parse(review)).toEqual(review);
    expect(review.sentence).toContain('may become the key of the member ada.');
    expect(review.fingerprint).toEqual(fingerprintWords(key.public_key));
    const digest = possessionDigest(CHAIN, { publicKey: key.public_key, subject: 'member/ada' });
    expect(decodeHex(review.digest)).toEqual(digest);

    const outcome = await desk.confirm(review.review_id);
    if (outcome.outcome !== 'signed') throw new Error(outcome.outcome);
    expect(verifyWithNoble(decodeHex(outcome.signature), digest, decodeHex(key.public_key))).toBe(true);
    expect(recordsIn(dataDirectory)).toEqual([
      {
        time: node.now,
        review_id: review.review_id,
        digest: review.digest,
        key_id: key.key_id,
        action: 'possession',
      },
    ]);
    expect(told).toEqual([{ subject: 'member/ada', key, secret: await keyring.sealingSecret(key.key_id) }]);
    // It is closed by then: what was in it is wiped, and it signs no more.
    const [signer] = signers;
    expect(signer?.copySecret().every((byte) => byte === 0)).toBe(true);
    await expect(signer?.sign(digest)).rejects.toThrow(coded('KEY_INVALID'));
    expect(signers).toHaveLength(1);
  });

  test('says whose key it may become', async () => {
    const { desk, keychainKey: key } = await openDesk();
    const { sentence } = await desk.requestPossession({ key, subject: 'validator/north/1' });
    expect(sentence).toContain('may become the key of the validator north/1.');
  });

  test('is not told where it cannot be recorded', async () => {
    let toldCount = 0;
    const { desk, keychainKey: key, dataDirectory } = await openDesk({ onProved: async () => void toldCount++ });
    mkdirSync(join(dataDirectory, 'signing.log'));
    const { review_id } = await desk.requestPossession({ key, subject: 'member/ada' });
    expect((await desk.confirm(review_id)).outcome).toBe('failed');
    expect(toldCount).toBe(0);
  });

  test('that a fault of the program stops is told as failed, and the fault is thrown', async () => {
    const { desk, keychainKey: key } = await openDesk({
      onProved: () => Promise.reject(new TypeError('what only the log says')),
    });
    const { review_id } = await desk.requestPossession({ key, subject: 'member/ada' });
    await expect(desk.confirm(review_id)).rejects.toThrow(TypeError);
    const told = await desk.outcome(review_id);
    expect(told).toMatchObject({ outcome: 'failed', error: { code: 'NODE_FAILED' } });
    expect(JSON.stringify(told)).not.toContain('what only the log says');
  });
});

describe('an export', () => {
  const exported = async (
    { desk }: DeskBench,
    key: KeyInfo,
    exportPassphrase: string | undefined = EXPORT_PASSPHRASE,
  ): Promise<SignatureOutcome> => {
    const { review_id } = await desk.requestExport(key);
    return desk.confirm(review_id, { passphrase: PASSPHRASE, exportPassphrase });
  };

  const pathOf = (outcome: SignatureOutcome): string => {
    if (outcome.outcome !== 'done' || outcome.path === null) throw new Error(JSON.stringify(outcome));
    expect(outcome).toMatchObject({ title: 'Exported', text: 'The encrypted key is in' });
    return outcome.path;
  };

  test('writes the key under a passphrase of its own, for its owner alone, and records it first', async () => {
    const bench = await openDesk();
    const { fileKey, keyring, dataDirectory } = bench;
    const path = pathOf(await exported(bench, fileKey));
    expect(path).toBe(join(dataDirectory, 'exports', `in-the-file-${fileKey.key_id}.key.json`));
    const { key, secret } = await openExportedKey(readFileSync(path), EXPORT_PASSPHRASE);
    expect(key).toEqual(fileKey);
    await keyring.file.unlock(PASSPHRASE);
    expect(secret).toEqual(await keyring.sealingSecret(fileKey.key_id));
    await expect(openExportedKey(readFileSync(path), PASSPHRASE)).rejects.toThrow(coded('PASSPHRASE_WRONG'));
    if (process.platform !== 'win32') {
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(statSync(join(dataDirectory, 'exports')).mode & 0o777).toBe(0o700);
    }
    expect(recordsIn(dataDirectory)).toMatchObject([{ action: 'export_key', key_id: fileKey.key_id }]);
  });

  test('is named after its key, whatever that is called', async () => {
    const bench = await openDesk();
    const { keyring, dataDirectory } = bench;
    for (const [name, start] of [
      ['../Ada’s  Key!', 'ada-s-key'],
      ['ключ', 'key'],
    ] as const) {
      const key = await keyring.create({ name, store: 'keychain' });
      expect(pathOf(await exported(bench, key))).toBe(
        join(dataDirectory, 'exports', `${start}-${key.key_id}.key.json`),
      );
    }
  });

  test('writes over no earlier one', async () => {
    const bench = await openDesk();
    const path = pathOf(await exported(bench, bench.keychainKey));
    const before = readFileSync(path);
    expect(await exported(bench, bench.keychainKey, 'another passphrase')).toMatchObject({
      outcome: 'failed',
      error: { code: 'INPUT_INVALID', message: `${path} already exists` },
    });
    expect(readFileSync(path)).toEqual(before);
  });

  test.skipIf(process.platform === 'win32')('that cannot be written says so', async () => {
    const bench = await openDesk();
    const folder = join(bench.dataDirectory, 'exports');
    symlinkSync('no-such-disk', folder);
    expect(await exported(bench, bench.keychainKey)).toMatchObject({
      outcome: 'failed',
      error: { code: 'STORAGE_FAILED' },
    });
    rmSync(folder);
    writeFileSync(folder, 'a file in its place');
    expect(await exported(bench, bench.keychainKey)).toMatchObject({
      outcome: 'failed',
      error: { code: 'STORAGE_FAILED', message: expect.stringMatching(/^\S+\/exports: /) as string },
    });
  });

  test('is never written without a passphrase, or under a weak one, which may be typed again', async () => {
    const { desk, keychainKey: key } = await openDesk();
    const bare = await desk.requestExport(key);
    expect(bare.sentence).toContain('A copy of the key “in the keychain” is written to a file');
    expect(await desk.confirm(bare.review_id)).toMatchObject({
      outcome: 'failed',
      error: { code: 'PASSPHRASE_REQUIRED' },
    });
    const { review_id } = await desk.requestExport(key);
    await expect(desk.confirm(review_id, { exportPassphrase: 'short' })).rejects.toThrow(coded('PASSPHRASE_WEAK'));
    expect(desk.isWaiting(review_id)).toBe(true);
    expect(await desk.confirm(review_id, { exportPassphrase: EXPORT_PASSPHRASE })).toMatchObject({ outcome: 'done' });
  });

  test('is free for a key that must stay', async () => {
    const bench = await openDesk();
    bench.needed.why = 'this node seals with it';
    expect((await exported(bench, bench.keychainKey)).outcome).toBe('done');
  });
});

describe('forgetting', () => {
  test.each(['file', 'keychain'] as const)('removes a key of the %s, records it, and tells first', async (store) => {
    const told: [KeyInfo, boolean][] = [];
    const bench: DeskBench = await openDesk({
      onRemoval: async (key) => {
        const keys = await bench.keyring.list();
        told.push([key, keys.some(({ key_id }) => key_id === key.key_id)]);
      },
    });
    const { desk, keyring, dataDirectory } = bench;
    const [key, other] = store === 'file' ? [bench.fileKey, bench.keychainKey] : [bench.keychainKey, bench.fileKey];
    const review = await desk.requestRemoval(key);
    expect(signingReview.parse(review)).toEqual(review);
    expect(review.sentence).toContain(`The key “${key.name}” is removed from this machine.`);
    expect(await desk.confirm(review.review_id, { passphrase: PASSPHRASE })).toEqual(FORGOTTEN);
    expect(told).toEqual([[key, true]]);
    expect(await keyring.list()).toEqual([other]);
    expect(recordsIn(dataDirectory)).toMatchObject([{ action: 'forget_key', key_id: key.key_id }]);
  });

  test('ends signing that was unlocked for that key, and for no other', async () => {
    const { desk, keyring, fileKey, keychainKey, changes } = await openDesk();
    await desk.unlockSession(PASSPHRASE, fileKey);
    const other = await desk.requestRemoval(keychainKey);
    await desk.confirm(other.review_id);
    expect(desk.unlocked?.key_id).toBe(fileKey.key_id);
    const own = await desk.requestRemoval(fileKey);
    const before = changes();
    await desk.confirm(own.review_id, { passphrase: PASSPHRASE });
    expect(desk.unlocked).toBeNull();
    // The header of the console is told, besides the end of the review.
    expect(changes()).toBe(before + 2);
    expect(await keyring.list()).toEqual([]);
  });

  test('of a key that must stay cannot even be asked for', async () => {
    const { desk, keychainKey, needed } = await openDesk();
    needed.why = 'this node seals with it';
    await expect(desk.requestRemoval(keychainKey)).rejects.toThrow(
      expect.objectContaining({
        code: 'INPUT_INVALID',
        message: 'the key "in the keychain" stays here: this node seals with it',
      }),
    );
    expect(desk.reviews()).toEqual([]);
  });
});
