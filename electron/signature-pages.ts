import type { StateChange } from '../src/api/chain/submission.ts';
import type { SigningReview } from '../src/api/operator/signing.ts';
import { genesisWords } from '../src/base/fingerprint.ts';
import { visibleText, visibleValue } from '../src/base/visible-text.ts';

/** As many as fit a dialog on a small screen, next to its message and the fingerprint. */
export const linesOnPageMax = 18;
/** Characters of a line: what is longer continues in the next, so that the dialog need not break it. */
export const lineLengthMax = 96;
/** A person who has clicked through this many pages is not reading any more. What has more of them is not signed in a dialog. */
export const pagesMax = 20;
/** A longer sentence is the first thing on the pages, not their message. */
const messageLengthMax = 300;

export interface SignaturePage {
  readonly message: string;
  readonly detail: string;
}

/** What is on one line, and below which value of the state, if any. */
interface Line {
  readonly subject: string | null;
  readonly text: string;
}

/**
 * Everything that a person reads before signing, in pages that fit a dialog. It comes from the review, which was decoded
 * from the bytes to be signed. Each page carries the fingerprint, so that no page can be mistaken for another review's.
 */
export function signaturePages(review: SigningReview): readonly SignaturePage[] {
  const sentence = visibleText(review.sentence);
  const isShort = sentence.length <= messageLengthMax;
  const message = isShort ? sentence : `“${visibleText(review.action)}”: what it does stands below.`;
  const changes = describeChanges(review.proposal?.changes ?? review.changes);
  const lines = [
    ...(isShort ? [] : [sentence, '']).map(plain),
    ...heading(review).map(plain),
    ...(changes.length === 0 ? [plain('Changes no value of the state.')] : changes),
  ].flatMap(wrapped);
  const fingerprint = `Fingerprint: ${wordsOf(review)
    .map((word, index) => `${index + 1} ${visibleText(word)}`)
    .join('  ')}`;
  return inPages(lines).map((shown) => ({ message, detail: [...shown, '', fingerprint].join('\n') }));
}

/** The words that people compare. Of a vote, the proposal's: the same for everybody who approves it. */
export function wordsOf({ proposal, fingerprint }: SigningReview): readonly string[] {
  return proposal?.fingerprint ?? fingerprint;
}

function plain(text: string): Line {
  return { subject: null, text };
}

/** A line in as many as it needs. */
function wrapped({ subject, text }: Line): Line[] {
  const characters = Array.from(text);
  if (characters.length <= lineLengthMax) return [{ subject, text }];
  const lines: Line[] = [];
  for (let from = 0; from < characters.length; from += lineLengthMax)
    lines.push({
      subject,
      text: `${from === 0 ? '' : '     '}${characters.slice(from, from + lineLengthMax).join('')}`,
    });
  return lines;
}

/** Each value of the state is named above its first line, and again on each page. */
function inPages(lines: readonly Line[]): readonly (readonly string[])[] {
  const pages: string[][] = [];
  let page: string[] = [];
  let named: string | null = null;
  for (const { subject, text } of lines) {
    const isNew = subject !== null && subject !== named;
    if (page.length + (isNew ? 2 : 1) > linesOnPageMax) {
      pages.push(page);
      page = [];
    }
    if (subject !== null && (isNew || page.length === 0)) page.push(subject);
    named = subject;
    page.push(text);
  }
  return [...pages, page];
}

function heading({ warnings, signer, chain_id, genesis, action, digest, proposal }: SigningReview): readonly string[] {
  return [
    ...(proposal === null
      ? []
      : [
          `${proposal.happens_now ? 'This happens at once' : 'This happens once enough have approved'}: ${visibleText(proposal.sentence)}`,
          '',
        ]),
    ...warnings.map((warning) => `Warning: ${visibleText(warning)}`),
    ...(warnings.length > 0 ? [''] : []),
    `Action: ${visibleText(action)}`,
    `Chain: ${visibleText(chain_id)}, ${genesisWords(genesis)}`,
    `Signer: ${visibleText(signer.name)}, key ${visibleText(signer.key_id)}`,
    `Digest: ${visibleText(digest)}`,
    '',
  ];
}

function describeChanges(changes: readonly StateChange[]): readonly Line[] {
  const bySubject = Map.groupBy(changes, ({ namespace, key }) => `${visibleText(namespace)} / ${visibleText(key)}`);
  return Array.from(bySubject).flatMap(([subject, own]) => {
    // A new value's empty parts say little one by one; they share a line.
    const empty = own.filter(isNewAndEmpty);
    const telling = own.filter((change) => !isNewAndEmpty(change));
    const lines = telling.map((change) => ({ subject, text: `   • ${describeChange(change)}` }));
    const names = empty.map(({ path }) => (path === '' ? 'the value' : visibleText(path)));
    return empty.length === 0 ? lines : [...lines, { subject, text: `   • empty: ${names.join(', ')}` }];
  });
}

function isNewAndEmpty({ before, after }: StateChange): boolean {
  return before === undefined && ['null', '[]', '{}', '""'].includes(JSON.stringify(after));
}

const atCommit = {
  time: 'the time of the block',
  transaction: 'the id of the transaction',
  approvals: 'those who approve it',
} as const;
const nothing = '(nothing)';

function describeChange({ path, before, after, set_at_commit: marker }: StateChange): string {
  const name = path === '' ? 'the value' : visibleText(path);
  const next = marker === undefined ? visibleValue(after, nothing) : atCommit[marker];
  return before === undefined ? `${name}: ${next} (new)` : `${name}: ${visibleValue(before, nothing)} → ${next}`;
}
