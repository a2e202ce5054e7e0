import { isHash, type Hash, type PublicKey } from '../../src/base/bytes.ts';
import type { JsonObject } from '../../src/base/canonical.ts';
import { fingerprintWords } from '../../src/base/fingerprint.ts';
import type { RequirementView } from '../../src/api/chain/governance.ts';
import type { Draft, ProposalEffect, ProposalPage, ProposalRow, ProposalView } from '../../src/api/chain/proposals.ts';
import type { Person } from '../../src/api/chain/members.ts';
import type { Operation } from '../../src/ledger/governance/action.ts';
import { ACTION_TABLE, findAction } from '../../src/ledger/actions/registry.ts';
import { encodeProposal, preStateDigest, proposalStatus } from '../../src/ledger/governance/proposal.ts';
import { readValue } from '../../src/ledger/state/recording-state.ts';
import { countedVoter, holdersOf, holdsRole } from '../../src/ledger/governance/requirement.ts';
import { movedValue, proposableAction, proposalTallies, tryProposal } from '../../src/ledger/governance/settle.ts';
import { encodeProposalFile, proposalFileOf } from '../../src/ledger/documents/proposal-file.ts';
import type { MemberRecord, ProposalRecord } from '../../src/ledger/state/records.ts';
import type { FakeLedger } from './fake-ledger.ts';
import { fakeHash } from './fake-values.ts';

const WEEK_MS = 7 * 86_400_000;
const NO_TRANSACTION = fakeHash(15, 0);

/** Proposals as the node tells of them: the records are the ledger's own, what they would do is tried on a copy. */
export class FakeProposals {
  readonly #ledger: FakeLedger;
  readonly #height: () => number;
  readonly #blockOf: (transactionId: Hash) => number;

  constructor(
    ledger: FakeLedger,
    chain: { readonly height: () => number; readonly blockOf: (transactionId: Hash) => number },
  ) {
    this.#ledger = ledger;
    this.#height = chain.height;
    this.#blockOf = chain.blockOf;
  }

  /** The payload of the transaction that proposes this, bound to the state as it is now. */
  payloadFor(
    {
      action,
      payload,
      expiresInMs = WEEK_MS,
    }: { action: string; payload: JsonObject; expiresInMs?: number | undefined },
    proposer: string,
    signer: PublicKey,
  ): JsonObject {
    const trial = this.#try({ action, payload, proposer }, signer);
    // What cannot be done is refused when it is signed: any digest will do.
    const reads = 'code' in trial ? [] : trial.touched.map(readValue);
    return {
      action,
      payload,
      expires_at: this.#ledger.now + expiresInMs,
      pre_state: preStateDigest(this.#ledger.chain, reads),
    };
  }

  page({ state, offset, limit }: { state: 'open' | 'ended'; offset: number; limit: number }): ProposalPage {
    const rows = [...this.#ledger.list('proposals')]
      .filter(([key]) => isHash(key))
      .map(([, value]) => this.row(value as unknown as ProposalRecord))
      .filter(({ status }) => (status === 'open') === (state === 'open'))
      .toSorted((left, right) =>
        state === 'open'
          ? left.expires_at - right.expires_at
          : (right.closed_at ?? right.expires_at) - (left.closed_at ?? left.expires_at),
      );
    return {
      proposals: rows.slice(offset, offset + limit),
      next_offset: offset + limit < rows.length ? offset + limit : null,
      total: rows.length,
    };
  }

  find(id: Hash): ProposalRecord | undefined {
    return this.#ledger.get('proposals', id) as unknown as ProposalRecord | undefined;
  }

  row(record: ProposalRecord): ProposalRow {
    const action = proposableAction(ACTION_TABLE, record.action);
    const status = proposalStatus(record, { time: this.#ledger.now, era: 0 });
    const stale = status === 'open' && movedValue(this.#ledger, record) !== null;
    const requirements = status === 'open' ? this.#requirements(record) : [];
    const voted = new Set(
      record.votes.flatMap((vote) => (countedVoter(this.#ledger, vote) === null ? [] : [vote.member_id])),
    );
    const waiting = holdersOf(this.#ledger, 'read_only').filter(
      ({ member_id, level }) =>
        !stale && !voted.has(member_id) && requirements.some(({ role }) => holdsRole(level, role)),
    );
    return {
      proposal_id: record.proposal_id,
      title: action?.title(record.payload) ?? record.action,
      action: record.action,
      env_id: operationOf(record).envId,
      status,
      proposer: this.#person(record.proposer),
      proposed_at: record.proposed_at,
      expires_at: record.expires_at,
      closed_at: record.closed_at,
      requirements,
      stale,
      waiting_for: waiting.map(({ member_id, name }) => ({ member_id, name })),
    };
  }

  view(record: ProposalRecord): ProposalView {
    return {
      ...this.row(record),
      ...this.#ledger.chain,
      payload: record.payload,
      pre_state: record.pre_state,
      reads: record.reads.map((read) => ({ ...read })),
      canonical: encodeProposal(this.#ledger.chain, record),
      fingerprint: fingerprintWords(record.proposal_id),
      block_index: this.#blockOf(record.transaction_id),
      transaction_id: record.transaction_id,
      closed_by: record.closed_by,
      closed_block: record.closed_by === null ? null : this.#blockOf(record.closed_by),
      requirements_after: [],
      votes: record.votes.map((vote) => ({
        ...vote,
        member: this.#person(vote.member_id),
        carried_by: vote.carried_by === null ? null : this.#person(vote.carried_by),
        counts: countedVoter(this.#ledger, vote) !== null,
      })),
      effect: this.effect(record),
      height: this.#height(),
    };
  }

  /** What happens when its approvals are complete. */
  effect(record: ProposalRecord): ProposalEffect {
    const title = proposableAction(ACTION_TABLE, record.action)?.title(record.payload) ?? record.action;
    if (proposalStatus(record, { time: this.#ledger.now, era: 0 }) !== 'open')
      return { outcome: 'ended', sentence: `${title}.`, changes: [] };
    const moved = movedValue(this.#ledger, record);
    if (moved !== null) return { outcome: 'stale', namespace: moved.namespace, key: moved.key };
    const trial = this.#try(record, record.votes[0]?.public_key ?? (NO_TRANSACTION as unknown as PublicKey));
    if ('code' in trial) return { outcome: 'refused', rejection: trial };
    return {
      outcome: 'applies',
      sentence: `${title}.`,
      changes: this.#ledger.changesOf(trial.after),
      warnings: [],
    };
  }

  draft(input: { action: string; payload: JsonObject; proposer: string }): Draft {
    const action = proposableAction(ACTION_TABLE, input.action);
    const member = this.#member(input.proposer);
    const trial = this.#try(input, (member?.keys[0] ?? NO_TRANSACTION) as PublicKey);
    if (action === null || 'code' in trial)
      return {
        outcome: 'rejected',
        rejection: 'code' in trial ? trial : { code: 41, name: 'NOT_PROPOSABLE', message: input.action },
      };
    return {
      outcome: 'draft',
      title: action.title(input.payload),
      pre_state: preStateDigest(this.#ledger.chain, trial.touched.map(readValue)),
      sentence: `${action.title(input.payload)}.`,
      changes: this.#ledger.changesOf(trial.after),
      warnings: [],
      requirements: this.#requirements({ ...input, votes: [] }),
      least_time: 0,
      lifetime_ms: 7 * 86_400_000,
    };
  }

  /** The text of the file that a proposal is carried about in. */
  file(record: ProposalRecord): string {
    const row = this.row(record);
    return encodeProposalFile(
      proposalFileOf({
        chain: this.#ledger.chain,
        proposal: record,
        valueOf: ({ namespace, key }) => this.#ledger.get(namespace, key),
        told: {
          title: row.title,
          proposer_name: row.proposer.name,
          proposed_at: row.proposed_at,
          block_index: this.#blockOf(record.transaction_id),
          requirements: row.requirements,
          votes: this.view(record).votes.map(({ member, decision, reason, voted_at }) => ({
            ...member,
            decision,
            reason,
            voted_at,
          })),
          exported_at: this.#ledger.now,
          height: this.#height(),
        },
      }),
    );
  }

  #try(
    proposal: Pick<ProposalRecord, 'action' | 'payload' | 'proposer'>,
    signer: PublicKey,
  ): ReturnType<typeof tryProposal> {
    return tryProposal(this.#ledger.context(proposal.proposer, NO_TRANSACTION), ACTION_TABLE, proposal, signer);
  }

  #requirements(record: Pick<ProposalRecord, 'action' | 'payload' | 'votes'>): RequirementView[] {
    return proposalTallies(this.#ledger, ACTION_TABLE, record);
  }

  #person(memberId: string): Person {
    return { member_id: memberId, name: this.#member(memberId)?.name ?? memberId };
  }

  #member(memberId: string): MemberRecord | undefined {
    return this.#ledger.get('members', `member/${memberId}`) as unknown as MemberRecord | undefined;
  }
}

function operationOf({ action, payload }: Pick<ProposalRecord, 'action' | 'payload'>): Operation {
  return findAction(action)?.operations(payload)[0] ?? { action, envId: null, payload };
}
