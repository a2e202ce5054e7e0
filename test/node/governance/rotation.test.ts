import { expect, test } from 'vitest';

import { trustedKeys } from '../../../src/api/trusted-keys.ts';
import { verifyStateProof } from '../../../src/ledger/proofs/state-proof.ts';
import { dataPaths } from '../../../src/node/data-directory/data-paths.ts';
import { readIdsRecord } from '../../../src/node/storage/ids-record.ts';
import { verifyNode } from '../../../src/node/verify/verify-node.ts';
import { encodeTransaction, signTransaction } from '../../../src/ledger/transactions/transaction.ts';
import { decodeUtf8 } from '../../../src/base/bytes.ts';
import { hashOf } from '../../vectors/chain-builder.ts';
import { newKey, sandboxHost, type SandboxHost } from './sandbox-host.ts';

async function openProposal({ client }: SandboxHost): Promise<string> {
  const { proposals } = await client.chain.proposals({ state: 'open', limit: 10 });
  return proposals[0]?.proposal_id ?? '';
}

test('the sole validator changes its key while transactions flow, and none is lost', async () => {
  const sandbox = await sandboxHost();
  const { client, host } = sandbox;
  const [before] = (await client.chain.validators()).validators;
  await newKey(sandbox, 'Validator, second key');
  const card = await sandbox.prove('Validator, second key', 'validator/authority-1');

  const receipts: string[] = [];
  let isFlowing = true;
  const secret = await secretOf(sandbox, 'Security lead');
  const signer = (await host.keyring.find('Security lead')).public_key;
  const { chain } = host.node;
  const flow = (async (): Promise<void> => {
    for (let index = 0; isFlowing; index++) {
      const payload = { env_id: `env-${index}`, state_hash: hashOf(`content ${index}`), metadata: {} };
      const zones = { sender: 'blue_state', recipient: 'blue_state' } as const;
      const unsigned = {
        action: 'create_environment',
        chain_id: chain.chain_id,
        era: chain.era,
        nonce: index,
        payload,
        ...zones,
        signer,
        timestamp: Date.now(),
      };
      const transaction = decodeUtf8(encodeTransaction(signTransaction(unsigned, chain, secret)));
      const result = await client.chain.submit({ transaction });
      if (result.outcome !== 'committed') throw new Error(JSON.stringify(result));
      receipts.push(result.receipt.id);
    }
  })();

  expect(await sandbox.propose('rotate_validator', { validator_id: 'authority-1', ...card })).toMatchObject({
    outcome: 'committed',
  });
  await sandbox.as('Operations 2');
  const done = await sandbox.send('approve', { proposal_id: await openProposal(sandbox) });
  expect(done).toMatchObject({ outcome: 'committed' });
  const goal = receipts.length + 5;
  while (receipts.length < goal) await Promise.race([flow, new Promise((resolve) => setImmediate(resolve))]);
  isFlowing = false;
  await flow;

  const rotatedAt = done.outcome === 'committed' ? done.receipt.block_index : -1;
  const head = await client.chain.status();
  expect(head.height).toBeGreaterThan(rotatedAt);
  const seals = await Promise.all(
    [rotatedAt, rotatedAt + 1].map(async (index) => (await client.chain.block({ at: { index } })).proof?.public_key),
  );
  expect(seals).toEqual([before?.public_key, card.public_key]);
  // Proofs of blocks before and after verify with the keys that the validator had and has.
  const trusted = trustedKeys(chain, (await client.chain.validators()).validators);
  for (const height of [rotatedAt, rotatedAt + 1]) {
    const proof = await client.chain.stateProof({ namespace: 'validators', key: 'authority-1', at: { height } });
    expect(verifyStateProof(proof, trusted)).toMatchObject({ ok: true });
    const onlyOne = { ...trusted, validators: trusted.validators.slice(height === rotatedAt ? 0 : 1).slice(0, 1) };
    expect(verifyStateProof(proof, onlyOne)).toMatchObject({ ok: false });
  }
  // And each key is told with the blocks that it may seal: the block that changes it is the last of the old one.
  const spans = new Map(trusted.validators.map((key) => [key.public_key, [key.seals_from, key.seals_to]]));
  expect(spans.get(before?.public_key ?? '')).toEqual([0, rotatedAt]);
  expect(spans.get(card.public_key)).toEqual([rotatedAt + 1, null]);
  for (const id of receipts) expect((await client.chain.transaction({ id: id as never })).id).toBe(id);

  const again = await sandbox.restart();
  expect(await again.send('freeze', { reason: 'after a restart it seals with the new key' })).toMatchObject({
    outcome: 'committed',
  });
  await again.host.close();
  // What the node vouches for goes on with its key: the old one may be given away.
  const vouched = readIdsRecord(dataPaths(sandbox.directory).chain);
  expect(vouched[0]?.run.first_height).toBe(0);
  expect([...new Set(vouched.map(({ public_key }) => public_key))]).toEqual([card.public_key]);
  const report = await verifyNode({ dataDirectory: sandbox.directory, verifyThreads: 1, onProgress: () => undefined });
  expect(report).toMatchObject({ findings: [] });
});

async function secretOf({ host }: SandboxHost, name: string): Promise<Uint8Array> {
  const session = await host.keyring.file.openSession('a passphrase for tests');
  return session.secret((await host.keyring.find(name)).key_id);
}
