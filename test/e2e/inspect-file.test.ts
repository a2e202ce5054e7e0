import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { projectNode } from '../../build/checkout.mjs';
import type { BlockSummary } from '../../src/api/chain/blocks.ts';
import { fingerprintWords } from '../../src/base/fingerprint.ts';
import type { Hash } from '../../src/base/bytes.ts';
import { signedBytes, testChain } from '../crash/test-chain.ts';
import { backUp, commit, grow, makeChain } from '../node/recovery/recovery-fixture.ts';
import { QuantumNode } from '../../src/node/quantum-node.ts';
import { launchChromium } from './chromium.ts';
import { goTo, openPage } from './opened-page.ts';
import {
  createAccount,
  DM,
  lookAt,
  openDesk,
  runDm,
  startProgram,
  temporaryDirectory,
  type Account,
  type Desk,
  type Started,
} from './real-console.ts';

/** A backup in the page, on a machine that has nothing but the file: no node, no key, no network. */

/** Many looks at many screens, on a machine that may be busy. */
const TIMEOUT_MS = 10 * 60_000;

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

interface Auditor {
  readonly account: Account;
  readonly backup: string;
  readonly trust: string;
  readonly genesis: Hash;
  readonly promoted: BlockSummary;
  readonly scratch: string;
}

/** What an auditor is handed: a backup and, by another way, a trust file. The chain's own machine is not theirs. */
async function handOver(): Promise<Auditor> {
  const root = temporaryDirectory();
  const chain = await makeChain(root);
  await commit(chain.data, [
    signedBytes(
      'promote_environment',
      {
        env_id: 'first',
        state_hash: await stateHashOf(chain.data, 'first'),
        metadata: {},
        blue_version: 1,
        green_version: null,
      },
      { chainId: 'backed-up' },
    ),
  ]);
  await grow(chain, ['later']);
  const account = createAccount();
  const scratch = join(account.home, 'scratch');
  mkdirSync(scratch);
  const backup = join(account.home, 'monday.backup');
  await backUp(chain.data, backup);
  const trust = join(account.home, 'trust.json');
  const made = await runDm(account, ['proof', 'trust', '--output', trust, '--data', chain.data]);
  expect(made.code, made.stderr).toBe(0);
  const promoted = await blockAt(chain.data, 4);
  return { account, backup, trust, genesis: testChain('backed-up').genesis, promoted, scratch };
}

async function stateHashOf(dataDirectory: string, envId: string): Promise<Hash> {
  const node = await QuantumNode.open({ dataDirectory, key: null, now: Date.now });
  try {
    return (await node.query.environment({ env_id: envId })).blue.state_hash;
  } finally {
    await node.close();
  }
}

async function blockAt(dataDirectory: string, index: number): Promise<BlockSummary> {
  const node = await QuantumNode.open({ dataDirectory, key: null, now: Date.now });
  try {
    const { blocks } = await node.query.blocks({ limit: 20 });
    const found = blocks.find((block) => block.index === index);
    if (found === undefined) throw new Error(`there is no block ${index}`);
    return found;
  } finally {
    await node.close();
  }
}

interface OpenedFile extends Desk {
  readonly served: Started;
  readonly origin: string;
}

async function openFile({ account, backup, scratch }: Auditor): Promise<OpenedFile> {
  const served = await startProgram({
    command: projectNode,
    args: [DM, 'inspect', backup, '--console', '--data', join(account.home, 'none')],
    environment: { ...account.environment, TMPDIR: scratch },
    ready: 'Ctrl C stops it',
  });
  const address = /^Console +(\S+)$/m.exec(served.stdout())?.[1];
  if (address === undefined) throw new Error(`not as expected: ${served.stdout()}`);
  const { origin } = new URL(address);
  const desk = await openDesk(browser);
  // The network is cut: what asks for anything else than this page's own origin gets nothing.
  await desk.context.route(
    (url) => url.origin !== origin,
    (route) => route.abort(),
  );
  await desk.page.goto(address);
  await desk.page.getByRole('link', { name: /^File · block/ }).waitFor();
  return { ...desk, served, origin };
}

describe('a backup without a node', () => {
  test(
    'is read, proved, compared and verified in the page, and nothing is signed',
    { timeout: TIMEOUT_MS },
    async () => {
      const auditor = await handOver();
      const { account, scratch, genesis, promoted } = auditor;
      const opened = await openFile(auditor);
      const { page, complaints, origins, origin, served } = opened;
      const found: string[] = [];
      const look = async (name: string): Promise<void> => void found.push(...(await lookAt(page, `file ${name}`)));

      const band = page.getByRole('region', { name: 'A file is inspected' });
      await band.getByText('Nothing here is live; nothing can be signed.').waitFor();
      await band.getByText('monday.backup').waitFor();
      await band.getByText('Not confirmed').waitFor();
      expect(await page.title()).toBe('This file · file monday.backup');
      await page.getByRole('heading', { level: 1, name: 'This file' }).waitFor();
      await look('unconfirmed');

      // What needs a node is not offered, and where its address is typed it says why.
      const screens = page.getByRole('navigation', { name: 'Screens' });
      expect(await screens.getByRole('link').allTextContents()).not.toEqual(expect.arrayContaining(['Keys']));
      for (const address of [
        '#/keys',
        '#/environments?do=register',
        '#/environments/first?do=promote',
        '#/members?do=add',
      ]) {
        await goTo(page, address);
        await page.getByText('This needs a node, and this is a file').waitFor();
      }
      await look('not in a file');

      // Every view works.
      await goTo(page, '#/environments');
      await page.getByRole('link', { name: /first/ }).first().click();
      await page.getByRole('heading', { name: 'first', exact: true }).waitFor();
      await page.getByText('a.txt').first().waitFor();
      await look('environment');
      await goTo(page, '#/audit');
      await page.locator('a.audit-row').first().waitFor();
      await look('audit');
      await goTo(page, `#/explorer/block/${promoted.index}`);
      await page.getByText(promoted.hash.slice(0, 8)).first().waitFor();
      await look('block');
      for (const [address, heading] of [
        ['#/approvals', 'Approvals'],
        ['#/validators', 'Validators'],
        ['#/members', 'Members & access'],
        ['#/members/policies', 'Members & access'],
        ['#/members/posture', 'Members & access'],
      ] as const) {
        await goTo(page, address);
        await page.getByRole('heading', { level: 1, name: heading }).waitFor();
        expect(await page.locator('main a[href*="do="]').count(), address).toBe(0);
        await look(address.slice(2));
      }
      await goTo(page, '#/recovery/integrity');
      await page
        .getByRole('button', { name: /verify/i })
        .first()
        .click();
      await page.getByText('Everything up to block 5 is valid.').waitFor();
      await look('integrity');

      // What was Green at a time, with a proof that is checked here and verifies elsewhere.
      await goTo(page, `#/explorer/proof/state/environments/first?time=${promoted.timestamp}`);
      await page.getByText('Proved from the file alone, which nobody has confirmed.').waitFor();
      await page.getByText('They come from the file, which nobody has confirmed').waitFor();
      await look('proof');
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Download the proof' }).click(),
      ]);
      const proof = join(account.home, 'proof.json');
      await download.saveAs(proof);
      const verified = await runDm(account, ['proof', 'verify', '--input', proof, '--trust', auditor.trust, '--json']);
      expect(verified.code, verified.stderr).toBe(0);
      expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true, kind: 'state' });
      expect(verified.stdout).toContain('promoted_at');

      // What the person knows from elsewhere is compared by the host.
      await band.getByRole('link', { name: 'Compare with what you know…' }).click();
      const words = fingerprintWords(genesis);
      const given = page.getByLabel('Compare with what you know from another source');
      await given.fill(words.slice(0, 6).join(' '));
      await page.getByRole('button', { name: 'Compare', exact: true }).click();
      await page.getByText('INPUT_INVALID').waitFor();
      await given.fill([...words].reverse().join(' '));
      await page.getByRole('button', { name: 'Compare', exact: true }).click();
      await page.getByText('TRUST_MISMATCH').waitFor();
      await look('mismatch');
      await given.fill(words.join(' '));
      await page.getByRole('button', { name: 'Compare', exact: true }).click();
      await band.getByText('Confirmed by the words of the genesis').waitFor();
      await page.getByLabel('Trust file').setInputFiles(auditor.trust);
      await page.getByRole('button', { name: 'Compare', exact: true }).click();
      await band.getByText('Confirmed by a trust file').waitFor();
      await page.getByText('names it', { exact: true }).waitFor();
      await look('confirmed');

      // The palette offers what can be read, and nothing that acts.
      await page.keyboard.press('Control+k');
      const palette = page.getByRole('dialog');
      await palette.getByText('Verify the whole chain').waitFor();
      expect(await palette.getByText(/…$/).allTextContents()).toEqual(['Find anything…']);
      await page.keyboard.press('Escape');

      expect(found).toEqual([]);
      expect(complaints).toEqual([]);
      expect([...origins].filter((other) => other !== origin && other !== 'null')).toEqual([]);
      await served.stop();
      expect(readdirSync(scratch)).toEqual([]);
    },
  );

  test('is opened from a console, in a page of its own beside the chain there', { timeout: TIMEOUT_MS }, async () => {
    const { account, backup } = await handOver();
    const dataDirectory = join(account.home, 'own');
    const { page, context, console } = await openPage(browser, account, dataDirectory);
    await goTo(page, '#/recovery/inspect');
    await page.getByLabel('Directory', { exact: true }).fill(account.home);
    await page.getByLabel('Directory', { exact: true }).press('Enter');
    await page.getByText('monday.backup').click();
    const found = await lookAt(page, 'file chosen in a console');
    await page.getByRole('button', { name: 'Verify and show…' }).click();
    await page.getByText('monday.backup agrees with itself.').waitFor();
    const [shown] = await Promise.all([
      context.waitForEvent('page'),
      page.getByRole('link', { name: 'Open its page' }).click(),
    ]);
    const band = shown.getByRole('region', { name: 'A file is inspected' });
    await band.getByText('monday.backup').waitFor();
    expect(new URL(shown.url()).origin).not.toBe(console.origin);
    // The console's own chain is as live as before.
    await page.getByRole('link', { name: /^Healthy · block/ }).waitFor();
    expect(await page.getByRole('region', { name: 'A file is inspected' }).count()).toBe(0);
    expect(found).toEqual([]);
    await console.stop();
    expect(existsSync(backup)).toBe(true);
  });

  test('is refused where a byte of it is another, and leaves nothing', { timeout: TIMEOUT_MS }, async () => {
    const auditor = await handOver();
    const bytes = readFileSync(auditor.backup);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    writeFileSync(auditor.backup, bytes);
    const ran = await runDm(
      { ...auditor.account, environment: { ...auditor.account.environment, TMPDIR: auditor.scratch } },
      ['inspect', auditor.backup, '--console'],
    );
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/^BACKUP_INVALID/m);
    expect(readdirSync(auditor.scratch)).toEqual([]);
  });
});
