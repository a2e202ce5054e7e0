import { currentChain } from '../../vectors/chain-builder.ts';
import { describe, expect, test } from 'vitest';

import { encodeHex } from '../../../src/base/bytes.ts';
import { encodeCanonical, type Json, type JsonObject } from '../../../src/base/canonical.ts';
import { TRANSACTION_SIZE_BYTES_MAX } from '../../../src/base/limits.ts';
import {
  REJECTIONS,
  reject,
  rejectionByCode,
  type Rejection,
  type RejectionName,
} from '../../../src/ledger/rejections.ts';
import { verifyWithNoble } from '../../../src/ledger/crypto/signature.ts';
import type { MemberRecord, KeyRecord } from '../../../src/ledger/state/records.ts';
import {
  checkTransaction,
  encodeTransaction,
  isRejection,
  type Transaction,
} from '../../../src/ledger/transactions/transaction.ts';
import { GOVERNANCE_RULES, type Rule } from './governance-rules.ts';
import { RECOVERY_RULES } from './recovery-rules.ts';
import {
  ada,
  archive,
  batch,
  bob,
  call,
  CHAIN_ID,
  checkpoint,
  CONTENT,
  create,
  eve,
  genesisPayload,
  GENESIS_TIME,
  merge,
  OTHER,
  promote,
  rob,
  update,
  vic,
  WINDOW_MS,
  World,
} from './world.ts';

function checkBytes(bytes: Uint8Array): Rejection | null {
  const checked = checkTransaction(bytes, currentChain(), verifyWithNoble);
  return isRejection(checked) ? checked : null;
}
const check = (transaction: Transaction | JsonObject): Rejection | null => checkBytes(encodeCanonical(transaction));
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** A transaction as plain JSON, with fields replaced, and taken out where `undefined`. */
function altered(changes: Readonly<Record<string, Json | undefined>>): JsonObject {
  const fields = { ...(create('alpha') as unknown as JsonObject), ...changes };
  return Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

/** A create transaction of exactly so many canonical bytes. */
function sized(size: number): Uint8Array {
  const bare = encodeTransaction(create('alpha', { metadata: { pad: '' } }, { nonce: 1 })).length;
  return encodeTransaction(create('alpha', { metadata: { pad: 'x'.repeat(size - bare) } }, { nonce: 1 }));
}

function withMember(changes: Partial<MemberRecord>, key: Partial<KeyRecord> = {}): World {
  const world = World.founded();
  const member = world.state.get('members', 'member/bob') as JsonObject;
  const record = world.state.get('members', `key/${bob.publicKey}`) as JsonObject;
  world.force('members', 'member/bob', { ...member, ...changes });
  world.force('members', `key/${bob.publicKey}`, { ...record, ...key });
  return world;
}

/** Green is at its second state; the first one has two labels. */
const labelled = (): World =>
  World.with(
    create('alpha'),
    promote('alpha'),
    checkpoint('alpha'),
    checkpoint('alpha', { version: '2.0' }),
    update('alpha'),
    promote('alpha', { state_hash: OTHER, blue_version: 2, green_version: 1 }),
  );

const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;
const ORDER = HALF_ORDER * 2n + 1n;

/** The same signature with its other s, which plain ECDSA accepts as well. */
function withHighS(transaction: Transaction): Transaction {
  const s = BigInt(`0x${transaction.signature.slice(66)}`);
  const high = (ORDER - s).toString(16).padStart(64, '0');
  return { ...transaction, signature: (transaction.signature.slice(0, 66) + high) as Transaction['signature'] };
}

const signatureBy = (transaction: Transaction, other: Transaction): Transaction => ({
  ...transaction,
  signature: other.signature,
});

/** Every reject code by its normal and its refused way. A code without an entry here does not compile. */
const RULES: Readonly<Record<RejectionName, Rule>> = {
  ...GOVERNANCE_RULES,
  ...RECOVERY_RULES,
  TRANSACTION_TOO_LARGE: {
    rule: 'a transaction has at most 64 KiB',
    passes: [() => checkBytes(sized(TRANSACTION_SIZE_BYTES_MAX))],
    fails: [
      () => checkBytes(sized(TRANSACTION_SIZE_BYTES_MAX + 1)),
      () => checkBytes(new Uint8Array(TRANSACTION_SIZE_BYTES_MAX + 1)),
    ],
  },
  NOT_CANONICAL: {
    rule: 'the bytes are canonical JSON',
    passes: [() => check(create('alpha'))],
    fails: [
      () => checkBytes(text(JSON.stringify(create('alpha'), null, 1))),
      () => checkBytes(text(JSON.stringify(Object.fromEntries(Object.entries(create('alpha')).toReversed())))),
      () => checkBytes(new Uint8Array(0)),
      () => checkBytes(new Uint8Array([0xff])),
      () => checkBytes(text('['.repeat(40) + ']'.repeat(40))),
      () => checkBytes(text('{"nonce":1.5}')),
    ],
  },
  FIELD_INVALID: {
    rule: 'the envelope has exactly its ten fields, each of its type',
    passes: [() => check(altered({}))],
    fails: [
      ...[
        'action',
        'chain_id',
        'era',
        'nonce',
        'payload',
        'recipient',
        'sender',
        'signature',
        'signer',
        'timestamp',
      ].flatMap((field) => [
        (): Rejection | null => check(altered({ [field]: undefined })),
        (): Rejection | null => check(altered({ [field]: null })),
        (): Rejection | null => check(altered({ [field]: [] })),
      ]),
      () => check(altered({ extra: 1 })),
      () => checkBytes(text(`{"__proto__":1,${new TextDecoder().decode(encodeTransaction(create('alpha'))).slice(1)}`)),
      () => check(altered({ nonce: -1 })),
      () => check(altered({ nonce: '1' })),
      () => check(altered({ era: -1 })),
      () => check(altered({ era: '0' })),
      () => check(altered({ timestamp: -1 })),
      () => check(altered({ timestamp: -1_797_120_000_000 })),
      () => check(altered({ timestamp: Number.MIN_SAFE_INTEGER })),
      () => check(altered({ sender: 'red_state' })),
      () => check(altered({ timestamp: '1' })),
      () => check(altered({ payload: 'x' })),
      () => checkBytes(text('[]')),
      () => checkBytes(text('null')),
      () => checkBytes(text('1')),
    ],
  },
  WRONG_CHAIN: {
    rule: 'the transaction names this chain',
    passes: [() => check(create('alpha', {}, { chainId: CHAIN_ID }))],
    fails: [
      () => check(create('alpha', {}, { chainId: 'other-chain' })),
      () => check(create('alpha', {}, { chainId: '' })),
    ],
  },
  WRONG_ERA: {
    rule: 'the transaction was signed in the era that the chain is in',
    passes: [() => World.founded().try(create('alpha'))],
    fails: [1, 2, Number.MAX_SAFE_INTEGER].map((era) => () => {
      const world = World.founded();
      return world.try(create('alpha', {}, { chain: { ...world.chain, era } }));
    }),
  },
  ACTION_UNKNOWN: {
    rule: 'the action is one of the registry',
    passes: [() => check(create('alpha'))],
    fails: [
      () => check(call('no_such_action', {})),
      () => check(call('', {})),
      () => check(call('toString', {})),
      () => check(call('__proto__', {})),
    ],
  },
  PAYLOAD_INVALID: {
    rule: 'the payload fits the action',
    passes: [
      () => check(create('a', { file_count: 0, size_bytes: 9 })),
      () => check(create('A-1_2.z' + 'x'.repeat(121))),
      () => check(create('al/pha')),
      () => check(batch([create('a')])),
    ],
    fails: [
      () => check(create('alpha', { extra: 1 })),
      () => check(create('')),
      () => check(create('.alpha')),
      () => check(create('al//pha')),
      () => check(create('alphä')),
      () => check(create('alpha\n')),
      () => check(create('x'.repeat(129))),
      () => check(create('alpha', { state_hash: CONTENT.slice(0, -1) })),
      () => check(create('alpha', { state_hash: CONTENT.toUpperCase() })),
      () => check(create('alpha', { metadata: [] })),
      () => check(create('alpha', { metadata: null })),
      () => check(create('alpha', { file_count: -1 })),
      () => check(create('alpha', { file_count: null })),
      () => check(call('create_environment', {})),
      () => check(checkpoint('alpha', { version: '' })),
      () => check(checkpoint('alpha', { version: 'x'.repeat(1_025) })),
      () => check(merge('alpha', [])),
      () =>
        check(
          merge(
            'alpha',
            Array.from({ length: 65 }, (_, index) => `env-${index}`),
          ),
        ),
      () => check(archive('alpha', { reason: '' })),
      () => check(batch([])),
      () => check(batch([call('genesis', genesisPayload())])),
      () => check(batch([batch([create('alpha')])])),
      () => check(batch([create('alpha', { extra: 1 })])),
      () => check(call('batch', { operations: [{ action: 'archive_environment', payload: [] }] })),
      () => check(batch(Array.from({ length: 257 }, () => create('alpha')))),
    ],
  },
  ZONES_INVALID: {
    rule: 'sender and recipient are the zones of the action',
    passes: [
      () => check(promote('alpha', {}, { zones: ['blue_state', 'green_state'] })),
      () => check(batch([create('alpha'), promote('alpha')])),
    ],
    fails: [
      () => check(create('alpha', {}, { zones: ['blue_state', 'green_state'] })),
      () => check(create('alpha', {}, { zones: ['governance', 'blue_state'] })),
      () => check(promote('alpha', {}, { zones: ['green_state', 'blue_state'] })),
      () => check(checkpoint('alpha', {}, { zones: ['blue_state', 'green_state'] })),
      () => check(batch([create('alpha'), promote('alpha')], { zones: ['blue_state', 'blue_state'] })),
    ],
  },
  SIGNATURE_MALFORMED: {
    rule: 'the signature is 64 bytes with low s and the key a compressed one',
    passes: [() => check(create('alpha'))],
    fails: [
      () => check(withHighS(create('alpha'))),
      () => check(altered({ signature: '' })),
      () => check(altered({ signature: `0x${'00'.repeat(64)}` })),
      () => check(altered({ signature: `0x${'00'.repeat(32)}${'01'.repeat(32)}` })),
      () => check(altered({ signature: `0x${'01'.repeat(32)}${'00'.repeat(32)}` })),
      () => check(altered({ signature: `0x${ORDER.toString(16)}${'01'.repeat(32)}` })),
      () => check(altered({ signature: `0x${'ff'.repeat(64)}` })),
      () => check(altered({ signature: create('alpha').signature.toUpperCase() })),
      () => check(altered({ signature: `${create('alpha').signature}00` })),
      () => check(altered({ signer: `0x04${ada.publicKey.slice(4)}` })),
      () => check(altered({ signer: `0x06${ada.publicKey.slice(4)}` })),
      () => check(altered({ signer: ada.publicKey.slice(2) })),
      () => check(altered({ signer: `${ada.publicKey}00` })),
    ],
  },
  SIGNATURE_INVALID: {
    rule: 'the signature is by the signer over this very transaction',
    passes: [() => check(create('alpha'))],
    fails: [
      () => check(signatureBy(create('alpha'), create('beta'))),
      () => check(altered({ nonce: 999_999 })),
      () => check(altered({ timestamp: GENESIS_TIME + 1 })),
      () => check(altered({ signer: bob.publicKey })),
      // x = 5 is on no point of the curve.
      () => check(altered({ signer: `0x02${'00'.repeat(31)}05` })),
      // x is not below the prime of the field.
      () => check(altered({ signer: `0x02${'ff'.repeat(32)}` })),
      () =>
        check({
          ...(create('alpha') as unknown as JsonObject),
          payload: { env_id: 'alpha', state_hash: OTHER, metadata: {} },
        }),
    ],
  },
  TIMESTAMP_STALE: {
    rule: 'a transaction is at most the window older than the block',
    passes: [
      () => World.founded().try(create('alpha'), GENESIS_TIME + WINDOW_MS),
      () =>
        World.founded({ parameters: { transaction_window_ms: 1_000, sandbox: false } }).try(
          create('alpha'),
          GENESIS_TIME + 1_000,
        ),
    ],
    fails: [
      () => World.founded().try(create('alpha'), GENESIS_TIME + WINDOW_MS + 1),
      () => World.founded().try(create('alpha', {}, { timestamp: 0 })),
      () =>
        World.founded({ parameters: { transaction_window_ms: 1_000, sandbox: false } }).try(
          create('alpha'),
          GENESIS_TIME + 1_001,
        ),
    ],
  },
  TIMESTAMP_FUTURE: {
    rule: 'a transaction is at most the window ahead of the block',
    passes: [() => World.founded().try(create('alpha', {}, { timestamp: GENESIS_TIME + WINDOW_MS }))],
    fails: [
      () => World.founded().try(create('alpha', {}, { timestamp: GENESIS_TIME + WINDOW_MS + 1 })),
      () => World.founded().try(create('alpha', {}, { timestamp: Number.MAX_SAFE_INTEGER })),
    ],
  },
  DUPLICATE: {
    rule: 'a transaction is in the chain once',
    passes: [() => World.with(create('alpha', {}, { nonce: 1 })).try(update('alpha', {}, { nonce: 1 }))],
    fails: [
      () => {
        const again = create('alpha');
        return World.with(again).try(again);
      },
      () => {
        const again = create('alpha');
        const execution = World.founded().execution(GENESIS_TIME);
        const checked = World.founded().checked(again);
        expect(execution.add(checked)).toBeNull();
        return execution.add(checked);
      },
      () => {
        const founding = call('genesis', genesisPayload());
        const world = World.empty();
        world.append(GENESIS_TIME, [founding]);
        return world.try(founding);
      },
    ],
  },
  SIGNER_UNKNOWN: {
    rule: 'the key belongs to a member',
    passes: [() => World.founded().try(create('alpha', {}, { signer: bob }))],
    fails: [
      () => World.founded().try(create('alpha', {}, { signer: eve })),
      () => World.empty().try(create('alpha')),
      () => World.empty().try(call('genesis', genesisPayload(), { signer: eve })),
    ],
  },
  SIGNER_INACTIVE: {
    rule: 'the member and the key are active',
    passes: [() => withMember({ status: 'active' }, { status: 'active' }).try(create('alpha', {}, { signer: bob }))],
    fails: [
      () => withMember({ status: 'suspended' }).try(create('alpha', {}, { signer: bob })),
      () => withMember({ status: 'removed' }).try(create('alpha', {}, { signer: bob })),
      () => withMember({}, { status: 'retired' }).try(create('alpha', {}, { signer: bob })),
    ],
  },
  PERMISSION_MISSING: {
    rule: "the member's level holds the permission of each operation",
    passes: [
      () => World.founded().try(create('alpha', {}, { signer: bob })),
      () => World.with(create('alpha')).try(promote('alpha', {}, { signer: vic })),
      () => World.empty().try(call('genesis', genesisPayload())),
    ],
    fails: [
      () => World.founded().try(create('alpha', {}, { signer: rob })),
      () => World.with(create('alpha')).try(promote('alpha', {}, { signer: bob })),
      () => World.with(create('alpha')).try(archive('alpha', {}, { signer: bob })),
      () =>
        World.with(create('alpha')).try(
          batch([update('alpha'), promote('alpha', { state_hash: OTHER })], { signer: bob }),
        ),
      () => World.empty().try(call('genesis', genesisPayload(), { signer: vic })),
    ],
  },
  APPROVAL_REQUIRED: {
    rule: 'no operation is under a policy that asks for approvals',
    passes: [
      () =>
        World.founded({ policies: { promote_environment: { mode: 'direct', permission: 'write_blue_state' } } }).try(
          create('alpha'),
        ),
    ],
    fails: [
      () =>
        World.founded({
          policies: { create_environment: { mode: 'multisig', role: 'administrator', threshold: { count: 1 } } },
        }).try(create('alpha')),
      () =>
        World.founded({
          policies: {
            'create_environment/alpha': {
              mode: 'multisig',
              role: 'validator',
              threshold: { numerator: 1, denominator: 2 },
            },
          },
        }).try(batch([create('beta'), create('alpha')])),
    ],
  },
  GENESIS_MISPLACED: {
    rule: 'genesis is the whole of block 0, and of no other',
    passes: [() => World.empty().try(call('genesis', genesisPayload()))],
    fails: [
      () => World.founded().try(call('genesis', genesisPayload())),
      () => {
        const world = World.empty();
        const execution = world.execution(GENESIS_TIME);
        expect(execution.add(world.checked(call('genesis', genesisPayload())))).toBeNull();
        return execution.add(world.checked(create('alpha')));
      },
      () => {
        const world = World.empty();
        const execution = world.execution(GENESIS_TIME);
        expect(execution.add(world.checked(call('genesis', genesisPayload())))).toBeNull();
        return execution.add(world.checked(call('genesis', genesisPayload())));
      },
    ],
  },
  ENVIRONMENT_EXISTS: {
    rule: 'an environment id is used once',
    passes: [() => World.with(create('alpha')).try(create('beta'))],
    fails: [
      () => World.with(create('alpha')).try(create('alpha')),
      () => World.with(create('alpha'), archive('alpha')).try(create('alpha')),
    ],
  },
  ENVIRONMENT_NOT_FOUND: {
    rule: 'the environment exists',
    passes: [() => World.with(create('alpha')).try(update('alpha'))],
    fails: [
      () => World.founded().try(update('alpha')),
      () => World.founded().try(promote('alpha')),
      () => World.founded().try(checkpoint('alpha')),
      () => World.founded().try(archive('alpha')),
      () => World.with(create('beta')).try(merge('alpha', ['beta'])),
    ],
  },
  ENVIRONMENT_ARCHIVED: {
    rule: 'an archived environment takes no change',
    passes: [() => World.with(create('alpha')).try(archive('alpha'))],
    fails: [update('alpha'), promote('alpha'), checkpoint('alpha'), archive('alpha'), merge('alpha', ['beta'])].map(
      (transaction) => (): Rejection | null =>
        World.with(create('alpha'), create('beta'), archive('alpha')).try(transaction),
    ),
  },
  STATE_UNCHANGED: {
    rule: 'a transaction changes something',
    passes: [
      () => World.with(create('alpha')).try(update('alpha', { state_hash: CONTENT, metadata: { note: 1 } })),
      () =>
        World.with(create('alpha'), promote('alpha')).try(
          promote('alpha', { metadata: { note: 1 }, green_version: 1 }),
        ),
      () =>
        World.with(create('alpha'), promote('alpha'), checkpoint('alpha')).try(checkpoint('alpha', { version: '1.1' })),
    ],
    fails: [
      () =>
        World.with(create('alpha', { metadata: { a: 1, b: 2 } })).try(
          update('alpha', { state_hash: CONTENT, metadata: { b: 2, a: 1 } }),
        ),
      () => World.with(create('alpha'), promote('alpha')).try(promote('alpha')),
      () => World.with(create('alpha'), promote('alpha'), checkpoint('alpha')).try(checkpoint('alpha')),
    ],
  },
  STATE_MISMATCH: {
    rule: 'the state hash named is the one that was reviewed',
    passes: [() => World.with(create('alpha')).try(promote('alpha'))],
    fails: [
      () => World.with(create('alpha')).try(promote('alpha', { state_hash: OTHER })),
      () => World.with(create('alpha'), update('alpha')).try(promote('alpha')),
      () => World.with(create('alpha'), promote('alpha')).try(checkpoint('alpha', { checkpoint_hash: OTHER })),
      () =>
        World.with(create('alpha'), promote('alpha'), update('alpha')).try(
          checkpoint('alpha', { checkpoint_hash: OTHER }),
        ),
    ],
  },
  NOT_PROMOTED: {
    rule: 'only what is Green can be checkpointed',
    passes: [() => World.with(create('alpha'), promote('alpha')).try(checkpoint('alpha'))],
    fails: [() => World.with(create('alpha')).try(checkpoint('alpha'))],
  },
  SOURCE_INVALID: {
    rule: 'the sources of a merge exist, are open, stand once and are not the target',
    passes: [() => World.with(create('alpha'), create('beta')).try(merge('alpha', ['beta']))],
    fails: [
      () => World.with(create('alpha')).try(merge('alpha', ['beta'])),
      () => World.with(create('alpha'), create('beta'), archive('beta')).try(merge('alpha', ['beta'])),
      () => World.with(create('alpha'), create('beta')).try(merge('alpha', ['beta', 'beta'])),
      () => World.with(create('alpha'), create('beta')).try(merge('alpha', ['beta', 'alpha'])),
      () => World.with(create('alpha')).try(merge('alpha', ['alpha'])),
    ],
  },
  LABEL_TAKEN: {
    rule: 'a label names one state for ever',
    passes: [
      () => labelled().try(checkpoint('alpha', { checkpoint_hash: OTHER, green_version: 2, version: '3.0' })),
      // Another environment has labels of its own, and a label names the same state again.
      () =>
        World.with(
          create('alpha'),
          promote('alpha'),
          checkpoint('alpha'),
          create('alpha/1.0'),
          promote('alpha/1.0'),
        ).try(checkpoint('alpha/1.0')),
      () => {
        const world = labelled();
        world.append(GENESIS_TIME, [
          update('alpha', { base_version: 2, state_hash: CONTENT }),
          promote('alpha', { blue_version: 3, green_version: 2 }),
        ]);
        return world.try(checkpoint('alpha', { green_version: 3, version: '1.0' }));
      },
    ],
    fails: ['1.0', '2.0'].map((version) => () => {
      const world = labelled();
      world.append(GENESIS_TIME, [checkpoint('alpha', { checkpoint_hash: OTHER, green_version: 2, version: '3.0' })]);
      return world.try(checkpoint('alpha', { checkpoint_hash: OTHER, green_version: 2, version }));
    }),
  },
  VERSION_MISMATCH: {
    rule: 'the versions that it rests on are the newest',
    passes: [
      () => World.with(create('alpha'), update('alpha')).try(update('alpha', { base_version: 2, state_hash: CONTENT })),
      () => World.with(create('alpha'), create('beta')).try(merge('alpha', ['beta'])),
      () => World.with(create('beta')).try(merge('alpha', ['beta'], { base_version: null, state_hash: OTHER })),
      () =>
        World.with(create('alpha'), promote('alpha'), update('alpha')).try(
          promote('alpha', { state_hash: OTHER, blue_version: 2, green_version: 1 }),
        ),
    ],
    fails: [
      () => World.with(create('alpha'), update('alpha')).try(update('alpha', { state_hash: CONTENT })),
      () => World.with(create('alpha')).try(update('alpha', { base_version: 2 })),
      // Another version of the same content, with other metadata.
      () =>
        World.with(create('alpha'), update('alpha', { state_hash: CONTENT, metadata: { note: 1 } })).try(
          promote('alpha'),
        ),
      () => World.with(create('alpha'), promote('alpha')).try(promote('alpha', { metadata: { note: 1 } })),
      () => World.with(create('alpha')).try(promote('alpha', { green_version: 1 })),
      () => World.with(create('alpha'), promote('alpha')).try(checkpoint('alpha', { green_version: 2 })),
      () => World.with(create('alpha'), create('beta'), update('beta')).try(merge('alpha', ['beta'])),
      () => World.with(create('alpha'), create('beta'), update('alpha')).try(merge('alpha', ['beta'])),
      () => World.with(create('beta')).try(merge('alpha', ['beta'], { state_hash: OTHER })),
      () => World.with(create('alpha'), create('beta')).try(merge('alpha', ['beta'], { base_version: null })),
    ],
  },
};

describe.each(Object.entries(RULES))('%s', (name, { rule, passes, fails }) => {
  test(`passes where ${rule}`, () => {
    expect(passes.length).toBeGreaterThan(0);
    for (const [index, attempt] of passes.entries()) expect(attempt(), `pass ${index}`).toBeNull();
  });

  test(`refuses unless ${rule}`, () => {
    expect(fails.length).toBeGreaterThan(0);
    for (const [index, attempt] of fails.entries()) {
      expect(attempt(), `fail ${index}`).toMatchObject({ name, code: REJECTIONS[name as RejectionName][0] });
    }
  });
});

describe('the codes', () => {
  test('each have rules above', () => {
    expect(Object.keys(RULES).toSorted()).toEqual(Object.keys(REJECTIONS).toSorted());
  });

  test('are numbered upwards and once each, and found by number', () => {
    const codes = Object.values(REJECTIONS).map(([code]) => code);
    expect(codes).toEqual([...new Set(codes)].toSorted((left, right) => left - right));
    for (const [name, [code]] of Object.entries(REJECTIONS)) expect(rejectionByCode(code)).toBe(name);
    for (const code of [0, -1, 29, 1_000, 1.5, Number.NaN]) expect(rejectionByCode(code)).toBeUndefined();
  });

  test('say what they mean, and what in particular is wrong', () => {
    expect(reject('DUPLICATE').message).toBe(REJECTIONS.DUPLICATE[1]);
    expect(reject('DUPLICATE', '0x00').message).toBe(`${REJECTIONS.DUPLICATE[1]}: 0x00`);
  });
});

describe('where several rules are broken, the lowest code is returned', () => {
  const stale = { timestamp: GENESIS_TIME - WINDOW_MS - 1 };
  const broken =
    (changes: Readonly<Record<string, Json | undefined>>): (() => Rejection | null) =>
    () =>
      check(altered(changes));
  const multisig = { mode: 'multisig', role: 'administrator', threshold: { count: 1 } } as const;
  const used = World.with(create('alpha'), create('gone'), promote('alpha'), checkpoint('alpha'), archive('gone'));

  test.each<[RejectionName, string, () => Rejection | null]>([
    [
      'TRANSACTION_TOO_LARGE',
      'bytes that are not JSON either',
      () => checkBytes(new Uint8Array(TRANSACTION_SIZE_BYTES_MAX + 1).fill(0xff)),
    ],
    ['NOT_CANONICAL', 'fields', () => checkBytes(text(' {}'))],
    ['FIELD_INVALID', 'chain', broken({ chain_id: 'other', signature: undefined })],
    ['FIELD_INVALID', 'signature and action', broken({ action: 'none', extra: 1, signature: '' })],
    ['WRONG_CHAIN', 'action', broken({ chain_id: 'other', action: 'none' })],
    [
      'ACTION_UNKNOWN',
      'payload, zones and signature',
      broken({ action: 'none', payload: {}, sender: 'governance', signature: '' }),
    ],
    ['PAYLOAD_INVALID', 'zones and signature', broken({ payload: {}, sender: 'governance', signature: '' })],
    [
      'PAYLOAD_INVALID',
      'a genesis that names a key twice, by a stranger',
      () =>
        World.founded().try(
          call('genesis', genesisPayload({ validators: [{ validator_id: 'n', public_key: ada.publicKey }] }), {
            signer: eve,
          }),
        ),
    ],
    ['ZONES_INVALID', 'signature', broken({ sender: 'governance', signature: '' })],
    [
      'SIGNATURE_MALFORMED',
      'a signature that is not over this transaction',
      () => check(withHighS(signatureBy(create('alpha'), create('beta')))),
    ],
    ['SIGNATURE_INVALID', 'time', () => World.founded().try(signatureBy(create('alpha', {}, stale), create('beta')))],
    [
      'TIMESTAMP_STALE',
      'duplicate',
      () => {
        const again = create('beta');
        return World.with(again).try(again, GENESIS_TIME + WINDOW_MS + 1);
      },
    ],
    [
      'TIMESTAMP_FUTURE',
      'signer',
      () => World.founded().try(create('alpha', {}, { signer: eve, timestamp: GENESIS_TIME + WINDOW_MS + 1 })),
    ],
    [
      'DUPLICATE',
      'a signer who is suspended since',
      () => {
        const once = create('alpha', {}, { signer: bob });
        const world = withMember({});
        world.append(GENESIS_TIME, [once]);
        world.force('members', 'member/bob', {
          ...(world.state.get('members', 'member/bob') as JsonObject),
          status: 'suspended',
        });
        return world.try(once);
      },
    ],
    [
      'SIGNER_UNKNOWN',
      'a misplaced genesis',
      () => World.founded().try(call('genesis', genesisPayload(), { signer: eve })),
    ],
    [
      'SIGNER_INACTIVE',
      'permission',
      () => withMember({ status: 'suspended', level: 'read_only' }).try(create('alpha', {}, { signer: bob })),
    ],
    ['PERMISSION_MISSING', 'an environment that exists', () => used.try(create('alpha', {}, { signer: rob }))],
    [
      'PERMISSION_MISSING',
      'an approval for an earlier operation of the batch',
      () =>
        World.founded({ policies: { create_environment: multisig } }).try(
          batch([create('beta'), promote('beta')], { signer: bob }),
        ),
    ],
    [
      'PERMISSION_MISSING',
      'a misplaced genesis',
      () => World.founded().try(call('genesis', genesisPayload(), { signer: vic })),
    ],
    [
      'APPROVAL_REQUIRED',
      'an environment that is not there',
      () => World.founded({ policies: { update_environment: multisig } }).try(update('none')),
    ],
    ['ENVIRONMENT_NOT_FOUND', 'source', () => used.try(merge('none', ['none-either']))],
    ['ENVIRONMENT_ARCHIVED', 'source', () => used.try(merge('gone', ['none']))],
    ['ENVIRONMENT_ARCHIVED', 'state', () => used.try(promote('gone', { state_hash: OTHER }))],
    [
      'STATE_UNCHANGED',
      'a checkpoint label that is there already, over another hash',
      () => used.try(checkpoint('alpha', { checkpoint_hash: OTHER })),
    ],
  ])('%s before %s', (name, _, attempt) => {
    expect(attempt()).toMatchObject({ name });
  });
});

test('a rejection is told from a checked transaction', () => {
  expect(isRejection(reject('DUPLICATE'))).toBe(true);
  expect(isRejection(World.empty().checked(create('alpha')))).toBe(false);
  expect(encodeHex(World.empty().checked(create('alpha', {}, { nonce: 7 })).id)).toMatch(/^0x[0-9a-f]{64}$/);
});
