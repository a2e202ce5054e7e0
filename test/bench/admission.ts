import { verifyGreenProof } from '../../src/ledger/proofs/green-proof.ts';
import { Admission } from '../../src/node/admission/admission.ts';
import { loadSignatureVerifier } from '../../src/node/signature-verifier.ts';
import { create, GENESIS_TIME, promote, World } from '../unit/ledger/world.ts';
import { hashOf } from '../vectors/chain-builder.ts';
import type { Figure } from './figures.ts';

const ENVIRONMENTS = 500;
const QUESTIONS = 200_000;

/** "May this be used?", from proofs that are held in memory; and what it takes to check one. */
export function measureAdmission(): Figure[] {
  const names = Array.from({ length: ENVIRONMENTS }, (_, index) => `env-${index}`);
  const contentOf = (name: string): ReturnType<typeof hashOf> => hashOf(`content of ${name}`);
  const world = World.with(...names.map((name) => create(name, { state_hash: contentOf(name) })));
  world.append(
    GENESIS_TIME + 1_000,
    names.map((name) => promote(name, { state_hash: contentOf(name) })),
  );
  world.append(GENESIS_TIME + 2_000, [create('last')]);
  const proofs = names.map((name) => world.proveGreen(name, 2));

  const { verify } = loadSignatureVerifier();
  const checkMs = timed(() => {
    // Each with both of its seals, as if it had come alone.
    for (const proof of proofs)
      if (!verifyGreenProof(proof, world.trusted, { verify }).ok) throw new Error('a proof is wrong');
  });
  let admission = Admission.ofProofs([], world.trusted);
  const loadMs = timed(() => {
    admission = Admission.ofProofs(proofs, world.trusted);
  });
  const digests = [...names.map(contentOf), ...names.map((name) => hashOf(`not ${name}`))];
  let green = 0;
  const admitMs = timed(() => {
    for (let index = 0; index < QUESTIONS; index++) {
      const state_hash = digests[index % digests.length] ?? hashOf('none');
      if (admission.admit({ state_hash }).status === 'green') green += 1;
    }
  });
  if (green !== QUESTIONS / 2) throw new Error(`${green} of ${QUESTIONS} were Green`);
  return [
    {
      name: 'digests admitted from memory, one process',
      value: (QUESTIONS / admitMs) * 1_000,
      unit: '/s',
      bound: { at: 'least', value: 20_000 },
    },
    {
      name: 'checking a Green proof with both its seals',
      value: checkMs / proofs.length,
      unit: 'ms',
      bound: { at: 'most', value: 1 },
    },
    { name: 'checking one of a bundle, whose seals are the same', value: loadMs / proofs.length, unit: 'ms' },
  ];
}

function timed(work: () => void): number {
  const begin = performance.now();
  work();
  return performance.now() - begin;
}
