import { describe, expect, test } from 'vitest';

import { linesOnPageMax, pagesMax, signaturePages } from '../../electron/signature-pages.ts';
import { visibleValue } from '../../electron/visible-text.ts';
import { visibleText } from '../../src/base/visible-text.ts';
import type { SigningReview, StateChange } from '../../src/api/views/operator.ts';
import { startedConsole } from './started-console.ts';

const review = (changes: Partial<SigningReview> = {}): SigningReview => ({
  review_id: 'review-1',
  kind: 'transaction',
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

const cancel = 0;
const go = 1;

describe('the signing dialog', () => {
  test('says what is signed, in the words of the review', async () => {
    const { electron, surface } = await startedConsole();
    await surface.confirm(review({ warnings: ['Two approvals are missing.'] }));
    const [box] = electron.messageBoxes;
    expect(box?.message).toBe('Promotes maze-7 version 3 to Green.');
    expect(box?.type).toBe('warning');
    for (const part of ['Two approvals', 'main-chain', 'Ada', '0xabab', 'amber canyon violin orbit', 'blue → green']) {
      expect(box?.detail).toContain(part);
    }
  });

  test('has Cancel as its default, for Enter and for Escape', async () => {
    const { electron, surface } = await startedConsole();
    expect(await surface.confirm(review())).toEqual({ approved: false });
    expect(electron.messageBoxes).toMatchObject([{ buttons: ['Cancel', 'Sign'], defaultId: cancel, cancelId: cancel }]);
  });

  test('approves only when Sign is pressed', async () => {
    const { electron, surface } = await startedConsole();
    electron.answers = [go];
    expect(await surface.confirm(review())).toEqual({ approved: true });
    electron.answers = [cancel];
    expect(await surface.confirm(review())).toEqual({ approved: false });
    electron.answers = [-1];
    expect(await surface.confirm(review())).toEqual({ approved: false });
  });

  test('shows a long review page by page; only the last one signs', async () => {
    const { electron, surface } = await startedConsole();
    const long = review({ changes: manyChanges(linesOnPageMax * 2 + 1) });
    electron.answers = [go, go, go];
    expect(await surface.confirm(long)).toEqual({ approved: true });
    expect(electron.messageBoxes.map((box) => box.buttons)).toEqual([
      ['Cancel', 'Next (2 of 3)'],
      ['Cancel', 'Next (3 of 3)'],
      ['Cancel', 'Sign'],
    ]);
    expect(electron.messageBoxes.every((box) => box.defaultId === cancel && box.cancelId === cancel)).toBe(true);
    electron.messageBoxes.length = 0;
    electron.answers = [go, cancel, go];
    expect(await surface.confirm(long)).toEqual({ approved: false });
    expect(electron.messageBoxes).toHaveLength(2);
  });

  test('is never two at a time: the second review is refused unseen', async () => {
    const { electron, surface } = await startedConsole();
    electron.answers = [go, go];
    const both = await Promise.all([surface.confirm(review()), surface.confirm(review({ action: 'rollback' }))]);
    expect(both).toEqual([{ approved: true }, { approved: false }]);
    expect(electron.messageBoxes).toHaveLength(1);
    electron.answers = [go];
    expect(await surface.confirm(review())).toEqual({ approved: true });
  });

  test('refuses when there is no window to ask in', async () => {
    const { electron, surface } = await startedConsole();
    electron.answers = [go, go];
    electron.window.destroyed = true;
    expect(await surface.confirm(review())).toEqual({ approved: false });
    electron.window.send('closed');
    expect(await surface.confirm(review())).toEqual({ approved: false });
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
    for (const { detail } of pages) expect(detail).toContain('Fingerprint: amber canyon violin orbit');
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
    expect(pages[1]?.detail).toMatch(/^environments \/ maze-7\n {3}• field_16: 16 \(new\)\n/);
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

  test('are bounded, and say how many changes are not on them', () => {
    const shown = linesOnPageMax * pagesMax;
    const full = signaturePages(review({ changes: manyChanges(shown) }));
    const over = signaturePages(review({ changes: manyChanges(shown + 7) }));
    expect(full).toHaveLength(pagesMax);
    expect(full.at(-1)?.detail).not.toContain('listed in the console window');
    expect(over).toHaveLength(pagesMax);
    expect(over.at(-1)?.detail).toContain('and 7 more, listed in the console window');
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

  test('of a long value says how much is left out', () => {
    expect(visibleValue('x'.repeat(400))).toHaveLength(400);
    expect(visibleValue('x'.repeat(1000))).toContain('… 600 more characters …');
    expect(visibleValue(undefined)).toBe('(nothing)');
    expect(visibleValue(null)).toBe('null');
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
    expect(page?.detail).toContain('Fingerprint: quartz maple thirty sonar');
    expect(page?.detail).not.toContain('amber');
  });

  test('and a key deed name their button', async () => {
    const { electron, surface } = await startedConsole();
    electron.answers.push(cancel, cancel);
    await surface.confirm(vote);
    await surface.confirm(review({ kind: 'forget_key' }));
    expect(electron.messageBoxes.map(({ buttons }) => buttons?.at(-1))).toEqual(['Sign', 'Forget for good']);
  });
});
