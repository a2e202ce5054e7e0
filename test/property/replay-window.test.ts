import fc from 'fast-check';
import { expect, test } from 'vitest';

import { encodeHash, type Signature } from '../../src/base/bytes.ts';
import type { JsonObject } from '../../src/base/canonical.ts';
import { BlockExecution } from '../../src/ledger/blocks/execute.ts';
import { readTransactionWindow } from '../../src/ledger/governance/transaction-window.ts';
import { EMPTY_ROOTS, LedgerState } from '../../src/ledger/state/ledger-state.ts';
import { NO_PAST } from '../../src/ledger/state/past-blocks.ts';
import { MemoryStateStore } from '../../src/ledger/state/memory-store.ts';
import { RecentTransactions } from '../../src/ledger/transactions/recent-transactions.ts';
import {
  checkTransaction,
  encodeTransaction,
  isRejection,
  type CheckedTransaction,
  type Transaction,
} from '../../src/ledger/transactions/transaction.ts';
import { ada, CONTENT, genesisPayload, GENESIS_TIME } from '../unit/ledger/world.ts';
import { UNFOUNDED, unsignedOf } from '../vectors/chain-builder.ts';
import { draftProposal } from '../vectors/governance-drafts.ts';
import { checkProperty } from './check-property.ts';

/**
 * Whatever the window is set to, whenever a node forgets or starts again: no transaction enters the chain twice. Every
 * transaction that was ever made is sent again in every block.
 */
const WINDOWS_MS = [1_000, 30_000, 60_000, 600_000, 3_600_000, 86_400_000];
const SIGNATURE = `0x${'11'.repeat(64)}` as Signature;

const step = fc.record({
  passesMs: fc.constantFrom(0, 1, 1_000, 29_999, 60_000, 120_001, 600_000, 1_200_001, 3_600_000, 90_000_000),
  /** Timestamps of the new transactions, from the block's time. */
  ages: fc.array(fc.constantFrom(0, 1, 1_000, 60_000, 600_000, 3_600_000, -1, -1_000, -600_000, -3_600_000), {
    maxLength: 3,
  }),
  windowMs: fc.option(fc.constantFrom(...WINDOWS_MS), { freq: 3 }),
  restarts: fc.boolean(),
});

interface Kept {
  readonly time: number;
  readonly transactions: readonly CheckedTransaction[];
}

/** What a node that starts remembers: the transactions of the blocks that the window can reach. */
function recalled(blocks: readonly Kept[], reachMs: number): RecentTransactions {
  const recent = new RecentTransactions();
  const oldest = (blocks.at(-1)?.time ?? 0) - 2 * reachMs;
  for (const { time, transactions } of blocks.toReversed()) {
    if (time < oldest) break;
    for (const { id, transaction } of transactions) recent.add(id, transaction.timestamp, 0);
  }
  return recent;
}

test('no transaction enters a chain twice, whatever becomes of the window', () => {
  let changes = 0;
  let refused = 0;
  checkProperty(
    'the replay window',
    fc.property(fc.array(step, { minLength: 2, maxLength: 14 }), fc.constantFrom(...WINDOWS_MS), (steps, first) => {
      const state = new LedgerState(new MemoryStateStore(), EMPTY_ROOTS, NO_PAST);
      const blocks: Kept[] = [];
      const ids = new Set<string>();
      const made: CheckedTransaction[] = [];
      let recent = new RecentTransactions();
      let time = GENESIS_TIME;
      let nonce = 0;
      const make = (action: string, payload: JsonObject, timestamp: number): CheckedTransaction => {
        nonce += 1;
        const unsigned = unsignedOf({ chain: UNFOUNDED, action, payload, signer: ada, nonce, timestamp });
        const transaction = { ...unsigned, signature: SIGNATURE } as Transaction;
        const checked = checkTransaction(encodeTransaction(transaction), UNFOUNDED, () => true);
        if (isRejection(checked)) throw new Error(checked.message);
        return checked;
      };
      const commit = (candidates: readonly CheckedTransaction[]): void => {
        const execution = new BlockExecution(state, {
          chain: UNFOUNDED,
          index: blocks.length,
          timestamp: time,
          seen: recent,
        });
        for (const candidate of candidates) {
          const refusal = execution.add(candidate);
          if (refusal === null) {
            const id = encodeHash(candidate.id);
            expect(ids.has(id), 'a transaction is in the chain twice').toBe(false);
            ids.add(id);
          } else if (refusal.name === 'DUPLICATE') refused += 1;
        }
        const transactions = execution.accepted.map(({ checked }) => checked);
        for (const { id, transaction } of transactions) recent.add(id, transaction.timestamp, 0);
        execution.adopt(execution.roots());
        recent.expire(time, 2 * readTransactionWindow(state).reachMs);
        if (transactions.length > 0) blocks.push({ time, transactions });
      };
      const content = { env_id: 'alpha', state_hash: CONTENT };
      /** Each sets what the one before it did not, and rests on what stays, so that nothing but the window and the memory can refuse it again. */
      const update = (timestamp: number): CheckedTransaction =>
        make('promote_environment', { ...content, metadata: { nonce }, blue_version: 1, green_version: 1 }, timestamp);
      const parameters = { transaction_window_ms: first, sandbox: true };
      commit([make('genesis', genesisPayload({ parameters }), time)]);
      commit([make('create_environment', { ...content, metadata: {} }, time)]);
      const first_ = { ...content, metadata: {}, blue_version: 1, green_version: null };
      commit([make('promote_environment', first_, time)]);
      for (const { passesMs, ages, windowMs, restarts } of steps) {
        time += passesMs;
        for (const age of ages) made.push(update(time - age));
        const change = windowMs === null ? [] : [proposalOf(state, make, time, windowMs)];
        changes += change.length;
        commit([update(time), ...made, ...change]);
        if (restarts) recent = recalled(blocks, readTransactionWindow(state).reachMs);
        commit([update(time), ...made]);
      }
    }),
    { small: 150, soak: 10_000 },
  );
  expect(changes).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(0);
});

/** A single administrator's proposal, which is executed at once. */
function proposalOf(
  state: LedgerState,
  make: (action: string, payload: JsonObject, timestamp: number) => CheckedTransaction,
  time: number,
  windowMs: number,
): CheckedTransaction {
  const payload = { name: 'transaction_window_ms', value: windowMs };
  const draft = { chain: UNFOUNDED, time, proposer: 'ada', action: 'set_parameter', payload, expiresAt: time + 1 };
  return make('propose', draftProposal(state, draft).payload, time);
}
