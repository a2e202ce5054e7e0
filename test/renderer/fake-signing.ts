import { encodeCanonicalText } from '../../src/base/canonical.ts';
import { fingerprintWords } from '../../src/base/fingerprint.ts';
import type { StateChange } from '../../src/api/chain/submission.ts';
import type {
  ReviewRequest,
  SignatureOutcome,
  SignatureRequest,
  SigningReview,
} from '../../src/api/operator/signing.ts';
import { transactionWords } from '../../src/node/signing/subjects/transaction-words.ts';
import { findAction } from '../../src/ledger/actions/registry.ts';
import { authorise } from '../../src/ledger/transactions/authorise.ts';
import { findSigner } from '../../src/ledger/governance/signer.ts';
import type { KeySubject } from '../../src/ledger/governance/possession.ts';
import type { ProposalRecord } from '../../src/ledger/state/records.ts';
import { FakeGovernance } from './fake-governance.ts';
import type { FakeIdentity, FakeNode } from './fake-node.ts';
import { environmentIn, fakeHash, fakePossession, type Metadata } from './fake-values.ts';

/** The signing desk: reviews that wait for the confirming window, and what comes of them. */

type Rejected = Extract<SignatureRequest, { outcome: 'rejected' }>;

export function requestReview(node: FakeNode, request: ReviewRequest): SignatureRequest {
  switch (request.kind) {
    case 'transaction':
      return requestSignature(node, request.action, request.payload);
    case 'proposal':
      return requestProposal(node, request);
    case 'possession':
      return requestPossession(node, request.key_id, request.subject);
    case 'export_key':
    case 'forget_key':
      return requestKeyDeed(node, request.key_id, request.kind);
  }
}

function requestSignature(node: FakeNode, action: string, payload: Metadata): SignatureRequest {
  const signer = node.keyOf(node.actingKeyId);
  const isEnvironment = findAction(action)?.kind === 'environment';
  const refused = isEnvironment ? refuseEnvironment(node, signer, action, payload) : null;
  if (refused !== null) return refused;
  if (isEnvironment) return ask(node, signer, payload, environmentReview(action, payload));
  const simulated = node.ledger.simulate({
    action,
    payload,
    signer: signer.public_key,
    transactionId: FakeGovernance.transactionId(node.log.size),
  });
  if ('code' in simulated) return { outcome: 'rejected', rejection: { ...simulated } };
  const proposal = proposalIn(node, simulated.changes);
  return ask(node, signer, payload, {
    ...transactionIn(action, proposal),
    sentence: `${findAction(action)?.title(payload) ?? action}.`,
    changes: simulated.changes,
    proposal,
    warnings: [],
    canonical: encodeCanonicalText({ action, payload }),
  });
}

function requestProposal(
  node: FakeNode,
  input: { readonly action: string; readonly payload: Metadata; readonly expires_in_ms?: number | undefined },
): SignatureRequest {
  const signer = node.keyOf(node.actingKeyId);
  const member = findSigner(node.ledger, signer.public_key);
  if ('code' in member) return { outcome: 'rejected', rejection: { ...member } };
  const { action, payload, expires_in_ms: expiresInMs } = input;
  return requestSignature(
    node,
    'propose',
    node.proposals.payloadFor({ action, payload, expiresInMs }, member.member_id, signer.public_key),
  );
}

function requestPossession(node: FakeNode, keyId: string, subject: string): SignatureRequest {
  const key = node.keyOf(keyId);
  return ask(
    node,
    key,
    {},
    {
      ...asideOf('possession', { lead: 'The signature proves this:', ask: 'Sign', button: 'Prove' }),
      sentence: `${key.name} shall be a key of ${subject.replace('/', ' ')}.`,
      changes: [],
      proposal: null,
      warnings: [],
      canonical: encodeCanonicalText({ public_key: key.public_key, subject }),
    },
  );
}

function requestKeyDeed(node: FakeNode, keyId: string, deed: 'export_key' | 'forget_key'): SignatureRequest {
  const key = node.keyOf(keyId);
  if (deed === 'forget_key' && node.governance.ownerOf(key.public_key).validator_id !== null)
    return {
      outcome: 'rejected',
      rejection: {
        code: 60,
        name: 'NODE_CANNOT_SEAL',
        message: 'this node seals with this key: rotate the validator to another one first',
      },
    };
  return ask(
    node,
    key,
    {},
    {
      ...asideOf(deed, {
        lead: 'If you confirm, this happens on this machine:',
        ask: deed === 'export_key' ? 'Export' : 'Remove the key',
        button: deed === 'export_key' ? 'Export' : 'Remove permanently',
      }),
      sentence:
        deed === 'export_key'
          ? `A copy of the key ${key.name} is written to a file on this machine, encrypted.`
          : `The key ${key.name} is removed from this machine.`,
      changes: [],
      proposal: null,
      warnings: deed === 'forget_key' ? ['There is no exported copy of it.'] : [],
      canonical: encodeCanonicalText({ deed, public_key: key.public_key }),
    },
  );
}

/** What happens once the person has confirmed. */
export function complete(node: FakeNode, reviewId: string): SignatureOutcome {
  const waiting = node.reviews.get(reviewId);
  if (waiting === undefined) return { outcome: 'expired' };
  const { review, payload } = waiting;
  const key = node.keyOf(review.signer.key_id);
  switch (review.kind) {
    case 'possession': {
      const { subject } = JSON.parse(review.canonical) as { subject: KeySubject };
      const signature = fakePossession(node.ledger.chain, key.number, subject);
      return { outcome: 'signed', signature, title: 'Proved', text: 'The proof went to the console.' };
    }
    case 'export_key':
      return exported(`/srv/quantum-lock/exports/${key.key_id}.json`);
    case 'forget_key':
      node.identities = node.identities.filter(({ key_id }) => key_id !== key.key_id);
      return { outcome: 'done', path: null, title: 'Removed', text: 'The key is no longer on this machine.' };
    default:
      return commit(node, review.action, payload, key);
  }
}

function exported(path: string): SignatureOutcome {
  return { outcome: 'done', path, title: 'Exported', text: 'The encrypted key is in' };
}

function commit(node: FakeNode, action: string, payload: Metadata, key: FakeIdentity): SignatureOutcome {
  let summary: string;
  if (findAction(action)?.kind === 'environment') summary = node.apply(action, payload);
  else {
    const done = node.ledger.execute({
      action,
      payload,
      signer: key.public_key,
      transactionId: FakeGovernance.transactionId(node.log.size),
    });
    if ('code' in done) return { outcome: 'rejected', rejection: { ...done } };
    summary = findAction(action)?.summarize(payload) ?? action;
  }
  const { id, block_index } = node.commit(action, environmentIn(payload) || null, summary);
  return {
    outcome: 'committed',
    receipt: {
      id,
      log_index: node.log.size - 1,
      block_index,
      block_hash: fakeHash(2, block_index),
      block_time: node.now,
    },
  };
}

function refuseEnvironment(node: FakeNode, signer: FakeIdentity, action: string, payload: Metadata): Rejected | null {
  const envId = environmentIn(payload);
  if (action === 'create_environment' && node.environments.has(envId))
    return {
      outcome: 'rejected',
      rejection: { code: 20, name: 'ENVIRONMENT_EXISTS', message: 'an environment with this id exists' },
    };
  const member = findSigner(node.ledger, signer.public_key);
  if ('code' in member) return { outcome: 'rejected', rejection: { ...member } };
  const refusal = authorise(node.ledger, { member, publicKey: signer.public_key }, [{ action, envId, payload }]);
  return refusal === null ? null : { outcome: 'rejected', rejection: { ...refusal } };
}

type Aside = Pick<SigningReview, 'kind' | 'action' | 'on_chain' | 'asks_export_passphrase' | 'words'>;

function transactionIn(action: string, proposal: SigningReview['proposal']): Aside {
  return {
    kind: 'transaction',
    action,
    on_chain: true,
    asks_export_passphrase: false,
    words: transactionWords(action, proposal),
  };
}

/** What is not for the chain. */
function asideOf(kind: string, words: Pick<SigningReview['words'], 'lead' | 'ask' | 'button'>): Aside {
  return {
    kind,
    action: kind,
    on_chain: false,
    asks_export_passphrase: kind === 'export_key',
    words: { ...words, changes: 'What changes', is_dangerous: kind === 'forget_key' },
  };
}

type Asked = Aside & Pick<SigningReview, 'sentence' | 'changes' | 'proposal' | 'warnings' | 'canonical'>;

function environmentReview(action: string, payload: Metadata): Asked {
  const envId = environmentIn(payload);
  return {
    ...transactionIn(action, null),
    sentence:
      action === 'promote_environment'
        ? `The current Blue version of ${envId} becomes Green, canonical for everyone.`
        : `${envId} is changed by ${action}.`,
    changes: [
      { namespace: 'environments', key: envId, path: 'green.version', before: 2, after: 3 },
      { namespace: 'environments', key: envId, path: 'green.metadata.max_steps', after: 400 },
    ],
    proposal: null,
    warnings: action === 'promote_environment' ? ['Its files are not in the newest backup yet.'] : [],
    canonical: encodeCanonicalText({ action, payload }),
  };
}

function ask(node: FakeNode, key: FakeIdentity, payload: Metadata, asked: Asked): SignatureRequest {
  const reviewId = `review-${node.reviews.size + 1}`;
  const digest = fakeHash(8, node.reviews.size);
  const review: SigningReview = {
    ...asked,
    review_id: reviewId,
    signer: { key_id: key.key_id, name: key.name, public_key: key.public_key, store: key.store },
    ...node.ledger.chain,
    digest,
    fingerprint: fingerprintWords(digest),
    expires_at: node.now + 600_000,
  };
  node.reviews.set(reviewId, { review, payload, decision: 'waiting' });
  return { outcome: 'review', review, confirm_url: `/confirm/${reviewId}` };
}

/** The proposal that a transaction makes or votes on. */
function proposalIn(node: FakeNode, changes: readonly StateChange[]): SigningReview['proposal'] {
  const change = changes.find(({ namespace }) => namespace === 'proposals');
  if (change === undefined) return null;
  const record = change.after as unknown as ProposalRecord;
  const happensNow = record.status === 'executed';
  const effect = node.proposals.effect({ ...record, status: 'open' });
  return {
    proposal_id: record.proposal_id,
    sentence: 'sentence' in effect ? effect.sentence : 'It can only end.',
    changes: effect.outcome === 'applies' ? effect.changes : [],
    happens_now: happensNow,
    fingerprint: fingerprintWords(record.proposal_id),
  };
}
