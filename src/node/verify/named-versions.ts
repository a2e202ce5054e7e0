import type { Hash } from '../../base/bytes.ts';
import { makesVersion } from '../../ledger/actions/registry.ts';
import type { ChainReader } from '../storage/chain-reader.ts';
import { decodeStoredTransaction } from '../storage/stored-transaction.ts';
import { writtenBy } from '../query/executed-block.ts';
import { doneOperations, isRollback } from '../query/proposal-of.ts';

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
      const logIndex = block.firstLogIndex + offset;
      const transaction = decodeStoredTransaction(bytes, logIndex);
      const id = chain.idOf(transaction);
      for (const operation of doneOperations(chain, index, { id, transaction })) {
        const { action, envId, payload } = operation;
        if (isRollback(operation)) {
          // A merge that brings no content of its own continues what came back.
          for (const [name, record] of writtenBy(chain, index, logIndex))
            if (record !== undefined) hashes.set(name, record.blue.state_hash);
        }
        if (envId === null || !makesVersion(action)) continue;
        // Numbers are given once and in order, whatever is rolled back between.
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
