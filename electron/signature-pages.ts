import type { SigningReview, StateChange } from '../src/api/views/operator.ts';
import { visibleText, visibleValue } from './visible-text.ts';

/** As many as fit a dialog on a small screen. */
export const changesOnPageMax = 12;
/** A person who has clicked through this many pages is not reading any more; the window shows the whole list. */
export const pagesMax = 20;

export interface SignaturePage {
  readonly message: string;
  readonly detail: string;
}

/**
 * What a person reads before signing, in pages that fit a dialog. Everything comes from the review, which was decoded from
 * the bytes to be signed. Each page carries the fingerprint, so that no page can be mistaken for another review's.
 */
export function signaturePages(review: SigningReview): readonly SignaturePage[] {
  const lines = review.changes.map(describeChange);
  const pageCount = Math.min(Math.max(1, Math.ceil(lines.length / changesOnPageMax)), pagesMax);
  const fingerprint = `Fingerprint: ${review.fingerprint.map(visibleText).join(' ')}`;
  return Array.from({ length: pageCount }, (_, page) => {
    const from = page * changesOnPageMax;
    const shown = lines.slice(from, from + changesOnPageMax);
    const left = page === pageCount - 1 ? lines.length - from - shown.length : 0;
    const detail = [
      ...(page === 0 ? heading(review) : []),
      lines.length === 0
        ? 'Changes no value of the state.'
        : `Changes ${from + 1} to ${from + shown.length} of ${lines.length}:`,
      ...shown,
      ...(left > 0 ? [`… and ${left} more, listed in the console window. Sign only if you have read them there.`] : []),
      '',
      fingerprint,
    ];
    return { message: visibleText(review.sentence), detail: detail.join('\n') };
  });
}

function heading({ warnings, signer, chain_id, action, digest }: SigningReview): readonly string[] {
  return [
    ...warnings.map((warning) => `Warning: ${visibleText(warning)}`),
    ...(warnings.length > 0 ? [''] : []),
    `Action: ${visibleText(action)}`,
    `Chain: ${visibleText(chain_id)}`,
    `Signer: ${visibleText(signer.name)}, key ${visibleText(signer.key_id)}`,
    `Digest: ${visibleText(digest)}`,
    '',
  ];
}

function describeChange({ namespace, key, path, before, after }: StateChange): string {
  const place = [namespace, key, path]
    .filter((part) => part !== '')
    .map(visibleText)
    .join(' / ');
  return `• ${place}: ${visibleValue(before)} → ${visibleValue(after)}`;
}
