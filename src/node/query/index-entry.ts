import { decodeUtf8, type Hash } from '../../base/bytes.ts';
import { makesVersion } from '../../ledger/actions/registry.ts';
import type { EnvironmentRecord, KeyRecord, MemberRecord } from '../../ledger/state/records.ts';
import type { Transaction } from '../../ledger/transactions/transaction.ts';
import type { ChainReader } from '../storage/chain-reader.ts';
import type { StoredBlock } from '../storage/stored-block.ts';
import { doneOperations, proposalOf } from './proposal-of.ts';
import { searchText } from './transaction-text.ts';
import { keyPlace, memberPlace } from '../../ledger/state/readers.ts';

/** What the index holds of one transaction. */
export interface IndexEntry {
  readonly logIndex: number;
  readonly id: Hash;
  readonly transaction: Transaction;
  readonly text: string;
  /** Environments that it changed, each once, with how many versions it made of each. */
  readonly touched: ReadonlyMap<string, number>;
}

/** Reads a transaction for the index: the same for making it and for holding it against the chain. */
export function indexEntryOf(
  chain: ChainReader,
  height: number,
  { logIndex, transaction }: { readonly logIndex: number; readonly transaction: Transaction },
): IndexEntry {
  const id = chain.idOf(transaction);
  const touched = new Map<string, number>();
  for (const { action, envId } of doneOperations(chain, height, { id, transaction })) {
    if (envId !== null) touched.set(envId, (touched.get(envId) ?? 0) + (makesVersion(action) ? 1 : 0));
  }
  const proposal = proposalOf(chain, height, transaction);
  const text = searchText(transaction, { id, proposal, by: signerWords(chain, height, transaction.signer) });
  return { logIndex, id, transaction, text, touched };
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

/** Blue's version of an environment as a block left it; 0 where it does not exist. */
export function versionAt(chain: ChainReader, block: StoredBlock, envId: string): number {
  const bytes = chain.tree.get(block.roots.environments, envId);
  return bytes === undefined ? 0 : (JSON.parse(decodeUtf8(bytes)) as EnvironmentRecord).blue.version;
}
