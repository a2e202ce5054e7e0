import { describe, expect, test } from 'vitest';

import { calendarWords } from '../../../../src/base/calendar-words.ts';
import { genesisWords } from '../../../../src/base/fingerprint.ts';
import { hashOf } from '../../../crash/test-chain.ts';
import {
  CONFIRM_CAPABILITIES_MAX,
  CONFIRM_FORM_SIZE_BYTES_MAX,
  CONFIRM_WINDOWS_MAX,
  PASSPHRASE_ATTEMPTS_MAX,
  SIGNING_SESSION_TTL_MS,
} from '../../../../src/base/limits.ts';
import { createSigningCode, isSigningCode } from '../../../../src/node/doors/confirm/signing-code.ts';
import { visibleText } from '../../../../src/base/visible-text.ts';
import { coded } from '../../../coded.ts';
import { FORM, formIn, openConfirmation, SIGNING_CODE, tokenIn, wordsIn } from './confirm-fixture.ts';
import { PASSPHRASE } from '../../signing/desk-fixture.ts';

describe('the page', () => {
  test('shows what is signed, escaped, with nothing hidden', async () => {
    const { keychainKey, request, open } = await openConfirmation();
    const review = await request(keychainKey);
    const {
      answer: { status, body },
    } = await open(review);
    expect(status).toBe(200);
    expect(body).toContain('<h1>Archives grid-maze &lt;b&gt;&amp;\\u{202e}.</h1>');
    expect(body).toMatch(/environments \/ grid-maze<\/span>\s*<dl>\s*<dt>archived_at<\/dt>/);
    expect(body).toContain('The environment was promoted.');
    expect(wordsIn(body)).toEqual(review.fingerprint);
    expect(body).toContain(review.digest);
    expect(body).toContain(review.canonical.replaceAll('"', '&quot;'));
    expect(body).not.toMatch(/<script|\son\w+=|javascript:|style=/i);
  });

  test('tells the chain by the words of its genesis, and of the time of a chain that is not the machine’s', async () => {
    const { open, request, keychainKey, node, chain } = await openConfirmation();
    for (const name of ['one', 'two', 'three']) {
      chain.identity = { ...chain.identity, genesis: hashOf(`the genesis of ${name}`) };
      const { body } = (await open(await request(keychainKey))).answer;
      expect(body.replaceAll(/\s+/g, ' ')).toContain(
        `<strong>test-chain</strong>, <span class="words">${genesisWords(chain.identity.genesis)}</span>`,
      );
      expect(body).not.toContain('time of the chain');
    }
    // Of what a machine's clock may be off, nothing is said; beyond it, whichever of the two is wrong.
    for (const [ahead, isTold] of [
      [30_000, false],
      [-30_000, false],
      [31_000, true],
      [-31_000, true],
      [400 * 86_400_000, true],
    ] as const) {
      node.blockTime = node.now + ahead;
      const { body } = (await open(await request(keychainKey))).answer;
      expect(
        body.includes(`signed with the time of the chain, ${calendarWords(node.now + ahead)}`),
        String(ahead),
      ).toBe(isTold);
      expect(body.includes(`the clock of this machine says ${calendarWords(node.now)}`), String(ahead)).toBe(isTold);
    }
  });

  test('is protected by its headers', async () => {
    const { server, keychainKey, request, send, open } = await openConfirmation();
    const { url, answer } = await open(await request(keychainKey));
    const { origin } = new URL(url);
    const answers = [
      answer,
      await send('GET', server.confirmUrl((await request(keychainKey)).review_id)),
      await send('GET', `${origin}/confirm.css`),
      await send('GET', `${origin}/expiry-600.css`),
      await send('GET', origin),
      await send('GET', `${url}x`),
      await send('GET', `http://127.0.0.1:${server.port}/`),
    ];
    const policy = "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
    for (const { headers, status } of answers) {
      // What asks for a signature runs no script; what says how it ended runs one, which closes the window.
      const says = status !== 200 && status !== 303;
      const { 'content-security-policy': given } = headers;
      expect(says ? String(given).replace(/; script-src 'sha256-[\w+/]{43}='$/, '') : given).toBe(policy);
      expect(headers).toMatchObject({
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'document-policy': 'force-load-at-top',
        'referrer-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      });
      expect(headers).not.toHaveProperty('set-cookie');
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    }
  });

  test('is at an address that nobody can guess, another for each review and each time', async () => {
    const { server, keychainKey, request, send } = await openConfirmation();
    const [first, second] = [await request(keychainKey), await request(keychainKey)];
    const urls = [first, first, second].map(({ review_id }) => server.confirmUrl(review_id));
    expect(new Set(urls.map((url) => new URL(url).host)).size).toBe(3);
    expect(new Set(urls.map((url) => new URL(url).pathname)).size).toBe(3);
    for (const url of urls) {
      expect(url).toMatch(/^http:\/\/[0-9a-f]{32}\.localhost:\d+\/confirm\/[0-9a-f]{32}$/);
      expect(url).not.toContain('review-');
    }
    const [one = '', , other = ''] = urls;
    const { origin, pathname } = new URL(one);
    for (const path of [
      '/',
      '/confirm/',
      `/confirm/${first.review_id}`,
      `${pathname}?x=1`,
      `${pathname}/`,
      new URL(other).pathname,
    ])
      expect((await send('GET', origin + path)).status, path).toBe(404);
    expect((await send('GET', one, { host: new URL(other).host })).status).toBe(404);
    expect((await send('GET', `http://127.0.0.1:${server.port}${pathname}`)).status).toBe(404);
    for (const host of [`evil.example:${server.port}`, `x.localhost:${server.port}`, new URL(one).hostname])
      expect((await send('GET', one, { host })).status, host).toBe(421);
    expect((await send('GET', one)).status).toBe(303);
  });

  test('is given so many windows, and takes none from another', async () => {
    const { server, request, keychainKey, send, desk } = await openConfirmation();
    const [first, second, ended] = [await request(keychainKey), await request(keychainKey), await request(keychainKey)];
    const kept = server.confirmUrl(second.review_id);
    for (let count = 0; count < CONFIRM_WINDOWS_MAX; count++) server.confirmUrl(first.review_id);
    for (let more = 0; more < 3; more++)
      expect(() => server.confirmUrl(first.review_id)).toThrow(coded('REVIEWS_LIMITED'));
    // Whoever asks, and takes back, without end, ends the windows of what has ended, and no other.
    desk.withdraw(ended.review_id);
    const flood: string[] = [];
    for (let count = 0; count < CONFIRM_CAPABILITIES_MAX; count++) flood.push(server.confirmUrl(`gone-${count}`));
    expect((await send('GET', kept)).status).toBe(303);
    expect((await send('GET', flood[0] ?? '')).status).toBe(421);
  });

  test('of a review that was taken back says so, and signs nothing', async () => {
    const { request, keychainKey, desk, send, submitted, open } = await openConfirmation();
    const review = await request(keychainKey);
    const { url, answer } = await open(review);
    expect(desk.withdraw(review.review_id)).toBe(true);
    const fields = new URLSearchParams({ ...formIn(answer.body), decision: 'sign', code: SIGNING_CODE }).toString();
    expect((await send('POST', url, { ...FORM, origin: new URL(url).origin }, fields)).body).toContain('Cancelled');
    expect((await send('GET', url)).body).toContain('Cancelled');
    expect(submitted).toEqual([]);
  });

  test('works in one browser: the first that opens it', async () => {
    const { server, keychainKey, request, send, submitted } = await openConfirmation();
    const review = await request(keychainKey);
    const url = server.confirmUrl(review.review_id);
    const location = String((await send('GET', url)).headers['location']);
    // What the console put behind the address ends here.
    expect(location).toMatch(/#$/);
    const window = new URL(location, url).href;
    const form = formIn((await send('GET', window)).body);
    const late = await send('GET', url);
    expect(late.status).toBe(403);
    expect(late.body).toContain('already opened');
    expect(tokenIn(late.body)).toBe('no form');
    const body = new URLSearchParams({ ...form, decision: 'sign', code: SIGNING_CODE }).toString();
    const headers = { ...FORM, origin: new URL(url).origin };
    expect((await send('POST', url, headers, body)).status).toBe(403);
    // The window can be loaded again.
    expect(formIn((await send('GET', window)).body)).toEqual(form);

    // A window that the console opens in its place ends this one, as soon as it is opened.
    const again = server.confirmUrl(review.review_id);
    expect((await send('GET', window)).status).toBe(200);
    const next = new URL(String((await send('GET', again)).headers['location']), again).href;
    expect((await send('GET', window)).status).toBe(403);
    expect((await send('POST', window, headers, body)).body).toContain('opened in another window');
    expect(submitted).toEqual([]);
    const nextForm = formIn((await send('GET', next)).body);
    const nextBody = new URLSearchParams({ ...nextForm, decision: 'sign', code: SIGNING_CODE }).toString();
    expect((await send('POST', next, { ...FORM, origin: new URL(next).origin }, nextBody)).body).toContain('block 7');
    // How it ended is told to whoever has any of them.
    for (const each of [url, window, again, next]) expect((await send('GET', each)).body).toContain('Signed and on');
  });

  test('opens in a window of its own only, when somebody looks at it', async () => {
    const { keychainKey, request, send, server, open } = await openConfirmation();
    const review = await request(keychainKey);
    const url = server.confirmUrl(review.review_id);
    for (const destination of ['iframe', 'script', 'empty', 'embed'])
      expect((await send('GET', url, { 'sec-fetch-dest': destination })).status).toBe(403);
    expect((await send('GET', url, { 'sec-purpose': 'prefetch;prerender' })).status).toBe(403);
    expect(await send('PUT', url)).toMatchObject({ status: 405, headers: { allow: 'GET, POST' } });
    expect((await send('GET', url, { 'sec-fetch-dest': 'document' })).status).toBe(303);
    expect((await send('GET', server.confirmUrl('no-such-review'))).status).toBe(410);
    expect((await open(review)).answer.status).toBe(200);
  });
});

describe('a key in the file', () => {
  test('signs with the passphrase', async () => {
    const { fileKey, request, submit, submitted, desk } = await openConfirmation();
    const review = await request(fileKey);
    const { status, body } = await submit(review, { decision: 'sign', passphrase: PASSPHRASE });
    expect(status).toBe(200);
    expect(body).toContain('It is in block 7.');
    expect(submitted).toHaveLength(1);
    expect(desk.unlocked).toBeNull();
  });

  test('keeps signing unlocked where that is asked for', async () => {
    const { fileKey, request, submit, open, submitted, desk } = await openConfirmation();
    await submit(await request(fileKey), { decision: 'sign', passphrase: PASSPHRASE, keep: 'yes' });
    const second = await request(fileKey);
    const page = await open(second);
    expect(page.answer.body).toMatch(/Signing as in the file is unlocked until \d\d:\d\d: only the word is asked/);
    expect(page.answer.body).not.toContain('type="password"');
    await submit(second, { decision: 'sign' });
    expect(submitted).toHaveLength(2);
    desk.lockSession();
    const third = await request(fileKey);
    expect((await submit(third, { decision: 'sign' })).status).toBe(403);
    expect(submitted).toHaveLength(2);
  });

  test('closes after five wrong passphrases, sent one by one or at once', async () => {
    const { fileKey, request, submit, submitted, desk } = await openConfirmation();
    const review = await request(fileKey);
    for (let left = PASSPHRASE_ATTEMPTS_MAX - 1; left > 0; left--) {
      const { status, body } = await submit(review, { decision: 'sign', passphrase: `wrong ${left}`, keep: 'yes' });
      expect(status).toBe(403);
      expect(body).toContain(left === 1 ? '1 try is left' : `${left} tries are left`);
    }
    expect((await submit(review, { decision: 'sign', passphrase: 'wrong' })).body).toContain('Closed');
    expect(await desk.outcome(review.review_id)).toEqual({ outcome: 'refused' });
    await submit(review, { decision: 'sign', passphrase: PASSPHRASE });

    // The right one among too many wrong ones, all at once, comes too late.
    const another = await request(fileKey);
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        submit(another, { decision: 'sign', passphrase: index === 11 ? PASSPHRASE : `wrong ${index}` }),
      ),
    );
    expect(answers.map(({ body }) => body).join('')).not.toContain('on the chain');
    expect(await desk.outcome(another.review_id)).toEqual({ outcome: 'refused' });
    expect(submitted).toEqual([]);
  });
});

describe('a key in the keychain', () => {
  test('signs with the code from the terminal, however it is typed', async () => {
    const { keychainKey, request, submit, submitted } = await openConfirmation();
    const review = await request(keychainKey);
    for (const code of ['', '12-34-56-78-90-13', '1']) {
      expect((await submit(review, { decision: 'sign', code })).body).toContain('That is not the signing code.');
    }
    expect((await submit(review, { decision: 'sign', code: '12 34 567890 12' })).body).toContain('block 7');
    expect(submitted).toHaveLength(1);
  });

  test('signs without it while signing is unlocked, and no longer', async () => {
    const { keychainKey, request, submit, submitted, desk, node } = await openConfirmation();
    await submit(await request(keychainKey), { decision: 'sign', code: SIGNING_CODE, keep: 'yes' });
    expect(desk.unlocked?.until).toBe(node.now + SIGNING_SESSION_TTL_MS);
    await submit(await request(keychainKey), { decision: 'sign' });
    expect(submitted).toHaveLength(2);
    node.now += SIGNING_SESSION_TTL_MS;
    await submit(await request(keychainKey), { decision: 'sign' });
    await submit(await request(keychainKey), { decision: 'sign', code: SIGNING_CODE, keep: 'yes' });
    desk.lockSession();
    await submit(await request(keychainKey), { decision: 'sign' });
    expect(submitted).toHaveLength(3);
  });

  test('is refused without it', async () => {
    const { keychainKey, request, submit, submitted, desk, open } = await openConfirmation();
    const review = await request(keychainKey);
    expect((await submit(review, { decision: 'refuse' })).body).toContain('Nothing was signed');
    expect(await desk.outcome(review.review_id)).toEqual({ outcome: 'refused' });
    expect((await open(review)).answer.body).toContain('Refused');
    expect(submitted).toEqual([]);
  });
});

describe('a hostile page', () => {
  test('cannot press Sign, whatever it knows', async () => {
    const { keychainKey, request, send, server, submitted, submit, open } = await openConfirmation();
    // Even with signing unlocked, the address and the token read, and the code known.
    await submit(await request(keychainKey), { decision: 'sign', code: SIGNING_CODE, keep: 'yes' });
    const review = await request(keychainKey);
    const { url, answer } = await open(review);
    const { origin } = new URL(url);
    const { token, word } = formIn(answer.body);
    const body = new URLSearchParams({ token, word, decision: 'sign', code: SIGNING_CODE }).toString();
    const cookie = 'quantum_lock_session=stolen';
    const attempts: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
      [{ ...FORM, cookie }, body],
      [{ ...FORM, cookie, origin: 'null' }, body],
      [{ ...FORM, cookie, origin: 'http://127.0.0.1:8000' }, body],
      [{ ...FORM, cookie, origin: `http://127.0.0.1:${server.port}` }, body],
      [{ ...FORM, cookie, origin: `http://localhost:${server.port}` }, body],
      [{ ...FORM, origin, 'sec-fetch-site': 'same-site' }, body],
      [{ ...FORM, origin, 'sec-fetch-site': 'cross-site' }, body],
      [{ origin, 'content-type': 'application/json' }, body],
      [{ origin, 'content-type': 'text/plain' }, body],
      [{ ...FORM, origin }, body.replace(token, token.slice(1))],
      [{ ...FORM, origin }, 'decision=sign'],
    ];
    for (const [headers, form] of attempts) expect((await send('POST', url, headers, form)).status).toBe(403);
    for (const host of [`127.0.0.1:${server.port}`, `localhost:${server.port}`, `x.localhost:${server.port}`])
      expect((await send('POST', url, { ...FORM, origin: `http://${host}`, host }, body)).status).toBeGreaterThan(403);
    expect(submitted).toHaveLength(1);
    expect((await send('POST', url, { ...FORM, origin }, body)).status).toBe(200);
    expect(submitted).toHaveLength(2);
  });

  test("cannot use another review's window or token", async () => {
    const { keychainKey, request, send, submitted, open } = await openConfirmation();
    const [first, second] = [await open(await request(keychainKey)), await open(await request(keychainKey))];
    const body = new URLSearchParams({
      token: tokenIn(first.answer.body),
      word: formIn(second.answer.body).word,
      decision: 'sign',
      code: SIGNING_CODE,
    }).toString();
    const { host, origin } = new URL(second.url);
    expect((await send('POST', second.url, { ...FORM, origin }, body)).status).toBe(403);
    expect((await send('POST', first.url, { ...FORM, origin, host }, body)).status).toBe(404);
    expect(submitted).toEqual([]);
  });

  test('cannot send a long form, nor one without a decision', async () => {
    const { keychainKey, request, send, open, submit } = await openConfirmation();
    const { url } = await open(await request(keychainKey));
    const headers = { ...FORM, origin: new URL(url).origin };
    expect((await send('POST', url, headers, 'x'.repeat(CONFIRM_FORM_SIZE_BYTES_MAX + 1))).status).toBe(413);
    expect((await submit(await request(keychainKey), { decision: 'maybe' })).status).toBe(400);
  });
});

describe('createSigningCode', () => {
  test('makes six pairs of digits, each time others', () => {
    const codes = Array.from({ length: 50 }, createSigningCode);
    expect(new Set(codes).size).toBe(50);
    for (const code of codes) {
      expect(code).toMatch(/^\d\d(-\d\d){5}$/);
      expect(isSigningCode(code.replaceAll('-', ' '), code)).toBe(true);
      expect(isSigningCode('', code)).toBe(false);
    }
  });
});

describe('visibleText', () => {
  test('writes out what could deceive the eye', () => {
    expect(visibleText('a\u202eb\u200bc\nd\ue000é😀')).toBe('a\\u{202e}b\\u{200b}c\\u{a}d\ue000é😀');
  });
});
