import type { RollbackAim, RollbackPreview } from '../../api/chain/recovery.ts';
import { encodeHash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { planRollback, type EnvironmentSetBack } from '../../ledger/actions/rollback-plan.ts';
import { countsOf, greenChange, rollbackWords } from '../../ledger/actions/rollback-words.ts';
import { ACTION_TABLE, findAction } from '../../ledger/actions/registry.ts';
import { readFreeze } from '../../ledger/governance/freeze-state.ts';
import { holdersOf } from '../../ledger/governance/requirement.ts';
import { effectsOf, requirementsOf } from '../../ledger/governance/settle.ts';
import type { LedgerState } from '../../ledger/state/ledger-state.ts';
import type { EnvironmentRecord } from '../../ledger/state/records.ts';
import type { StoredBlock } from '../storage/stored-block.ts';
import { findHistory } from './checked-audit.ts';
import { personOf } from './person-of.ts';
import { doneOperations } from './proposal-of.ts';
import type { QueryContext } from './query-context.ts';

const SHOWN_MAX = 1_000;
/** Steps of an environment's history that are read at once. */
const STEPS_AT_ONCE = 200;

/** What a rollback would change now, what to propose for it, and who must approve it. @throws NOT_FOUND */
export function rollbackPreview(
  context: QueryContext,
  state: LedgerState,
  { target: aim, scope: asked }: { readonly target: RollbackAim; readonly scope: readonly string[] | null },
): RollbackPreview {
  const block = findAim(context, aim);
  const { header, hash, roots } = block;
  const payload = {
    target_height: header.index,
    target_hash: hash,
    environments_root: encodeHash(roots.environments.hash),
    scope: asked === null ? null : [...new Set(asked)].sort(),
  };
  const plan = planRollback(state, payload);
  const isRefused = 'code' in plan;
  const changes = isRefused ? [] : plan;
  const freeze = readFreeze(state);
  return {
    target: {
      height: header.index,
      hash,
      time: header.timestamp,
      environments_root: payload.environments_root,
    },
    scope: payload.scope,
    height: context.chain.height(),
    counts: countsOf(changes),
    shown: shownOf(changes),
    payload,
    sentence: rollbackWords(payload, changes),
    warnings: isRefused ? [] : [...(findAction('rollback')?.warnings(payload, state, { memberId: '' }) ?? [])],
    obstacle: isRefused ? plan : null,
    requirements: requirementsOf(
      state,
      ACTION_TABLE,
      effectsOf(state, ACTION_TABLE, { action: 'rollback', payload }),
    ).map(({ role, needed }) => ({
      role,
      needed,
      approvers: holdersOf(state, role)
        .map(personOf)
        .sort((left, right) => (left.member_id < right.member_id ? -1 : 1)),
    })),
    frozen:
      freeze?.frozen === true ? { reason: freeze.reason, since: freeze.since, member_id: freeze.member_id } : null,
  };
}

const IMPORTANCE = ['leaves', 'changes', 'returns', 'stays'];

function shownOf(changes: readonly EnvironmentSetBack[]): RollbackPreview['shown'] {
  const rank = (change: EnvironmentSetBack): number => IMPORTANCE.indexOf(greenChange(change));
  return changes
    .toSorted((left, right) => rank(left) - rank(right))
    .slice(0, SHOWN_MAX)
    .map(({ env_id, now, then, recall }) => {
      const green = greenChange({ now, then });
      return {
        env_id,
        kind: now === undefined ? 'returns' : then === undefined ? 'vanishes' : 'changes',
        green,
        before: lanesOf(now),
        after: lanesOf(then),
        undone: green === 'stays' ? null : ((now?.green as RollbackPreview['shown'][number]['undone']) ?? null),
        recall: (recall as RollbackPreview['shown'][number]['recall'] | undefined) ?? null,
      };
    });
}

function lanesOf(record: EnvironmentRecord | undefined): RollbackPreview['shown'][number]['before'] {
  if (record === undefined) return null;
  const { blue, green, archived_at } = record;
  return {
    blue: { version: blue.version, state_hash: blue.state_hash },
    green: green as NonNullable<RollbackPreview['shown'][number]['before']>['green'],
    archived: archived_at !== null,
  };
}

function findAim(context: QueryContext, aim: RollbackAim): StoredBlock {
  if ('env_id' in aim) return context.chain.block(checkpointHeight(context, aim));
  return context.blockAt(aim);
}

/** The newest block that gave an environment's Green this label. @throws NOT_FOUND */
function checkpointHeight(
  context: QueryContext,
  { env_id: envId, checkpoint }: { readonly env_id: string; readonly checkpoint: string },
): number {
  const { chain } = context;
  let before = Number.MAX_SAFE_INTEGER;
  for (;;) {
    const { found } = findHistory(context, { envId, before, limit: STEPS_AT_ONCE });
    for (const logIndex of found) {
      const height = chain.heightOfLogIndex(logIndex);
      const transaction = chain.transaction(logIndex);
      const isIt = doneOperations(chain, height, { id: chain.idOf(transaction), transaction }).some(
        ({ action, envId: of, payload }) =>
          action === 'checkpoint_state' && of === envId && payload['version'] === checkpoint,
      );
      if (isIt) return height;
    }
    const last = found.at(-1);
    if (last === undefined || found.length < STEPS_AT_ONCE)
      throw new QuantumLockError('NOT_FOUND', `${envId} has no checkpoint ${checkpoint}`);
    before = last;
  }
}
