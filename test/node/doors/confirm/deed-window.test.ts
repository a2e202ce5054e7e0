import { describe, expect, test } from 'vitest';

import { QuantumLockError } from '../../../../src/base/errors.ts';
import {
  CONFIRM_CAPABILITIES_MAX,
  PASSPHRASE_ATTEMPTS_MAX,
  SIGNING_OUTCOME_TTL_MS,
  SIGNING_REVIEW_TTL_MS,
} from '../../../../src/base/limits.ts';
import type { SecretName, Secrets } from '../../../../src/node/host/asked-secrets.ts';
import type { HostDeed, PerformDeed } from '../../../../src/node/host/host-deeds.ts';
import { openConfirmation, SIGNING_CODE, type Bench } from './confirm-fixture.ts';

/** The window of what concerns this machine alone. */

interface DeedBench extends Bench {
  /** What a deed was done with, each time. */
  readonly done: readonly Secrets[];
  ask(asks?: readonly SecretName[], perform?: PerformDeed): HostDeed;
}

async function openDeeds(): Promise<DeedBench> {
  const bench = await openConfirmation();
  const done: Secrets[] = [];
  const note: PerformDeed = async (secrets) => {
    done.push(secrets);
    return null;
  };
  const ask: DeedBench['ask'] = (asks = [], perform = note) =>
    bench.deeds.request(
      { kind: 'grant_folder', sentence: 'Lets it read /a.', warnings: [], asks },
      { asker: 'one', perform },
    );
  return { ...bench, done, ask };
}

describe('a deed that takes no passphrase', () => {
  test('is done with the code from the terminal, and not without', async () => {
    const { ask, open, submit, done, deeds } = await openDeeds();
    const deed = ask();
    const { answer } = await open(deed);
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('Lets it read /a.');
    // Shown again when it is over.
    expect(answer.headers['refresh']).toMatch(new RegExp(`^${SIGNING_REVIEW_TTL_MS / 1_000 + 1};url=/`));
    const left = PASSPHRASE_ATTEMPTS_MAX - 1;
    const wrong = await submit(deed, { decision: 'sign', code: '12-34' });
    expect([wrong.status, wrong.body]).toEqual([
      403,
      expect.stringContaining(`That is not the signing code. ${left} tries are left.`),
    ]);
    expect((await submit(deed, { decision: 'sign' })).body).toContain('That is not the signing code.');
    expect(done).toEqual([]);
    const right = await submit(deed, { decision: 'sign', code: SIGNING_CODE });
    expect([right.status, right.body]).toEqual([200, expect.stringContaining('The console continues with it.')]);
    expect(done).toEqual([{}]);
    expect((await open(deed)).answer.body).toContain('The console continues with it.');
    expect(await deeds.outcome(deed.deed_id)).toEqual({ outcome: 'done', key_id: null });
  });

  test('closes after too many wrong codes', async () => {
    const { ask, submit, done, deeds } = await openDeeds();
    const deed = ask();
    for (let left = PASSPHRASE_ATTEMPTS_MAX; left > 1; left--) await submit(deed, { decision: 'sign', code: '1' });
    const last = await submit(deed, { decision: 'sign', code: '1' });
    expect([last.status, last.body]).toEqual([403, expect.stringContaining('tries were wrong')]);
    expect(await deeds.outcome(deed.deed_id)).toEqual({ outcome: 'refused' });
    expect(done).toEqual([]);
  });

  test('is refused, waits too long, or is taken back', async () => {
    const { ask, open, submit, done, deeds, node } = await openDeeds();
    const refused = ask();
    expect((await submit(refused, { decision: 'refuse' })).body).toContain('Refused');
    expect(await deeds.outcome(refused.deed_id)).toEqual({ outcome: 'refused' });
    const withdrawn = ask();
    deeds.withdraw(withdrawn.deed_id);
    expect((await open(withdrawn)).answer.body).toContain('Cancelled');
    const late = ask();
    node.now += SIGNING_REVIEW_TTL_MS;
    expect((await open(late)).answer.body).toContain('Question expired');
    node.now += SIGNING_OUTCOME_TTL_MS;
    expect((await open(late)).answer.status).toBe(410);
    expect(done).toEqual([]);
  });

  test('keeps its window while it waits, however many others are asked for', async () => {
    const { ask, server, send, deeds } = await openDeeds();
    const [waiting, ended] = [ask(), ask()];
    const urls = [waiting, ended].map(({ deed_id }) => server.confirmUrl(deed_id));
    deeds.refuse(ended.deed_id);
    const statuses = (): Promise<number[]> =>
      Promise.all(urls.map(async (url) => (await send('GET', url, { 'sec-fetch-dest': 'iframe' })).status));
    for (let count = urls.length; count < CONFIRM_CAPABILITIES_MAX; count++) server.confirmUrl(`gone-${count}`);
    expect(await statuses()).toEqual([403, 403]);
    server.confirmUrl('one more');
    expect(await statuses()).toEqual([403, 421]);
  });
});

describe('a deed that takes a passphrase', () => {
  test('takes no code besides, and may be tried again', async () => {
    const { ask, submit, deeds } = await openDeeds();
    const deed = ask(['passphrase'], async ({ passphrase }) => {
      if (passphrase !== 'right') throw new QuantumLockError('PASSPHRASE_WRONG', 'it is not the one');
      return 'key-1';
    });
    expect((await submit(deed, { decision: 'sign' })).body).toContain('A passphrase is missing.');
    expect((await submit(deed, { decision: 'sign', passphrase: 'wrong' })).body).toContain('It is not the one.');
    const { status, body } = await submit(deed, { decision: 'sign', passphrase: 'right' });
    expect([status, body]).toEqual([200, expect.stringContaining('Done')]);
    expect(await deeds.outcome(deed.deed_id)).toEqual({ outcome: 'done', key_id: 'key-1' });
  });

  test('takes a new one twice, and the code', async () => {
    const { ask, submit, done } = await openDeeds();
    const deed = ask(['new_passphrase']);
    const fields = { decision: 'sign', code: SIGNING_CODE, new_passphrase: 'a new one' };
    expect((await submit(deed, { ...fields, new_passphrase_again: 'another' })).body).toContain(
      'The two new passphrases differ.',
    );
    await submit(deed, { ...fields, new_passphrase_again: 'a new one' });
    expect(done).toEqual([{ new_passphrase: 'a new one' }]);
  });
});

describe('a deed that fails', () => {
  test('says why', async () => {
    const { ask, submit, errors } = await openDeeds();
    const deed = ask([], () => Promise.reject(new QuantumLockError('DIRECTORY_UNREADABLE', 'the folder is gone')));
    const { status, body } = await submit(deed, { decision: 'sign', code: SIGNING_CODE });
    expect([status, body]).toEqual([200, expect.stringContaining('the folder is gone')]);
    expect(errors).toEqual([]);
  });

  test('by a fault of the program is told to the log alone, and the next one is done', async () => {
    const { ask, submit, open, errors, done } = await openDeeds();
    const fault = new TypeError('what only the log says');
    const deed = ask([], () => Promise.reject(fault));
    const { status, body } = await submit(deed, { decision: 'sign', code: SIGNING_CODE });
    expect([status, body]).toEqual([500, expect.stringContaining('See the log of the console.')]);
    expect(body).not.toContain(fault.message);
    expect(errors).toEqual([fault]);
    expect((await open(deed)).answer.body).not.toContain(fault.message);
    await submit(ask(), { decision: 'sign', code: SIGNING_CODE });
    expect(done).toEqual([{}]);
  });
});
