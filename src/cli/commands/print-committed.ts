import type { Receipt } from '../../api/views/chain.ts';
import type { SigningReview } from '../../api/views/operator.ts';
import { visibleText } from '../../node/signing/visible-text.ts';
import type { CommandContext } from '../context.ts';
import { fields, time, type Cell } from '../output.ts';

/** What was signed, and where it stands. */
export function printCommitted(
  context: CommandContext,
  done: { readonly review: SigningReview; readonly receipt: Receipt },
  more: Readonly<Record<string, Cell>> = {},
): void {
  const { review, receipt } = done;
  context.output.result({ ...receipt, action: review.action, sentence: review.sentence, ...more }, () =>
    fields([
      ['done', visibleText(review.sentence)],
      ['block', `${receipt.block_index}  ${time(receipt.block_time)}`],
      ['transaction', receipt.id],
      ...Object.entries(more),
    ]),
  );
}
