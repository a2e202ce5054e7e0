import type {
  CommentView,
  ProposalEffect,
  ProposalPage,
  ProposalRow,
  ProposalView,
} from '../../api/chain/proposals.ts';
import type { Person } from '../../api/chain/members.ts';
import { encodeHash, type Hash } from '../../base/bytes.ts';
import type { Json } from '../../base/canonical.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { fingerprintWords } from '../../base/fingerprint.ts';
import { ACTION_TABLE, findAction } from '../../ledger/actions/registry.ts';
import { identityOf } from '../../ledger/chain-identity.ts';
import { identityIn, leastTime, readEra } from '../../ledger/governance/era.ts';
import { encodeProposal, proposalStatus } from '../../ledger/governance/proposal.ts';
import { countedVoter, holdersOf, holdsRole, type Tally } from '../../ledger/governance/requirement.ts';
import { hasSay, movedValue, proposalTallies } from '../../ledger/governance/settle.ts';
import type { RollbackTarget } from '../../ledger/actions/rollback-plan.ts';
import { encodeProposalFile, proposalFileOf } from '../../ledger/documents/proposal-file.ts';
import { toldRollbackOf } from '../../ledger/documents/told-rollback.ts';
import { stateAfter } from '../storage/stored-past.ts';
import type { LedgerState } from '../../ledger/state/ledger-state.ts';
import type { MemberRecord, Namespace, ProposalRecord } from '../../ledger/state/records.ts';
import { describeEffect } from '../../ledger/effects/describe-effect.ts';
import { isSameRequirements, tryOpenProposal } from '../../ledger/effects/proposal-effect.ts';
import { changesBetween } from '../../ledger/effects/state-changes.ts';
import { writtenBy } from './executed-block.ts';
import type { GovernanceQueries } from './governance-queries.ts';
import { personOf } from './person-of.ts';
import type { QueryContext } from './query-context.ts';
import { listComments, readProposal } from '../../ledger/state/readers.ts';

/** Proposals: what waits, the result of earlier ones, and what each would do. */
export class ProposalQueries {
  readonly #context: QueryContext;
  readonly #governance: GovernanceQueries;

  constructor(context: QueryContext, governance: GovernanceQueries) {
    this.#context = context;
    this.#governance = governance;
  }

  /** What proposals are judged by: the time that the next block would have, and the era that it would be of. */
  #moment(now: number): ChainMoment {
    const state = this.#governance.state();
    const least = leastTime(state, this.#context.chain.head().header);
    return { time: Math.max(now, least), era: readEra(state) };
  }

  /** How many are open at a time, Unix milliseconds. */
  openCount(now: number): number {
    const at = this.#moment(now);
    return [...this.#context.lists.proposals.entries().values()].filter((one) => isOpenAt(one, at)).length;
  }

  /** How many of them can never happen any more. */
  staleCount(now: number): number {
    const state = this.#governance.state();
    const at = this.#moment(now);
    return [...this.#context.lists.proposals.entries().values()].filter(
      (one) => isOpenAt(one, at) && movedValue(state, this.#record(one.proposal_id)) !== null,
    ).length;
  }

  proposals({
    state,
    offset,
    limit,
    now,
  }: {
    readonly state: 'open' | 'ended';
    readonly offset: number;
    readonly limit: number;
    readonly now: number;
  }): ProposalPage {
    const at = this.#moment(now);
    const all = [...this.#context.lists.proposals.entries().values()]
      .filter((one) => isOpenAt(one, at) === (state === 'open'))
      .sort(state === 'open' ? soonestFirst : newestEndFirst);
    const page = all.slice(offset, offset + limit);
    const next = offset + page.length;
    return {
      proposals: page.map(({ proposal_id }) => this.#row(this.#record(proposal_id), at)),
      next_offset: next < all.length ? next : null,
      total: all.length,
    };
  }

  /** @throws NOT_FOUND */
  #record(id: Hash): ProposalRecord {
    const record = readProposal(this.#governance.state(), id);
    if (record === undefined) throw new QuantumLockError('NOT_FOUND', `there is no proposal ${id}`);
    return record;
  }

  #row(record: ProposalRecord, at: ChainMoment): ProposalRow {
    const { action, payload } = record;
    const found = findAction(action);
    const state = this.#governance.state();
    const status = proposalStatus(record, at);
    const stale = status === 'open' && movedValue(state, record) !== null;
    return {
      proposal_id: record.proposal_id,
      title: found?.title(payload) ?? action,
      action,
      env_id: found?.operations(payload)[0]?.envId ?? null,
      status,
      proposer: this.#governance.person(record.proposer),
      proposed_at: record.proposed_at,
      expires_at: record.expires_at,
      closed_at: record.closed_at,
      requirements: proposalTallies(state, ACTION_TABLE, record),
      stale,
      waiting_for: status === 'open' && !stale ? waitingFor(state, record) : [],
    };
  }

  proposal(id: Hash, now: number): ProposalView {
    const record = this.#record(id);
    const { chain } = this.#context;
    const { header } = chain.head();
    const state = this.#governance.state();
    const at = this.#moment(now);
    const row = this.#row(record, at);
    const effect = this.#effect(record, row, at.time);
    return {
      ...row,
      ...chain.chain(),
      era: record.era,
      payload: record.payload,
      pre_state: record.pre_state,
      reads: [...record.reads],
      canonical: encodeProposal(chain.chain(), record),
      fingerprint: [...fingerprintWords(id)],
      block_index: this.#blockOf(record.transaction_id),
      transaction_id: record.transaction_id,
      closed_by: record.closed_by,
      closed_block: record.closed_by === null ? null : this.#blockOf(record.closed_by),
      requirements_after: isSameRequirements(row.requirements, effect.after) ? [] : [...effect.after],
      votes: record.votes.map((vote) => {
        const voter = countedVoter(state, vote);
        return {
          member: this.#governance.person(vote.member_id),
          public_key: vote.public_key,
          decision: vote.decision,
          reason: vote.reason,
          voted_at: vote.voted_at,
          transaction_id: vote.transaction_id,
          carried_by: vote.carried_by === null ? null : this.#governance.person(vote.carried_by),
          counts: voter !== null && row.requirements.some(({ role }) => holdsRole(voter.level, role)),
        };
      }),
      comments: this.#comments(id),
      effect: effect.told,
      height: header.index,
    };
  }

  /** What the state names is in the log, signed. */
  #comments(id: Hash): CommentView[] {
    return listComments(this.#governance.state(), id).map(({ member_id, commented_at, transaction_id }) => {
      const { signer, payload } = this.#context.chain.transaction(this.#context.requireLogIndex(transaction_id));
      const { text } = payload as { readonly text: string };
      return {
        member: this.#governance.person(member_id),
        public_key: signer,
        text,
        commented_at,
        transaction_id,
      };
    });
  }

  #blockOf(transactionId: Hash): number {
    return this.#context.chain.heightOfLogIndex(this.#context.requireLogIndex(transactionId));
  }

  #effect(
    record: ProposalRecord,
    row: ProposalRow,
    timestamp: number,
  ): { readonly told: ProposalEffect; readonly after: readonly Tally[] } {
    const state = this.#governance.state();
    if (row.status !== 'open') return { told: this.#ended(record, row), after: row.requirements };
    const moved = movedValue(state, record);
    if (moved !== null)
      return { told: { outcome: 'stale', namespace: moved.namespace, key: moved.key }, after: row.requirements };
    const trial = tryOpenProposal(state, record, { chain: this.#context.chain.chain(), timestamp });
    if ('code' in trial) return { told: { outcome: 'refused', rejection: trial }, after: row.requirements };
    return {
      told: {
        outcome: 'applies',
        sentence: trial.sentence,
        changes: [...trial.changes],
        warnings: [...trial.warnings],
      },
      after: trial.requirementsAfter,
    };
  }

  /** What an executed proposal changed, before its block and after it. */
  #ended(record: ProposalRecord, row: ProposalRow): ProposalEffect {
    if (record.status !== 'executed' || record.closed_by === null)
      return { outcome: 'ended', sentence: `${row.title}: nothing was changed.`, changes: [] };
    const { chain } = this.#context;
    const height = this.#blockOf(record.closed_by);
    const before = stateAfter(chain, chain.block(height - 1));
    const after = stateAfter(chain, chain.block(height));
    const changes = this.#writesOf(record, record.closed_by, after).flatMap(({ namespace, key, value }) =>
      changesBetween({ namespace, key }, before.get(namespace, key), value),
    );
    const { sentence } = describeEffect({
      ...record,
      chain: identityIn(before, chain.chain()),
      before,
      writes: new Map(),
      timestamp: record.closed_at ?? record.proposed_at,
      transactionId: record.closed_by,
      actor: { memberId: record.proposer, approvers: [] },
    });
    return { outcome: 'ended', sentence, changes };
  }

  /** What it was bound to, as its block left it; of a rollback, which is bound to no value, what it wrote. */
  #writesOf(
    { action, reads }: ProposalRecord,
    closedBy: Hash,
    after: LedgerState,
  ): readonly { readonly namespace: Namespace; readonly key: string; readonly value: Json | undefined }[] {
    if (findAction(action)?.restsOn !== 'past')
      return reads.map(({ namespace, key }) => ({ namespace, key, value: after.get(namespace, key) }));
    const logIndex = this.#context.requireLogIndex(closedBy);
    const { chain } = this.#context;
    const written = writtenBy(chain, chain.heightOfLogIndex(logIndex), logIndex);
    return [...written].map(([key, record]) => ({
      namespace: 'environments',
      key,
      value: record as unknown as Json | undefined,
    }));
  }

  /** The proposal as a file for review and signature elsewhere. @throws NOT_FOUND, INPUT_INVALID where it cannot happen any more */
  proposalFile(id: Hash, now: number): { text: string } {
    const record = this.#record(id);
    const view = this.proposal(id, now);
    const state = this.#governance.state();
    const ended = view.status === 'open' ? (movedValue(state, record) === null ? null : 'stale') : view.status;
    if (ended !== null)
      throw new QuantumLockError('INPUT_INVALID', `the proposal is ${ended}: it can no longer be approved`, {
        advice: 'Propose it again, and export that.',
      });
    const { title, proposer, proposed_at, block_index, requirements, votes, height } = view;
    const file = proposalFileOf({
      chain: identityOf(view),
      proposal: record,
      valueOf: ({ namespace, key }) => state.get(namespace, key),
      rollback:
        findAction(record.action)?.restsOn === 'past'
          ? toldRollbackOf(
              state,
              record.payload as unknown as RollbackTarget,
              encodeHash(state.roots.environments.hash),
            )
          : undefined,
      told: {
        title,
        proposer_name: proposer.name,
        proposed_at,
        block_index,
        requirements,
        votes: votes.map(({ member, decision, reason, voted_at }) => ({ ...member, decision, reason, voted_at })),
        exported_at: now,
        height,
      },
    });
    return { text: encodeProposalFile(file) };
  }
}

type Listed = Pick<ProposalRecord, 'proposal_id' | 'status' | 'expires_at' | 'closed_at' | 'era'>;
type ChainMoment = Parameters<typeof proposalStatus>[1];

function isOpenAt(listed: Listed, at: ChainMoment): boolean {
  return proposalStatus(listed, at) === 'open';
}

function byId(left: Listed, right: Listed): number {
  return left.proposal_id < right.proposal_id ? -1 : 1;
}

function soonestFirst(left: Listed, right: Listed): number {
  return left.expires_at - right.expires_at || byId(left, right);
}

function newestEndFirst(left: Listed, right: Listed): number {
  return (right.closed_at ?? right.expires_at) - (left.closed_at ?? left.expires_at) || byId(left, right);
}

/** Those who may vote and have not used it in a way that counts. */
function waitingFor(state: LedgerState, record: ProposalRecord): Person[] {
  const voted = new Set(
    record.votes.filter((vote) => countedVoter(state, vote) !== null).map(({ member_id }) => member_id),
  );
  return holdersOf(state, 'blue_state')
    .filter((member: MemberRecord) => !voted.has(member.member_id) && hasSay(state, ACTION_TABLE, record, member.level))
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .map(personOf);
}
