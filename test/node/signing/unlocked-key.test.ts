import { describe, expect, test, vi } from 'vitest';

import { openDesk, PASSPHRASE, watchVaults } from './desk-fixture.ts';
import { openSigner } from '../../../src/node/keys/signer.ts';
import { coded } from '../../coded.ts';

describe('signing that was unlocked', () => {
  test('is so for one key of the file, and no other', async () => {
    const { desk, keyring, fileKey, keychainKey, request, submitted } = await openDesk();
    await keyring.file.unlock(PASSPHRASE);
    const other = await keyring.create({ name: 'another in the file', store: 'file' });
    keyring.file.lock();
    const first = await request(fileKey);
    await desk.confirm(first.review_id, { passphrase: PASSPHRASE, keepUnlocked: true });
    expect(desk.unlocked?.key_id).toBe(fileKey.key_id);

    expect(await desk.confirm((await request(fileKey)).review_id)).toMatchObject({ outcome: 'committed' });
    expect(desk.isUnlocked((await request(keychainKey)).review_id)).toBe(false);
    const { review_id } = await request(other);
    expect([desk.isUnlocked(review_id), desk.needsPassphrase(review_id)]).toEqual([false, true]);
    await expect(desk.confirm(review_id)).rejects.toThrow(coded('SIGNING_LOCKED'));
    expect(submitted).toHaveLength(2);
    // Unlocking the other one locks the first.
    await desk.confirm(review_id, { passphrase: PASSPHRASE, keepUnlocked: true });
    expect(desk.unlocked?.key_id).toBe(other.key_id);
    expect(desk.isUnlocked((await request(fileKey)).review_id)).toBe(false);
  });

  test('is so for one chain', async () => {
    const { desk, keychainKey, request, chain } = await openDesk();
    await desk.confirm((await request(keychainKey)).review_id, { keepUnlocked: true });
    expect(desk.isUnlocked((await request(keychainKey)).review_id)).toBe(true);
    chain.identity = { ...chain.identity, genesis: `0x${'ee'.repeat(32)}` as typeof chain.identity.genesis };
    expect(desk.isUnlocked((await request(keychainKey)).review_id)).toBe(false);
  });

  test('is so for transactions alone: what is done with a key itself asks each time', async () => {
    const { desk, fileKey } = await openDesk();
    await desk.unlockSession(PASSPHRASE, fileKey);
    const reviews = [
      await desk.requestPossession({ key: fileKey, subject: 'member/ada' }),
      await desk.requestExport(fileKey),
      await desk.requestRemoval(fileKey),
    ];
    for (const { review_id } of reviews) {
      expect([desk.isUnlocked(review_id), desk.needsPassphrase(review_id)]).toEqual([false, true]);
      await expect(desk.confirm(review_id)).rejects.toThrow(coded('SIGNING_LOCKED'));
    }
    // Nor does confirming one of them unlock anything.
    desk.lockSession();
    const [possession] = reviews;
    await desk.confirm(possession?.review_id ?? '', { passphrase: PASSPHRASE, keepUnlocked: true });
    expect(desk.unlocked).toBeNull();
  });

  test('does not come of a key file that a task of the host has open', async () => {
    const { desk, keyring, fileKey, request } = await openDesk();
    await keyring.file.unlock(PASSPHRASE);
    const { review_id } = await request(fileKey);
    expect(desk.needsPassphrase(review_id)).toBe(true);
    await expect(desk.confirm(review_id)).rejects.toThrow(coded('SIGNING_LOCKED'));
  });

  test('says so where another process removed its key, and ends', async () => {
    const { desk, keyring, fileKey, request } = await openDesk();
    await desk.unlockSession(PASSPHRASE, fileKey);
    await keyring.file.unlock(PASSPHRASE);
    await keyring.remove(fileKey.key_id);
    keyring.file.lock();
    const { review_id } = await request(fileKey);
    await expect(desk.confirm(review_id)).rejects.toThrow(coded('KEY_NOT_FOUND'));
    expect(desk.unlocked).toBeNull();
  });

  test('ends with its key, with another passphrase, and with the desk', async () => {
    const { desk, keyring, fileKey, keychainKey, request } = await openDesk();
    await desk.unlockSession(PASSPHRASE, fileKey);
    await keyring.file.changePassphrase(PASSPHRASE, 'another one altogether');
    keyring.file.lock();
    const { review_id } = await request(fileKey);
    await expect(desk.confirm(review_id)).rejects.toThrow(coded('SIGNING_LOCKED'));
    expect(desk.needsPassphrase(review_id)).toBe(true);

    await desk.unlockSession('another one altogether', fileKey);
    const { review_id: forgetting } = await desk.requestRemoval(fileKey);
    expect(await desk.confirm(forgetting, { passphrase: 'another one altogether' })).toMatchObject({
      outcome: 'done',
      path: null,
    });
    expect(desk.unlocked).toBeNull();
    await expect(keyring.find(fileKey.key_id)).rejects.toThrow(coded('KEY_NOT_FOUND'));

    const waiting = await request(keychainKey);
    await desk.confirm((await request(keychainKey)).review_id, { keepUnlocked: true });
    expect(desk.unlocked?.key_id).toBe(keychainKey.key_id);
    const outcome = desk.outcome(waiting.review_id);
    desk.close();
    expect(desk.unlocked).toBeNull();
    expect(await outcome).toEqual({ outcome: 'expired' });
    expect(await desk.confirm(waiting.review_id)).toEqual({ outcome: 'expired' });
  });
});

describe('unlocking signing', () => {
  test('needs no key to be named where the file has one alone', async () => {
    const { desk, keyring, fileKey } = await openDesk();
    await desk.unlockSession(PASSPHRASE);
    expect(desk.unlocked?.key_id).toBe(fileKey.key_id);
    desk.lockSession();
    await keyring.file.unlock(PASSPHRASE);
    const other = await keyring.create({ name: 'another in the file', store: 'file' });
    await expect(desk.unlockSession(PASSPHRASE)).rejects.toThrow(coded('KEY_NOT_FOUND'));
    expect(desk.unlocked).toBeNull();
    await desk.unlockSession(PASSPHRASE, other);
    expect(desk.unlocked?.key_id).toBe(other.key_id);
    for (const { key_id } of [fileKey, other]) await keyring.remove(key_id);
    await expect(desk.unlockSession(PASSPHRASE)).rejects.toThrow(coded('KEY_NOT_FOUND'));
  });

  test('tells whoever shows it, as locking does, and locking twice tells once', async () => {
    const { desk, fileKey, changes } = await openDesk();
    const before = changes();
    await desk.unlockSession(PASSPHRASE, fileKey);
    expect(changes()).toBe(before + 1);
    desk.lockSession();
    expect(changes()).toBe(before + 2);
    desk.lockSession();
    expect(changes()).toBe(before + 2);
  });

  test('closes what it had open before', async () => {
    const { desk, keyring, fileKey } = await openDesk();
    const openCount = watchVaults(keyring);
    await desk.unlockSession(PASSPHRASE, fileKey);
    await desk.unlockSession(PASSPHRASE, fileKey);
    expect(openCount()).toBe(1);
    desk.close();
    expect(openCount()).toBe(0);
  });
});

describe('a desk of a command', () => {
  test('signs with the key file that the command has open, and asks for the passphrase where it is not', async () => {
    const { desk, keyring, fileKey, keychainKey, request, submitted } = await openDesk({ takesOpenKeyFile: true });
    const closed = await request(fileKey);
    expect(desk.needsPassphrase(closed.review_id)).toBe(true);
    expect(desk.needsPassphrase((await request(keychainKey)).review_id)).toBe(false);
    await expect(desk.confirm(closed.review_id)).rejects.toThrow(coded('SIGNING_LOCKED'));
    await keyring.file.unlock(PASSPHRASE);
    expect(desk.needsPassphrase(closed.review_id)).toBe(false);
    expect(await desk.confirm(closed.review_id)).toMatchObject({ outcome: 'committed' });
    expect(submitted).toHaveLength(1);
  });
});

describe('a key that must stay', () => {
  test('stays, though it was free to go when it was asked for', async () => {
    const { desk, keyring, keychainKey, needed } = await openDesk();
    const { review_id } = await desk.requestRemoval(keychainKey);
    needed.why = 'this node seals with it';
    expect(await desk.confirm(review_id)).toMatchObject({ outcome: 'failed', error: { code: 'INPUT_INVALID' } });
    expect(await keyring.find(keychainKey.key_id)).toEqual(keychainKey);
  });
});

/** What went out of the key stores as a secret: the very bytes, to see what becomes of them. */
describe('a secret', () => {
  test.each(['file', 'keychain', 'session'] as const)(
    'of the %s is wiped, whatever came of the signature',
    async (from) => {
      const bench = await openDesk();
      const { desk, keyring, fileKey, keychainKey, request, node } = bench;
      const key = from === 'keychain' ? keychainKey : fileKey;
      const seen: Uint8Array[] = [];
      const keep = <Secret extends Uint8Array>(secret: Secret): Secret => {
        expect(secret.some((byte) => byte !== 0)).toBe(true);
        seen.push(secret);
        return secret;
      };
      const { signer: openKey } = keyring;
      vi.spyOn(keyring, 'signer').mockImplementation(async (keyId) => {
        const key = await keyring.find(keyId);
        const opened = await openKey.call(keyring, keyId);
        const signer = openSigner(key, keep(opened.copySecret()));
        opened.close();
        return signer;
      });
      const { openSession } = keyring.file;
      const closed: boolean[] = [];
      vi.spyOn(keyring.file, 'openSession').mockImplementation(async (...given) => {
        const vault = await openSession.apply(keyring.file, given);
        const at = closed.push(false) - 1;
        return {
          ...vault,
          secret: (keyId) => keep(vault.secret(keyId)),
          close: () => {
            closed[at] = true;
            vault.close();
          },
        };
      });
      const passphrase = PASSPHRASE;
      if (from === 'session') await desk.unlockSession(PASSPHRASE, fileKey);
      const simulated = node.simulation;
      const ends = [
        () => undefined,
        () => (node.submission = () => Promise.reject(new Error('a fault of the program'))),
        () => (node.simulation = { outcome: 'applied', sentence: 'Else.', changes: [], warnings: [], proposal: null }),
      ];
      for (const meanwhile of ends) {
        node.simulation = simulated;
        const { review_id } = await request(key);
        meanwhile();
        await desk.confirm(review_id, { passphrase }).catch(() => null);
      }
      desk.lockSession();
      expect(seen).toHaveLength(ends.length);
      for (const secret of seen) expect([...secret].every((byte) => byte === 0)).toBe(true);
      expect(closed.every(Boolean)).toBe(true);
    },
  );
});
