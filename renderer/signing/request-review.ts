import type { ReviewRequest, SignatureRequest } from '../../src/api/operator/signing.ts';
import type { Client } from '../bridge/client.ts';
import type { SigningRequest } from './signing-step.ts';

/**
 * Asks the node for the review of what would be signed. Nothing is signed by asking. `actingKeyId` is who the page shows as
 * acting: in nobody else's name is anything asked.
 */
export function requestReview(
  { operator }: Client,
  request: SigningRequest,
  actingKeyId: string | undefined,
): Promise<SignatureRequest> {
  return operator.requestReview(isByActing(request) ? { ...request, acting_key_id: actingKeyId } : request);
}

function isByActing(request: SigningRequest): request is Extract<ReviewRequest, { kind: 'transaction' | 'proposal' }> {
  return request.kind === 'transaction' || request.kind === 'proposal';
}
