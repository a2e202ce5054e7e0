import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { expect, test } from 'vitest';

import { sbomOf, type SbomRequest } from '../../../src/ledger/documents/sbom.ts';
import { hashOf } from '../../vectors/chain-builder.ts';

const green = {
  version: 3,
  state_hash: hashOf('content'),
  metadata: { task: 'maze' },
  promoted_at: 1_750_000_000_000,
  promoted_by: 'ada',
  approved_by: ['bo', 'ada'],
  transaction_id: hashOf('promotion'),
};
const request: SbomRequest = {
  chain: { chain_id: 'registry', genesis: hashOf('genesis') },
  at: 1_750_000_500_000,
  block: { height: 12, hash: hashOf('block'), time: 1_750_000_400_000, state_root: hashOf('root') },
  environments: [
    { env_id: 'ALE/Pong-v5', green, archived_at: null, file_count: 3, size_bytes: 2 ** 40 },
    {
      env_id: 'agent',
      green: { ...green, version: 1, metadata: { kind: 'model' }, approved_by: [] },
      archived_at: 1_750_000_100_000,
      file_count: null,
      size_bytes: null,
    },
  ],
  software: '0.1.0',
};

test('a validator of others finds a CycloneDX 1.7 document in it', async () => {
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot7);
  for (const one of [request, { ...request, at: null, environments: [] }])
    expect(await validator.validate(JSON.stringify(sbomOf(one)))).toBeNull();
  // That the validator looks: a document with a version that is none is refused.
  const wrong = { ...sbomOf(request), version: 0 };
  expect(await validator.validate(JSON.stringify(wrong))).not.toBeNull();
});

test('says what was Green, by whom, and as what', () => {
  const { components, serialNumber } = sbomOf(request);
  expect(components.map(({ type, name, version, hashes }) => [type, name, version, hashes[0]?.content])).toEqual([
    ['data', 'ALE/Pong-v5', '3', green.state_hash.slice(2)],
    ['machine-learning-model', 'agent', '1', green.state_hash.slice(2)],
  ]);
  expect(components[0]?.properties).toEqual(
    expect.arrayContaining([
      { name: 'quantum-lock:promoted_by', value: 'ada' },
      { name: 'quantum-lock:approved_by', value: 'bo' },
      { name: 'quantum-lock:approved_by', value: 'ada' },
      { name: 'quantum-lock:promotion', value: green.transaction_id },
    ]),
  );
  expect(serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('is the same for the same state, and another for another', () => {
  expect(sbomOf(request)).toEqual(sbomOf(structuredClone(request)));
  const numbers = [
    request,
    { ...request, at: null },
    { ...request, block: { ...request.block, hash: hashOf('other') } },
    { ...request, chain: { ...request.chain, genesis: hashOf('other') } },
  ].map((one) => sbomOf(one).serialNumber);
  expect(new Set(numbers).size).toBe(4);
});
