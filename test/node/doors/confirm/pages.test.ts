import { describe, expect, test } from 'vitest';

import type { StateChange } from '../../../../src/api/chain/submission.ts';
import type { DeedOutcome } from '../../../../src/api/operator/deeds.ts';
import type { SignatureOutcome, SigningReview } from '../../../../src/api/operator/signing.ts';
import { encodeHash, type PublicKey } from '../../../../src/base/bytes.ts';
import {
  CONFIRM_CHANGES_MAX,
  CONFIRM_PAGE_SIZE_MAX,
  CONFIRM_SENTENCE_LENGTH_MAX,
} from '../../../../src/base/limits.ts';
import type { SecretName } from '../../../../src/node/host/asked-secrets.ts';
import type { HostDeed } from '../../../../src/node/host/host-deeds.ts';
import { renderDeedOutcome, renderDeedPage } from '../../../../src/node/doors/confirm/deed-page.ts';
import { renderOutcomePage } from '../../../../src/node/doors/confirm/outcome.ts';
import { fitsWindow, renderConfirmPage, type ConfirmPage } from '../../../../src/node/doors/confirm/page.ts';
import type { KeyInfo } from '../../../../src/node/keys/key-store.ts';
import { openKeyring } from '../../../../src/node/keys/keyring.ts';
import { keyExportSubject } from '../../../../src/node/signing/subjects/key-export.ts';
import { keyRemovalSubject } from '../../../../src/node/signing/subjects/key-removal.ts';
import { possessionSubject } from '../../../../src/node/signing/subjects/possession.ts';
import { transactionWords } from '../../../../src/node/signing/subjects/transaction-words.ts';
import { CHAIN } from '../../signing/desk-fixture.ts';

/** What the windows say to whoever reads them. */

const HASH = encodeHash(new Uint8Array(32).fill(7));
const NOW = 1_700_000_000_000;

const REVIEW: SigningReview = {
  review_id: 'review-1',
  kind: 'transaction',
  on_chain: true,
  asks_export_passphrase: false,
  words: transactionWords('archive_environment', null),
  action: 'archive_environment',
  sentence: 'Archives grid-maze.',
  signer: { key_id: 'key-1', name: 'Ada', public_key: `0x02${'ab'.repeat(32)}` as PublicKey, store: 'file' },
  ...CHAIN,
  changes: [{ namespace: 'environments', key: 'grid-maze', path: 'archived_at', before: null, after: 5 }],
  proposal: null,
  warnings: [],
  canonical: '{"action":"archive_environment"}',
  digest: HASH,
  fingerprint: ['amber', 'basin', 'cedar'],
  expires_at: NOW + 600_000,
};

const KEY: KeyInfo = { ...REVIEW.signer, created_at: NOW };
const ASIDE = {
  possession: possessionSubject({ key: KEY, subject: 'member/ada', chain: CHAIN }),
  export_key: keyExportSubject(KEY, () => '/data/exports/ada.key.json'),
  forget_key: keyRemovalSubject(KEY, { keyring: openKeyring('/nowhere', { clock: () => NOW }), needed: () => null }),
};

/** What a review of this kind has that is not for the chain. */
function aside(kind: keyof typeof ASIDE): Partial<SigningReview> {
  const { on_chain, asks_export_passphrase, words } = ASIDE[kind].shown;
  return { kind, on_chain, asks_export_passphrase, words };
}

const PROPOSAL: NonNullable<SigningReview['proposal']> = {
  proposal_id: HASH,
  sentence: 'Ada becomes an administrator.',
  changes: [{ namespace: 'members', key: 'member/ada', path: 'level', before: 'validator', after: 'administrator' }],
  happens_now: false,
  fingerprint: ['delta', 'ember'],
};

const page = (review: Partial<SigningReview> = {}, more: Partial<ConfirmPage> = {}): string =>
  renderConfirmPage({
    review: { ...REVIEW, ...review },
    credential: 'passphrase',
    unlockedUntil: null,
    askedWord: 2,
    token: 'the-token',
    action: '/confirm/window',
    problem: null,
    now: NOW,
    ...more,
  });

/** What is read in it, without its marks. */
const textOf = (html: string): string =>
  html
    .replace(/<title>.*?<\/title>/, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll(/\s+/g, ' ');

/** The fields that a person fills in, and the one that the cursor stands in. */
const fieldsOf = (html: string): string[] =>
  [...html.matchAll(/<input\b[^>]*\bname="(\w+)"[^>]*>/g)]
    .filter(([input]) => !input.includes('type="hidden"'))
    .map(([, name = '']) => name);
const focusedIn = (html: string): string[] =>
  [...html.matchAll(/<input\b[^>]*>/g)]
    .filter(([input]) => input.includes('autofocus'))
    .map(([input]) => /\bname="(\w+)"/.exec(input)?.[1] ?? '');
const buttonsIn = (html: string): string[] =>
  [...html.matchAll(/<button\b[^>]*>([^<]*)<\/button>/g)].map(([, words = '']) => words.trim());

const changesOf = (...changes: readonly Partial<StateChange>[]): readonly StateChange[] =>
  changes.map((change) => ({ namespace: 'environments', key: 'grid-maze', path: 'flag', ...change }));

describe('the window of a review', () => {
  test('says what is asked for, in whose name, and where the key lies', () => {
    const signature = textOf(page());
    expect(signature).toContain('Quantum-Lock asks for your signature as Ada on chain test-chain');
    expect(signature).toContain('Key kept in the encrypted key file');
    const proof = textOf(page({ ...aside('possession'), signer: { ...REVIEW.signer, store: 'keychain' } }));
    expect(proof).toContain('Quantum-Lock asks for your confirmation as Ada');
    expect(proof).toContain('Key kept in the OS keychain');
  });

  test('says what changes, but of what is done with a key nothing of the state', () => {
    expect(textOf(page())).toContain('What changes environments / grid-maze archived_at null → 5');
    expect(textOf(page({ changes: [] }))).toContain('What changes No value of the state.');
    for (const kind of ['possession', 'export_key', 'forget_key'] as const)
      expect(textOf(page({ ...aside(kind), changes: [] }))).not.toMatch(/What changes|No value of the state/);
  });

  test('says of a vote what the proposal does, when it happens, and gives its words', () => {
    const vote = page({ proposal: PROPOSAL, changes: [] });
    expect(textOf(vote)).toContain(
      'This happens once enough have approved Ada becomes an administrator. members / member/ada level validator',
    );
    expect(textOf(vote)).toContain('delta ember');
    expect(textOf(vote)).not.toContain('amber');
    expect(textOf(vote)).not.toContain('What changes');
    expect(textOf(page({ proposal: { ...PROPOSAL, happens_now: true } }))).toContain(
      'This happens at once Ada becomes an administrator.',
    );
  });

  test('lists the warnings, where there are any', () => {
    expect(textOf(page({ warnings: ['Check carefully.', 'And again.'] }))).toContain('Check carefully. And again.');
    expect(page()).not.toContain('aria-label="Warnings"');
  });

  test('shows each value before and after, and what only the block will know as that', () => {
    const text = textOf(
      page({
        changes: changesOf(
          { path: 'version', before: 2, after: 3 },
          { path: 'added', after: 'here' },
          { path: 'removed', before: 'gone' },
          { path: 'updated_at', before: 1, after: 9, set_at_commit: 'time' },
          { path: 'by', before: 'x', after: 'y', set_at_commit: 'transaction' },
        ),
      }),
    );
    expect(text).toContain('version 2 → 3');
    expect(text).toContain('added here');
    expect(text).toContain('removed gone → nothing');
    expect(text).toContain('updated_at 1 → the time of the block');
    expect(text).toContain('by x → the id of the transaction');
  });

  test('puts what is new and empty on a line of its own, and nothing else there', () => {
    const text = textOf(
      page({
        changes: changesOf(
          { path: 'no_list', after: [] },
          { path: 'no_value', after: null },
          { path: 'no_text', after: '' },
          { path: 'no_parts', after: {} },
          { path: 'emptied', before: 'full', after: [] },
          { path: 'filled', after: ['one'] },
        ),
      }),
    );
    expect(text).toContain('emptied full → []');
    expect(text).toContain('filled ["one"]');
    expect(text).toContain('empty no_list, no_value, no_text, no_parts ');
    expect(textOf(page())).not.toContain('empty');
  });

  test('calls a value without parts the value', () => {
    expect(textOf(page({ changes: changesOf({ path: '', before: 1, after: 2 }) }))).toContain('the value 1 → 2');
    expect(textOf(page({ changes: changesOf({ path: '', after: null }) }))).toContain('empty the value ');
  });

  test('has a long sentence begin what scrolls, so that it pushes nothing out of view', () => {
    const headOf = (html: string): string => html.slice(html.indexOf('<header>'), html.indexOf('</header>'));
    for (const [length, isInHead] of [
      [CONFIRM_SENTENCE_LENGTH_MAX, true],
      [CONFIRM_SENTENCE_LENGTH_MAX + 1, false],
    ] as const) {
      const sentence = 'x'.repeat(length);
      const html = page({ sentence });
      expect(html.split(`<h1>${sentence}</h1>`)).toHaveLength(2);
      expect(headOf(html).includes(sentence)).toBe(isInHead);
    }
  });

  test('asks for a word, for the passphrase or the code, and to keep signing unlocked', () => {
    const locked = page();
    expect(fieldsOf(locked)).toEqual(['word', 'passphrase', 'keep']);
    expect(textOf(locked)).not.toMatch(/is unlocked|six pairs of digits/);
    const byCode = page({}, { credential: 'signing_code' });
    expect(fieldsOf(byCode)).toEqual(['word', 'code', 'keep']);
    expect(textOf(byCode)).toContain('six pairs of digits');
    for (const html of [locked, byCode]) expect(focusedIn(html)).toEqual(['word']);
    expect(textOf(locked)).toContain('Keep signing unlocked for 15 minutes, for this key alone');
  });

  test('asks for the word alone while signing is unlocked, and says until when', () => {
    const until = new Date(2026, 0, 1, 14, 5).getTime();
    const html = page({}, { credential: 'none', unlockedUntil: until });
    expect(fieldsOf(html)).toEqual(['word']);
    expect(textOf(html)).toContain('Signing as Ada is unlocked until 14:05: only the word is asked.');
    expect(textOf(page({}, { credential: 'none' }))).toContain('Signing as Ada is unlocked: only the word is asked.');
  });

  test('keeps nothing unlocked for what is done with a key, and asks an export’s passphrase twice', () => {
    expect(fieldsOf(page({ ...aside('forget_key') }))).toEqual(['word', 'passphrase']);
    expect(fieldsOf(page({ ...aside('possession') }, { credential: 'signing_code' }))).toEqual(['word', 'code']);
    const exporting = page({ ...aside('export_key') });
    expect(fieldsOf(exporting)).toEqual(['word', 'passphrase', 'new_export_passphrase', 'new_export_passphrase_again']);
    expect(textOf(exporting)).toContain('At least 8 characters.');
    expect(focusedIn(exporting)).toEqual(['word']);
  });

  test('says what its button does, and what was wrong with the last try', () => {
    expect(buttonsIn(page())).toEqual(['Sign', 'Refuse']);
    expect(buttonsIn(page({ ...aside('forget_key') }))).toEqual(['Remove permanently', 'Refuse']);
    expect(textOf(page({}, { problem: 'That is not it.' }))).toContain('That is not it.');
    expect(page()).not.toContain('class="problem"');
  });

  test('counts down to the end of the review', () => {
    expect(page()).toContain('href="/expiry-600.css"');
    expect(page({}, { now: NOW + 590_001 })).toContain('href="/expiry-10.css"');
    expect(page({}, { now: NOW + 700_000 })).toContain('href="/expiry-0.css"');
  });
});

describe('more than the window can show', () => {
  const many = (count: number): readonly StateChange[] =>
    Array.from({ length: count }, (_, index) => ({ namespace: 'n', key: 'k', path: `p${index}`, before: 1, after: 2 }));
  const cases: readonly (readonly [string, Partial<SigningReview>, boolean])[] = [
    ['as many changes as it shows', { changes: many(CONFIRM_CHANGES_MAX) }, true],
    ['one more', { changes: many(CONFIRM_CHANGES_MAX + 1) }, false],
    [
      'a proposal of one more',
      { changes: [], proposal: { ...PROPOSAL, changes: many(CONFIRM_CHANGES_MAX + 1) } },
      false,
    ],
    ['few, with a long text', { canonical: 'x'.repeat(CONFIRM_PAGE_SIZE_MAX) }, false],
  ];
  test.each(cases)('%s', (_, review, fits) => {
    const whole = { ...REVIEW, ...review };
    expect(fitsWindow(whole)).toBe(fits);
    const html = page(review);
    // What it cannot show it does not sign: no field, no button, and the word that is asked for is not said.
    expect(buttonsIn(html)).toEqual(fits ? ['Sign', 'Refuse'] : ['Refuse']);
    expect(fieldsOf(html).includes('word')).toBe(fits);
    expect(textOf(html).includes('type word 2 of the fingerprint')).toBe(fits);
    expect(textOf(html).includes('This changes more than the window can show')).toBe(!fits);
  });
});

describe('the window of a deed', () => {
  const deedPage = (asks: readonly SecretName[], problem: string | null = null): string => {
    const deed: HostDeed = {
      deed_id: 'deed-1',
      kind: 'import_key',
      sentence: 'Takes in the key of Ada.',
      warnings: ['Check carefully.'],
      asks,
      expires_at: NOW + 60_000,
    };
    return renderDeedPage({ deed, token: 'the-token', action: '/confirm/window', problem, now: NOW });
  };

  test('says what is done, what to look at, and what was wrong with the last try', () => {
    const html = deedPage([]);
    expect(textOf(html)).toContain('Takes in the key of Ada. Check carefully.');
    expect(buttonsIn(html)).toEqual(['Import', 'Refuse']);
    expect(html).toContain('href="/expiry-60.css"');
    expect(html).not.toContain('class="problem"');
    expect(textOf(deedPage([], 'That is not it.'))).toContain('That is not it.');
  });

  test('asks for the code where no passphrase that is there already tells the person from the page', () => {
    const cases: readonly (readonly [readonly SecretName[], readonly string[]])[] = [
      [[], ['code']],
      [['passphrase'], ['passphrase']],
      [['new_passphrase'], ['new_passphrase', 'new_passphrase_again', 'code']],
      [
        ['passphrase', 'export_passphrase'],
        ['passphrase', 'export_passphrase'],
      ],
    ];
    for (const [asks, fields] of cases) {
      const html = deedPage(asks);
      expect(fieldsOf(html)).toEqual(fields);
      expect(textOf(html).includes('six pairs of digits')).toBe(fields.includes('code'));
      // The cursor stands in the first of them.
      expect(focusedIn(html)).toEqual(fields.slice(0, 1));
    }
  });

  test('gives a hint under a passphrase that needs one', () => {
    expect(textOf(deedPage(['export_passphrase']))).toContain('The passphrase that it was exported with.');
    expect(deedPage(['passphrase'])).not.toContain('<p class="hint"></p>');
  });
});

describe('how it ended', () => {
  const told = { title: 'Proved', text: 'It went there.' };
  const failed = {
    outcome: 'failed',
    error: { code: 'X', message: 'the disk is full', advice: 'Make room.' },
  } as const;

  test.each<readonly [SignatureOutcome, string]>([
    [{ ...told, outcome: 'signed', signature: `0x${'ab'.repeat(64)}` } as SignatureOutcome, 'Proved It went there.'],
    [{ ...told, outcome: 'done', path: null }, 'Proved It went there. The console shows the result.'],
    [{ ...told, outcome: 'done', path: '/data/exports/ada.key.json' }, 'It went there. /data/exports/ada.key.json'],
    [{ outcome: 'refused' }, 'Nothing was signed, and nothing has changed.'],
    [{ outcome: 'changed' }, 'It would now do something other than what was shown here.'],
    [{ outcome: 'expired' }, 'The review expired'],
    [{ outcome: 'withdrawn' }, 'Cancelled'],
    [failed, 'the disk is full. Make room.'],
  ])('of a review is said: %o', (outcome, words) => {
    const text = textOf(renderOutcomePage(outcome));
    expect(text).toContain(words);
    expect(text).toContain('This window closes in a moment');
  });

  test.each<readonly [DeedOutcome, string]>([
    [{ outcome: 'done', key_id: null }, 'The console continues with it.'],
    [{ outcome: 'refused' }, 'Nothing has changed.'],
    [{ outcome: 'expired' }, 'The question expired'],
    [{ outcome: 'withdrawn' }, 'The console no longer asks for it.'],
    [failed, 'the disk is full. Make room.'],
  ])('of a deed is said: %o', (outcome, words) => {
    expect(textOf(renderDeedOutcome(outcome))).toContain(words);
  });
});
