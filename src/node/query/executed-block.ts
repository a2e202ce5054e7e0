import { decodeHex } from '../../base/bytes.ts';
import type { Json } from '../../base/canonical.ts';
import { BlockExecution } from '../../ledger/blocks/execute.ts';
import { leafHash } from '../../ledger/log/log.ts';
import { isRecordKey, type EnvironmentRecord } from '../../ledger/state/records.ts';
import { misfit } from '../storage/block-check.ts';
import type { ChainReader } from '../storage/chain-reader.ts';
import { RecentCache } from '../storage/state-rows.ts';
import { stateAfter } from '../storage/stored-past.ts';
import { decodeStoredTransaction } from '../storage/stored-transaction.ts';
import { doneOperations, isRollback } from './proposal-of.ts';

/** What one transaction wrote, by env_id: the record as it left it, undefined where it took the environment away. */
export type WrittenEnvironments = ReadonlyMap<string, EnvironmentRecord | undefined>;

/** Of each transaction of a block, by its log index. */
type ExecutedBlock = ReadonlyMap<number, WrittenEnvironments>;

/** One for what is read, and one for what is indexed. */
const KEPT_BLOCKS = 2;
/** A sealed block never changes. */
const kept = new WeakMap<ChainReader, RecentCache<ExecutedBlock>>();

/**
 * What a transaction wrote of environments, found by executing its block again on its parent's state, in memory: the payload of
 * a rollback does not say it, and the block's own state has it only as its last transaction left it. Costs what the block cost.
 * @throws NOT_FOUND, STORAGE_CORRUPT
 */
export function writtenBy(chain: ChainReader, height: number, logIndex: number): WrittenEnvironments {
  let blocks = kept.get(chain);
  if (blocks === undefined) kept.set(chain, (blocks = new RecentCache(KEPT_BLOCKS)));
  let block = blocks.get(height);
  if (block === undefined) blocks.set(height, (block = executeAgain(chain, height)));
  return block.get(logIndex) ?? new Map();
}

function executeAgain(chain: ChainReader, height: number): ExecutedBlock {
  const block = chain.block(height);
  const { header, firstLogIndex } = block;
  const execution = new BlockExecution(stateAfter(chain, chain.block(height - 1)), {
    chain: chain.chain(),
    index: height,
    timestamp: header.timestamp,
    // What the block holds was accepted: nothing in it had been there, and every signature in its payloads is valid.
    seen: { find: () => undefined },
    verify: () => true,
  });
  const executed = new Map<number, WrittenEnvironments>();
  for (const [offset, bytes] of chain.transactionsOf(block, firstLogIndex, header.log_size).entries()) {
    const logIndex = firstLogIndex + offset;
    const transaction = decodeStoredTransaction(bytes, logIndex);
    const id = chain.idOf(transaction);
    const done = doneOperations(chain, height, { id, transaction });
    const isWide = done.some(isRollback);
    const earlier = isWide ? new Map(writesOf(execution)) : null;
    const refusal = execution.add({ transaction, id: decodeHex(id), leaf: leafHash(bytes), bytes });
    if (refusal !== null)
      throw misfit(`transaction ${logIndex}`, `is refused when it is executed again: ${refusal.name}`);
    const writes = writesOf(execution);
    const names = earlier === null ? done.map(({ envId }) => envId) : changedNames(earlier, writes);
    executed.set(
      logIndex,
      new Map(
        names.flatMap((name) => (name === null ? [] : [[name, writes.get(name) as EnvironmentRecord | undefined]])),
      ),
    );
  }
  return executed;
}

type Writes = ReadonlyMap<string, Json | undefined>;

function writesOf({ writes }: BlockExecution): Writes {
  return writes.get('environments') ?? new Map();
}

/** A rollback marks each record that it writes with its own transaction: so a record that it left alone is the same value. */
function changedNames(earlier: Writes, writes: Writes): string[] {
  return [...writes].flatMap(([name, value]) =>
    isRecordKey(name) && (!earlier.has(name) || earlier.get(name) !== value) ? [name] : [],
  );
}
