import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { createRouterClient } from '@orpc/server';
import { describe, expect, test } from 'vitest';

import { z } from 'zod';
import { contract } from '../../../src/api/contract.ts';
import { decodeHex } from '../../../src/base/bytes.ts';
import {
  ENDED_REVIEWS_KEPT_MAX,
  HOST_DEEDS_MAX,
  REFUSALS_IN_ROW_MAX,
  SIGNING_REVIEWS_MAX,
} from '../../../src/base/limits.ts';
import { publicKeyOf } from '../../../src/ledger/crypto/signature.ts';
import type { ContractClient } from '../../../src/cli/session.ts';
import type { Host } from '../../../src/node/host/host.ts';
import { hostRouter } from '../../../src/node/host/router.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { sandboxHost } from '../governance/sandbox-host.ts';

/** What whoever holds the page's session can do on the bridge without anybody's confirmation. */

const PASSPHRASE = 'a passphrase for tests';

interface Bench {
  readonly host: Host;
  readonly page: ContractClient;
  readonly terminal: ContractClient;
  readonly directory: string;
}

async function openBench(): Promise<Bench> {
  const { host, client, directory } = await sandboxHost();
  return {
    host,
    directory,
    terminal: client,
    page: createRouterClient(hostRouter, { context: { host, door: 'page', asker: 'page' } }),
  };
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => String((error as { code?: unknown }).code),
  );

/** A procedure's input as a JSON schema's text; empty where it has none. */
function inputOf(procedure: { readonly '~orpc': { readonly inputSchema?: unknown } }): string {
  const { inputSchema } = procedure['~orpc'];
  return inputSchema instanceof z.ZodType
    ? JSON.stringify(z.toJSONSchema(inputSchema, { io: 'input', unrepresentable: 'any' }))
    : '';
}

describe('a passphrase', () => {
  test('is taken from no page: what needs one is a deed that a person confirms elsewhere', async () => {
    const { page, terminal, host, directory } = await openBench();
    host.keyring.file.lock();
    host.folders.grant(directory);
    const keyId = (await terminal.operator.keys()).identities[0]?.key_id ?? '';
    for (const passphrase of [PASSPHRASE, 'a wrong one', ''])
      for (const prepare of ['prepareSealingKey', 'prepareCheckpointKey'] as const)
        expect(await codeOf(page.operator[prepare]({ key_id: keyId, passphrase })), passphrase).toBe('ACCESS_DENIED');
    // No other procedure has a place for one.
    const inputs = Object.entries(contract.operator).map(([name, procedure]) => ({ name, text: inputOf(procedure) }));
    expect(inputs.filter(({ text }) => /pass|secret/i.test(text)).map(({ name }) => name)).toEqual([
      'prepareSealingKey',
      'prepareCheckpointKey',
    ]);
    expect(await codeOf(page.operator.createKey({ name: 'mine', store: 'file' }))).toBe('PASSPHRASE_REQUIRED');
    const extra = { name: 'mine', store: 'file', passphrase: PASSPHRASE } as const;
    expect(await codeOf(page.operator.createKey(extra))).toBe('BAD_REQUEST');

    const { deed_id } = await page.operator.requestDeed({ deed: 'create_key', name: 'mine' });
    const outcome = page.operator.awaitDeed({ deed_id });
    expect(host.deeds.deed(deed_id).asks).toEqual(['passphrase']);
    await expect(host.deeds.confirm(deed_id, { passphrase: 'a wrong one' })).rejects.toMatchObject({
      code: 'PASSPHRASE_WRONG',
    });
    await host.deeds.confirm(deed_id, { passphrase: PASSPHRASE });
    const { key_id } = await host.keyring.find('mine');
    expect(await outcome).toEqual({ outcome: 'done', key_id });
    expect(host.keyring.file.unlocked).toBe(false);
  });

  test.each([
    ['a bare key', '0x'.padEnd(66, '1'), ['passphrase']],
    ['one after a byte-order mark', `\ufeff${'2'.repeat(64)}\r\nmore`, ['passphrase']],
    ['an export', '\ufeff{"format":"quantum-lock/vault/v1"}', ['export_passphrase', 'passphrase']],
  ])('is asked for as the file of a key needs it: %s', async (_, text, asks) => {
    const { page, host, directory } = await openBench();
    host.keyring.file.lock();
    host.folders.grant(directory);
    const path = join(directory, 'a key.txt');
    writeFileSync(path, text);
    const { deed_id } = await page.operator.requestDeed({ deed: 'import_key', path, name: 'taken', store: 'file' });
    expect(host.deeds.deed(deed_id)).toMatchObject({ asks, sentence: expect.stringContaining(path) as string });
    // What was read is what is taken in, whatever the file holds by then.
    writeFileSync(path, '0x'.padEnd(66, '3'));
    if (asks.length > 1) return;
    await host.deeds.confirm(deed_id, { passphrase: PASSPHRASE });
    const [digit] = text.replace(/^\ufeff|^0x/, '');
    expect((await host.keyring.find('taken')).public_key).toBe(publicKeyOf(decodeHex(`0x${(digit ?? '').repeat(64)}`)));
  });
});

describe('what a page asks for', () => {
  const review = async (page: ContractClient, reason: string): Promise<string> => {
    const answer = await page.operator.requestReview({ kind: 'transaction', action: 'freeze', payload: { reason } });
    if (answer.outcome !== 'review') throw new Error('there is no review');
    return answer.review.review_id;
  };

  test('is bounded for each session, and holds up no other', async () => {
    const { page, host } = await openBench();
    const other = createRouterClient(hostRouter, { context: { host, door: 'page', asker: 'another' } });
    // At once: none slips past the count while others are executed.
    const asked = Array.from({ length: SIGNING_REVIEWS_MAX + 8 }, (_, index) =>
      codeOf(review(page, `number ${index}`)),
    );
    expect(
      Object.entries(Object.groupBy(await Promise.all(asked), String)).map(([code, all]) => [code, all?.length]),
    ).toEqual([
      ['done', SIGNING_REVIEWS_MAX],
      ['REVIEWS_LIMITED', 8],
    ]);
    const keyId = (await page.operator.keys()).identities[0]?.key_id ?? '';
    for (const more of [
      page.operator.requestReview({ kind: 'export_key', key_id: keyId }),
      page.operator.requestReview({ kind: 'possession', key_id: keyId, subject: 'member/mallory' }),
      page.operator
        .requestReview({ kind: 'proposal', action: 'unfreeze', payload: {} })
        .then((answer) => (answer.outcome === 'rejected' ? Promise.reject(new Error('rejected')) : answer)),
    ])
      expect(['REVIEWS_LIMITED', 'undefined']).toContain(await codeOf(more));
    const last = await review(other, 'of somebody else');
    expect(await host.desk.confirm(last, { passphrase: PASSPHRASE })).toMatchObject({ outcome: 'committed' });
    for (let index = 0; index < HOST_DEEDS_MAX; index++)
      await page.operator.requestDeed({ deed: 'grant_folder', path: `/folder-${index}` });
    for (const deed of [
      { deed: 'grant_folder', path: '/x' },
      { deed: 'unlock_keys' },
      { deed: 'create_key', name: 'x' },
    ] as const)
      expect(await codeOf(page.operator.requestDeed(deed))).toBe('REVIEWS_LIMITED');
    expect(await codeOf(other.operator.requestDeed({ deed: 'unlock_keys' }))).toBe('done');
  });

  test('is taken back by the page, once, and makes room', async () => {
    const { page, host } = await openBench();
    const ids: string[] = [];
    for (let index = 0; index < SIGNING_REVIEWS_MAX; index++) ids.push(await review(page, `number ${index}`));
    const [first = ''] = ids;
    const outcome = page.operator.awaitSignature({ review_id: first });
    expect(await page.operator.withdrawSignature({ review_id: first })).toEqual({ withdrawn: true });
    expect(await outcome).toEqual({ outcome: 'withdrawn' });
    expect(await page.operator.withdrawSignature({ review_id: first })).toEqual({ withdrawn: false });
    // Whoever confirms it by then signs nothing.
    expect(await host.desk.confirm(first, { passphrase: PASSPHRASE })).toEqual({ outcome: 'withdrawn' });
    expect(await codeOf(review(page, 'one more'))).toBe('done');
    expect(await codeOf(review(page, 'two more'))).toBe('REVIEWS_LIMITED');

    const { deed_id } = await page.operator.requestDeed({ deed: 'grant_folder', path: '/' });
    expect(await page.operator.withdrawDeed({ deed_id })).toEqual({ withdrawn: true });
    expect(await host.deeds.confirm(deed_id)).toEqual({ outcome: 'withdrawn' });
    expect(host.folders.roots).toEqual([]);
    for (const id of ['none', deed_id.slice(0, -1)])
      expect(await codeOf(page.operator.withdrawDeed({ deed_id: id })), id).toBe('SIGNING_EXPIRED');
  });

  test('is not asked any more for a while, once the person has refused again and again', async () => {
    const { page, host } = await openBench();
    for (let index = 0; index < REFUSALS_IN_ROW_MAX; index++) host.desk.refuse(await review(page, `number ${index}`));
    expect(await codeOf(review(page, 'once more'))).toBe('REVIEWS_LIMITED');
    // Of this machine it may still ask, until that is refused as often.
    for (let index = 0; index < REFUSALS_IN_ROW_MAX; index++)
      host.deeds.refuse((await page.operator.requestDeed({ deed: 'unlock_keys' })).deed_id);
    expect(await codeOf(page.operator.requestDeed({ deed: 'unlock_keys' }))).toBe('REVIEWS_LIMITED');
  });

  test('and takes back without end fills no memory', async () => {
    const { page, host } = await openBench();
    const ids: string[] = [];
    for (let index = 0; index < ENDED_REVIEWS_KEPT_MAX + 5; index++) {
      const reviewId = await review(page, `number ${index}`);
      await page.operator.withdrawSignature({ review_id: reviewId });
      ids.push(reviewId);
    }
    expect(host.desk.reviews()).toHaveLength(ENDED_REVIEWS_KEPT_MAX);
    expect(await codeOf(page.operator.awaitSignature({ review_id: ids[0] ?? '' }))).toBe('SIGNING_EXPIRED');
    expect(await page.operator.awaitSignature({ review_id: ids.at(-1) ?? '' })).toEqual({ outcome: 'withdrawn' });
  });
});

describe('a chain', () => {
  test('is opened, and left, by a person alone', async () => {
    const { page, host, directory } = await openBench();
    const other = temporaryDirectory();
    const second = await sandboxHost(join(other, 'chain'));
    await second.host.close();
    for (const path of [second.directory, directory, `${second.directory}/`, other, '/no/such/place'])
      expect(await codeOf(page.operator.openChain({ path })), path).toBe('ACCESS_DENIED');
    expect(host.dataDirectory).toBe(directory);

    const asked = await page.operator.requestDeed({ deed: 'open_chain', path: second.directory });
    expect(asked.sentence).toContain(second.directory);
    expect(asked.sentence).toContain(directory);
    const refused = page.operator.awaitDeed({ deed_id: asked.deed_id });
    host.deeds.refuse(asked.deed_id);
    expect(await refused).toEqual({ outcome: 'refused' });
    expect(host.isOpen).toBe(true);

    // What is not there is not opened, and nothing is closed for it.
    const nowhere = await page.operator.requestDeed({ deed: 'open_chain', path: join(directory, 'nowhere') });
    await host.deeds.confirm(nowhere.deed_id);
    expect(await page.operator.awaitDeed({ deed_id: nowhere.deed_id })).toMatchObject({
      outcome: 'failed',
      error: { code: 'DATA_DIR_EMPTY' },
    });
    expect(host.isOpen).toBe(true);
    // Nor does a page make a link for others.
    expect(await codeOf(page.operator.consoleLink())).toBe('ACCESS_DENIED');

    const again = await page.operator.requestDeed({ deed: 'open_chain', path: second.directory });
    await host.deeds.confirm(again.deed_id);
    expect(await page.operator.awaitDeed({ deed_id: again.deed_id })).toEqual({ outcome: 'done', key_id: null });
    expect(host.dataDirectory).toBe(second.directory);
    // The page may try again what the person turned to, and nothing else.
    await host.closeChain();
    expect(await codeOf(page.operator.openChain({ path: directory }))).toBe('ACCESS_DENIED');
    expect(await codeOf(page.operator.openChain({ path: second.directory }))).toBe('done');
  });
});

describe('a folder', () => {
  test('is seen once a person has agreed, and no other', async () => {
    const { page, terminal, host } = await openBench();
    const root = temporaryDirectory();
    for (const name of ['envs', 'private']) {
      mkdirSync(join(root, name));
      writeFileSync(join(root, name, 'file.txt'), name);
    }
    const scan = async (path: string): Promise<unknown> => {
      for await (const event of await page.operator.scanDirectory({ path })) if (event.type === 'done') return event;
      return null;
    };
    const readers: readonly ((path: string) => Promise<unknown>)[] = [
      (path) => page.operator.browse({ path }),
      (path) =>
        page.operator.requestDeed({ deed: 'import_key', path: join(path, 'file.txt'), name: 'x', store: 'file' }),
      scan,
    ];
    for (const read of readers) expect(await codeOf(read(join(root, 'envs')))).toBe('FOLDER_NOT_GRANTED');
    const { deed_id: deedId } = await page.operator.requestDeed({ deed: 'grant_folder', path: join(root, 'envs') });
    expect(await codeOf(page.operator.browse({ path: join(root, 'envs') }))).toBe('FOLDER_NOT_GRANTED');
    await host.deeds.confirm(deedId);
    expect(await page.operator.browse({ path: join(root, 'envs') })).toMatchObject({ entries: [{ name: 'file.txt' }] });
    expect(await scan(join(root, 'envs'))).toMatchObject({ scan: { file_count: 1 } });
    for (const read of readers) expect(await codeOf(read(join(root, 'private')))).toBe('FOLDER_NOT_GRANTED');
    // One that holds the home folder is named as such.
    for (const path of ['/', process.env['HOME'] ?? '/root']) {
      const wide = await page.operator.requestDeed({ deed: 'grant_folder', path });
      expect(host.deeds.deed(wide.deed_id).warnings.join(), path).toContain('home folder');
    }
    // Whoever owns the data directory reads what it likes.
    expect((await terminal.operator.browse({ path: join(root, 'private') })).entries).toHaveLength(1);
  });
});
