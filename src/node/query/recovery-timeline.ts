import type { RecoveryPoint, RecoveryTimeline } from '../../api/chain/recovery.ts';
import type { Hash } from '../../base/bytes.ts';
import { ACTION_NAMES, findAction } from '../../ledger/actions/registry.ts';
import type { LineageStep, Operation } from '../../ledger/governance/action.ts';
import { CheckedAudit } from './checked-audit.ts';
import type { Executed } from './executed-proposals.ts';
import { personOf } from './person-of.ts';
import { doneOperations } from './proposal-of.ts';
import type { QueryContext } from './query-context.ts';

/** The steps that one goes back before, or to. */
const POINTS: Readonly<Partial<Record<LineageStep['kind'], RecoveryPoint['kind']>>> = {
  promote: 'promotion',
  checkpoint: 'checkpoint',
  recall: 'recall',
  rollback: 'rollback',
};

/** Transactions that one call looks at, at most: about a fifth of a second. */
const LOOKED_AT_MAX = 1_000;
const AT_ONCE = 50;

/** What holds such a step: it is one, or it is made of several. */
function mayHold(name: string): boolean {
  return findAction(name)?.isComposed === true || kindOf(name) !== null;
}

function kindOf(name: string): RecoveryPoint['kind'] | null {
  const step = findAction(name)?.lineage ?? null;
  return step === null ? null : (POINTS[step.kind] ?? null);
}

/** Promotions, checkpoints, recalls and rollbacks, newest first. */
export function recoveryTimeline(
  context: QueryContext,
  {
    from,
    to,
    before_log_index,
    limit,
  }: {
    readonly from?: number | undefined;
    readonly to?: number | undefined;
    readonly before_log_index?: number | undefined;
    readonly limit: number;
  },
): RecoveryTimeline {
  const audit = new CheckedAudit(context);
  const filter = { actions: ACTION_NAMES.filter(mayHold), from_time: from, to_time: to };
  const isAsked = ({ action, closed_at }: Executed): boolean =>
    mayHold(action) && (closed_at ?? 0) >= (from ?? 0) && (closed_at ?? 0) <= (to ?? Number.POSITIVE_INFINITY);
  const executed = [...context.lists.proposals.entries().values()].filter(isAsked);
  const points: RecoveryPoint[] = [];
  let before: number | null = Math.min(before_log_index ?? Number.POSITIVE_INFINITY, indexedEnd(context));
  for (let lookedAt = 0; before !== null && lookedAt < LOOKED_AT_MAX && points.length < limit;) {
    const direct = audit.find(filter, before, AT_ONCE);
    const begin = direct.length < AT_ONCE ? 0 : (direct.at(-1) ?? 0);
    const range = { begin, end: before };
    const voted = context.lists.executed.places(executed, range, (id) => context.logIndexOf(id));
    const found = [...direct, ...voted].sort((left, right) => right - left);
    before = begin === 0 ? null : begin;
    lookedAt += found.length;
    for (const logIndex of found) {
      points.push(...pointsOf(context, logIndex));
      if (points.length < limit) continue;
      // The rest of what was found is looked at by the next call.
      if (logIndex !== found.at(-1)) before = logIndex;
      break;
    }
  }
  return { points, next_before: before, indexed_height: Math.max(0, context.indexer.height) };
}

/** The log as far as the index knows it: of what comes after, not everything would be found. */
function indexedEnd({ chain, indexer }: QueryContext): number {
  const height = Math.min(indexer.height, chain.height());
  return height < 0 ? 0 : chain.block(height).header.log_size;
}

function pointsOf(context: QueryContext, logIndex: number): RecoveryPoint[] {
  const { chain } = context;
  const height = chain.heightOfLogIndex(logIndex);
  const { header, hash } = chain.block(height);
  const transaction = chain.transaction(logIndex);
  const id = chain.idOf(transaction);
  const member = context.memberOfKey(transaction.signer);
  return doneOperations(chain, height, { id, transaction }).flatMap((operation, position) => {
    const kind = kindOf(operation.action);
    if (kind === null) return [];
    return [
      {
        kind,
        block_index: height,
        block_hash: hash,
        time: header.timestamp,
        log_index: logIndex,
        position,
        transaction_id: id,
        member: member === undefined ? null : personOf(member),
        ...toldOf(kind, operation),
      },
    ];
  });
}

type Told = Pick<RecoveryPoint, 'env_id' | 'version' | 'label' | 'reason' | 'target_height'>;

function toldOf(kind: RecoveryPoint['kind'], { envId, payload }: Operation): Told {
  const told: Told = { env_id: envId, version: null, label: null, reason: null, target_height: null };
  switch (kind) {
    case 'promotion':
      return { ...told, version: payload['blue_version'] as number };
    case 'checkpoint':
      return { ...told, version: payload['green_version'] as number, label: payload['version'] as string };
    case 'recall':
      return { ...told, version: payload['green_version'] as number, reason: payload['reason'] as string };
    case 'rollback': {
      const { scope, reason, target_height } = payload as unknown as RollbackTold;
      return { ...told, env_id: scope?.length === 1 ? (scope[0] ?? null) : null, reason, target_height };
    }
  }
}

interface RollbackTold {
  readonly target_height: number;
  readonly target_hash: Hash;
  readonly scope: readonly string[] | null;
  readonly reason: string;
}
