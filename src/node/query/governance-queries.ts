import type { AuthorityView, PolicyView, Posture } from '../../api/chain/governance.ts';
import type { Draft } from '../../api/chain/proposals.ts';
import type { KeyView, MemberView, Person, ValidatorView } from '../../api/chain/members.ts';
import type { JsonObject } from '../../base/canonical.ts';
import { PROPOSAL_EXPIRY_MS } from '../../base/limits.ts';
import { fingerprintWords } from '../../base/fingerprint.ts';
import { ACTION_NAMES, findAction } from '../../ledger/actions/registry.ts';
import { policyOf } from '../../ledger/transactions/authorise.ts';
import { leastTime } from '../../ledger/governance/era.ts';
import { readFreeze } from '../../ledger/governance/freeze-state.ts';
import { hasPolicy, policyKey, policySubject } from '../../ledger/governance/policy-rules.ts';
import { readProposalLifetime } from '../../ledger/governance/proposal.ts';
import { stateAfter } from '../storage/stored-past.ts';
import type { LedgerState } from '../../ledger/state/ledger-state.ts';
import { LEVEL_PERMISSIONS } from '../../ledger/permissions.ts';
import type { FreezeRecord, KeyRecord, StoredPolicy, ValidatorKeyRecord } from '../../ledger/state/records.ts';
import { policyToday, subjectWords } from '../../ledger/governance/policy-words.ts';
import { tryOperation } from '../../ledger/effects/proposal-effect.ts';
import { authorityOn } from './authority.ts';
import { IndexDifference } from './index-difference.ts';
import { findPosture } from './posture.ts';
import type { QueryContext } from './query-context.ts';
import { listKeys, listMembers, listValidatorKeys, listValidators, readMember } from '../../ledger/state/readers.ts';

/** At most so long a list of validators waits for their blocks to be counted: about three thousand blocks. */
const COUNT_SEALS_MS = 60;

/** Who may do what now, and who they are. */
export class GovernanceQueries {
  readonly #context: QueryContext;
  /** The newest state, and the block that it is of. */
  #state: { readonly height: number; readonly state: LedgerState } | null = null;

  constructor(context: QueryContext) {
    this.#context = context;
  }

  /** The newest state, for reading. */
  state(): LedgerState {
    const { chain } = this.#context;
    const height = chain.height();
    if (this.#state?.height !== height) this.#state = { height, state: stateAfter(chain, chain.block(height)) };
    return this.#state.state;
  }

  members(): MemberView[] {
    const state = this.state();
    const keysOf = Map.groupBy(listKeys(state), ({ member_id }) => member_id);
    return listMembers(state)
      .toSorted((left, right) => (left.member_id < right.member_id ? -1 : 1))
      .map((member) => ({
        ...member,
        keys: keyViews(keysOf.get(member.member_id) ?? []),
        permissions: [...LEVEL_PERMISSIONS[member.level]],
        last_activity: this.#lastActivity(keysOf.get(member.member_id) ?? []),
      }));
  }

  #lastActivity(keys: readonly KeyRecord[]): MemberView['last_activity'] {
    const { index, chain } = this.#context;
    const newest = index
      .prepare<[string], number>(
        'SELECT log_index FROM entries WHERE signer = (SELECT id FROM signers WHERE public_key = ?) ORDER BY log_index DESC LIMIT 1',
      )
      .pluck();
    const found = keys.flatMap(({ public_key }) => {
      const logIndex = newest.get(public_key);
      if (logIndex === undefined) return [];
      if (logIndex >= chain.head().header.log_size || chain.transaction(logIndex).signer !== public_key)
        throw new IndexDifference(`transaction ${logIndex} is filed under another signer`);
      return logIndex;
    });
    if (found.length === 0) return null;
    const logIndex = Math.max(...found);
    const transaction = chain.transaction(logIndex);
    const { header } = chain.block(chain.heightOfLogIndex(logIndex));
    return { time: header.timestamp, action: transaction.action, transaction_id: chain.idOf(transaction) };
  }

  /** `hereId` is the validator in whose name this node seals. */
  validators(hereId: string | null): ValidatorView[] {
    const state = this.state();
    const keys = listValidatorKeys(state);
    const { seals: counts } = this.#context.lists;
    counts.advance(COUNT_SEALS_MS);
    return listValidators(state)
      .toSorted((left, right) => (left.validator_id < right.validator_id ? -1 : 1))
      .map((validator) => {
        const seals = counts.of(validator.validator_id);
        return {
          ...validator,
          fingerprint: [...fingerprintWords(validator.public_key)],
          blocks_sealed: seals?.blocks ?? null,
          last_seen: seals === null || seals.blocks === 0 ? null : seals.newest,
          keys: keyViews(keys.filter(({ validator_id }) => validator_id === validator.validator_id)).map((key) => {
            const { from, to } = this.#context.lists.spans.of(key);
            return { ...key, seals_from: from, seals_to: to };
          }),
          is_here: validator.validator_id === hereId,
        };
      });
  }

  policies(): PolicyView[] {
    const state = this.state();
    const stored = state.list('policies');
    const everywhere = ACTION_NAMES.filter((name) => hasPolicy(findAction(name))).map((action) => ({
      action,
      envId: null,
    }));
    const ofEnvironments = [...stored]
      .filter(([, policy]) => (policy as unknown as StoredPolicy).mode !== 'default')
      .map(([key]) => policySubject(key))
      .filter(({ envId }) => envId !== null);
    return [...everywhere, ...ofEnvironments].map((subject) => {
      const policy = policyOf(state, subject);
      const own = stored.get(policyKey(subject)) as StoredPolicy | undefined;
      return {
        action: subject.action,
        env_id: subject.envId,
        policy,
        is_default: own === undefined || own.mode === 'default',
        sentence: `${subjectWords(findAction(subject.action), subject)} needs ${policyToday(state, policy)}.`,
        kind: kindOf(subject.action),
      };
    });
  }

  /** @throws INPUT_INVALID, NOT_FOUND */
  authority({ action, env_id: envId }: { readonly action: string; readonly env_id: string | null }): AuthorityView {
    return authorityOn(this.state(), { action, envId });
  }

  draft({
    action,
    payload,
    proposer,
  }: {
    readonly action: string;
    readonly payload: JsonObject;
    readonly proposer: string;
  }): Draft {
    const { header } = this.#context.chain.head();
    const state = this.state();
    const trial = tryOperation(state, {
      chain: this.#context.chain.chain(),
      timestamp: header.timestamp,
      action,
      payload,
      proposer,
    });
    if ('code' in trial) return { outcome: 'rejected', rejection: trial };
    return {
      outcome: 'draft',
      title: findAction(action)?.title(payload) ?? action,
      pre_state: trial.preState,
      sentence: trial.sentence,
      changes: [...trial.changes],
      warnings: [...trial.warnings],
      requirements: [...trial.requirements],
      least_time: leastTime(state, header),
      lifetime_ms: Math.min(PROPOSAL_EXPIRY_MS, readProposalLifetime(state)),
    };
  }

  posture(now: number): Posture {
    return {
      height: this.#context.chain.height(),
      checks: findPosture({
        state: this.state(),
        now,
        greenEnvironments: () => {
          const { keys, entries } = this.#context.lists.environments.inOrder();
          return keys.filter((envId) => {
            const one = entries.get(envId);
            return one?.green_version !== null && one?.archived === false;
          });
        },
      }),
    };
  }

  frozen(): FreezeRecord | null {
    const freeze = readFreeze(this.state());
    return freeze?.frozen === true ? freeze : null;
  }

  person(memberId: string): Person {
    const member = readMember(this.state(), memberId);
    return { member_id: memberId, name: member?.name ?? memberId };
  }
}

function kindOf(action: string): PolicyView['kind'] {
  return findAction(action)?.kind === 'environment' ? 'environment' : 'governance';
}

/** Those in use first, then those that were, newest first. */
function keyViews(keys: readonly (KeyRecord | ValidatorKeyRecord)[]): KeyView[] {
  return keys
    .map(({ public_key, status, added_at, retired_at }) => ({
      public_key,
      fingerprint: [...fingerprintWords(public_key)],
      status,
      added_at,
      retired_at,
    }))
    .sort((left, right) =>
      left.status === right.status ? right.added_at - left.added_at : left.status === 'active' ? -1 : 1,
    );
}
