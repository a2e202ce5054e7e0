import { join } from 'node:path';

import { createRouterClient } from '@orpc/server';
import { describe, expect, onTestFinished, test } from 'vitest';

import { PASSPHRASE_ATTEMPTS_MAX, REFUSALS_IN_ROW_MAX } from '../../../src/base/limits.ts';
import {
  desktopSurface,
  type DesktopSurface,
  type SecretAnswer,
  type SecretQuestion,
} from '../../../src/node/host/surface.ts';
import { Host } from '../../../src/node/host/host.ts';
import { hostRouter } from '../../../src/node/host/router.ts';
import { sandboxHost } from '../governance/sandbox-host.ts';

/** A host under a desktop whose person answers as a test says. */

const PASSPHRASE = 'a passphrase for tests';

interface Person {
  approves: boolean;
  /** Answer after answer; gives up where there are no more. */
  answers: (SecretAnswer | null)[];
  readonly asked: SecretQuestion[];
  confirmCount: number;
  /** What happens while a passphrase is asked for. */
  meanwhile: () => Promise<unknown>;
}

async function openDesktop(passphrase: string | null = PASSPHRASE) {
  const { host: founded, directory } = await sandboxHost();
  await founded.close();
  const person: Person = { approves: true, answers: [], asked: [], confirmCount: 0, meanwhile: async () => undefined };
  const agree = async (): Promise<{ approved: boolean }> => {
    person.confirmCount += 1;
    await person.meanwhile();
    return { approved: person.approves };
  };
  const surface: DesktopSurface = {
    confirm: agree,
    confirmDeed: agree,
    pickDirectory: async () => null,
    askSecrets: async (question) => {
      person.asked.push(question);
      await person.meanwhile();
      return person.answers.shift() ?? null;
    },
    notify: () => undefined,
    showStatus: () => undefined,
    noteOpened: () => undefined,
  };
  const host = await Host.open({
    dataDirectory: directory,
    surface: desktopSurface(surface),
    version: 'test',
    mode: 'full',
    passphrase,
    now: Date.now,
    log: () => undefined,
    openDoor: null,
  });
  onTestFinished(() => host.close());
  const page = createRouterClient(hostRouter, { context: { host, door: 'page', asker: 'window' } });
  const review = async (): Promise<string> => {
    const asked = await page.operator.requestReview({
      kind: 'transaction',
      action: 'freeze',
      payload: { reason: 'an emergency' },
    });
    if (asked.outcome !== 'review') throw new Error(JSON.stringify(asked.rejection));
    return asked.review.review_id;
  };
  return { host, page, person, review, directory };
}

const typed = (secrets: SecretAnswer['secrets'], keepUnlocked = false): SecretAnswer => ({ secrets, keepUnlocked });

describe('on the desktop', () => {
  test('the keys are unlocked by what a person types where the page cannot see it', async () => {
    const { host, page, person } = await openDesktop(null);
    expect(host.problem?.code).toBe('PASSPHRASE_REQUIRED');
    const { deed_id, confirm_url } = await page.operator.requestDeed({ deed: 'unlock_keys' });
    expect(confirm_url).toBeNull();
    person.answers = [typed({ passphrase: 'a wrong one' }), typed({}), typed({ passphrase: PASSPHRASE })];
    expect(await page.operator.awaitDeed({ deed_id })).toEqual({ outcome: 'done', key_id: null });
    expect(person.asked.map(({ problem }) => problem)).toEqual([
      null,
      'The passphrase is not the one of this key file.',
      'A passphrase is missing.',
    ]);
    expect(person.confirmCount, 'typing it is the confirmation').toBe(0);
    expect((await page.operator.host()).chain).not.toBeNull();
    // Unlocking the node unlocks no signing.
    expect(host.desk.unlocked).toBeNull();
  });

  test('giving up, or too many wrong ones, is a refusal', async () => {
    const { page, person, host } = await openDesktop(null);
    const unlock = async (answers: Person['answers']): Promise<string> => {
      person.answers = answers;
      const { deed_id } = await page.operator.requestDeed({ deed: 'unlock_keys' });
      return (await page.operator.awaitDeed({ deed_id })).outcome;
    };
    expect(await unlock([])).toBe('refused');
    expect(await unlock([typed({ passphrase: 'wrong' }), null])).toBe('refused');
    person.asked.length = 0;
    const wrong = Array.from({ length: PASSPHRASE_ATTEMPTS_MAX }, (_, index) =>
      typed({ passphrase: `wrong ${index}` }),
    );
    expect(await unlock([...wrong, typed({ passphrase: PASSPHRASE })])).toBe('refused');
    expect(person.asked).toHaveLength(PASSPHRASE_ATTEMPTS_MAX);
    expect(host.isOpen).toBe(false);
  });

  test('a signature asks for the passphrase after the dialog, and may be kept unlocked there', async () => {
    const { page, person, review, host } = await openDesktop();
    const id = await review();
    person.answers = [typed({ passphrase: 'wrong' }), typed({ passphrase: PASSPHRASE }, true)];
    expect(await page.operator.awaitSignature({ review_id: id })).toMatchObject({ outcome: 'committed' });
    expect(person.confirmCount).toBe(1);
    expect(person.asked[0]).toMatchObject({ asks: ['passphrase'], mayKeep: true, button: 'Sign' });
    expect(host.desk.unlocked?.key_id).toBe((await host.actingKey()).key_id);
    // The next one is confirmed, and asks for nothing else.
    const { outcome } = await page.operator.requestReview({ kind: 'proposal', action: 'unfreeze', payload: {} });
    expect(outcome).toBe('review');
  });

  test('what was refused in the dialog asks for no passphrase, and what is asked is not asked twice', async () => {
    const { page, person, review } = await openDesktop();
    person.approves = false;
    const refused = await review();
    expect(await page.operator.awaitSignature({ review_id: refused })).toEqual({ outcome: 'refused' });
    expect(person.asked).toEqual([]);
    person.approves = true;
    person.answers = [typed({ passphrase: PASSPHRASE })];
    const id = await review();
    const outcomes = await Promise.all([
      page.operator.awaitSignature({ review_id: id }),
      page.operator.awaitSignature({ review_id: id }),
    ]);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['committed', 'committed']);
    expect(person.confirmCount).toBe(2);
  });

  test('what the page takes back while it is asked is not done', async () => {
    const { page, person, review, host } = await openDesktop();
    const id = await review();
    person.meanwhile = () => page.operator.withdrawSignature({ review_id: id });
    person.answers = [typed({ passphrase: PASSPHRASE })];
    expect(await page.operator.awaitSignature({ review_id: id })).toEqual({ outcome: 'withdrawn' });
    expect(await host.node.status()).toMatchObject({ frozen: null });
  });

  test('a key is exported under a passphrase that is asked for there', async () => {
    const { page, person, directory, host } = await openDesktop();
    const { key_id } = await host.keyring.find('Operations 2');
    const asked = await page.operator.requestReview({ kind: 'export_key', key_id });
    if (asked.outcome !== 'review') throw new Error('there is no review');
    person.answers = [
      typed({ passphrase: PASSPHRASE, new_export_passphrase: 'short' }),
      typed({ passphrase: 'wrong', new_export_passphrase: 'long enough to be one' }),
      typed({ passphrase: PASSPHRASE, new_export_passphrase: 'long enough to be one' }),
    ];
    const outcome = await page.operator.awaitSignature({ review_id: asked.review.review_id });
    expect(outcome).toMatchObject({
      outcome: 'done',
      path: expect.stringContaining(join(directory, 'exports')) as string,
    });
    expect(person.asked.map(({ asks }) => asks)).toEqual(
      Array.from({ length: 3 }, () => ['passphrase', 'new_export_passphrase']),
    );
    expect(person.asked.map(({ problem }) => problem)).toEqual([
      null,
      'The passphrase is shorter than 8 characters. Use at least 8 characters.',
      'The passphrase is not the one of this key file.',
    ]);
  });

  test('a page that asks and takes back, again and again, shows no dialog for a while', async () => {
    const { page, person } = await openDesktop();
    person.approves = false;
    const codes: string[] = [];
    for (let index = 0; index < REFUSALS_IN_ROW_MAX + 2; index++) {
      const { deed_id } = await page.operator.requestDeed({ deed: 'grant_folder', path: '/' });
      person.meanwhile = () => page.operator.withdrawDeed({ deed_id });
      codes.push(
        await page.operator.awaitDeed({ deed_id }).then(
          ({ outcome }) => outcome,
          (error: unknown) => String((error as { code?: unknown }).code),
        ),
      );
      await page.operator.withdrawDeed({ deed_id });
    }
    expect(codes).toEqual([
      ...Array.from({ length: REFUSALS_IN_ROW_MAX }, () => 'withdrawn'),
      'REVIEWS_LIMITED',
      'REVIEWS_LIMITED',
    ]);
    expect(person.confirmCount).toBe(REFUSALS_IN_ROW_MAX);
  });
});
