import fc from 'fast-check';
import { expect, test } from 'vitest';

import { parseStrictJson } from '../../src/base/strict-json.ts';
import { verifyGreenProof, type GreenProof, type GreenVerdict } from '../../src/ledger/proofs/green-proof.ts';
import { loadSignatureVerifier } from '../../src/node/signature-verifier.ts';
import { checkProperty, isSoak } from './check-property.ts';
import { CONTENTS, ENVIRONMENTS, GreenHistory, greenSteps, NOWHERE, type GreenStep } from './green-histories.ts';
import { mutated, mutationArbitrary, type Mutation } from './mutate.ts';

const { verify } = loadSignatureVerifier();
const report = (history: GreenHistory, proof: unknown): ReturnType<typeof verifyGreenProof> =>
  verifyGreenProof(proof as GreenProof, history.world.trusted, { verify });

const QUESTIONS = [
  { state_hash: null, version: null },
  ...CONTENTS.map((state_hash) => ({ state_hash, version: null })),
  { state_hash: null, version: 1 },
  { state_hash: CONTENTS[0], version: 2 },
] as const;

/** A verdict says what was so in the history, of a moment that fits. */
function expectTrue(history: GreenHistory, { env_id, status, asked, block, at, next }: GreenVerdict): void {
  const { header, hash } = history.world.sealedHeader(block.height);
  expect([header.timestamp, hash]).toEqual([block.time, block.hash]);
  if (at !== null) {
    expect(at).toBeGreaterThanOrEqual(header.timestamp);
    if (next !== null) {
      expect(next).toEqual({
        height: block.height + 1,
        time: history.world.sealedHeader(block.height + 1).header.timestamp,
      });
      expect(at).toBeLessThan(next.time);
    }
  }
  const truth = history.truth(env_id, block.height, asked);
  // An earlier recall can be kept back by the one who makes a proof; that it was not Green is true all the same.
  if (truth.status === 'recalled' && !truth.isNewest) expect(['recalled', 'not_green']).toContain(status);
  else expect(status).toBe(truth.status);
}

test('what was Green, and what was not, is proved as it was, in every state of random histories', () => {
  const seen = new Set<string>();
  checkProperty(
    'histories of Green',
    fc.property(greenSteps, (steps) => {
      const history = GreenHistory.of(steps);
      // Each header is checked once: that a seal is, is the tests' below.
      const seals = new Set<string>();
      expect(history.snapshots).toHaveLength(history.world.blocks.length);
      for (const { header } of history.world.blocks) {
        for (const env of [...ENVIRONMENTS, NOWHERE]) {
          for (const asked of QUESTIONS) {
            const proof = history.world.proveGreen(env, header.index, asked);
            const { ok, steps: done, verdict } = verifyGreenProof(proof, history.world.trusted, { verify, seals });
            expect(ok, JSON.stringify(done)).toBe(true);
            expect(verdict?.status).toBe(history.truth(env, header.index, asked).status);
            seen.add(`${verdict?.status} ${verdict?.exists === true} ${proof.recall !== null}`);
          }
        }
      }
    }),
    { small: 10, soak: 1_000 },
  );
  if (isSoak)
    expect([...seen]).toEqual(
      expect.arrayContaining([
        'green true false',
        'not_green false false',
        'not_green true false',
        'recalled false false',
        'recalled true false',
        'recalled true true',
      ]),
    );
});

/** Every pair of pieces from two proofs of a history: of other blocks, other environments, other questions. */
function* spliced(one: GreenProof, two: GreenProof): Generator<GreenProof> {
  const names = Object.keys(one) as (keyof GreenProof)[];
  for (const name of names) {
    yield { ...one, [name]: two[name] };
    for (const other of names) yield { ...one, [name]: two[name], [other]: two[other] };
  }
}

test('no proof of the reverse is made from the pieces of others', () => {
  let accepted = 0;
  let refused = 0;
  checkProperty(
    'spliced Green proofs',
    fc.property(greenSteps, fc.nat(), fc.nat(), (steps, first, second) => {
      const history = GreenHistory.of(steps);
      const proofAt = (number: number): GreenProof => {
        const height = number % history.world.blocks.length;
        const { timestamp } = history.world.sealedHeader(height).header;
        const asked = QUESTIONS[number % QUESTIONS.length] ?? QUESTIONS[0];
        const env = ENVIRONMENTS[number % ENVIRONMENTS.length] ?? 'a';
        return history.world.proveGreen(env, height, { ...asked, at: number % 3 === 0 ? null : timestamp });
      };
      for (const forged of spliced(proofAt(first), proofAt(second))) {
        const { verdict } = report(history, forged);
        if (verdict === null) refused += 1;
        else {
          accepted += 1;
          expectTrue(history, verdict);
        }
      }
    }),
    { small: 20, soak: 1_000 },
  );
  expect(Math.min(refused, accepted)).toBeGreaterThan(0);
});

/** One with everything in it: promotions, recalls of two contents, a rollback that takes an environment away. */
const full = GreenHistory.of(
  (
    [
      ['create', 0, 0],
      ['promote', 0, 0],
      ['create', 1, 1],
      ['recall', 0, 0],
      ['update', 0, 1],
      ['promote', 0, 0],
      ['recall', 0, 0],
      ['update', 0, 2],
      ['promote', 0, 0],
      ['promote', 1, 0],
      ['recall', 1, 0],
      ['rollback', 1, 0],
    ] as const
  ).map(([kind, env, content], index): GreenStep => ({
    kind,
    env,
    content,
    target: 1,
    isScoped: true,
    laterMs: index % 4 === 0 ? 0 : 1_000,
  })),
);
const genuine = full.world.blocks.flatMap(({ header: { index, timestamp } }) =>
  [...ENVIRONMENTS, NOWHERE].flatMap((env) =>
    QUESTIONS.flatMap((asked) => [null, timestamp].map((at) => full.world.proveGreen(env, index, { ...asked, at }))),
  ),
);

test('the proofs that are changed below are of every kind', () => {
  const kinds = new Set(
    genuine.flatMap((proof) => {
      const { verdict, steps } = report(full, proof);
      // Of two blocks with one time, the later one is what was there then.
      if (verdict === null) expect(steps.at(-1)?.step).toBe('Time');
      return verdict === null
        ? []
        : [`${verdict.status}${proof.removed === null ? '' : ' removed'}${proof.recall === null ? '' : ' earlier'}`];
    }),
  );
  expect([...kinds].toSorted()).toEqual([
    'green',
    'not_green',
    'not_green removed',
    'recalled',
    'recalled earlier',
    'recalled removed',
  ]);
});

const valid = genuine.filter((proof) => report(full, proof).ok);

test('a changed proof is refused, or true of another question', () => {
  let refused = 0;
  let accepted = 0;
  const isQuestionAlone = (changed: GreenProof, from: GreenProof): boolean =>
    (['record', 'format', 'removed'] as const).every(
      (name) => JSON.stringify(changed[name]) === JSON.stringify(from[name]),
    );
  checkProperty(
    'changed Green proofs',
    fc.property(fc.nat(), fc.nat(), mutationArbitrary, (one, two, mutation: Mutation) => {
      const proof = valid[one % valid.length] as GreenProof;
      const changed = mutated(proof, [valid[two % valid.length] as GreenProof], mutation) as GreenProof | undefined;
      fc.pre(changed !== undefined);
      const { verdict } = report(full, changed);
      if (verdict === null) refused += 1;
      else {
        accepted += 1;
        // Who asks about another time, another content, or up to no later block, is answered by the same record.
        expect(isQuestionAlone(changed, proof), JSON.stringify(mutation)).toBe(true);
        expectTrue(full, verdict);
      }
    }),
    { small: 1_000, soak: 10_000 },
  );
  expect(refused).toBeGreaterThan(accepted * 5);
});

test('a proof with other bytes is refused, or true of another question', () => {
  checkProperty(
    'Green proofs with other bytes',
    fc.property(fc.nat(), fc.nat(), fc.integer({ min: 32, max: 126 }), (one, place, code) => {
      const text = JSON.stringify(valid[one % valid.length]);
      const at = place % text.length;
      const changed = text.slice(0, at) + String.fromCodePoint(code) + text.slice(at + 1);
      fc.pre(changed !== text);
      let value: unknown;
      try {
        value = parseStrictJson(changed);
      } catch {
        return;
      }
      const { verdict } = report(full, value);
      if (verdict !== null) expectTrue(full, verdict);
    }),
    { small: 1_000, soak: 10_000 },
  );
});
