import { expect, test } from 'vitest';

import { encodeCanonicalText } from '../../../src/base/canonical.ts';
import { trustedKeys } from '../../../src/api/trusted-keys.ts';
import { verifyStateProof } from '../../../src/ledger/proofs/state-proof.ts';
import { SeededRandom } from '../../crash/seeded-random.ts';
import { testChain, createBytes, hashOf, promoteBytes, updateBytes } from '../../crash/test-chain.ts';
import { foundedDirectory, openedNode, receiptOf } from '../storage/opened-node.ts';

test('every past state stays readable and provable, after a restart too', async () => {
  const random = SeededRandom.announced('past states');
  const data = foundedDirectory();
  const node = await openedNode(data);
  const names = Array.from({ length: 12 }, (_, index) => `env-${index}`);
  const versions = new Map<string, number>();
  /** By height, by environment: its Blue version and state hash, and whether it is Green. */
  const expected: ReadonlyMap<
    string,
    { readonly version: number; readonly stateHash: string; readonly green: boolean }
  >[] = [new Map()];
  const greens = new Map<string, number>();
  for (let block = 0; block < 60; block++) {
    const name = random.pick(names);
    const version = versions.get(name) ?? 0;
    const before = expected.at(-1)?.get(name);
    const isPromotion = before !== undefined && !before.green && random.chance(0.4);
    const bytes = isPromotion
      ? promoteBytes(name, `${name} v${version}`, { version, green: greens.get(name) ?? null })
      : version === 0
        ? createBytes(name, { stateHash: hashOf(`${name} v1`) })
        : updateBytes(name, `${name} v${version + 1}`, { baseVersion: version });
    receiptOf(await node.submit(bytes));
    if (isPromotion) greens.set(name, version);
    if (!isPromotion) versions.set(name, version + 1);
    const next = isPromotion
      ? { ...before, green: true }
      : { version: version + 1, stateHash: hashOf(`${name} v${version + 1}`), green: false };
    expected.push(new Map([...(expected.at(-1) ?? []), [name, next]]));
  }
  await node.close();

  const again = await openedNode(data, 'read');
  const { validators } = await again.query.validators();
  for (const [height, environments] of expected.entries()) {
    const { keys } = await again.query.stateKeys({ namespace: 'environments', at: { height }, limit: 100 });
    expect(keys).toEqual([...environments.keys()].sort());
    for (const name of names) {
      const state = await again.query.state({ namespace: 'environments', key: name, at: { height } });
      const proof = await again.query.stateProof({ namespace: 'environments', key: name, at: { height } });
      const report = verifyStateProof(proof, trustedKeys(testChain(), validators));
      expect(report.ok, `${name} at ${height}: ${JSON.stringify(report.steps.filter(({ ok }) => !ok))}`).toBe(true);
      const known = environments.get(name);
      if (known === undefined) {
        expect(state.value).toBeNull();
        expect(proof.value).toBeNull();
        await expect(again.query.environment({ env_id: name, at: { height } })).rejects.toMatchObject({
          code: 'NOT_FOUND',
        });
        continue;
      }
      expect(proof.value).toBe(encodeCanonicalText(state.value));
      const view = await again.query.environment({ env_id: name, at: { height } });
      expect(view.blue).toMatchObject({ version: known.version, state_hash: known.stateHash });
      expect(view.green?.state_hash === known.stateHash).toBe(known.green);
      expect(view.height).toBe(height);
    }
  }
});
