import type { SigningReview, StateChange } from '../src/api/views/operator.ts';
import { visibleText } from '../src/base/visible-text.ts';
import { visibleValue } from './visible-text.ts';

/** As many as fit a dialog on a small screen, beside its heading. */
export const linesOnPageMax = 16;
/** A person who has clicked through this many pages is not reading any more; the window shows the whole list. */
export const pagesMax = 20;

export interface SignaturePage {
  readonly message: string;
  readonly detail: string;
}

/** One line about one value of the state; pages name the value above its first line. */
interface Line {
  readonly subject: string;
  readonly text: string;
}

/**
 * What a person reads before signing, in pages that fit a dialog. Everything comes from the review, which was decoded from
 * the bytes to be signed. Each page carries the fingerprint, so that no page can be mistaken for another review's.
 */
export function signaturePages(review: SigningReview): readonly SignaturePage[] {
  const lines = describeChanges(review.proposal?.changes ?? review.changes);
  const pageCount = Math.min(Math.max(1, Math.ceil(lines.length / linesOnPageMax)), pagesMax);
  // Of a vote, the proposal's words: the same for everybody who approves it.
  const words = review.proposal?.fingerprint ?? review.fingerprint;
  const fingerprint = `Fingerprint: ${words.map(visibleText).join(' ')}`;
  return Array.from({ length: pageCount }, (_, page) => {
    const from = page * linesOnPageMax;
    const shown = lines.slice(from, from + linesOnPageMax);
    const left = page === pageCount - 1 ? lines.length - from - shown.length : 0;
    const detail = [
      ...(page === 0 ? heading(review) : []),
      ...(lines.length === 0 ? ['Changes no value of the state.'] : underSubjects(shown)),
      ...(left > 0 ? [`… and ${left} more, listed in the console window. Sign only if you have read them there.`] : []),
      '',
      fingerprint,
    ];
    return { message: visibleText(review.sentence), detail: detail.join('\n') };
  });
}

function heading({ warnings, signer, chain_id, action, digest, proposal }: SigningReview): readonly string[] {
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
    `Chain: ${visibleText(chain_id)}`,
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
    const lines = telling.map((change) => ({ subject, text: describeChange(change) }));
    const names = empty.map(({ path }) => (path === '' ? 'the value' : visibleText(path)));
    return empty.length === 0 ? lines : [...lines, { subject, text: `empty: ${names.join(', ')}` }];
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

function describeChange({ path, before, after, set_at_commit: marker }: StateChange): string {
  const name = path === '' ? 'the value' : visibleText(path);
  const next = marker === undefined ? visibleValue(after) : atCommit[marker];
  return before === undefined ? `${name}: ${next} (new)` : `${name}: ${visibleValue(before)} → ${next}`;
}

function underSubjects(lines: readonly Line[]): readonly string[] {
  return lines.flatMap(({ subject, text }, index) => {
    const line = `   • ${text}`;
    return lines[index - 1]?.subject === subject ? [line] : [subject, line];
  });
}
