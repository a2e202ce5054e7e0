import { expect, test } from 'vitest';

import { trustedKeys } from '../../../src/api/trusted-keys.ts';
import { verifyGreenProof } from '../../../src/ledger/proofs/green-proof.ts';
import { loadSignatureVerifier } from '../../../src/node/signature-verifier.ts';
import { isSoak, SeededRandom } from '../../crash/seeded-random.ts';
import { hashOf, testChain } from '../../crash/test-chain.ts';
import { foundedDirectory, openedNode } from '../storage/opened-node.ts';
import { RecoveryHistory } from './recovery-history.ts';

const NAMES = ['alpha', 'beta', 'ALE/Pong-v5'];
const { verify } = loadSignatureVerifier();

test('a node proves of every state what was Green and what was recalled, also where a newer recall took its place', async () => {
  const random = SeededRandom.announced('Green proofs of a node');
  const node = await openedNode(foundedDirectory());
  const history = new RecoveryHistory(node, random, NAMES);
  for (let block = 0; block < (isSoak ? 120 : 30); block++) await history.block(random.between(1, 6));
  await node.query.indexedTo(node.height);
  const { validators } = await node.query.validators();
  const trusted = trustedKeys(testChain(), validators);
  let earlier = 0;
  for (const [height, world] of history.worlds) {
    const at = { height };
    const { environments } = await node.query.greenList({ at, limit: 2 });
    const green = [...world].filter(([, one]) => one.green !== null).map(([name]) => name);
    expect(environments.map(({ env_id }) => env_id)).toEqual(green.toSorted().slice(0, 2));
    for (const name of NAMES) {
      const own = history.steps.filter((step) => step.touched.has(name) && step.height <= height);
      const recalls = own.flatMap((step, index) =>
        step.kind === 'recall' ? [own[index - 1]?.after.get(name)?.green?.content ?? ''] : [],
      );
      const now = world.get(name)?.green ?? null;
      for (const content of [null, now?.content ?? 'never made', ...new Set(recalls)]) {
        const asked = content === null ? {} : { state_hash: hashOf(content) };
        const proof = await node.query.greenProof({ env_id: name, at, ...asked });
        const { verdict, steps } = verifyGreenProof(proof, trusted, { verify });
        expect(steps.filter(({ ok }) => !ok)).toEqual([]);
        const isGreen = now !== null && (content === null || content === now.content);
        const isRecalled = content === null ? recalls.length > 0 : recalls.includes(content);
        const expected = isGreen ? 'green' : isRecalled ? 'recalled' : 'not_green';
        expect(verdict?.status, `${name} at ${height}: ${content}`).toBe(expected);
        expect(proof.next?.header.index ?? null).toBe(height === node.height ? null : height + 1);
        if (proof.recall !== null) earlier += 1;
        if (content === null) continue;
        const { holders } = await node.query.greenHolders({ at, state_hash: hashOf(content) });
        const holder = holders.find(({ env_id }) => env_id === name)?.as ?? null;
        if (expected !== 'not_green') expect(holder).toBe(expected);
        else expect([null, 'blue']).toContain(holder);
      }
    }
  }
  if (isSoak) expect(earlier).toBeGreaterThan(0);
});
