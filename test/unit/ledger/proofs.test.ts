import { describe, expect, test } from 'vitest';

import { QuantumLockError } from '../../../src/base/errors.ts';
import {
  runProofSteps,
  type ProofReport,
  type SealingKey,
  type TrustedKeys,
} from '../../../src/ledger/proofs/report.ts';
import { verifyStateProof, type StateProof } from '../../../src/ledger/proofs/state-proof.ts';
import { verifyTransactionProof, type TransactionProof } from '../../../src/ledger/proofs/transaction-proof.ts';
import { hashOf } from '../../vectors/chain-builder.ts';
import { CONTENT, create, eve, GENESIS_TIME, promote, World } from './world.ts';

const world = World.with(create('alpha'), create('beta'), create('gamma'), promote('alpha'));
world.append(GENESIS_TIME, [create('delta')]);
const failedStep = (report: ProofReport): string | undefined => (report.ok ? undefined : report.steps.at(-1)?.step);

describe('verifyTransactionProof', () => {
  test('accepts every transaction in every later block', () => {
    for (const block of world.blocks) {
      for (let logIndex = 0; logIndex < block.header.log_size; logIndex++) {
        const report = verifyTransactionProof(world.proveTransaction(logIndex, block.header.index), world.trusted);
        expect(report).toMatchObject({ ok: true });
        expect(report.steps.map(({ step }) => step)).toEqual([
          'Transaction',
          'Inclusion in the log',
          'Block hash',
          'Seal',
        ]);
      }
    }
  });

  const good = world.proveTransaction(1, 2);
  const other = world.proveTransaction(2, 2);
  test.each<[string, unknown, string]>([
    ['null', null, 'Proof'],
    ['undefined', undefined, 'Proof'],
    ['text', 'proof', 'Proof'],
    ['an empty object', {}, 'Transaction'],
    ['an unknown field', { ...good, extra: 1 }, 'Transaction'],
    ['a transaction that is not canonical', { ...good, transaction: `${good.transaction} ` }, 'Transaction'],
    ['a transaction that is no text', { ...good, transaction: 1 }, 'Transaction'],
    ["another transaction's place", { ...good, log_index: 2 }, 'Inclusion in the log'],
    ['another transaction', { ...good, transaction: other.transaction }, 'Inclusion in the log'],
    ['another size', { ...good, log_size: 5 }, 'Inclusion in the log'],
    ['a place outside the log', { ...good, log_index: 6 }, 'Inclusion in the log'],
    ['a place of minus zero', { ...good, log_index: -0 }, 'Proof'],
    ['a place that is no integer', { ...good, log_index: 1.5 }, 'Proof'],
    ['a shorter path', { ...good, path: good.path.slice(1) }, 'Inclusion in the log'],
    ['a longer path', { ...good, path: [...good.path, hashOf('x')] }, 'Inclusion in the log'],
    ['a path of 65 hashes', { ...good, path: Array.from({ length: 65 }, () => hashOf('x')) }, 'Inclusion in the log'],
    ['a path that is no list', { ...good, path: 'x' }, 'Inclusion in the log'],
    ['no header', { ...good, sealed: null }, 'Inclusion in the log'],
    [
      'a header that is changed',
      { ...good, sealed: { ...good.sealed, header: { ...good.sealed.header, timestamp: 1 } } },
      'Block hash',
    ],
    ['another block hash', { ...good, sealed: { ...good.sealed, hash: hashOf('x') } }, 'Block hash'],
    [
      'a header with more fields',
      { ...good, sealed: { ...good.sealed, header: { ...good.sealed.header, extra: 1 } } },
      'Block hash',
    ],
    ["another block's seal", { ...good, sealed: { ...good.sealed, proof: world.sealedHeader(0).proof } }, 'Seal'],
    [
      'a seal of another type',
      { ...good, sealed: { ...good.sealed, proof: { ...good.sealed.proof, type: 'commit' } } },
      'Seal',
    ],
  ])('refuses %s', (_, proof, step) => {
    const report = verifyTransactionProof(proof as TransactionProof, world.trusted);
    expect(failedStep(report)).toBe(step);
  });

  const known = { validator_id: 'node1', public_key: world.head.proof.public_key, seals_from: 0, seals_to: null };
  test.each<[string, TrustedKeys, string]>([
    ['a chain of another name', { ...world.trusted, chain: { ...world.root, chain_id: 'other' } }, 'Transaction'],
    ['another chain of the name', { ...world.trusted, chain: { ...world.root, genesis: CONTENT } }, 'Transaction'],
    ['no validator', { ...world.trusted, validators: [] }, 'Seal'],
    ['another validator', { ...world.trusted, validators: [{ ...known, validator_id: 'node2' }] }, 'Seal'],
    ['another key', { ...world.trusted, validators: [{ ...known, public_key: eve.publicKey }] }, 'Seal'],
    ['the key for earlier blocks alone', { ...world.trusted, validators: [{ ...known, seals_to: 1 }] }, 'Seal'],
    ['the key for later blocks alone', { ...world.trusted, validators: [{ ...known, seals_from: 3 }] }, 'Seal'],
  ])('refuses a reader who trusts %s', (_, trusted, step) => {
    expect(failedStep(verifyTransactionProof(good, trusted))).toBe(step);
  });
});

describe('the span of a key', () => {
  const proof = world.proveTransaction(1, 2);
  const [known] = world.trusted.validators;
  const reportFor = (span: Partial<SealingKey>, height?: number): ProofReport =>
    verifyTransactionProof(proof, {
      ...world.trusted,
      validators: known === undefined ? [] : [{ ...known, ...span }],
      ...(height === undefined ? {} : { height }),
    });

  test('holds its first and its last block', () => {
    expect(reportFor({ seals_from: 2, seals_to: 2 }).ok).toBe(true);
    expect(reportFor({ seals_from: 3, seals_to: 9 }).steps.at(-1)?.detail).toBe(
      'the key of node1 may not seal block 2: it seals 3 to 9',
    );
    expect(reportFor({ seals_from: 0, seals_to: 1 }).steps.at(-1)?.detail).toBe(
      'the key of node1 may not seal block 2: it seals 0 to 1',
    );
  });

  test('tells where the block is newer than what is trusted knows', () => {
    expect(reportFor({}, 2).steps.at(-1)?.detail).toBe('sealed by node1');
    expect(reportFor({}, 1).steps.at(-1)?.detail).toMatch(/in use at block 1: what you trust knows of nothing later$/);
    expect(reportFor({ seals_to: 2 }, 1).steps.at(-1)?.detail).toBe('sealed by node1');
  });
});

describe('verifyStateProof', () => {
  const present = world.proveState('environments', 'alpha', 2);
  const absent = world.proveState('environments', 'none', 2);
  const empty = world.proveState('proposals', 'none', 2);

  test('accepts presence, absence and the past', () => {
    for (const proof of [present, absent, empty])
      expect(verifyStateProof(proof, world.trusted)).toMatchObject({ ok: true });
    const past = world.proveState('environments', 'alpha', 0);
    expect(past.value).toBeNull();
    expect(verifyStateProof(past, world.trusted)).toMatchObject({ ok: true });
    expect(present.value).toContain('"env_id":"alpha"');
    expect(verifyStateProof(world.proveState('members', 'member/ada', 1), world.trusted).steps[0]?.step).toBe(
      'Presence in the namespace',
    );
    expect(verifyStateProof(absent, world.trusted).steps[0]?.step).toBe('Absence from the namespace');
  });

  const PRESENCE = 'Presence in the namespace';
  const ABSENCE = 'Absence from the namespace';
  test.each<[string, unknown, string]>([
    ['null', null, 'Proof'],
    ['an empty object', {}, PRESENCE],
    ['an unknown field', { ...present, extra: 1 }, PRESENCE],
    ['another value', { ...present, value: '{}' }, PRESENCE],
    ['a value that is not canonical', { ...present, value: `${present.value} ` }, PRESENCE],
    ['absence of what is there', { ...present, value: null }, ABSENCE],
    [
      'absence of what is there, by its own leaf',
      { ...present, value: null, other_leaf: { path: hashOf('alpha'), value_hash: hashOf(present.value ?? '') } },
      ABSENCE,
    ],
    [
      'presence with another leaf',
      { ...present, other_leaf: { path: hashOf('x'), value_hash: hashOf('y') } },
      PRESENCE,
    ],
    ['another key', { ...present, key: 'beta' }, PRESENCE],
    ['a key with a lone surrogate', { ...present, key: '\ud800' }, 'Proof'],
    ['a key that is no text', { ...present, key: 1 }, PRESENCE],
    ['another namespace', { ...present, namespace: 'members' }, PRESENCE],
    ['a namespace that is none', { ...present, namespace: 'toString' }, PRESENCE],
    ['fewer siblings', { ...present, siblings: present.siblings.slice(1) }, PRESENCE],
    ['siblings turned over', { ...present, siblings: present.siblings.toReversed() }, PRESENCE],
    ['257 siblings', { ...present, siblings: Array.from({ length: 257 }, () => hashOf('x')) }, PRESENCE],
    [
      'the namespaces in another order',
      { ...present, namespace_roots: present.namespace_roots.toReversed() },
      'State root',
    ],
    [
      'a namespace more',
      { ...present, namespace_roots: [...present.namespace_roots, present.namespace_roots[0]] },
      'State root',
    ],
    ['a namespace fewer', { ...present, namespace_roots: present.namespace_roots.slice(0, -1) }, 'State root'],
    ['no namespaces', { ...present, namespace_roots: null }, PRESENCE],
    [
      'another root of another namespace',
      {
        ...present,
        namespace_roots: present.namespace_roots.map((entry) =>
          entry.namespace === 'members' ? { ...entry, root: hashOf('x') } : entry,
        ),
      },
      'State root',
    ],
    ["another block's header", { ...present, sealed: world.sealedHeader(1) }, 'State root'],
    ['no header', { ...present, sealed: undefined }, 'Proof'],
    [
      "another block's hash",
      { ...present, sealed: { ...present.sealed, hash: world.sealedHeader(1).hash } },
      'Block hash',
    ],
    ["another block's seal", { ...present, sealed: { ...present.sealed, proof: world.sealedHeader(1).proof } }, 'Seal'],
  ])('refuses %s', (_, proof, step) => {
    const report = verifyStateProof(proof as StateProof, world.trusted);
    expect(failedStep(report)).toBe(step);
  });

  test("refuses absence by a leaf that is not on the key's path", () => {
    const far = world.blocks
      .flatMap(() => ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'])
      .map((key) => world.proveState('environments', key, 2));
    const leaves = far.flatMap((proof) => (proof.other_leaf === null ? [] : [proof]));
    expect(leaves.length).toBeGreaterThan(0);
    const [one] = leaves;
    const elsewhere = leaves.find((proof) => one !== undefined && proof.other_leaf?.path !== one.other_leaf?.path);
    if (one === undefined || elsewhere === undefined) throw new Error('the keys end at one leaf');
    const forged = { ...one, other_leaf: elsewhere.other_leaf, siblings: elsewhere.siblings };
    expect(failedStep(verifyStateProof(forged, world.trusted))).toBe(ABSENCE);
  });
});

test('a step that throws is a finding', () => {
  const report = runProofSteps({}, () => [
    ['one', () => 'fine'],
    [
      'two',
      () => {
        throw new QuantumLockError('CHAIN_INVALID', 'broken');
      },
    ],
    ['three', () => 'never reached'],
  ]);
  expect(report).toEqual({
    ok: false,
    steps: [
      { step: 'one', ok: true, detail: 'fine' },
      { step: 'two', ok: false, detail: 'broken' },
    ],
  });
});
