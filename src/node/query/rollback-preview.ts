import type { RollbackAim, RollbackPreview } from '../../api/chain/recovery.ts';
import { encodeHash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { rollbackDifference } from '../../ledger/effects/rollback-difference.ts';
import { ACTION_TABLE, findAction } from '../../ledger/actions/registry.ts';
import { holdersOf } from '../../ledger/governance/requirement.ts';
import { effectsOf, requirementsOf } from '../../ledger/governance/settle.ts';
import type { EnvironmentRecord } from '../../ledger/state/records.ts';
import { misfit } from '../storage/block-check.ts';
import type { ChainReader } from '../storage/chain-reader.ts';
import type { StoredBlock } from '../storage/stored-block.ts';
import { findHistory } from './checked-audit.ts';
import { personOf } from './person-of.ts';
import type { GovernanceQueries } from './governance-queries.ts';
import { doneOperations } from './proposal-of.ts';
import type { QueryContext } from './query-context.ts';

/** Steps of an environment's history that are read at once. */
const STEPS_AT_ONCE = 200;

/** What a rollback would change now, what to propose for it, and who must approve it. @throws NOT_FOUND */
export function rollbackPreview(
  context: QueryContext,
  governance: GovernanceQueries,
  { target: aim, scope: asked }: { readonly target: RollbackAim; readonly scope: readonly string[] | null },
): RollbackPreview {
  const state = governance.state();
  const block = findAim(context, aim);
  const { header, hash, roots } = block;
  const payload = {
    target_height: header.index,
    target_hash: hash,
    environments_root: encodeHash(roots.environments.hash),
    scope: asked === null ? null : [...new Set(asked)].sort(),
  };
  const difference = rollbackDifference(state, payload);
  if ('code' in difference) throw misfit(`block ${header.index}`, 'is not the block that its row says');
  const { counts, shown, sentence, warnings, obstacle } = difference;
  const freeze = governance.frozen();
  return {
    target: {
      height: header.index,
      hash,
      time: header.timestamp,
      environments_root: payload.environments_root,
    },
    scope: payload.scope,
    height: context.chain.height(),
    counts,
    shown: shown as RollbackPreview['shown'],
    payload,
    sentence,
    warnings: obstacle === null ? [...warnings] : [],
    obstacle,
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
    frozen: freeze === null ? null : { reason: freeze.reason, since: freeze.since, member_id: freeze.member_id },
  };
}

function findAim(context: QueryContext, aim: RollbackAim): StoredBlock {
  if ('env_id' in aim) return context.chain.block(checkpointHeight(context, aim));
  return context.blockAt(aim);
}

/**
 * The block in which an environment's Green got this label: of the checkpoint that its record names, else of the newest.
 * @throws NOT_FOUND; NODE_BUSY where the index has not come so far that it could be said
 */
function checkpointHeight(
  context: QueryContext,
  { env_id: envId, checkpoint }: { readonly env_id: string; readonly checkpoint: string },
): number {
  const { chain } = context;
  const record = readNow(chain, envId);
  if (record?.checkpoint?.version === checkpoint)
    return chain.heightOfLogIndex(context.requireLogIndex(record.checkpoint.transaction_id));
  for (let before = Number.MAX_SAFE_INTEGER; ;) {
    const { found, height } = findHistory(context, { envId, before, limit: STEPS_AT_ONCE });
    const step = found.find((logIndex) => isCheckpoint(chain, logIndex, { envId, checkpoint }));
    if (step !== undefined) return chain.heightOfLogIndex(step);
    const oldest = found.at(-1);
    if (oldest !== undefined && found.length === STEPS_AT_ONCE) {
      before = oldest;
      continue;
    }
    if (height < chain.height())
      throw new QuantumLockError('NODE_BUSY', `the index has come to block ${height} of ${chain.height()}`);
    throw new QuantumLockError('NOT_FOUND', `${envId} has no checkpoint ${checkpoint}`);
  }
}

function readNow(chain: ChainReader, envId: string): EnvironmentRecord | undefined {
  const text = chain.stateText(chain.height(), 'environments', envId);
  return text === undefined ? undefined : (JSON.parse(text) as EnvironmentRecord);
}

function isCheckpoint(
  chain: ChainReader,
  logIndex: number,
  { envId, checkpoint }: { readonly envId: string; readonly checkpoint: string },
): boolean {
  const transaction = chain.transaction(logIndex);
  const height = chain.heightOfLogIndex(logIndex);
  return doneOperations(chain, height, { id: chain.idOf(transaction), transaction }).some(
    (operation) =>
      findAction(operation.action)?.lineage?.kind === 'checkpoint' &&
      operation.envId === envId &&
      operation.payload['version'] === checkpoint,
  );
}
