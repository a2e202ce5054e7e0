import { findAction } from '../../ledger/actions/registry.ts';
import { recallEnvironment } from '../../ledger/actions/recall-environment.ts';
import type { BlockExecution } from '../../ledger/blocks/execute.ts';
import { isHash, type Hash } from '../../base/bytes.ts';
import { RECOVERY_EVENTS_MAX } from '../../base/limits.ts';
import type { ProposalRecord, RecallRecord } from '../../ledger/state/records.ts';

/** What a block did, or began, to undo something: as those who follow the chain hear of it. */
export interface RecoveryDeed {
  readonly what: 'rollback_proposed' | 'rollback_executed' | 'recalled';
  readonly title: string;
  readonly reason: string;
  /** Member id: who proposed it, or recalled it. */
  readonly member_id: string;
  readonly proposal_id: Hash | null;
  readonly env_id: string | null;
}

/** From what the block wrote; what recalls a hundred environments tells of the first. */
export function recoveryDeedsOf({ writes, accepted }: Pick<BlockExecution, 'writes' | 'accepted'>): RecoveryDeed[] {
  const made = new Set(accepted.map(({ id }) => id));
  const proposals = [...(writes.get('proposals') ?? [])].flatMap(([key, value]) =>
    isHash(key) && value !== undefined ? proposalDeeds(value as unknown as ProposalRecord, made) : [],
  );
  const recalls = [...(writes.get('environments') ?? [])].flatMap(([key, value]) => {
    const envId = recalledIn(key);
    return envId === null || value === undefined ? [] : [recallDeed(envId, value as unknown as RecallRecord)];
  });
  return [...proposals, ...recalls].slice(0, RECOVERY_EVENTS_MAX);
}

function proposalDeeds(proposal: ProposalRecord, made: ReadonlySet<Hash>): RecoveryDeed[] {
  const { action: name, payload, status, proposal_id, proposer, transaction_id } = proposal;
  const action = findAction(name);
  if (action?.lineage?.kind !== 'rollback') return [];
  const isNew = status === 'open' && made.has(transaction_id);
  if (!isNew && status !== 'executed') return [];
  return [
    {
      what: isNew ? 'rollback_proposed' : 'rollback_executed',
      title: action.title(payload),
      reason: payload['reason'] as string,
      member_id: proposer,
      proposal_id,
      env_id: null,
    },
  ];
}

function recallDeed(envId: string, { reason, recalled_by }: RecallRecord): RecoveryDeed {
  return {
    what: 'recalled',
    title: recallEnvironment.title({ env_id: envId }),
    reason,
    member_id: recalled_by,
    proposal_id: null,
    env_id: envId,
  };
}

/** The environment whose recall stands at a place of `environments`; null for other places. */
function recalledIn(key: string): string | null {
  const envId = /^recall:([^:]+):/.exec(key)?.[1];
  return envId ?? null;
}
