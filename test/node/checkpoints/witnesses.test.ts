import { createHash } from 'node:crypto';

import { expect, onTestFinished, test } from 'vitest';

import { trustedKeys } from '../../../src/api/trusted-keys.ts';
import type { TrustedKeys } from '../../../src/ledger/proofs/report.ts';
import { verifyCheckpoint } from '../../../src/ledger/checkpoints/verify-checkpoint.ts';
import { verifyTlogProof } from '../../../src/ledger/checkpoints/verify-tlog-proof.ts';
import { decodeWitnessPolicy } from '../../../src/ledger/checkpoints/witness-policy.ts';
import { setWitnesses } from '../../../src/node/checkpoints/checkpoint-config.ts';
import { nativeVerifiers } from '../../../src/node/checkpoints/native-verifiers.ts';
import { loadSignatureVerifier } from '../../../src/node/signature-verifier.ts';
import { checkpointHost, type CheckpointHost } from './checkpoint-host.ts';
import { startWitness, type Witness } from './independent-witness.ts';

const verifiers = nativeVerifiers();

async function trustOf({ sandbox: { client } }: CheckpointHost): Promise<TrustedKeys> {
  const [{ validators }, { keys }] = [await client.chain.validators(), await client.chain.checkpointKeys()];
  return trustedKeys(await client.chain.status(), validators, keys);
}

async function witnessed(count: number): Promise<{ made: CheckpointHost; witnesses: Witness[]; policy: string }> {
  const made = await checkpointHost();
  const key = await made.verifierKey();
  const witnesses = await Promise.all(
    Array.from({ length: count }, (_, index) => startWitness(`witness.example/w${index + 1}`, key)),
  );
  onTestFinished(async () => void (await Promise.all(witnesses.map((one) => one.stop()))));
  // The even ones are known by their ML-DSA-44 keys, the odd ones by those of Ed25519.
  const lines = witnesses.map(
    ({ url, verifierKeys }, index) =>
      `witness w${index + 1} ${index % 2 === 0 ? verifierKeys.ed25519 : verifierKeys.mlDsa44} ${url}`,
  );
  const names = witnesses.map((_, index) => `w${index + 1}`).join(' ');
  const policy = `# for tests\nlog ${key}\n${lines.join('\n')}\ngroup all-of-them all ${names}\nquorum all-of-them\n`;
  setWitnesses(made.sandbox.directory, { policy, within_ms: 60_000, set_at: Date.now() });
  return { made, witnesses, policy };
}

test('witnesses written from the C2SP documents alone cosign each head, and what they cosigned verifies offline', async () => {
  const { made, witnesses, policy } = await witnessed(2);
  const { client, host } = made.sandbox;
  const id = await made.grow('one');
  await client.operator.publishCheckpoint();
  await made.grow('two');
  const { checkpoint: view } = await client.operator.publishCheckpoint();
  const { size, note } = await client.chain.checkpoint({ which: 'witnessed' });
  expect(size).toBe((await client.chain.status()).log_size);
  expect(view).toMatchObject({ witnessed_size: size, problem: null });
  for (const witness of witnesses) expect(witness.size()).toBe(size);

  const trust = { trusted: await trustOf(made), policy: decodeWitnessPolicy(policy), verifiers };
  expect(verifyCheckpoint(note, trust)).toMatchObject({ ok: true });
  const { text } = await client.chain.tlogProof({ id, which: 'witnessed' });
  const { verify: verifySignature } = loadSignatureVerifier();
  expect(verifyTlogProof(text, { ...trust, verifySignature })).toMatchObject({ ok: true });
  // Without one of its witnesses it is not enough, and with one that is changed it is worthless.
  const lines = note.trimEnd().split('\n');
  expect(verifyCheckpoint(`${lines.slice(0, -1).join('\n')}\n`, trust)).toMatchObject({ ok: false });
  const last = lines.at(-1) ?? '';
  const changed = `${last.slice(0, -8)}${last.slice(-8, -7) === 'A' ? 'B' : 'A'}${last.slice(-7)}`;
  expect(verifyCheckpoint(`${[...lines.slice(0, -1), changed].join('\n')}\n`, trust)).toMatchObject({ ok: false });
  expect(await host.node.checkpoints.facts()).toMatchObject({ unseenSince: null, problems: [] });
});

test('a stale old size is answered with the size, and asked again from there', async () => {
  const { made, witnesses } = await witnessed(1);
  const [witness] = witnesses;
  if (witness === undefined) throw new Error('there is a witness');
  await made.grow('one');
  await made.sandbox.client.operator.publishCheckpoint();
  const seen = witness.size();
  // It was put back to an earlier head: what is remembered of it here is stale.
  const { root } = await rootAt(made, seen);
  const early = await rootAt(made, 2);
  witness.remember(2, early.root);
  await made.grow('two');
  witness.calls.length = 0;
  const { checkpoint } = await made.sandbox.client.operator.publishCheckpoint();
  expect(witness.calls.map(({ old, status }) => [old, status])).toContainEqual([seen, 409]);
  expect(witness.calls.at(-1)).toMatchObject({ old: 2, status: 200 });
  expect(checkpoint?.witnesses[0]).toMatchObject({ problem: null });
  expect(root).not.toEqual(early.root);
});

test('a fork is refused by the witness, and is a critical alert here', async () => {
  const { made, witnesses } = await witnessed(1);
  const [witness] = witnesses;
  if (witness === undefined) throw new Error('there is a witness');
  await made.grow('one');
  await made.sandbox.client.operator.publishCheckpoint();
  witness.remember(witness.size(), createHash('sha256').update('another history').digest());
  await made.grow('two');
  const { checkpoint } = await made.sandbox.client.operator.publishCheckpoint();
  expect(witness.calls.at(-1)).toMatchObject({ status: 422 });
  expect(checkpoint?.witnesses[0]?.problem).toContain('another history');
  const { alerts } = await made.sandbox.client.chain.status();
  expect(alerts).toContainEqual(expect.objectContaining({ code: 'WITNESSES_BEHIND', severity: 'critical' }));
  // So is a witness that saw a longer log than there is.
  witness.remember(1_000, createHash('sha256').update('a longer log').digest());
  await made.sandbox.client.operator.publishCheckpoint();
  expect((await made.sandbox.client.chain.status()).checkpoint?.witnesses[0]?.problem).toContain('1000 transactions');
});

test('a witness that cannot be reached is told of, and once its time is over there is an alert', async () => {
  const { made, witnesses, policy } = await witnessed(1);
  await witnesses[0]?.stop();
  await made.grow('one');
  const { checkpoint } = await made.sandbox.client.operator.publishCheckpoint();
  expect(checkpoint?.witnesses[0]?.problem).toContain('cannot be reached');
  const codes = async (): Promise<string[]> =>
    (await made.sandbox.client.chain.status()).alerts.map(({ code }) => code);
  expect(await codes()).not.toContain('WITNESSES_BEHIND');
  setWitnesses(made.sandbox.directory, { policy, within_ms: 1, set_at: Date.now() - 1_000 });
  expect(await codes()).toContain('WITNESSES_BEHIND');
});

test('after a rotation the new key signs, and each signs the sizes of its time alone', async () => {
  const made = await checkpointHost();
  const { client } = made.sandbox;
  const before = await client.chain.checkpoint({ which: 'newest' });
  await made.nameKey('Checkpoints 2');
  const after = await client.chain.checkpoint({ which: 'newest' });
  const trusted = await trustOf(made);
  const trust = { trusted, policy: null, verifiers };
  expect(trusted.checkpointKeys).toHaveLength(2);
  for (const { note } of [before, after]) expect(verifyCheckpoint(note, trust)).toMatchObject({ ok: true });
  const swapped = (trusted.checkpointKeys ?? []).map((one, index, all) => ({
    ...one,
    public_key: all[1 - index]?.public_key ?? one.public_key,
  }));
  for (const { note } of [before, after])
    expect(verifyCheckpoint(note, { ...trust, trusted: { ...trusted, checkpointKeys: swapped } })).toMatchObject({
      ok: false,
    });
  const status = await client.chain.status();
  expect(status.checkpoint).toMatchObject({ problem: null });
});

async function rootAt(made: CheckpointHost, size: number): Promise<{ readonly root: Buffer }> {
  return { root: Buffer.from((await made.sandbox.host.node.query.logRoot(size)).slice(2), 'hex') };
}
