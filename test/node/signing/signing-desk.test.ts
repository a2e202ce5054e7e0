import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { signingReview } from '../../../src/api/operator/signing.ts';
import { decodeUtf8 } from '../../../src/base/bytes.ts';
import { QuantumLockError } from '../../../src/base/errors.ts';
import { fingerprintWords } from '../../../src/base/fingerprint.ts';
import { SIGNING_REVIEWS_MAX } from '../../../src/base/limits.ts';
import { reject } from '../../../src/ledger/rejections.ts';
import { verifyWithNoble } from '../../../src/ledger/crypto/signature.ts';
import { checkTransaction, isRejection, transactionId } from '../../../src/ledger/transactions/transaction.ts';
import type { Transaction, UnsignedTransaction } from '../../../src/ledger/transactions/transaction.ts';
import { hashOf } from '../../crash/test-chain.ts';
import { coded } from '../../coded.ts';
import { CHAIN, openDesk, PASSPHRASE, watchVaults } from './desk-fixture.ts';

describe('a request', () => {
  test('is shown from the bytes that are kept', async () => {
    const { keychainKey, request, simulated } = await openDesk();
    const review = await request(keychainKey);
    expect(signingReview.parse(review)).toEqual(review);
    expect(review.canonical).toBe(decodeUtf8(simulated[0] ?? Uint8Array.of()));
    const unsigned = JSON.parse(review.canonical) as UnsignedTransaction;
    expect(unsigned).toMatchObject({
      action: 'archive_environment',
      signer: keychainKey.public_key,
      chain_id: CHAIN.chain_id,
    });
    expect(review.digest).toBe(transactionId(unsigned, CHAIN));
    expect(review.fingerprint).toEqual(fingerprintWords(review.digest));
  });

  test('that the ledger would refuse cannot be signed', async () => {
    const { desk, keychainKey, node, submitted } = await openDesk();
    const ask = (action: string, payload: Record<string, string>): Promise<unknown> =>
      desk.request({ action, payload, key: keychainKey });
    expect(await ask('no_such_action', {})).toMatchObject({
      outcome: 'rejected',
      rejection: { name: 'ACTION_UNKNOWN' },
    });
    expect(await ask('archive_environment', {})).toMatchObject({
      outcome: 'rejected',
      rejection: { name: 'PAYLOAD_INVALID' },
    });
    node.simulation = { outcome: 'rejected', rejection: reject('PERMISSION_MISSING') };
    expect(await ask('archive_environment', { env_id: 'a' })).toMatchObject({
      outcome: 'rejected',
      rejection: { name: 'PERMISSION_MISSING' },
    });
    expect(submitted).toEqual([]);
  });

  test('waits with a bounded number of others', async () => {
    const { keychainKey, request, desk, simulated } = await openDesk();
    const first = await request(keychainKey);
    for (let count = 1; count < SIGNING_REVIEWS_MAX; count++) await request(keychainKey);
    // One more is refused, and ends none of them.
    await expect(request(keychainKey)).rejects.toMatchObject({ code: 'REVIEWS_LIMITED' });
    expect(desk.reviews().filter(({ outcome }) => outcome === null)).toHaveLength(SIGNING_REVIEWS_MAX);
    // Nor is anything executed for it.
    expect(simulated).toHaveLength(SIGNING_REVIEWS_MAX);
    expect((await desk.confirm(first.review_id)).outcome).toBe('committed');
    await request(keychainKey);
  });
});

describe('a review of a vote', () => {
  test('shows the proposal, known by words of its own', async () => {
    const { keychainKey, request, node } = await openDesk();
    const proposal = {
      proposal_id: hashOf('a proposal'),
      sentence: 'Ada becomes an administrator.',
      changes: [{ namespace: 'members', key: 'member/ada', path: 'level', before: 'validator' }],
      happens_now: true,
    };
    node.simulation = { outcome: 'applied', sentence: 'Approves it.', changes: [], warnings: [], proposal };
    const review = await request(keychainKey);
    expect(review.proposal).toEqual({ ...proposal, fingerprint: fingerprintWords(proposal.proposal_id) });
    expect(signingReview.parse(review)).toEqual(review);
  });
});

describe('a confirmation', () => {
  test('with a key that is not the one that was shown signs nothing', async () => {
    const { desk, keychainKey, fileKey, request, submitted } = await openDesk();
    const { review_id } = await request({ ...keychainKey, public_key: fileKey.public_key });
    expect(await desk.confirm(review_id)).toMatchObject({ outcome: 'failed', error: { code: 'KEY_INVALID' } });
    expect(submitted).toEqual([]);
  });

  test('with a key that is gone by now leaves the review open, and the key file closed', async () => {
    const { desk, keyring, fileKey, request, submitted } = await openDesk();
    const { review_id } = await request(fileKey);
    await keyring.file.unlock(PASSPHRASE);
    await keyring.remove(fileKey.key_id);
    keyring.file.lock();
    const openCount = watchVaults(keyring);
    await expect(desk.confirm(review_id, { passphrase: PASSPHRASE })).rejects.toThrow(coded('KEY_NOT_FOUND'));
    expect(openCount()).toBe(0);
    expect(desk.isWaiting(review_id)).toBe(true);
    expect(submitted).toEqual([]);
  });

  test('signs exactly the reviewed bytes, and records it first', async () => {
    const { desk, fileKey, request, submitted, dataDirectory, node } = await openDesk();
    const review = await request(fileKey);
    let recorded = '';
    const { submission } = node;
    node.submission = () => {
      recorded = readFileSync(join(dataDirectory, 'signing.log'), 'utf8');
      return submission();
    };
    expect(desk.needsPassphrase(review.review_id)).toBe(true);
    expect(await desk.confirm(review.review_id, { passphrase: PASSPHRASE })).toMatchObject({ outcome: 'committed' });
    const [bytes = Uint8Array.of()] = submitted;
    const checked = checkTransaction(bytes, CHAIN, verifyWithNoble);
    expect(isRejection(checked)).toBe(false);
    const { signature, ...unsigned } = JSON.parse(decodeUtf8(bytes)) as Transaction;
    expect(signature).toHaveLength(130);
    expect(unsigned).toEqual(JSON.parse(review.canonical));
    expect(JSON.parse(recorded)).toEqual({
      time: node.now,
      review_id: review.review_id,
      digest: review.digest,
      key_id: fileKey.key_id,
      action: 'archive_environment',
    });
  });

  test('given twice signs once', async () => {
    const { desk, keychainKey, request, submitted, dataDirectory } = await openDesk();
    const { review_id } = await request(keychainKey);
    const outcomes = await Promise.all([desk.confirm(review_id), desk.confirm(review_id), desk.outcome(review_id)]);
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1);
    await desk.confirm(review_id);
    expect(submitted).toHaveLength(1);
    expect(readFileSync(join(dataDirectory, 'signing.log'), 'utf8').trimEnd().split('\n')).toHaveLength(1);
  });

  test('with a wrong passphrase, or none, signs nothing and leaves the review open', async () => {
    const { desk, fileKey, request, submitted } = await openDesk();
    const { review_id } = await request(fileKey);
    await expect(desk.confirm(review_id, { passphrase: 'not this one' })).rejects.toThrow(coded('PASSPHRASE_WRONG'));
    await expect(desk.confirm(review_id)).rejects.toThrow(coded('SIGNING_LOCKED'));
    expect(submitted).toEqual([]);
    expect(await desk.confirm(review_id, { passphrase: PASSPHRASE })).toMatchObject({ outcome: 'committed' });
  });

  test('twice at once, ends both as the first: a wrong passphrase leaves the review open', async () => {
    const { desk, fileKey, request, submitted } = await openDesk();
    const { review_id } = await request(fileKey);
    const wrong = desk.confirm(review_id, { passphrase: 'not this one' });
    const meanwhile = desk.confirm(review_id, { passphrase: PASSPHRASE });
    await expect(wrong).rejects.toThrow(coded('PASSPHRASE_WRONG'));
    await expect(meanwhile).rejects.toThrow(coded('PASSPHRASE_WRONG'));
    expect(submitted).toEqual([]);
    expect(await desk.confirm(review_id, { passphrase: PASSPHRASE })).toMatchObject({ outcome: 'committed' });
    expect(submitted).toHaveLength(1);
  });

  test('executes again, and signs not what would be refused by now', async () => {
    const { desk, keychainKey, request, submitted, node, simulated } = await openDesk();
    const { review_id } = await request(keychainKey);
    node.simulation = { outcome: 'rejected', rejection: reject('ENVIRONMENT_ARCHIVED') };
    expect(await desk.confirm(review_id)).toMatchObject({
      outcome: 'rejected',
      rejection: { name: 'ENVIRONMENT_ARCHIVED' },
    });
    expect(simulated[1]).toEqual(simulated[0]);
    expect(submitted).toEqual([]);
  });

  test('that cannot be recorded signs nothing', async () => {
    const { desk, keychainKey, request, submitted, dataDirectory } = await openDesk();
    const { review_id } = await request(keychainKey);
    mkdirSync(join(dataDirectory, 'signing.log'));
    expect(await desk.confirm(review_id)).toMatchObject({ outcome: 'failed' });
    expect(submitted).toEqual([]);
    rmSync(join(dataDirectory, 'signing.log'), { recursive: true });
  });

  test('that the node does not take tells why', async () => {
    const { desk, keychainKey, request, node } = await openDesk();
    const { review_id } = await request(keychainKey);
    node.submission = () => Promise.reject(new QuantumLockError('NODE_STOPPED', 'the node is stopped'));
    expect(await desk.confirm(review_id)).toMatchObject({ outcome: 'failed', error: { code: 'NODE_STOPPED' } });
  });

  test('of a refused or unknown review does nothing', async () => {
    const { desk, keychainKey, request, submitted } = await openDesk();
    const { review_id } = await request(keychainKey);
    desk.refuse(review_id);
    expect(await desk.confirm(review_id)).toEqual({ outcome: 'refused' });
    await expect(desk.confirm('unknown')).rejects.toThrow(coded('SIGNING_EXPIRED'));
    expect(() => desk.outcome('unknown')).toThrow(coded('SIGNING_EXPIRED'));
    expect(submitted).toEqual([]);
  });
});

test('no secret is in the data directory, the record or a review', async () => {
  const { desk, keychainKey, keyring, request, dataDirectory } = await openDesk();
  const secret = Buffer.from(await keyring.sealingSecret(keychainKey.key_id));
  const review = await request(keychainKey);
  const outcome = await desk.confirm(review.review_id);
  const texts = [
    JSON.stringify(review),
    JSON.stringify(outcome),
    readFileSync(join(dataDirectory, 'signing.log'), 'utf8'),
  ];
  for (const text of texts) expect(text.toLowerCase()).not.toContain(secret.toString('hex'));
});
