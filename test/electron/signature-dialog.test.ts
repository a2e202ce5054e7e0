import { describe, expect, test } from 'vitest';

import { lineLengthMax, linesOnPageMax, pagesMax, signaturePages } from '../../electron/signature-pages.ts';
import { visibleText, visibleValue } from '../../src/base/visible-text.ts';
import type { StateChange } from '../../src/api/chain/submission.ts';
import type { SigningReview } from '../../src/api/operator/signing.ts';
import { transactionWords } from '../../src/node/signing/subjects/transaction-words.ts';
import type { FakeElectron } from './fake-electron.ts';
import { read } from './reading-hand.ts';
import { startedConsole } from './started-console.ts';

const review = (changes: Partial<SigningReview> = {}): SigningReview => ({
  review_id: 'review-1',
  kind: 'transaction',
  on_chain: true,
  asks_export_passphrase: false,
  words: transactionWords('promote_environment', null),
  proposal: null,
  action: 'promote_environment',
  sentence: 'Promotes maze-7 version 3 to Green.',
  signer: {
    key_id: 'key-1',
    name: 'Ada',
    public_key: `0x02${'11'.repeat(32)}`,
    store: 'keychain',
  } as SigningReview['signer'],
  chain_id: 'main-chain',
  genesis: `0x${'cd'.repeat(32)}` as SigningReview['genesis'],
  era: 0,
  changes: [{ namespace: 'environments', key: 'maze-7', path: 'zone', before: 'blue', after: 'green' }],
  warnings: [],
  canonical: '{}',
  digest: `0x${'ab'.repeat(32)}` as SigningReview['digest'],
  fingerprint: ['amber', 'canyon', 'violin', 'orbit'],
  expires_at: 0,
  ...changes,
});

const manyChanges = (count: number): StateChange[] =>
  Array.from({ length: count }, (_, index) => ({
    namespace: 'environments',
    key: `env-${index}`,
    path: 'zone',
    before: 'blue',
    after: 'green',
  }));

const NEVER = new AbortController().signal;
const cancel = 0;
const next = 1;

type Box = FakeElectron['messageBoxes'][number];

/** Any other word on a button. */
const misread = (box: Box): number => {
  const right = read(box);
  return [1, 2, 3, 4].find((button) => button !== right) ?? cancel;
};

describe('the signing dialog', () => {
  test('says what is signed, in the words of the review', async () => {
    const { electron, surface } = await startedConsole();
    await surface.confirm(review({ warnings: ['Two approvals are missing.'] }), NEVER);
    const [box] = electron.messageBoxes;
    expect(box?.message).toBe('Promotes maze-7 version 3 to Green.');
    expect(box?.type).toBe('warning');
    for (const part of [
      'Two approvals',
      'main-chain',
      'Ada',
      '0xabab',
      '1 amber  2 canyon  3 violin',
      'blue → green',
    ]) {
      expect(box?.detail).toContain(part);
    }
  });

  test('has Cancel as its default, for Enter and for Escape', async () => {
    const { electron, surface } = await startedConsole();
    expect(await surface.confirm(review(), NEVER)).toEqual({ approved: false });
    expect(electron.messageBoxes).toMatchObject([{ title: 'Sign', defaultId: cancel, cancelId: cancel }]);
    expect(electron.messageBoxes[0]?.buttons?.[cancel]).toBe('Cancel');
  });

  test('approves only when the word that it asks for is chosen', async () => {
    const { electron, surface } = await startedConsole();
    for (let round = 0; round < 50; round++) {
      electron.answers = [read];
      expect(await surface.confirm(review(), NEVER)).toEqual({ approved: true });
      electron.answers = [misread];
      expect(await surface.confirm(review(), NEVER)).toEqual({ approved: false });
    }
    for (const answer of [cancel, -1, 5, 99]) {
      electron.answers = [answer];
      expect(await surface.confirm(review(), NEVER)).toEqual({ approved: false });
    }
  });

  test('asks for another word, on another button, from time to time', async () => {
    const { electron, surface } = await startedConsole();
    for (let round = 0; round < 60; round++) await surface.confirm(review(), NEVER);
    const asked = electron.messageBoxes.map(({ detail }) => /choose word \d+/.exec(detail ?? '')?.[0]);
    expect(new Set(asked)).toEqual(new Set(['choose word 1', 'choose word 2', 'choose word 3', 'choose word 4']));
    expect(new Set(electron.messageBoxes.map((box) => read(box)))).toEqual(new Set([1, 2, 3, 4]));
  });

  test('takes a word that is there twice at either place, and offers each once', async () => {
    const { electron, surface } = await startedConsole();
    for (let round = 0; round < 20; round++) {
      electron.answers = [read];
      expect(await surface.confirm(review({ fingerprint: ['amber', 'canyon', 'amber'] }), NEVER)).toEqual({
        approved: true,
      });
    }
    for (const { buttons } of electron.messageBoxes) expect(buttons?.toSorted()).toEqual(['Cancel', 'amber', 'canyon']);
  });

  test('shows a long review page by page; only the last one signs', async () => {
    const { electron, surface } = await startedConsole();
    const long = review({ changes: manyChanges(linesOnPageMax) });
    electron.answers = [next, next, read];
    expect(await surface.confirm(long, NEVER)).toEqual({ approved: true });
    expect(electron.messageBoxes.map(({ buttons }) => buttons?.slice(0, 2))).toEqual([
      ['Cancel', 'Next (2 of 3)'],
      ['Cancel', 'Next (3 of 3)'],
      ['Cancel', expect.stringMatching(/^(?:amber|canyon|violin|orbit)$/)],
    ]);
    expect(electron.messageBoxes.every((box) => box.defaultId === cancel && box.cancelId === cancel)).toBe(true);
    electron.messageBoxes.length = 0;
    electron.answers = [next, cancel, read];
    expect(await surface.confirm(long, NEVER)).toEqual({ approved: false });
    expect(electron.messageBoxes).toHaveLength(2);
  });

  test.each([
    ['more changes', { changes: manyChanges((linesOnPageMax * pagesMax) / 2 + 1) }],
    ['one value that is longer', { changes: [{ ...manyChanges(1)[0], after: 'x'.repeat(40_000) } as StateChange] }],
    ['more warnings', { warnings: Array.from({ length: 400 }, (_, index) => `Look at number ${index}.`) }],
    ['a sentence that is longer', { sentence: 'and so on '.repeat(4_000) }],
  ])('refuses what it cannot show whole: %s', async (_, more) => {
    const { electron, surface } = await startedConsole();
    electron.answers = Array.from({ length: pagesMax * 2 }, () => next);
    expect(await surface.confirm(review(more), NEVER)).toEqual({ approved: false });
    expect(electron.messageBoxes).toHaveLength(1);
    expect(electron.messageBoxes[0]?.buttons).toEqual(['Close']);
    expect(electron.messageBoxes[0]?.detail).toContain('on the command line, which lists all of it');
    // It refers to nothing that the page could show.
    expect(JSON.stringify(electron.messageBoxes)).not.toContain('console window');
  });

  test('is never two at a time: the second review is refused unseen', async () => {
    const { electron, surface } = await startedConsole();
    electron.answers = [read, read];
    const both = await Promise.all([
      surface.confirm(review(), NEVER),
      surface.confirm(review({ action: 'rollback' }), NEVER),
    ]);
    expect(both).toEqual([{ approved: true }, { approved: false }]);
    expect(electron.messageBoxes).toHaveLength(1);
    electron.answers = [read];
    expect(await surface.confirm(review(), NEVER)).toEqual({ approved: true });
  });

  test('refuses when there is no window to ask in', async () => {
    const { electron, surface } = await startedConsole();
    electron.answers = [read, read];
    electron.window.destroyed = true;
    expect(await surface.confirm(review(), NEVER)).toEqual({ approved: false });
    electron.window.send('closed');
    expect(await surface.confirm(review(), NEVER)).toEqual({ approved: false });
    expect(electron.messageBoxes).toEqual([]);
  });
});

describe('the pages of a review', () => {
  test('show every change once, and the fingerprint on each page', () => {
    const pages = signaturePages(review({ changes: manyChanges(100) }));
    const lines = pages.flatMap(({ detail }) => detail.split('\n'));
    for (let index = 0; index < 100; index += 1) {
      const at = lines.indexOf(`environments / env-${index}`);
      expect(lines[at + 1]).toBe('   • zone: blue → green');
      expect(lines.lastIndexOf(`environments / env-${index}`)).toBe(at);
    }
    for (const { detail } of pages) expect(detail).toContain('Fingerprint: 1 amber  2 canyon  3 violin  4 orbit');
  });

  test('name what changes above its changes, again on each page, and once for what is new and empty', () => {
    const change = (path: string, after: unknown, before?: unknown): StateChange =>
      ({
        namespace: 'environments',
        key: 'maze-7',
        path,
        after,
        ...(before !== undefined && { before }),
      }) as StateChange;
    const few = [change('zone', 'blue'), change('archived_at', null), change('sources', []), change('count', 2, 1)];
    const [page] = signaturePages(review({ changes: few }));
    expect(page?.detail).toContain(
      [
        'environments / maze-7',
        '   • zone: blue (new)',
        '   • count: 1 → 2',
        '   • empty: archived_at, sources',
        '',
      ].join('\n'),
    );
    const many = Array.from({ length: linesOnPageMax + 1 }, (_, index) => change(`field_${index}`, index));
    const pages = signaturePages(review({ changes: many }));
    expect(pages).toHaveLength(2);
    expect(pages[1]?.detail).toMatch(/^environments \/ maze-7\n {3}• field_12: 12 \(new\)\n/);
  });

  test('do not hide that something was emptied', () => {
    const emptied = { namespace: 'environments', key: 'maze-7', path: 'metadata', before: { a: 1 }, after: {} };
    const removed = { namespace: 'members', key: 'ada', path: '', before: 'x' };
    const [page] = signaturePages(review({ changes: [emptied, removed] }));
    expect(page?.detail).toContain('• metadata: {"a":1} → {}');
    expect(page?.detail).toContain('• the value: x → (nothing)');
  });

  test('are at least one, and say plainly that nothing changes', () => {
    const pages = signaturePages(review({ changes: [] }));
    expect(pages).toHaveLength(1);
    expect(pages[0]?.detail).toContain('Changes no value of the state.');
  });

  test('hold all of it: each value whole, in lines that a dialog need not break', () => {
    const value = Array.from({ length: 900 }, (_, index) => `${index}`).join(' ');
    const [change] = manyChanges(1);
    const all = review({
      sentence: `A ${'very '.repeat(100)}long sentence.`,
      changes: [...manyChanges(30), { ...change, path: 'note', before: value, after: `${value}!` } as StateChange],
      warnings: ['First.', `Second, ${'long '.repeat(50)}.`],
    });
    const pages = signaturePages(all);
    const lines = pages.flatMap(({ detail }) => detail.split('\n').slice(0, -2));
    // What a page names again at its top is no part of a value.
    const text = lines.filter((line) => !line.startsWith('environments / ')).join('');
    for (const part of [all.sentence, ...all.warnings, `note: ${value} → ${value}!`])
      expect(text.replaceAll(' ', '')).toContain(part.replaceAll(' ', ''));
    expect(pages.every(({ detail }) => detail.split('\n').length <= linesOnPageMax + 2)).toBe(true);
    expect(lines.every((line) => line.length <= lineLengthMax + 5)).toBe(true);
    expect(pages.every(({ message }) => message.length <= 300)).toBe(true);
  });

  test('cannot be made to read differently by what a name holds', () => {
    const [page] = signaturePages(
      review({
        sentence: 'Promotes a\u202Eb.',
        changes: [
          {
            namespace: 'environments',
            key: 'x\nFingerprint: other words',
            path: '',
            before: '\u0007',
            after: { a: 'b' },
          },
        ],
      }),
    );
    expect(page?.message).toBe('Promotes a\\u{202e}b.');
    expect(page?.detail).toContain(
      'environments / x\\u{a}Fingerprint: other words\n   • the value: \\u{7} → {"a":"b"}',
    );
    expect(page?.detail.match(/^Fingerprint:/gm)).toHaveLength(1);
  });
});

describe('visible text', () => {
  test.each([
    ['\u0000', '\\u{0}'],
    ['a\r\nb', 'a\\u{d}\\u{a}b'],
    ['\u202Eevil', '\\u{202e}evil'],
    ['zero\u200Bwidth', 'zero\\u{200b}width'],
    ['\u{E0041}tag', '\\u{e0041}tag'],
    ['\uD800', '\\u{d800}'],
    ['Übung 環境 🙂', 'Übung 環境 🙂'],
  ])('of %j is %j', (text, visible) => {
    expect(visibleText(text)).toBe(visible);
  });

  test('of a value is the whole of it', () => {
    expect(visibleValue('x'.repeat(1000), '–')).toHaveLength(1000);
    expect([visibleValue(undefined, '(nothing)'), visibleValue(null, '(nothing)')]).toEqual(['(nothing)', 'null']);
  });
});

describe('a vote', () => {
  const vote = review({
    action: 'approve',
    sentence: 'Your approval of “Add validator authority-2” is recorded.',
    changes: [],
    proposal: {
      proposal_id: `0x${'cd'.repeat(32)}` as SigningReview['digest'],
      sentence: 'authority-2 becomes a validator.',
      changes: [{ namespace: 'validators', key: 'authority-2', path: 'added_at', after: 1, set_at_commit: 'time' }],
      happens_now: false,
      fingerprint: ['quartz', 'maple', 'thirty', 'sonar'],
    },
  });

  test('shows what its proposal does, and the words that everybody compares', () => {
    const [page] = signaturePages(vote);
    expect(page?.detail).toContain('This happens once enough have approved: authority-2 becomes a validator.');
    expect(page?.detail).toContain('added_at: the time of the block (new)');
    expect(page?.detail).toContain('Fingerprint: 1 quartz  2 maple  3 thirty  4 sonar');
    expect(page?.detail).not.toContain('amber');
  });

  test('and a key deed say what choosing the word does', async () => {
    const { electron, surface } = await startedConsole();
    electron.answers.push(cancel, cancel);
    await surface.confirm(vote, NEVER);
    await surface.confirm(
      review({ kind: 'forget_key', words: { ...review().words, button: 'Remove permanently' } }),
      NEVER,
    );
    expect(electron.messageBoxes.map(({ title }) => title)).toEqual(['Sign', 'Remove permanently']);
    expect(electron.messageBoxes[1]?.detail).toContain('Remove permanently? Then choose word');
  });
});
