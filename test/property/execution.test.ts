import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { encodeHash, type Signature } from '../../src/base/bytes.ts';
import type { Json, JsonObject } from '../../src/base/canonical.ts';
import { RecentTransactions } from '../../src/ledger/transactions/recent-transactions.ts';
import { REJECTIONS, rejectionByCode } from '../../src/ledger/rejections.ts';
import { BlockExecution } from '../../src/ledger/blocks/execute.ts';
import { EMPTY_ROOTS, LedgerState } from '../../src/ledger/state/ledger-state.ts';
import { NO_PAST } from '../../src/ledger/state/past-blocks.ts';
import { MemoryStateStore } from '../../src/ledger/state/memory-store.ts';
import { NAMESPACES } from '../../src/ledger/state/records.ts';
import {
  checkTransaction,
  encodeTransaction,
  isRejection,
  type Transaction,
} from '../../src/ledger/transactions/transaction.ts';
import { ada, bob, CONTENT, eve, genesisPayload, GENESIS_TIME, OTHER, rob, vic } from '../unit/ledger/world.ts';
import { hashOf, type Signer, UNFOUNDED, unsignedOf } from '../vectors/chain-builder.ts';
import { checkContent, execute, State, type Fields } from '../vectors/independent-execution.ts';
import { checkProperty } from './check-property.ts';
import { naiveRoot } from './naive-state-tree.ts';

/**
 * The ledger against a second execution, written from the specification: random chains of good and bad transactions
 * give the same reject codes and, after every block, the same namespace roots.
 */
const SIGNERS: readonly Signer[] = [...Array.from({ length: 12 }, () => ada), vic, vic, bob, bob, rob, eve];
/** Well-formed, and never looked at: signatures have tests of their own. */
const SIGNATURE = `0x${'11'.repeat(64)}` as Signature;

const envId = fc.constantFrom('a', 'a', 'a', 'b', 'b', 'c', 'A-1_2.z', '-bad', '');
const hash = fc.constantFrom<Json>(CONTENT, CONTENT, CONTENT, CONTENT, OTHER, OTHER, hashOf('third'), 'no hash', null);
const metadata = fc.constantFrom<Json>({}, {}, {}, { a: 1, b: 2 }, { b: 2, a: 1 }, { '\r': 1, '1': [{}] }, [], 'x');
const version = fc.constantFrom<Json>(1, 1, 1, 1, 1, 2, 2, 2, 3, 0, null);
const versionOrNull = fc.constantFrom<Json>(null, null, 1, 1, 1, 2, 2, 3, 0);
const count = fc.constantFrom<Json>(0, 5, 7, -1, '1');
const text = fc.constantFrom<Json>('1.0', '1.0', '1.1', 'é', '', 'x'.repeat(1_024), 'x'.repeat(1_025));

const fields = (
  required: Record<string, fc.Arbitrary<Json>>,
  others: Record<string, fc.Arbitrary<Json>> = {},
): fc.Arbitrary<JsonObject> =>
  fc
    .record({ ...required, ...others }, { requiredKeys: Object.keys(required) })
    .chain((payload) =>
      fc.oneof({ weight: 30, arbitrary: fc.constant(payload) }, fc.constant({ ...payload, extra: 1 }), fc.constant({})),
    );
const counts = { file_count: count, size_bytes: count };
const single = fc.oneof(
  fields({ env_id: envId, state_hash: hash, metadata }, counts).map((payload) => ({
    action: 'create_environment',
    payload,
  })),
  fields({ env_id: envId, base_version: version, state_hash: hash, metadata }, counts).map((payload) => ({
    action: 'update_environment',
    payload,
  })),
  fields({ env_id: envId, state_hash: hash, metadata, blue_version: version, green_version: versionOrNull }).map(
    (payload) => ({ action: 'promote_environment', payload }),
  ),
  fields({ env_id: envId, checkpoint_hash: hash, green_version: version, version: text }).map((payload) => ({
    action: 'checkpoint_state',
    payload,
  })),
  fields(
    {
      target_env: envId,
      source_envs: fc.array(envId, { maxLength: 3 }),
      source_versions: fc.array(version, { maxLength: 3 }),
      base_version: versionOrNull,
      merge_strategy: text,
    },
    { state_hash: hash, metadata, ...counts },
  ).map((payload) => ({ action: 'merge_environments', payload })),
  fields({
    env_id: envId,
    green_version: version,
    state_hash: hash,
    reason: text,
    superseded_by: fc.constantFrom<Json>(null, null, null, { env_id: 'b', version: 1 }, { env_id: 'a' }),
    emergency: fc.constantFrom<Json>(false, true, 'yes'),
  }).map((payload) => ({ action: 'recall_environment', payload })),
  {
    weight: 1,
    arbitrary: fields({ env_id: envId }, { reason: text }).map((payload) => ({
      action: 'archive_environment',
      payload,
    })),
  },
);
/** Mostly valid operations, or a batch of several would hardly ever get past its payload. */
const good = (operation: { action: string; payload: JsonObject }): boolean =>
  checkContent({ ...zonesOf(operation), ...operation }) === 0;
const batch = fc
  .array(fc.oneof({ weight: 9, arbitrary: single.filter(good) }, single), { maxLength: 4 })
  .map((operations) => ({ action: 'batch', payload: { operations } }));
const genesis = fc
  .constantFrom<JsonObject>({}, { validators: [] })
  .map((changes) => ({ action: 'genesis', payload: genesisPayload(changes) }));
const operation = fc.oneof(
  { weight: 30, arbitrary: single.filter(good) },
  { weight: 6, arbitrary: single },
  { weight: 8, arbitrary: batch },
  genesis,
  fc.constant({ action: 'none', payload: {} }),
);

function zonesOf({ action, payload }: { action: string; payload: JsonObject }): { sender: string; recipient: string } {
  const zones: Readonly<Record<string, readonly [string, string]>> = {
    promote_environment: ['blue_state', 'green_state'],
    checkpoint_state: ['green_state', 'green_state'],
    recall_environment: ['green_state', 'blue_state'],
    genesis: ['governance', 'governance'],
  };
  const of = (name: string): readonly [string, string] =>
    (Object.hasOwn(zones, name) ? zones[name] : undefined) ?? ['blue_state', 'blue_state'];
  if (action !== 'batch') return { sender: of(action)[0], recipient: of(action)[1] };
  const operations = payload['operations'] as { action: string }[];
  return { sender: of(operations[0]?.action ?? '')[0], recipient: of(operations.at(-1)?.action ?? '')[1] };
}

interface Step {
  readonly operation: { readonly action: string; readonly payload: JsonObject };
  readonly signer: Signer;
  readonly nonce: number;
  /** Which transaction of before to send again in place of this one. */
  readonly again: number | null;
  readonly age: number;
  readonly wrongZone: boolean;
  readonly wrongEra: boolean;
}
const step: fc.Arbitrary<Step> = fc.record({
  operation,
  signer: fc.constantFrom(...SIGNERS),
  nonce: fc.nat(3),
  again: fc.oneof({ weight: 15, arbitrary: fc.constant(null) }, fc.nat()),
  age: fc.oneof({ weight: 12, arbitrary: fc.constant(0) }, fc.constantFrom(60_000, 60_001, -60_000, -60_001)),
  wrongZone: fc.oneof({ weight: 40, arbitrary: fc.constant(false) }, fc.constant(true)),
  wrongEra: fc.oneof({ weight: 40, arbitrary: fc.constant(false) }, fc.constant(true)),
});
const policy = fc.constantFrom<JsonObject>(
  { mode: 'direct', permission: 'write_blue_state' },
  { mode: 'direct', permission: 'emergency_rollback' },
  { mode: 'multisig', role: 'administrator', threshold: { count: 1 } },
);
const policies = fc.dictionary(
  fc.constantFrom('create_environment/a', 'update_environment', 'promote_environment/b', 'merge_environments'),
  policy,
  {
    maxKeys: 2,
    noNullPrototype: true,
  },
);
const chains = fc.record({
  policies,
  blocks: fc.array(fc.array(step, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 6 }),
});

test('random chains execute as the specification says', () => {
  const seen = new Map<number, number>();
  checkProperty(
    'execution against the specification',
    fc.property(chains, (chain) => {
      const ledger = new LedgerState(new MemoryStateStore(), EMPTY_ROOTS, NO_PAST);
      const recent = new RecentTransactions();
      const ids = new Set<string>();
      const sent: Transaction[] = [];
      let model = new State();
      const byAda = (action: string, payload: JsonObject): Step => ({
        operation: { action, payload },
        signer: ada,
        nonce: 0,
        again: null,
        age: 0,
        wrongZone: false,
        wrongEra: false,
      });
      const parameters = { transaction_window_ms: 60_000, sandbox: true };
      const founding = byAda('genesis', genesisPayload({ policies: chain.policies, parameters }));
      const content = { state_hash: CONTENT, metadata: {} };
      const furnishing = [
        byAda('create_environment', { env_id: 'a', ...content }),
        byAda('create_environment', { env_id: 'b', ...content }),
        byAda('promote_environment', { env_id: 'a', ...content, blue_version: 1, green_version: null }),
        byAda('checkpoint_state', { env_id: 'a', checkpoint_hash: CONTENT, green_version: 1, version: '1.0' }),
      ];
      for (const [index, steps] of [
        [founding, ...(chain.blocks[0] ?? []).slice(0, 1)],
        furnishing,
        ...chain.blocks,
      ].entries()) {
        const timestamp = GENESIS_TIME + index * 1_000;
        const execution = new BlockExecution(ledger, { chain: UNFOUNDED, index, timestamp, seen: recent });
        const before = model;
        for (const {
          operation: { action, payload },
          signer,
          nonce,
          again,
          age,
          wrongZone,
          wrongEra,
        } of steps) {
          const zones = zonesOf({ action, payload });
          const unsigned = unsignedOf({
            chain: UNFOUNDED,
            action,
            payload,
            signer,
            nonce,
            timestamp: timestamp - age,
          });
          const earlier = again === null ? undefined : sent[again % sent.length];
          const fresh = {
            ...unsigned,
            ...zones,
            ...(wrongZone ? { sender: 'governance' } : {}),
            ...(wrongEra ? { era: unsigned.era + 1 } : {}),
            signature: SIGNATURE,
          } as Transaction;
          const transaction = earlier ?? fresh;
          sent.push(transaction);
          const checked = checkTransaction(encodeTransaction(transaction), UNFOUNDED, () => true);
          const refusal = isRejection(checked) ? checked : execution.add(checked);
          const position = execution.accepted.length - (refusal === null ? 1 : 0);
          const id = isRejection(checked) ? '' : encodeHash(checked.id);
          const fieldsOf = transaction as unknown as Fields;
          const outcome =
            checkContent(fieldsOf) ||
            execute(model, before, fieldsOf, {
              genesis: UNFOUNDED.genesis,
              index,
              past: [],
              timestamp,
              position,
              id,
              isDuplicate: ids.has(id),
            });
          const code = typeof outcome === 'number' ? outcome : 0;
          expect(refusal?.code ?? 0).toBe(code);
          seen.set(code, (seen.get(code) ?? 0) + 1);
          if (typeof outcome === 'number' || isRejection(checked)) continue;
          model = outcome;
          ids.add(id);
          recent.add(checked.id, transaction.timestamp, ids.size);
        }
        const roots = execution.roots();
        for (const namespace of NAMESPACES) {
          const entries = new Map(
            model.entries(namespace).map(([key, value]) => [key, new TextEncoder().encode(canonicalize(value) ?? '')]),
          );
          expect(encodeHash(roots[namespace].hash)).toBe(encodeHash(naiveRoot(entries)));
        }
        execution.adopt(roots);
      }
    }),
    { small: 150, soak: 10_000 },
  );
  // Both sides were asked about what passes and about every code that actions on environments can give; 14, 17 and those from 30 on need governance.
  const expected = Object.values(REJECTIONS)
    .map(([code]) => code)
    .filter((code) => code >= 5 && code <= 26 && ![8, 9, 14, 17].includes(code));
  const missing = [0, ...expected].filter((code) => !seen.has(code)).map((code) => rejectionByCode(code) ?? 'accepted');
  expect(missing).toEqual([]);
});
