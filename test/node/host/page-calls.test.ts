import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createRouterClient } from '@orpc/server';
import { describe, expect, onTestFinished, test } from 'vitest';

import { PASSPHRASE_ATTEMPTS_MAX, SIGNING_REVIEWS_MAX } from '../../../src/base/limits.ts';
import type { ContractClient } from '../../../src/cli/session.ts';
import type { Host } from '../../../src/node/host/host.ts';
import { hostRouter } from '../../../src/node/host/router.ts';
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
    page: createRouterClient(hostRouter, { context: { host, door: 'page' } }),
  };
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => String((error as { code?: unknown }).code),
  );

describe('a passphrase', () => {
  test('cannot be guessed, whatever is called for it', async () => {
    const { page, terminal, host, directory } = await openBench();
    host.keyring.file.lock();
    host.folders.grant(directory);
    const file = join(directory, 'exported.json');
    writeFileSync(file, '0x'.padEnd(66, '1'));
    const keyId = (await terminal.operator.keys()).identities[0]?.key_id ?? '';
    const guesses: ((passphrase: string) => Promise<unknown>)[] = [
      (passphrase) => page.operator.createKey({ name: 'guessed', store: 'file', passphrase }),
      (passphrase) => page.operator.importKey({ path: file, name: 'guessed', store: 'file', passphrase }),
      (passphrase) => page.operator.prepareSealingKey({ key_id: keyId, passphrase }),
    ];
    const codes: string[] = [];
    for (let index = 0; index < 12; index++)
      codes.push(await codeOf(guesses[index % guesses.length]?.(`wrong guess ${index}`) ?? Promise.resolve()));
    expect(codes.slice(0, PASSPHRASE_ATTEMPTS_MAX)).toEqual(
      Array.from({ length: PASSPHRASE_ATTEMPTS_MAX }, () => 'PASSPHRASE_WRONG'),
    );
    expect(codes.slice(PASSPHRASE_ATTEMPTS_MAX + 1)).not.toContain('PASSPHRASE_WRONG');
    // The right one tells nothing either, while the time lasts; and the person at the terminal is not held up.
    for (const guess of guesses) expect(await codeOf(guess(PASSPHRASE))).toBe('PASSPHRASE_LIMITED');
    const made = await terminal.operator.createKey({ name: 'mine', store: 'file', passphrase: PASSPHRASE });
    expect(made.name).toBe('mine');
  });
});

describe('reviews', () => {
  test('that a page asks for by the dozen hold up no other, and end the oldest', async () => {
    const { page, host } = await openBench();
    const ask = async (reason: string): Promise<string> => {
      const answer = await page.operator.requestSignature({ action: 'freeze', payload: { reason } });
      if (answer.outcome !== 'review') throw new Error('there is no review');
      return answer.review.review_id;
    };
    const first = await ask('the first');
    const ended = page.operator.awaitSignature({ review_id: first });
    const ids: string[] = [];
    for (let count = 0; count < SIGNING_REVIEWS_MAX + 8; count++) ids.push(await ask(`number ${count}`));
    expect(await ended).toEqual({ outcome: 'expired' });
    const last = ids.at(-1) ?? '';
    expect(await host.desk.confirm(last, { passphrase: PASSPHRASE })).toMatchObject({ outcome: 'committed' });
  });
});

describe('a chain', () => {
  test('is opened, and left, by a person alone', async () => {
    const { page, host, directory } = await openBench();
    const other = mkdtempSync(join(tmpdir(), 'quantum-lock-other-'));
    onTestFinished(() => rmSync(other, { recursive: true, force: true }));
    const second = await sandboxHost(join(other, 'chain'));
    await second.host.close();
    for (const path of [second.directory, directory, `${second.directory}/`, other, '/no/such/place'])
      expect(await codeOf(page.operator.openChain({ path })), path).toBe('ACCESS_DENIED');
    expect(await codeOf(page.operator.openChain({ path: second.directory, passphrase: PASSPHRASE }))).toBe(
      'ACCESS_DENIED',
    );
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
    expect(await page.operator.awaitDeed({ deed_id: again.deed_id })).toEqual({ outcome: 'done' });
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
    const root = mkdtempSync(join(tmpdir(), 'quantum-lock-home-'));
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
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
      (path) => page.operator.importKey({ path: join(path, 'file.txt'), name: 'x', store: 'file' }),
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
