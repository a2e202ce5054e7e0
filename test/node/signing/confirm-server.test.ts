import { request as httpRequest } from 'node:http';

import { describe, expect, onTestFinished, test } from 'vitest';

import type { SigningReview } from '../../../src/api/views/operator.ts';
import {
  CONFIRM_FORM_SIZE_BYTES_MAX,
  PASSPHRASE_ATTEMPTS_MAX,
  SIGNING_SESSION_TTL_MS,
} from '../../../src/base/limits.ts';
import { ConfirmServer } from '../../../src/node/signing/confirm-server.ts';
import { createSigningCode, isSigningCode } from '../../../src/node/signing/signing-code.ts';
import { visibleText, visibleValue } from '../../../src/base/visible-text.ts';
import type { DeskBench } from './desk-fixture.ts';
import { openDesk, PASSPHRASE } from './desk-fixture.ts';

const SIGNING_CODE = '12-34-56-78-90-12';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

interface Bench extends DeskBench {
  readonly server: ConfirmServer;
  send(method: string, path: string, headers?: Readonly<Record<string, string>>, body?: string): Promise<Answer>;
  /** As a browser sends the page's own form. */
  submit(review: SigningReview, fields: Readonly<Record<string, string>>): Promise<Answer>;
}

async function openConfirmation(): Promise<Bench> {
  const bench = await openDesk();
  const server = new ConfirmServer({
    desk: () => bench.desk,
    signingCode: SIGNING_CODE,
    storedPassphrase: () => null,
    clock: () => bench.node.now,
  });
  const origin = await server.listen();
  onTestFinished(() => server.close());
  const send: Bench['send'] = (method, path, headers = {}, body = '') =>
    new Promise((resolve, reject) => {
      const request = httpRequest(`${origin}${path}`, { method, headers, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
      });
      request.on('error', reject);
      request.end(body);
    });
  const submit: Bench['submit'] = async (review, fields) => {
    const path = `/confirm/${review.review_id}`;
    const token = /name="token" value="([^"]+)"/.exec((await send('GET', path)).body)?.[1] ?? 'no form';
    const body = new URLSearchParams({ token, ...fields }).toString();
    return send('POST', path, { origin, 'content-type': 'application/x-www-form-urlencoded' }, body);
  };
  return { ...bench, server, send, submit };
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

describe('the page', () => {
  test('shows what is signed, escaped, with nothing hidden', async () => {
    const { server, keychainKey, request, send } = await openConfirmation();
    const review = await request(keychainKey);
    expect(server.confirmUrl(review.review_id)).toBe(`${server.origin}/confirm/${review.review_id}`);
    const { status, body } = await send('GET', `/confirm/${review.review_id}`);
    expect(status).toBe(200);
    expect(body).toContain('<h1>Archives grid-maze &lt;b&gt;&amp;\\u{202e}.</h1>');
    expect(body).toMatch(/environments \/ grid-maze<\/span>\s*<dl>\s*<dt>archived_at<\/dt>/);
    expect(body).toContain('The environment was promoted.');
    expect(body).toContain(review.fingerprint.join(' '));
    expect(body).toContain(review.digest);
    expect(body).toContain(review.canonical.replaceAll('"', '&quot;'));
    expect(body).not.toMatch(/<script|\son\w+=|javascript:|style=/i);
  });

  test('is protected by its headers', async () => {
    const { keychainKey, request, send } = await openConfirmation();
    const { review_id } = await request(keychainKey);
    for (const path of [`/confirm/${review_id}`, '/confirm.css', '/', '/confirm/none']) {
      const { headers } = await send('GET', path);
      expect(headers).toMatchObject({
        'content-security-policy':
          "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      });
      expect(headers).not.toHaveProperty('set-cookie');
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    }
  });

  test.each([
    ['/', 404],
    ['/confirm/', 404],
    ['/confirm/a%2fb', 404],
    ['/confirm/review-1?x=1', 404],
    ['/confirm/no-such-review', 410],
  ])('GET %s is %i', async (path, status) => {
    const { send } = await openConfirmation();
    expect((await send('GET', path)).status).toBe(status);
  });

  test('answers to its own address only, in a window of its own only', async () => {
    const { keychainKey, request, send, server } = await openConfirmation();
    const { review_id } = await request(keychainKey);
    const path = `/confirm/${review_id}`;
    const port = new URL(server.origin).port;
    for (const host of [`evil.example:${port}`, `localhost:${port}`, '127.0.0.1', '127.0.0.1:1']) {
      expect((await send('GET', path, { host })).status).toBe(403);
    }
    for (const destination of ['iframe', 'script', 'empty', 'embed']) {
      expect((await send('GET', path, { 'sec-fetch-dest': destination })).status).toBe(403);
    }
    expect((await send('GET', path, { 'sec-fetch-dest': 'document' })).status).toBe(200);
    expect((await send('PUT', path)).status).toBe(405);
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
    expect(desk.unlockedUntil).toBeNull();
  });

  test('keeps signing unlocked where that is asked for', async () => {
    const { fileKey, request, submit, send, submitted, desk } = await openConfirmation();
    await submit(await request(fileKey), { decision: 'sign', passphrase: PASSPHRASE, keep: 'yes' });
    const second = await request(fileKey);
    const page = await send('GET', `/confirm/${second.review_id}`);
    expect(page.body).toContain('Signing is unlocked until');
    expect(page.body).not.toContain('type="password"');
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
    expect(desk.unlockedUntil).toBe(node.now + SIGNING_SESSION_TTL_MS);
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
    const { keychainKey, request, submit, submitted, desk, send } = await openConfirmation();
    const review = await request(keychainKey);
    expect((await submit(review, { decision: 'refuse' })).body).toContain('Nothing was signed');
    expect(await desk.outcome(review.review_id)).toEqual({ outcome: 'refused' });
    expect((await send('GET', `/confirm/${review.review_id}`)).body).toContain('Refused');
    expect(submitted).toEqual([]);
  });
});

describe('a hostile page', () => {
  test('cannot press Sign, whatever it knows', async () => {
    const { keychainKey, request, send, server, submitted, submit } = await openConfirmation();
    // Even with signing unlocked, the token read and the code known.
    await submit(await request(keychainKey), { decision: 'sign', code: SIGNING_CODE, keep: 'yes' });
    const review = await request(keychainKey);
    const path = `/confirm/${review.review_id}`;
    const token = /name="token" value="([^"]+)"/.exec((await send('GET', path)).body)?.[1] ?? '';
    const body = new URLSearchParams({ token, decision: 'sign', code: SIGNING_CODE }).toString();
    const cookie = 'quantum_lock_session=stolen';
    const attempts: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
      [{ ...FORM, cookie }, body],
      [{ ...FORM, cookie, origin: 'null' }, body],
      [{ ...FORM, cookie, origin: 'http://127.0.0.1:8000' }, body],
      [{ ...FORM, cookie, origin: server.origin.replace('127.0.0.1', 'localhost') }, body],
      [{ ...FORM, origin: server.origin, 'sec-fetch-site': 'same-site' }, body],
      [{ ...FORM, origin: server.origin, 'sec-fetch-site': 'cross-site' }, body],
      [{ origin: server.origin, 'content-type': 'application/json' }, body],
      [{ origin: server.origin, 'content-type': 'text/plain' }, body],
      [{ ...FORM, origin: server.origin }, body.replace(token, token.slice(1))],
      [{ ...FORM, origin: server.origin }, 'decision=sign'],
    ];
    for (const [headers, form] of attempts) expect((await send('POST', path, headers, form)).status).toBe(403);
    expect(submitted).toHaveLength(1);
    expect((await send('POST', path, { ...FORM, origin: server.origin }, body)).status).toBe(200);
    expect(submitted).toHaveLength(2);
  });

  test("cannot use another review's token", async () => {
    const { keychainKey, request, send, server, submitted } = await openConfirmation();
    const [first, second] = [await request(keychainKey), await request(keychainKey)];
    const token =
      /name="token" value="([^"]+)"/.exec((await send('GET', `/confirm/${first.review_id}`)).body)?.[1] ?? '';
    const body = new URLSearchParams({ token, decision: 'sign', code: SIGNING_CODE }).toString();
    const answer = await send('POST', `/confirm/${second.review_id}`, { ...FORM, origin: server.origin }, body);
    expect(answer.status).toBe(403);
    expect(submitted).toEqual([]);
  });

  test('cannot send a long form, nor one without a decision', async () => {
    const { keychainKey, request, send, server, submit } = await openConfirmation();
    const review = await request(keychainKey);
    const long = await send(
      'POST',
      `/confirm/${review.review_id}`,
      { ...FORM, origin: server.origin },
      'x'.repeat(CONFIRM_FORM_SIZE_BYTES_MAX + 1),
    );
    expect(long.status).toBe(413);
    expect((await submit(review, { decision: 'maybe' })).status).toBe(400);
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
    expect(visibleValue(undefined)).toBe('nothing');
    expect(visibleValue({ a: 'b' })).toBe('{"a":"b"}');
    expect(visibleValue('x'.repeat(5000))).toContain('3000 more characters');
  });
});
