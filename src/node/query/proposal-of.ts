import type { Hash } from '../../base/bytes.ts';
import { findAction } from '../../ledger/actions/registry.ts';
import type { Operation } from '../../ledger/governance/action.ts';
import { proposalId } from '../../ledger/governance/proposal.ts';
import type { KeyRecord, ProposalRecord } from '../../ledger/state/records.ts';
import type { Transaction } from '../../ledger/transactions/transaction.ts';
import type { ChainReader } from '../storage/chain-reader.ts';
import { operationsOf } from './transaction-text.ts';
import { keyPlace } from '../../ledger/state/readers.ts';

/** The proposal that a transaction is about, as the block that holds the transaction left it; null for others. */
export function proposalOf(chain: ChainReader, height: number, transaction: Transaction): ProposalRecord | null {
  const id = proposalIdOf(chain, height, transaction);
  const text = id === null ? undefined : chain.stateText(height, 'proposals', id);
  return text === undefined ? null : (JSON.parse(text) as ProposalRecord);
}

function proposalIdOf(chain: ChainReader, height: number, { action, payload, signer, era }: Transaction): Hash | null {
  const { ofProposal = null, voting = null } = findAction(action) ?? {};
  if (ofProposal === null) return null;
  if (voting?.opens !== true) {
    const { proposal_id: named } = payload;
    return typeof named === 'string' ? (named as Hash) : null;
  }
  const key = chain.stateText(height, 'members', keyPlace(signer));
  if (key === undefined) return null;
  const { action: proposed, payload: inner, expires_at, pre_state } = payload as never as ProposalRecord;
  return proposalId(
    { ...chain.chain(), era },
    {
      action: proposed,
      payload: inner,
      expires_at,
      pre_state,
      proposer: (JSON.parse(key) as KeyRecord).member_id,
    },
  );
}

/** What changes environments that its payload need not name. */
export function isRollback({ action }: Pick<Operation, 'action'>): boolean {
  return findAction(action)?.lineage?.kind === 'rollback';
}

/** What a transaction did: its own operations, or those of the proposal that it completed. */
export function doneOperations(
  chain: ChainReader,
  height: number,
  { id, transaction }: { readonly id: Hash; readonly transaction: Transaction },
): readonly Operation[] {
  const proposal = proposalOf(chain, height, transaction);
  if (proposal === null) return operationsOf(transaction);
  return proposal.status === 'executed' && proposal.closed_by === id
    ? (findAction(proposal.action)?.operations(proposal.payload) ?? [])
    : [];
}
