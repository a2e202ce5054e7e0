import { describe, expect, test } from 'vitest';

import { encodeGreenBundle, decodeGreenBundle } from '../../../src/ledger/documents/green-bundle.ts';
import { Admission } from '../../../src/node/admission/admission.ts';
import { admitByNode, type AdmissionMoment, type AdmissionSource } from '../../../src/node/admission/admit-by-node.ts';
import { coded } from '../../coded.ts';
import { GovernedWorld } from '../../unit/ledger/governance-world.ts';
import { env, recalling } from '../../unit/ledger/rollback-world.ts';
import { CONTENT, GENESIS_TIME, OTHER } from '../../unit/ledger/world.ts';
import { hashOf } from '../../vectors/chain-builder.ts';
import { rejectsWith } from '../../unit/offline/rejects-with.ts';

/** Blocks a second apart: 1 and 2 make alpha Green, 3 and 4 beta with other content, 5 recalls beta, 6 makes gamma, of the same content as alpha. */
const world = GovernedWorld.governed({ members: ['ada'] });
for (const [action, payload] of [
  ['create_environment', env('alpha')],
  ['promote_environment', env('alpha')],
  ['create_environment', env('beta', OTHER)],
  ['promote_environment', env('beta', OTHER)],
  ['recall_environment', recalling('beta')],
  ['create_environment', env('gamma')],
] as const) {
  world.later(1_000);
  world.must(action, payload);
}
const at = (height: number): number => GENESIS_TIME + height * 1_000;
const THIRD = hashOf('third');
const newest = ['alpha', 'beta', 'gamma'].map((id) => world.proveGreen(id, 6));

describe('an admission from proofs that are held', () => {
  const admission = Admission.ofProofs(newest, world.trusted);

  test('says of a content whether it is Green, since when and by whom', () => {
    expect(admission.admit({ state_hash: CONTENT })).toMatchObject({
      status: 'green',
      environments: [{ env_id: 'alpha', status: 'green', version: 1, since: at(2), by: 'ada', reason: null }],
    });
    expect(admission.admit({ state_hash: OTHER })).toMatchObject({
      status: 'recalled',
      environments: [{ env_id: 'beta', status: 'recalled', since: at(5), reason: 'it leaks its test set' }],
    });
  });

  test('says so of one environment, where one is named', () => {
    expect(admission.admit({ state_hash: CONTENT, env_id: 'gamma' }).status).toBe('not_green');
    expect(admission.admit({ state_hash: CONTENT, env_id: 'beta' }).status).toBe('not_green');
    expect(admission.admit({ state_hash: OTHER, env_id: 'beta' }).status).toBe('recalled');
  });

  test('cannot tell of what no proof tells', () => {
    expect(admission.admit({ state_hash: THIRD })).toEqual({ status: 'unknown', state_hash: THIRD, environments: [] });
    expect(admission.admit({ state_hash: CONTENT, env_id: 'delta' }).status).toBe('unknown');
  });

  test('tells of a time what is proved of it, and not that a newest block still holds', () => {
    const held = Admission.ofProofs(
      [2, 4, 5].map((height) => world.proveGreen('beta', height)),
      world.trusted,
    );
    const statusAt = (time?: number): string => held.admit({ state_hash: OTHER, env_id: 'beta', at: time }).status;
    expect([at(2), at(3) - 1, at(3), at(4), at(5) - 1, at(5), at(6)].map(statusAt)).toEqual([
      'not_green',
      'not_green',
      'unknown',
      'green',
      'green',
      'recalled',
      'unknown',
    ]);
    expect(statusAt()).toBe('recalled');
    // Of block 6 it is not known until when it held.
    expect(admission.admit({ state_hash: CONTENT, at: at(6) }).status).toBe('unknown');
  });

  test('believes none of them where one is wrong', () => {
    const [first, second] = newest;
    if (first === undefined || second === undefined) throw new Error('there are no proofs');
    const forged = { ...second, record: { ...second.record, value: first.record.value } };
    expect(() => Admission.ofProofs([first, forged], world.trusted)).toThrow(coded('PROOF_INVALID'));
    const [key] = world.trusted.validators;
    const old = key === undefined ? [] : [{ ...key, seals_to: 5 }];
    expect(() => Admission.ofProofs(newest, { ...world.trusted, validators: old })).toThrow(coded('PROOF_INVALID'));
  });
});

describe('an admission by a node', () => {
  /** The two reads, from the chain of the test. */
  const source: AdmissionSource & { asked: AdmissionMoment[] } = {
    asked: [],
    greenHolders: ({ state_hash }) =>
      Promise.resolve({
        height: 6,
        time: at(6),
        holders:
          state_hash === CONTENT
            ? [
                { env_id: 'alpha', as: 'green', version: 1 },
                { env_id: 'gamma', as: 'blue', version: 1 },
              ]
            : [],
        truncated: false,
      }),
    greenProof: ({ env_id, state_hash, at: moment }) => {
      if (moment !== undefined) source.asked.push(moment);
      return Promise.resolve(world.proveGreen(env_id, 6, { state_hash }));
    },
  };

  test('asks for a proof of each environment that has the content, all of one block', async () => {
    expect(await admitByNode(source, world.trusted, { state_hash: CONTENT })).toMatchObject({
      status: 'green',
      environments: [
        { env_id: 'alpha', status: 'green' },
        { env_id: 'gamma', status: 'not_green' },
      ],
      looked: { height: 6 },
    });
    expect(source.asked).toEqual([{ height: 6 }, { height: 6 }]);
  });

  test('that has it nowhere says not Green, and where it looked', async () => {
    expect(await admitByNode(source, world.trusted, { state_hash: THIRD })).toMatchObject({
      status: 'not_green',
      environments: [],
      looked: { height: 6, time: at(6) },
    });
  });
});

describe('a bundle', () => {
  test('gives back its proofs, and a proof by itself is one', () => {
    expect(decodeGreenBundle(encodeGreenBundle(newest))).toEqual(newest);
    expect(decodeGreenBundle(JSON.stringify(newest[0], null, 1))).toEqual([newest[0]]);
  });

  test.each<[string, string, RegExp]>([
    ['text', 'hello', /is /],
    ['no bundle', '{"a":1}', /format/],
    ['an empty one', '{"format":"quantum-lock/green-bundle/v1","proofs":[]}', /proofs/],
    ['one of text', '{"format":"quantum-lock/green-bundle/v1","proofs":["x"]}', /a Green proof/],
    ['one with a field more', '{"format":"quantum-lock/green-bundle/v1","proofs":[{}],"ok":true}', /ok/],
    ['a field twice', '{"format":"x","format":"y"}', /stands twice/],
  ])('%s is refused', (_, text, message) => {
    rejectsWith(() => decodeGreenBundle(text), 'DOCUMENT_INVALID', message);
  });
});
