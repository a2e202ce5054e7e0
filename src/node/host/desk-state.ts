import type { DeskState } from '../../api/operator/signing.ts';
import type { Host } from './host.ts';
import { keysView } from './keys-view.ts';

/** What every tab follows: who acts, what is unlocked, and the reviews that wait or ended a while ago. @throws DATA_DIR_GONE */
export async function deskState(host: Host): Promise<DeskState> {
  return {
    keys: await keysView(host),
    reviews: host.desk.reviews().map(({ review, outcome }) => ({
      review_id: review.review_id,
      sentence: review.proposal?.sentence ?? review.sentence,
      signer_name: review.signer.name,
      expires_at: review.expires_at,
      outcome,
    })),
  };
}
