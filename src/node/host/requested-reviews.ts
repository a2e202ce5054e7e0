import type { ReviewRequest, SignatureRequest } from '../../api/operator/signing.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { proposing } from '../../ledger/actions/propose.ts';
import { isKeySubject } from '../../ledger/documents/key-card.ts';
import { reject } from '../../ledger/rejections.ts';
import type { Asker } from '../signing/asking-limit.ts';
import { exportTo, keyExportSubject } from '../signing/subjects/key-export.ts';
import { keyRemovalSubject } from '../signing/subjects/key-removal.ts';
import { possessionSubject } from '../signing/subjects/possession.ts';
import type { Refusal, SigningSubject } from '../signing/subjects/subject.ts';
import { transactionSubject } from '../signing/subjects/transaction.ts';
import type { Host } from './host.ts';

/** Step one of signing: what a person is to confirm, and where. @throws REVIEWS_LIMITED, KEY_NOT_FOUND, INPUT_INVALID */
export async function requestReview(host: Host, request: ReviewRequest, asker: Asker): Promise<SignatureRequest> {
  const asked = await host.desk.ask(() => subjectOf(host, request), asker);
  if (asked.outcome === 'rejected') return asked;
  const { review } = asked;
  return { outcome: 'review', review, confirm_url: host.options.surface.confirmUrl(review.review_id) };
}

async function subjectOf(host: Host, request: ReviewRequest): Promise<SigningSubject | Refusal> {
  switch (request.kind) {
    case 'transaction': {
      const { action, payload, acting_key_id } = request;
      const key = await host.actingKey(acting_key_id);
      return transactionSubject({ action, payload, key }, host.chain.signing);
    }
    case 'proposal':
      return proposalSubject(host, request);
    case 'possession': {
      const { key_id, subject } = request;
      if (!isKeySubject(subject))
        throw new QuantumLockError('INPUT_INVALID', `"${subject}" is not a subject: write member/ID or validator/ID`);
      const key = await host.keyring.find(key_id);
      return possessionSubject({
        key,
        subject,
        chain: host.node.chain,
        onProved: (proved) => host.validatorKeys.onProved(proved),
      });
    }
    case 'export_key': {
      const key = await host.keyring.find(request.key_id);
      return keyExportSubject(key, exportTo(host.dataDirectory, key));
    }
    case 'forget_key': {
      const { keyring } = host;
      return keyRemovalSubject(await keyring.find(request.key_id), {
        keyring,
        needed: (key) => host.validatorKeys.needOf(key),
        onRemoval: (key) => host.validatorKeys.onRemoval(key),
      });
    }
  }
}

async function proposalSubject(
  host: Host,
  { action, payload, expires_in_ms, acting_key_id }: Extract<ReviewRequest, { kind: 'proposal' }>,
): Promise<SigningSubject | Refusal> {
  const key = await host.actingKey(acting_key_id);
  const member = await host.node.query.memberOfKey(key.public_key);
  if (member === null || member === undefined) return reject('SIGNER_UNKNOWN', `${key.name}: ${key.public_key}`);
  const draft = await host.node.query.draft({ action, payload, proposer: member.member_id });
  if (draft.outcome === 'rejected') return draft.rejection;
  const operation = proposing({ action, payload }, draft, { now: host.options.now(), expiresInMs: expires_in_ms });
  return transactionSubject({ ...operation, key }, host.chain.signing);
}
