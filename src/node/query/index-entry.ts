import type { Hash } from '../../base/bytes.ts';
import type { KeyRecord, MemberRecord } from '../../ledger/state/records.ts';
import type { Transaction } from '../../ledger/transactions/transaction.ts';
import type { ChainReader } from '../storage/chain-reader.ts';
import { writtenBy } from './executed-block.ts';
import { doneOperations, isRollback, proposalOf } from './proposal-of.ts';
import { searchText } from './transaction-text.ts';
import { keyPlace, memberPlace } from '../../ledger/state/readers.ts';

/** What the index holds of one transaction. */
export interface IndexEntry {
  readonly logIndex: number;
  readonly id: Hash;
  readonly transaction: Transaction;
  readonly text: string;
  /** Environments that it changed. */
  readonly touched: ReadonlySet<string>;
}

/** Reads a transaction for the index: the same for making it and for holding it against the chain. */
export function indexEntryOf(
  chain: ChainReader,
  height: number,
  { logIndex, transaction }: { readonly logIndex: number; readonly transaction: Transaction },
): IndexEntry {
  const id = chain.idOf(transaction);
  const touched = touchedBy(chain, height, { id, logIndex, transaction });
  const proposal = proposalOf(chain, height, transaction);
  const text = searchText(transaction, { id, proposal, by: signerWords(chain, height, transaction.signer) });
  return { logIndex, id, transaction, text, touched };
}

/** Environments that a transaction changed. */
export function touchedBy(
  chain: ChainReader,
  height: number,
  { id, logIndex, transaction }: { readonly id: Hash; readonly logIndex: number; readonly transaction: Transaction },
): ReadonlySet<string> {
  const touched = new Set<string>();
  for (const operation of doneOperations(chain, height, { id, transaction })) {
    if (operation.envId !== null) touched.add(operation.envId);
    if (isRollback(operation)) for (const envId of writtenBy(chain, height, logIndex).keys()) touched.add(envId);
  }
  return touched;
}

/** The member who holds a key as a block left it, or '' where nobody does. A key stays its member's. */
export function memberIdOf(chain: ChainReader, height: number, publicKey: string): string {
  const key = chain.stateText(height, 'members', keyPlace(publicKey));
  return key === undefined ? '' : (JSON.parse(key) as KeyRecord).member_id;
}

/** Id and name of the member who signed, as the block left them. */
function signerWords(chain: ChainReader, height: number, publicKey: string): string {
  const member_id = memberIdOf(chain, height, publicKey);
  if (member_id === '') return '';
  const member = chain.stateText(height, 'members', memberPlace(member_id));
  return member === undefined ? member_id : `${member_id} ${(JSON.parse(member) as MemberRecord).name}`;
}
