import type { BlockEvent, BlockEvents } from '../../api/chain/events.ts';
import type { Hash } from '../../base/bytes.ts';
import { findAction } from '../../ledger/actions/registry.ts';
import { withdraw } from '../../ledger/actions/vote.ts';
import type { ProposalRecord } from '../../ledger/state/records.ts';
import type { Transaction } from '../../ledger/transactions/transaction.ts';
import { decodeStoredTransaction } from '../storage/stored-transaction.ts';
import type { StoredBlock } from '../storage/stored-block.ts';
import { doneOperations, isRollback, proposalOf } from './proposal-of.ts';
import type { QueryContext } from './query-context.ts';

/**
 * What a block did, as those hear of it who follow the chain: read from the block and from the state that it left, so that it is
 * the same at any time. @throws NOT_FOUND, STORAGE_CORRUPT
 */
export function blockEventsOf(
  { context }: { readonly context: QueryContext },
  { index, offset, limit }: { readonly index: number; readonly offset: number; readonly limit: number },
): BlockEvents {
  const { chain } = context;
  const block = chain.block(index);
  const { header, firstLogIndex } = block;
  const begin = Math.min(firstLogIndex + offset, header.log_size);
  const end = Math.min(begin + limit, header.log_size);
  const events = chain.transactionsOf(block, begin, end).flatMap((bytes, place) => {
    const logIndex = begin + place;
    const transaction = decodeStoredTransaction(bytes, logIndex);
    return transactionEvents(context, block, { logIndex, transaction });
  });
  return {
    events: offset === 0 ? [committed(block), ...events] : events,
    next_offset: end < header.log_size ? end - firstLogIndex : null,
  };
}

function committed({ header, hash, firstLogIndex }: StoredBlock): BlockEvent {
  return {
    kind: 'block',
    type: 'block',
    cursor: `${header.index}.0.0`,
    block_index: header.index,
    block_time: header.timestamp,
    block_hash: hash,
    validator: header.validator,
    transaction_count: header.log_size - firstLogIndex,
    log_size: header.log_size,
  };
}

/** First what becomes of a proposal, then what is done. */
function transactionEvents(
  context: QueryContext,
  { header, firstLogIndex }: StoredBlock,
  { logIndex, transaction }: { readonly logIndex: number; readonly transaction: Transaction },
): BlockEvent[] {
  const { chain } = context;
  const id = chain.idOf(transaction);
  const proposal = proposalOf(chain, header.index, transaction);
  const common = {
    block_index: header.index,
    block_time: header.timestamp,
    transaction_id: id,
    log_index: logIndex,
    member_id: context.memberOfKey(transaction.signer)?.member_id ?? null,
  };
  const changed =
    proposal === null
      ? []
      : changesOf(proposal, { id, transaction }).map((type) => ({
          kind: 'proposal' as const,
          type,
          ...common,
          proposal_id: proposal.proposal_id,
          action: proposal.action,
          title: findAction(proposal.action)?.title(proposal.payload) ?? proposal.action,
        }));
  const done = doneOperations(chain, header.index, { id, transaction }).map(({ action, envId }) => ({
    kind: 'operation' as const,
    type: action,
    ...common,
    env_id: envId,
    proposal_id: proposal?.proposal_id ?? null,
  }));
  const step = logIndex - firstLogIndex + 1;
  return [...changed, ...done].map((event, part) => ({ ...event, cursor: `${header.index}.${step}.${part}` }));
}

type Change = Extract<BlockEvent, { kind: 'proposal' }>['type'];

/** What it is by itself; a withdrawal is nothing but the end of its proposal. */
function begunBy(name: string, proposed: Pick<ProposalRecord, 'action'>): Change[] {
  const voting = findAction(name)?.voting ?? null;
  if (voting === null) return ['proposal_commented'];
  if (voting.opens) return ['proposal_opened', ...(isRollback(proposed) ? (['rollback_proposed'] as const) : [])];
  return name === withdraw.name ? [] : ['proposal_voted'];
}

/** What a transaction made of the proposal that it opens or votes on, which is here as the block left it. */
function changesOf(
  { action, status, closed_by }: ProposalRecord,
  { id, transaction }: { readonly id: Hash; readonly transaction: Transaction },
): Change[] {
  const begun = begunBy(transaction.action, { action });
  if (status === 'open' || closed_by !== id) return begun;
  return [...begun, status === 'executed' ? 'proposal_executed' : 'proposal_closed'];
}
