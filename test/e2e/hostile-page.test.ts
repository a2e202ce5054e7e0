import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, request, type IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';

import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { WebSocket } from 'ws';

import type { contract } from '../../src/api/contract.ts';
import type { SigningReview } from '../../src/api/operator/signing.ts';
import { encodeHex } from '../../src/base/bytes.ts';
import { PASSPHRASE_ATTEMPTS_MAX } from '../../src/base/limits.ts';
import { readGeneratedPassphrase } from '../../src/node/keys/passphrase.ts';
import { openKeyring } from '../../src/node/keys/keyring.ts';
import {
  connectBridge,
  prove,
  signIn,
  tokenOf,
  type BridgeClient as Client,
} from '../node/doors/page/bridge-client.ts';
import { launchChromium } from './chromium.ts';
import {
  createAccount,
  runDm,
  sessionOf,
  startRealConsole,
  temporaryDirectory,
  type RealConsole,
} from './real-console.ts';

/**
 * The page is not trusted with a signature. Here it is wholly an attacker's: it holds the session's secret, speaks to
 * the bridge as it likes, and tries everything that a page, or another page on this machine, can try.
 */

let browser: Browser;
let context: BrowserContext;
let page: Page;
let running: RealConsole;
let dataDirectory: string;
let otherDataDirectory: string;
/** The secret of the page's session, as its own script finds it. */
let session: Uint8Array;
/** Everything that the page was told, over the bridge, in this file. */
const heard: string[] = [];
const deferred: (() => void | Promise<void>)[] = [];
const defer = (work: () => void | Promise<void>): void => void deferred.unshift(work);

beforeAll(async () => {
  const account = createAccount(defer);
  dataDirectory = join(temporaryDirectory(defer), 'data');
  otherDataDirectory = join(account.home, 'other-node');
  running = await startRealConsole({ dataDirectory, account, args: ['--sandbox'], defer });
  const made = await runDm(account, ['blockchain', 'init', '--chain-id', 'other', '--data', otherDataDirectory]);
  if (made.code !== 0) throw new Error(made.stderr);
  browser = await launchChromium();
  defer(() => browser.close());
  context = await browser.newContext();
  page = await context.newPage();
  await page.goto(running.address);
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  session = await sessionOf(page);
});
afterAll(async () => {
  for (const work of deferred) await work();
});

/** The bridge, as whoever holds the secret drives it. */
async function openBridge(): Promise<Client> {
  const { socket, client } = await signIn(running.origin, session);
  socket.on('message', (data: Buffer) => heard.push(data.toString('utf8')));
  onTestFinished(() => socket.terminate());
  return client;
}

interface Reviewed {
  readonly review: SigningReview;
  readonly url: string;
}

async function askForSignature(client: Client, envId: string): Promise<Reviewed> {
  const payload = { env_id: envId, state_hash: `0x${'11'.repeat(32)}`, metadata: {}, file_count: 1, size_bytes: 1 };
  const answer = await client.operator.requestReview({ kind: 'transaction', action: 'create_environment', payload });
  if (answer.outcome !== 'review' || answer.confirm_url === null) throw new Error('there is no review');
  return { review: answer.review, url: answer.confirm_url };
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: IncomingHttpHeaders;
}

/** A request with whatever headers, which no browser would let a page set; to this machine, whatever the name. */
function ask(
  url: string,
  options: {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { host, port, pathname, search } = new URL(url);
    const { method = 'GET', headers = {} } = options;
    const target = { host: '127.0.0.1', port, path: pathname + search, method, headers: { host, ...headers } };
    const asked = request(target, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }));
    });
    asked.once('error', reject).end(options.body);
  });
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** A page of another origin on this machine. */
async function serveHostilePage(body: string): Promise<string> {
  const server = createServer((_, response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the hostile server has no port');
  return `http://127.0.0.1:${address.port}/`;
}

describe('a signature', () => {
  test('is not had by driving the bridge', async () => {
    const client = await openBridge();
    const { review, url } = await askForSignature(client, 'stolen');
    const ended: string[] = [];
    const outcome = client.operator.awaitSignature({ review_id: review.review_id });
    void outcome.then((result) => ended.push(result.outcome));

    // Without a signature, and with one of somebody else's.
    const signed = JSON.stringify({ ...(JSON.parse(review.canonical) as object), signature: `0x${'22'.repeat(64)}` });
    expect(await client.chain.submit({ transaction: signed })).toMatchObject({ outcome: 'rejected' });
    expect(await client.chain.submit({ transaction: review.canonical })).toMatchObject({ outcome: 'rejected' });
    // Asking again, for all to hear, asks the same person.
    void client.operator.awaitSignature({ review_id: review.review_id });
    await client.operator.requestDeed({ deed: 'unlock_keys' }).catch(() => null);
    await client.operator.lockSession();

    const origin = new URL(url).origin;
    const body = 'decision=sign';
    const forms: readonly Readonly<Record<string, string>>[] = [
      { ...FORM },
      { ...FORM, origin: running.origin },
      { ...FORM, origin: 'null' },
      { ...FORM, origin },
      { ...FORM, origin, 'sec-fetch-site': 'same-site' },
      { ...FORM, origin, host: `localhost:${new URL(url).port}` },
      { 'content-type': 'text/plain', origin },
      { 'content-type': 'multipart/form-data', origin },
    ];
    for (const headers of forms)
      expect((await ask(url, { method: 'POST', headers, body })).status).toBeGreaterThanOrEqual(403);
    for (const destination of ['iframe', 'empty', 'script', 'object']) {
      const answer = await ask(url, { headers: { 'sec-fetch-dest': destination } });
      expect(answer.status, destination).toBe(403);
      expect(answer.text).not.toContain('name="token"');
    }

    expect((await client.chain.status()).height).toBe(0);
    expect(ended).toEqual([]);
    const popup = await context.newPage();
    await popup.goto(url);
    await popup.getByRole('button', { name: 'Refuse' }).click();
    expect(await outcome).toEqual({ outcome: 'refused' });
    expect((await client.chain.status()).height).toBe(0);
    await popup.close();
  });

  test('is not had by guessing the code, even from the window itself', async () => {
    const client = await openBridge();
    const { review, url } = await askForSignature(client, 'guessed');
    const outcome = client.operator.awaitSignature({ review_id: review.review_id });
    const { origin } = new URL(url);
    const window = new URL(String((await ask(url)).headers.location), url).href;
    const shown = (await ask(window)).text;
    const token = /name="token" value="([^"]+)"/.exec(shown)?.[1] ?? '';
    expect(token).not.toBe('');
    // The page that asked knows the words, but not which one is asked for.
    const [word = ''] = review.fingerprint;
    expect(shown).toMatch(/<strong>word \d+<\/strong>/);
    const send = (code: string): Promise<Answer> =>
      ask(window, {
        method: 'POST',
        headers: { ...FORM, origin },
        body: new URLSearchParams({ token, word, code, decision: 'sign', keep: 'yes' }).toString(),
      });
    for (let tries = 1; tries <= PASSPHRASE_ATTEMPTS_MAX; tries++) {
      expect(await send(`00-00-00-00-00-0${tries}`)).toMatchObject({ status: 403 });
    }
    // The right one comes too late.
    const late = await send(running.signingCode);
    expect(late.text).not.toContain('Signed and on the chain');
    expect(await outcome).toEqual({ outcome: 'refused' });
    expect((await client.chain.status()).height).toBe(0);
    expect((await client.operator.keys()).unlocked_until).toBeNull();
  });

  test("is not had from the console's own origin", async () => {
    const client = await openBridge();
    const { url } = await askForSignature(client, 'scripted');
    const seen = await page.evaluate(async (target) => {
      const attempt = (work: Promise<unknown>): Promise<string> =>
        work.then(String, (error: unknown) => `failed: ${String(error)}`);
      const refused: string[] = [];
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) =>
        refused.push(effectiveDirective),
      );
      const body = new URLSearchParams({ decision: 'sign' });
      const read = await attempt(fetch(target).then((response) => response.text()));
      const sent = await attempt(
        fetch(target, { method: 'POST', mode: 'no-cors', credentials: 'include', body }).then(({ type }) => type),
      );
      const submitIn = (owner: Document, where: string): void => {
        const form = owner.createElement('form');
        form.method = 'post';
        form.action = target;
        form.target = where;
        const decision = owner.createElement('input');
        decision.name = 'decision';
        decision.value = 'sign';
        form.append(decision);
        owner.body.append(form);
        form.submit();
      };
      submitIn(document, '_blank');
      const frame = document.createElement('iframe');
      frame.src = target;
      const framed = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
      document.body.append(frame);
      await framed;
      // A window of the page's own making has the page's policy.
      const blank = globalThis.open('about:blank');
      if (blank !== null) submitIn(blank.document, '_self');
      const opened = globalThis.open(target, 'confirm', 'popup');
      return { read, sent, refused, opened: opened !== null };
    }, url);
    expect(seen.read).toMatch(/^failed/);
    expect(seen.sent).toMatch(/^failed/);
    expect(seen.refused).toEqual(expect.arrayContaining(['connect-src', 'form-action', 'frame-src']));

    const popup = await expect
      .poll(() => context.pages().find((each) => each.url().startsWith(`${url}/`)))
      .toBeDefined()
      .then(() => context.pages().find((each) => each.url().startsWith(`${url}/`)));
    await popup?.getByRole('button', { name: 'Sign' }).waitFor();
    const reached = await page.evaluate((target) => {
      const again = globalThis.open('', 'confirm');
      try {
        return again?.document.body.textContent ?? target;
      } catch {
        return 'out of reach';
      }
    }, url);
    expect(reached).not.toContain('Fingerprint');
    expect(await popup?.evaluate(() => globalThis.opener === null)).toBe(true);
    expect((await client.chain.status()).height).toBe(0);
    for (const other of context.pages()) if (other !== page) await other.close();
  });
});

describe('what the page can be told', () => {
  const HASH = `0x${'00'.repeat(32)}` as const;

  test('is no private key, no passphrase and no signing code, whatever it asks', async () => {
    const client = await openBridge();
    const [key] = (await client.operator.keys()).identities;
    const chainInputs: Readonly<Record<keyof typeof contract.chain, unknown>> = {
      status: undefined,
      events: undefined,
      follow: { from_block: 0 },
      blockEvents: { index: 0, limit: 100 },
      metrics: { minutes: 60 },
      blocks: { limit: 100 },
      block: { at: { index: 0 } },
      transaction: { id: HASH },
      submit: { transaction: '{}' },
      simulate: { unsigned: '{}' },
      audit: { filter: {}, limit: 100 },
      auditCount: { filter: {} },
      search: { text: 'operations' },
      environments: { zone: 'blue', limit: 100 },
      environmentRows: { zone: 'blue', offset: 0, limit: 100 },
      environmentFacets: undefined,
      environment: { env_id: 'none' },
      lineage: { env_id: 'none' },
      content: { state_hash: HASH },
      files: { state_hash: HASH },
      file: { state_hash: HASH, path: join(dataDirectory, 'keys', 'passphrase') },
      difference: { before: { nothing: true }, after: { nothing: true } },
      modelClaims: { state_hash: HASH },
      fileDifference: { before_state_hash: null, after_state_hash: HASH, path: '../keys/passphrase' },
      state: { namespace: 'members', key: 'operations-1' },
      stateKeys: { namespace: 'members', limit: 100 },
      transactionProof: { id: HASH },
      stateProof: { namespace: 'members', key: 'operations-1' },
      checkpointKeys: undefined,
      checkpoint: { which: 'newest' },
      tlogProof: { id: HASH, which: 'newest' },
      coseReceipt: { id: HASH },
      greenProof: { env_id: 'none' },
      greenList: { limit: 10 },
      greenHolders: { state_hash: HASH },
      members: undefined,
      validators: undefined,
      policies: undefined,
      authority: { action: 'set_policy', env_id: null },
      posture: undefined,
      proposals: { state: 'open', limit: 100 },
      proposal: { proposal_id: HASH },
      proposalFile: { proposal_id: HASH },
      draft: { action: 'unfreeze', payload: {}, proposer: 'operations-1' },
      rollbackPreview: { target: { height: 0 } },
      recoveryTimeline: { limit: 100 },
    };
    const operatorInputs: Readonly<Record<keyof typeof contract.operator, unknown>> = {
      host: undefined,
      desk: undefined,
      createChain: { chain_id: 'again', sandbox: false },
      openChain: { path: join(dataDirectory, 'keys') },
      requestDeed: { deed: 'grant_folder', path: join(dataDirectory, 'keys') },
      awaitDeed: { deed_id: 'none' },
      withdrawDeed: { deed_id: 'none' },
      consoleLink: undefined,
      browse: { path: join(dataDirectory, 'keys') },
      pickDirectory: undefined,
      keys: undefined,
      createKey: { name: 'planted', store: 'file' },
      prepareSealingKey: { key_id: key?.key_id },
      prepareCheckpointKey: { key_id: key?.key_id },
      publishCheckpoint: undefined,
      selectIdentity: { key_id: key?.key_id },
      lockSession: undefined,
      scanDirectory: { path: dataDirectory },
      requestReview: { kind: 'transaction', action: 'freeze', payload: {} },
      confirmAddress: { review_id: 'none' },
      awaitSignature: { review_id: 'none' },
      withdrawSignature: { review_id: 'none' },
      verify: {},
      scrubStatus: undefined,
      scrub: {},
      integrityReports: undefined,
      acknowledgeReport: { report_id: 'damage-20260101T000000000Z' },
      repairChain: { copy: dataDirectory },
      snapshots: undefined,
      takeSnapshot: {},
      jobs: undefined,
      opened: undefined,
      cancelJob: { job_id: 'none' },
      preparedDrafts: undefined,
      preferences: undefined,
      choosePreferences: { theme: 'dark' },
      saveFilter: { list: 'audit', name: 'x', query: 'text=x' },
      forgetFilter: { list: 'audit', name: 'x' },
      dismissPreparedDraft: { draft_id: 'none' },
      confirmTrust: { text: HASH },
      inspectFile: { path: dataDirectory },
      backups: undefined,
      testDestination: { destination_id: 'none' },
      runBackup: {},
      verifyBackup: { destination_id: 'none', backup: HASH },
      restorePlan: { from: 'files', paths: [join(dataDirectory, 'keys', 'passphrase')] },
      followRestore: { job_id: 'none' },
      drills: undefined,
      drillStatement: { drill: HASH },
      runDrill: {},
      runExport: { kind: 'csv', filter: {} },
      previewReport: { filter: {} },
      exports: undefined,
      exportPart: { name: '../keys/passphrase', offset: 0 },
    };
    const call = async (part: object, name: string, input: unknown): Promise<void> => {
      const procedure = (part as Readonly<Record<string, (given: unknown) => Promise<unknown>>>)[name];
      const answer = await procedure?.(input).catch((error: unknown) => String(error));
      if (typeof answer !== 'object' || answer === null || !(Symbol.asyncIterator in answer)) return;
      const events = answer as AsyncIterableIterator<unknown>;
      // A stream that fails has told why.
      const next = (): Promise<boolean> =>
        events.next().then(
          ({ done }) => done !== true,
          () => false,
        );
      while (await next());
    };
    for (const [name, input] of Object.entries(chainInputs)) {
      // It has no end, and tells of blocks alone.
      if (name !== 'events' && name !== 'follow') await call(client.chain, name, input);
    }
    for (const [name, input] of Object.entries(operatorInputs)) {
      // They have no end, and tell what `keys` tells, how far work is, and what is opened.
      if (!['desk', 'jobs', 'opened'].includes(name)) await call(client.operator, name, input);
    }
    for (const input of [
      { kind: 'proposal', action: 'unfreeze', payload: {} },
      { kind: 'possession', key_id: key?.key_id, subject: 'member/mallory' },
      { kind: 'export_key', key_id: key?.key_id },
      { kind: 'forget_key', key_id: key?.key_id },
    ])
      await call(client.operator, 'requestReview', input);

    // Refusing to make a second chain leaves the first one open.
    expect((await client.operator.host()).chain).toMatchObject({
      chain_id: expect.stringMatching(/^sandbox/) as string,
    });
    const told = heard.join('\n');
    expect(told).toContain('operations-1');
    for (const secret of await secretsOf(dataDirectory)) expect(told).not.toContain(secret);
    for (const secret of await secretsOf(otherDataDirectory)) expect(told).not.toContain(secret);
    const code = running.signingCode;
    for (const form of [code, code.replaceAll('-', ''), code.replaceAll('-', ' ')]) expect(told).not.toContain(form);
  });

  test('is no file of a data directory, this one or another', async () => {
    const client = await openBridge();
    const scan = async (path: string): Promise<unknown> => {
      for await (const event of await client.operator.scanDirectory({ path })) if (event.type === 'done') return event;
      return null;
    };
    // Not below what was granted: of it nothing is told.
    for (const path of [
      dataDirectory,
      join(dataDirectory, 'keys'),
      '/etc',
      '/no/such/folder',
      join(dataDirectory, '..'),
    ]) {
      await expect(scan(path), path).rejects.toMatchObject({ code: 'FOLDER_NOT_GRANTED' });
      await expect(client.operator.browse({ path }), path).rejects.toMatchObject({ code: 'FOLDER_NOT_GRANTED' });
      const key = { deed: 'import_key', path: join(path, 'passphrase'), name: 'stolen', store: 'file' } as const;
      await expect(client.operator.requestDeed(key), path).rejects.toMatchObject({ code: 'FOLDER_NOT_GRANTED' });
    }
    const home = join(otherDataDirectory, '..');
    expect((await client.operator.browse({})).entries).toMatchObject([{ name: home }]);
    const outside = join(temporaryDirectory(), 'outside');
    mkdirSync(outside);
    symlinkSync(outside, join(home, 'way-out'));
    await expect(client.operator.browse({ path: join(home, 'way-out') })).rejects.toMatchObject({
      code: 'FOLDER_NOT_GRANTED',
    });
    rmSync(join(home, 'way-out'));

    const harmless = join(otherDataDirectory, '..', 'harmless');
    mkdirSync(harmless, { recursive: true });
    writeFileSync(join(harmless, 'env.py'), 'SIZE = 8\n');
    expect(await scan(harmless)).toMatchObject({ scan: { file_count: 1 } });
    const refused = [otherDataDirectory, join(otherDataDirectory, 'keys'), join(otherDataDirectory, 'chain'), home];
    for (const path of refused) await expect(scan(path), path).rejects.toMatchObject({ code: 'DIRECTORY_OUTSIDE' });
    // Nor does it turn to that directory by itself.
    for (const path of [otherDataDirectory, dataDirectory])
      await expect(client.operator.openChain({ path }), path).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    expect((await client.operator.host()).chain).toMatchObject({
      chain_id: expect.stringMatching(/^sandbox/) as string,
    });
  });

  /** Every private key of a node in every form that it could leave in, and the passphrase that opens them. */
  async function secretsOf(directory: string): Promise<readonly string[]> {
    const passphrase = readGeneratedPassphrase(directory);
    if (passphrase === null) throw new Error('there is no passphrase');
    const keyring = openKeyring(directory, { clock: Date.now });
    await keyring.file.unlock(passphrase);
    const secrets: string[] = [passphrase];
    for (const { key_id } of await keyring.list()) {
      const bytes = Buffer.from(await keyring.sealingSecret(key_id));
      secrets.push(encodeHex(bytes).slice(2), bytes.toString('base64').slice(0, 40), bytes.toString('base64url'));
      secrets.push(bytes.join(','), bytes.toString('latin1'));
    }
    keyring.close();
    expect(secrets.length).toBeGreaterThan(10);
    return secrets;
  }
});

describe('the door of the page', () => {
  test('stays shut for a page of another origin, which knows its address', async () => {
    const hostile = await context.newPage();
    await hostile.goto(await serveHostilePage('<!doctype html><title>hostile</title>'));
    const script = /assets\/[\w-]+\.js/.exec((await ask(`${running.origin}/`)).text)?.[0] ?? '';
    const seen = await hostile.evaluate(
      async ({ origin, publicOrigin, asset }) => {
        const attempt = (work: Promise<unknown>): Promise<string> => work.then(String, () => 'failed');
        const connect = (url: string): Promise<string> =>
          new Promise((resolve) => {
            const socket = new globalThis.WebSocket(url);
            socket.addEventListener('open', () => resolve('open'));
            socket.addEventListener('close', () => resolve('closed'));
          });
        const load = (element: HTMLElement): Promise<string> =>
          new Promise((resolve) => {
            element.addEventListener('load', () => resolve('loaded'), { once: true });
            element.addEventListener('error', () => resolve('failed'), { once: true });
            document.body.append(element);
          });
        const element = document.createElement('script');
        element.src = `${origin}/${asset}`;
        const frame = document.createElement('iframe');
        frame.src = `${origin}/`;
        await load(frame);
        return {
          socket: await connect(`${origin.replace('http', 'ws')}/bridge`),
          byNumber: await connect(`${publicOrigin.replace('http', 'ws')}bridge`),
          read: await attempt(fetch(origin, { credentials: 'include' }).then((response) => response.text())),
          bridge: await attempt(fetch(`${origin}/bridge`, { credentials: 'include' })),
          opaque: await attempt(fetch(`${origin}/`, { mode: 'no-cors', credentials: 'include' })),
          script: await load(element),
        };
      },
      { origin: running.origin, publicOrigin: running.publicAddress, asset: script },
    );
    expect(script).not.toBe('');
    expect(seen).toEqual({
      socket: 'closed',
      byNumber: 'closed',
      read: 'failed',
      bridge: 'failed',
      opaque: 'failed',
      script: 'failed',
    });
    const inner = hostile.frames().find((frame) => frame !== hostile.mainFrame());
    expect(await inner?.locator('#root').count()).toBe(0);
    await hostile.close();
  });

  test('stays shut for a name that resolves to this machine', async () => {
    const { port } = new URL(running.origin);
    const rebound = `attacker.example:${port}`;
    const answer = await ask(`${running.origin}/`, { headers: { host: rebound } });
    expect(answer).toMatchObject({ status: 421 });
    expect(answer.text).toContain('This console answers only to its own address.');
    const isOpen = async (headers: Readonly<Record<string, string>>): Promise<boolean> => {
      const socket = await connectBridge(running.origin, headers);
      socket?.terminate();
      return socket !== null;
    };
    expect(await isOpen({ host: rebound, origin: `http://${rebound}` })).toBe(false);
    expect(await isOpen({ host: rebound, origin: running.origin })).toBe(false);
    expect(await isOpen({ origin: `http://${rebound}` })).toBe(false);
    expect(await isOpen({})).toBe(false);
    expect(await isOpen({ origin: running.origin })).toBe(true);
  });

  test('is opened by no cookie, and a cookie from elsewhere changes nothing', async () => {
    const cookies = [
      'quantum_lock_session=shadow',
      `session=${encodeHex(session)}`,
      `quantum-lock:session=${'x'.repeat(3000)}`,
    ];
    for (const cookie of cookies) {
      const socket = await connectBridge(running.origin, { origin: running.origin, cookie });
      if (socket === null) throw new Error('it is closed');
      // A cookie proves nothing: without a secret the first call ends the connection.
      const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
      socket.send(JSON.stringify({ i: 1, p: { u: '/operator/host' } }));
      await closed;
      const again = await connectBridge(running.origin, { origin: running.origin, cookie });
      if (again === null) throw new Error('it is closed');
      expect(await prove(again, session, running.origin)).toMatchObject({ outcome: 'welcome' });
      again.terminate();
      for (const path of ['/', '/bridge', '/signed-in'])
        expect((await ask(running.origin + path, { headers: { cookie } })).headers).not.toHaveProperty('set-cookie');
    }
    expect(await context.cookies()).toEqual([]);
  });

  test('opens once for a link, in every tab of that browser, and prints no other', async () => {
    const other = await browser.newContext();
    onTestFinished(() => other.close());
    const stranger = await other.newPage();
    await stranger.goto(running.address);
    await stranger.getByRole('heading', { name: 'This page is not signed in to the console' }).waitFor();
    expect(stranger.url()).not.toContain('sign-in');
    await stranger.goto(running.publicAddress);
    await stranger.getByText('npx dm console --link').waitFor();
    expect(await prove(await openSocket(), tokenOf(running.address), running.origin)).toEqual({ outcome: 'refused' });

    // The same browser may follow its old bookmark, open another tab, and load the page again.
    for (const address of [running.address, `${running.origin}/#/keys`]) {
      const again = await context.newPage();
      await again.goto(address);
      await again.getByText('Healthy · block 0').waitFor();
      await again.reload();
      await again.getByText('Healthy · block 0').waitFor();
      expect(again.url()).not.toContain('sign-in');
      await again.close();
    }
    expect(running.stdout().match(/sign-in=/g)).toHaveLength(1);
    expect(running.stderr()).not.toContain('sign-in=');
  });

  async function openSocket(): Promise<WebSocket> {
    const socket = await connectBridge(running.origin);
    if (socket === null) throw new Error('it is closed');
    onTestFinished(() => socket.terminate());
    return socket;
  }

  test('stands whatever is thrown at it', async () => {
    const { host, port } = new URL(running.origin);
    for (const path of ['/%', '//', '/%2e%2e/%2e%2e/package.json', '/..%2f..%2fpackage.json', '/%00']) {
      const { status } = await new Promise<{ status: number }>((resolve, reject) => {
        request({ hostname: '127.0.0.1', port, path, headers: { host } }, (response) => {
          response.resume().once('end', () => resolve({ status: response.statusCode ?? 0 }));
        })
          .once('error', reject)
          .end();
      });
      expect(status, path).toBeGreaterThanOrEqual(400);
    }
    // Too long, of another form, and no form at all; before anything was proved, and after.
    for (const isProved of [false, true]) {
      for (const message of ['x'.repeat(2 * 1024 * 1024), '{}', '\0', JSON.stringify({ i: 1, p: { u: '/nothing' } })]) {
        const socket = await openSocket();
        if (isProved) await prove(socket, session, running.origin);
        const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
        socket.send(message);
        // What follows is answered after it.
        socket.close();
        await closed;
      }
    }
    const client = await openBridge();
    expect(await client.chain.status()).toMatchObject({
      height: 0,
      chain_id: expect.stringMatching(/^sandbox/) as string,
    });
  });
});
