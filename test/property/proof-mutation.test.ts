import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { verifyStateProof, type StateProof } from '../../src/ledger/proofs/state-proof.ts';
import { verifyTransactionProof } from '../../src/ledger/proofs/transaction-proof.ts';
import { archive, checkpoint, create, GENESIS_TIME, promote, update, World } from '../unit/ledger/world.ts';
import { checkProperty } from './check-property.ts';
import { mutated, mutationArbitrary } from './mutate.ts';

const counts = { small: 1_000, soak: 10_000 };

/** A chain with enough in it for paths of several levels. */
const world = World.with(...Array.from({ length: 20 }, (_, index) => create(`env-${index}`, { metadata: { index } })));
world.append(GENESIS_TIME + 1_000, [promote('env-1'), checkpoint('env-1'), update('env-2')]);
world.append(GENESIS_TIME + 2_000, [archive('env-3')]);
const heights = world.blocks.map(({ header }) => header.index);
const logSize = world.head.header.log_size;

test(`no changed transaction proof is accepted`, () => {
  const proofs = heights.flatMap((height) =>
    Array.from({ length: world.blocks[height]?.header.log_size ?? 0 }, (_, logIndex) =>
      world.proveTransaction(logIndex, height),
    ),
  );
  expect(proofs.length).toBeGreaterThan(logSize);
  let changes = 0;
  checkProperty(
    'changed transaction proofs',
    fc.property(fc.nat(), fc.nat(), mutationArbitrary, (one, two, mutation) => {
      const proof = proofs[one % proofs.length] ?? world.proveTransaction(0, 0);
      const other = proofs[two % proofs.length] ?? proof;
      const changed = mutated(proof, [other, world.proveState('members', 'member/ada', 1)], mutation);
      fc.pre(changed !== undefined);
      changes++;
      expect(verifyTransactionProof(changed as typeof proof, world.trusted).ok).toBe(false);
    }),
    counts,
  );
  expect(changes).toBeGreaterThanOrEqual(counts.small);
});

describe('no changed state proof is accepted', () => {
  const keys = [
    'env-0',
    'env-1',
    'env-2',
    'env-3',
    'env-19',
    'none',
    'nobody',
    'member/ada',
    'transaction_window_ms',
    '',
  ];
  const namespaces = ['environments', 'members', 'parameters', 'proposals'] as const;
  const proofs = heights.flatMap((height) =>
    namespaces.flatMap((namespace) => keys.map((key) => world.proveState(namespace, key, height))),
  );
  const isAbsence = (proof: StateProof): boolean => proof.value === null;

  /**
   * One proof of absence is true of every key whose path ends at the same place. A change of the key (or from one empty
   * namespace to another) may therefore give another true proof; that is what the chain itself would prove.
   */
  function isTrue(proof: StateProof): boolean {
    const genuine = world.proveState(proof.namespace, proof.key, proof.sealed.header.index);
    return genuine.value === null && JSON.stringify(genuine) === JSON.stringify(proof);
  }

  test.each([
    ['of presence', proofs.filter((proof) => !isAbsence(proof))],
    ['of absence', proofs.filter(isAbsence)],
  ])('%s', (name, all) => {
    const [first] = all;
    if (first === undefined) throw new Error(`there is no proof ${name}`);
    for (const proof of all.slice(0, 20)) expect(verifyStateProof(proof, world.trusted)).toMatchObject({ ok: true });
    let changes = 0;
    checkProperty(
      `changed state proofs ${name}`,
      fc.property(fc.nat(), fc.nat(), mutationArbitrary, (one, two, mutation) => {
        const proof = all[one % all.length] ?? first;
        const changed = mutated(proof, [proofs[two % proofs.length] ?? first, world.proveTransaction(1, 1)], mutation);
        fc.pre(changed !== undefined);
        changes++;
        const report = verifyStateProof(changed as StateProof, world.trusted);
        if (report.ok) expect(isTrue(changed as StateProof)).toBe(true);
      }),
      counts,
    );
    expect(changes).toBeGreaterThanOrEqual(counts.small);
  });
});
