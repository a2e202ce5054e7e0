import type { SigningReview } from '../../api/operator/signing.ts';
import type { CommandContext } from '../context.ts';
import { askYes } from './ask-yes.ts';
import { changesText, warningsText } from './changes-text.ts';

/** Shows what an approval is worth, and asks. @throws SIGNING_REFUSED */
export async function showAndAsk({ output }: CommandContext, review: SigningReview): Promise<void> {
  const { proposal } = review;
  output.note(review.sentence);
  if (proposal !== null) {
    output.note(proposal.sentence);
    for (const line of changesText(proposal.changes)) output.note(line);
    output.note(`words  ${proposal.fingerprint.join(' ')}`);
  }
  for (const line of warningsText(review.warnings)) output.note(line);
  await askYes(output, 'Approve this?', { yes: false });
}
