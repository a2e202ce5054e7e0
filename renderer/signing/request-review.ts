import type { SignatureRequest } from '../../src/api/views/operator.ts';
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
  const acting = actingKeyId === undefined ? {} : { acting_key_id: actingKeyId };
  if (request.kind === 'possession')
    return operator.requestPossession({ key_id: request.keyId, subject: request.subject });
  if (request.kind === 'key_deed') return operator.requestKeyDeed({ key_id: request.keyId, deed: request.deed });
  const { action, payload } = request;
  if (request.kind !== 'proposal') return operator.requestSignature({ action, payload, ...acting });
  const expiry = request.expiresInMs === undefined ? {} : { expires_in_ms: request.expiresInMs };
  return operator.requestProposal({ action, payload, ...expiry, ...acting });
}
