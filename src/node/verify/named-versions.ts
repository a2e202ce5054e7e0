import type { Hash } from '../../base/bytes.ts';
import { makesVersion } from '../../ledger/actions/registry.ts';
import type { ChainReader } from '../storage/chain-reader.ts';
import { decodeStoredTransaction } from '../storage/stored-transaction.ts';
import { doneOperations } from '../query/proposal-of.ts';

/** A version that the chain names, whose content is this hash. */
export interface NamedVersion {
  readonly envId: string;
  readonly version: number;
  readonly stateHash: Hash;
}

/** Every version of every environment, in the order of the log. */
export function* namedVersions(chain: ChainReader): Generator<NamedVersion, void, undefined> {
  const versions = new Map<string, number>();
  const hashes = new Map<string, Hash>();
  const height = chain.height();
  for (let index = 0; index <= height; index++) {
    const block = chain.block(index);
    const all = chain.transactionsOf(block, block.firstLogIndex, block.header.log_size);
    for (const [offset, bytes] of all.entries()) {
      const transaction = decodeStoredTransaction(bytes, block.firstLogIndex + offset);
      for (const { action, envId, payload } of doneOperations(chain, index, {
        id: chain.idOf(transaction),
        transaction,
      })) {
        if (envId === null || !makesVersion(action)) continue;
        const version = (versions.get(envId) ?? 0) + 1;
        versions.set(envId, version);
        // A merge may leave the target's content as it is.
        const stateHash = (payload['state_hash'] as Hash | undefined) ?? hashes.get(envId);
        if (stateHash === undefined) continue;
        hashes.set(envId, stateHash);
        yield { envId, version, stateHash };
      }
    }
  }
}
