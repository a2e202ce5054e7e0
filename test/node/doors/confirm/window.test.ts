import { describe, expect, test } from 'vitest';

import type { SigningReview } from '../../../../src/api/operator/signing.ts';
import {
  CONFIRM_CHANGES_MAX,
  CONFIRM_FORM_SIZE_BYTES_MAX,
  PASSPHRASE_ATTEMPTS_MAX,
  SIGNING_REVIEW_TTL_MS,
  SIGNING_SESSION_TTL_MS,
} from '../../../../src/base/limits.ts';
import { FORM, formIn, openConfirmation, SIGNING_CODE, type Bench } from './confirm-fixture.ts';
import { PASSPHRASE } from '../../signing/desk-fixture.ts';

/** What the window takes and shows again, request by request. */

type Sent = Awaited<ReturnType<Bench['send']>>;

/** An open window, whose form is sent as it was shown at first, whatever has happened since. */
async function openWindow(
  { open, send }: Bench,
  review: SigningReview,
): Promise<{
  readonly url: string;
  readonly body: string;
  readonly refresh: string;
  readonly sendForm: (
    fields: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Sent>;
}> {
  const { url, answer } = await open(review);
  const form = formIn(answer.body);
  return {
    url,
    body: answer.body,
    refresh: String(answer.headers['refresh']),
    sendForm: (fields, headers = {}) =>
      send(
        'POST',
        url,
        { ...FORM, origin: new URL(url).origin, ...headers },
        new URLSearchParams({ ...form, decision: 'sign', ...fields }).toString(),
      ),
  };
}

describe('the styles', () => {
  test('are given, and a countdown of as many seconds as its name says', async () => {
    const bench = await openConfirmation();
    const { url } = await openWindow(bench, await bench.request(bench.keychainKey));
    const { origin } = new URL(url);
    for (const [path, part] of [
      ['/confirm.css', 'main.review'],
      ['/expiry-90.css', 'from { --left: 90; }'],
    ] as const) {
      const { status, headers, body } = await bench.send('GET', origin + path);
      expect([status, headers['content-type']]).toEqual([200, 'text/css; charset=utf-8']);
      expect(body).toContain(part);
      expect((await bench.send('POST', origin + path)).status).toBe(404);
    }
    for (const path of ['/expiry-123456.css', '/expiry-.css', '/expiry-9x.css'])
      expect((await bench.send('GET', origin + path)).status, path).toBe(404);
  });
});

describe('the window is shown again', () => {
  test('just after its review is over', async () => {
    const bench = await openConfirmation();
    const review = await bench.request(bench.keychainKey);
    bench.node.now += SIGNING_REVIEW_TTL_MS - 4_500;
    const { url, refresh } = await openWindow(bench, review);
    expect(refresh).toBe(`6;url=${new URL(url).pathname}`);
  });

  test('just after signing is locked again, where that is sooner', async () => {
    const bench = await openConfirmation();
    const { desk, keychainKey, node, request } = bench;
    await desk.confirm((await request(keychainKey)).review_id, { keepUnlocked: true });
    const secondsOf = async (): Promise<number> =>
      Number.parseInt((await openWindow(bench, await request(keychainKey))).refresh, 10);
    expect(await secondsOf()).toBe(SIGNING_REVIEW_TTL_MS / 1_000 + 1);
    node.now += SIGNING_SESSION_TTL_MS - 30_000;
    expect(await secondsOf()).toBe(31);
  });
});

describe('a form', () => {
  test('is taken as a browser sends it', async () => {
    const bench = await openConfirmation();
    for (const headers of [
      { 'content-type': 'Application/X-WWW-Form-Urlencoded; charset=UTF-8' },
      { 'sec-fetch-site': 'same-origin' },
    ]) {
      const { sendForm } = await openWindow(bench, await bench.request(bench.keychainKey));
      expect((await sendForm({ code: SIGNING_CODE }, headers)).status).toBe(200);
    }
    expect(bench.submitted).toHaveLength(2);
  });

  test('is taken up to its greatest length', async () => {
    const bench = await openConfirmation();
    const { send, keychainKey, request, submitted } = bench;
    for (const [more, status] of [
      [1, 413],
      [0, 200],
    ] as const) {
      const { url, body } = await openWindow(bench, await request(keychainKey));
      const form = new URLSearchParams({ ...formIn(body), decision: 'sign', code: SIGNING_CODE, more: '' }).toString();
      const padded = form.padEnd(CONFIRM_FORM_SIZE_BYTES_MAX + more, 'x');
      const answer = await send('POST', url, { ...FORM, origin: new URL(url).origin }, padded);
      expect(answer.status).toBe(status);
    }
    expect(submitted).toHaveLength(1);
  });

  test('without the word that is asked for signs nothing, and the word is taken however it is written', async () => {
    const bench = await openConfirmation();
    const { keychainKey, request, submit, submitted } = bench;
    const review = await request(keychainKey);
    for (const word of ['', 'no-such-word', review.fingerprint.join(' ')])
      expect((await submit(review, { decision: 'sign', code: SIGNING_CODE, word })).body).toContain(
        'That is not the word that is asked for.',
      );
    expect(submitted).toEqual([]);
    const other = await request(keychainKey);
    const { body, sendForm } = await openWindow(bench, other);
    const { word } = formIn(body);
    expect((await sendForm({ code: SIGNING_CODE, word: ` ${word.toUpperCase()} ` })).status).toBe(200);
    expect(submitted).toHaveLength(1);
  });

  test('with a wrong word is shown again, and asks for a word of the same fingerprint', async () => {
    const bench = await openConfirmation();
    const { keychainKey, request, submitted } = bench;
    const review = await request(keychainKey);
    const { sendForm } = await openWindow(bench, review);
    for (let left = PASSPHRASE_ATTEMPTS_MAX - 1; left > 0; left--) {
      const { body } = await sendForm({ word: 'no-such-word', code: SIGNING_CODE });
      expect(review.fingerprint).toContain(formIn(body).word);
    }
    expect(submitted).toEqual([]);
  });

  test('that is sent many times at once signs once, and is told so each time', async () => {
    const bench = await openConfirmation();
    const { keychainKey, request, submitted } = bench;
    const { sendForm } = await openWindow(bench, await request(keychainKey));
    const clicks = Array.from({ length: PASSPHRASE_ATTEMPTS_MAX }, () => sendForm({ code: SIGNING_CODE }));
    for (const { body } of await Promise.all(clicks)) expect(body).toContain('Signed and on the chain');
    expect(submitted).toHaveLength(1);
  });

  test('that is sent again after its review was closed signs nothing', async () => {
    const bench = await openConfirmation();
    const { keychainKey, request, submitted } = bench;
    const { sendForm } = await openWindow(bench, await request(keychainKey));
    for (let count = 0; count < PASSPHRASE_ATTEMPTS_MAX; count++) await sendForm({ word: 'no-such-word' });
    const { status, body } = await sendForm({ code: SIGNING_CODE });
    expect([status, body]).toEqual([403, expect.stringContaining('This review was closed.')]);
    expect(submitted).toEqual([]);
  });

  test.each(['file', 'keychain'] as const)(
    'that was shown while signing with a key of the %s was unlocked says that it is no more',
    async (store) => {
      const bench = await openConfirmation();
      const { desk, request, submitted } = bench;
      const key = store === 'file' ? bench.fileKey : bench.keychainKey;
      await desk.confirm((await request(key)).review_id, { passphrase: PASSPHRASE, keepUnlocked: true });
      const { sendForm } = await openWindow(bench, await request(key));
      desk.lockSession();
      const { status, body } = await sendForm({});
      expect([status, body]).toEqual([403, expect.stringContaining('Signing is locked again')]);
      expect(submitted).toHaveLength(1);
    },
  );

  test('of what is more than the window can show signs nothing', async () => {
    const bench = await openConfirmation();
    const { node, keychainKey, request, submitted } = bench;
    const change = { namespace: 'environments', key: 'grid-maze', path: 'x', before: 1, after: 2 };
    node.simulation = {
      outcome: 'applied',
      sentence: 'Changes much.',
      changes: Array.from({ length: CONFIRM_CHANGES_MAX + 1 }, () => change),
      warnings: [],
      proposal: null,
    };
    const review = await request(keychainKey);
    const { sendForm } = await openWindow(bench, review);
    for (const word of review.fingerprint.slice(0, 2)) {
      const { status, body } = await sendForm({ code: SIGNING_CODE, word });
      expect([status, body]).toEqual([403, expect.stringContaining('This is more than the window can show.')]);
    }
    expect(submitted).toEqual([]);
  });
});

describe('keys whose passphrase a program made', () => {
  test('sign with the code, and are asked for no passphrase', async () => {
    const bench = await openConfirmation({ storedPassphrase: () => PASSPHRASE });
    const { fileKey, request, submitted } = bench;
    const { body, sendForm } = await openWindow(bench, await request(fileKey));
    expect(body).not.toContain('type="password"');
    expect((await sendForm({ code: '1' })).body).toContain('That is not the signing code.');
    const other = await openWindow(bench, await request(fileKey));
    expect((await other.sendForm({ code: SIGNING_CODE })).status).toBe(200);
    expect(submitted).toHaveLength(1);
  });
});

describe('an export', () => {
  test('is written under the passphrase that the window asks for twice', async () => {
    const bench = await openConfirmation();
    const { desk, fileKey: key } = bench;
    const { sendForm } = await openWindow(bench, await desk.requestExport(key));
    const { status, body } = await sendForm({
      passphrase: PASSPHRASE,
      new_export_passphrase: 'for the exported one',
      new_export_passphrase_again: 'for the exported one',
    });
    expect([status, body]).toEqual([200, expect.stringContaining('The encrypted key is in')]);
  });
});
