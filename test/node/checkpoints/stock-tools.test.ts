import { generateKeyPairSync, createHash } from 'node:crypto';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { createServer as createHttpServer } from 'node:http';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { RFC9162 } from '@transmute/rfc9162';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { findStockProgram } from '../../../build/stock-programs.mjs';
import { decodeBase64 } from '../../../src/base/base64.ts';
import { decodeHex, type Hash } from '../../../src/base/bytes.ts';
import { decodeCheckpoint } from '../../../src/ledger/checkpoints/checkpoint.ts';
import { decodeTransparentTransaction } from '../../../src/ledger/checkpoints/cose-receipt.ts';
import { decodeNote, encodeVerifierKey, NOTE_SIGNATURE_TYPES } from '../../../src/ledger/checkpoints/signed-note.ts';
import { decodeTlogProof } from '../../../src/ledger/checkpoints/tlog-proof.ts';
import { setWitnesses } from '../../../src/node/checkpoints/checkpoint-config.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { checkpointHost, type CheckpointHost } from './checkpoint-host.ts';

const reader = findStockProgram('note-reader');
const receipts = findStockProgram('scitt-cose');
const omniwitness = findStockProgram('omniwitness');
const reasonOf = (found: ReturnType<typeof findStockProgram>): string =>
  'reason' in found ? ` (${found.reason})` : '';
const programOf = (found: ReturnType<typeof findStockProgram>): string => ('program' in found ? found.program : '');

describe('golang.org/x/mod/sumdb reads', () => {
  const run = (kind: string, vkey: string, text: string): unknown =>
    JSON.parse(execFileSync(programOf(reader), [kind, vkey], { input: text, encoding: 'utf8' }));
  const refuses = (kind: string, vkey: string, text: string): boolean =>
    spawnSync(programOf(reader), [kind, vkey], { input: text }).status !== 0;

  test.skipIf('reason' in reader)(
    `checkpoints and tlog-proofs, and none that is changed${reasonOf(reader)}`,
    async () => {
      const made = await checkpointHost();
      const { client } = made.sandbox;
      const id = await made.grow('one');
      const vkey = await made.verifierKey();
      const { note, size } = await client.chain.checkpoint({ which: 'newest' });
      const { origin } = await client.chain.checkpointKeys();
      expect(run('note', vkey, note)).toMatchObject({ origin, size });
      const { text } = await client.chain.tlogProof({ id, which: 'newest' });
      const { transaction, index } = decodeTlogProof(text);
      expect(run('tlog-proof', vkey, text)).toMatchObject({ index, leaf: new TextDecoder().decode(transaction) });
      expect(refuses('note', vkey, note.replace(`\n${size}\n`, `\n${size + 1}\n`))).toBe(true);
      expect(refuses('tlog-proof', vkey, text.replace(`index ${index}`, `index ${index - 1}`))).toBe(true);
    },
  );
});

describe('a receipt', () => {
  async function made(): Promise<{ readonly host: CheckpointHost; readonly id: Hash; readonly cose: Uint8Array }> {
    const host = await checkpointHost();
    const id = await host.grow('one');
    const { cose } = await host.sandbox.client.chain.coseReceipt({ id });
    return { host, id, cose: decodeBase64(cose) };
  }

  test.skipIf('reason' in receipts)(
    `is read by scitt-cose, and none that is changed${reasonOf(receipts)}`,
    async () => {
      const directory = temporaryDirectory();
      const { host, id, cose } = await made();
      const { client } = host.sandbox;
      const [key] = (await client.chain.checkpointKeys()).keys;
      const spki = Buffer.concat([
        Buffer.from('302a300506032b6570032100', 'hex'),
        Buffer.from((key?.public_key ?? '').slice(2), 'hex'),
      ]);
      const pem = join(directory, 'log.pem');
      writeFileSync(pem, `-----BEGIN PUBLIC KEY-----\n${spki.toString('base64')}\n-----END PUBLIC KEY-----\n`);
      const script = fileURLToPath(new URL('check-receipt.py', import.meta.url));
      const run = (bytes: Uint8Array): { statement: boolean; receipts: { ok: boolean; root: string | null }[] } => {
        const file = join(directory, 'receipt.cose');
        writeFileSync(file, bytes);
        const args = [script, file, pem];
        return JSON.parse(execFileSync(programOf(receipts), args, { encoding: 'utf8' })) as ReturnType<typeof run>;
      };
      const { log_root, log_size } = await client.chain.status();
      const { origin } = await client.chain.checkpointKeys();
      const found = run(cose);
      expect(found).toMatchObject({ statement: true, issuer: origin, subject: id });
      expect(found.receipts).toMatchObject([{ ok: true, root: log_root.slice(2), size: log_size, errors: [] }]);
      const { inclusion, statement } = decodeTransparentTransaction(cose, host.sandbox.host.node.chain);
      for (const { signature } of [inclusion, statement]) {
        const changed = Buffer.from(cose);
        const at = changed.indexOf(signature);
        changed[at] = (changed[at] ?? 0) ^ 1;
        const { statement: isSigned, receipts: list } = run(changed);
        expect(isSigned && list.every(({ ok }) => ok)).toBe(false);
      }
    },
  );

  test('comes with the answer to a transaction that asks for it', async () => {
    const host = await checkpointHost();
    const { client, host: node } = host.sandbox;
    const id = await host.grow('one');
    const { transaction } = await client.chain.transactionProof({ id });
    // Sent again, it is the same transaction, and gets the same answer.
    const again = await client.chain.submit({ transaction, with_receipt: 'cose' });
    if (again.outcome !== 'committed') throw new Error(JSON.stringify(again));
    const { subject } = decodeTransparentTransaction(decodeBase64(again.cose_receipt ?? ''), node.node.chain);
    expect(subject).toBe(id);
    expect(await client.chain.submit({ transaction })).not.toHaveProperty('cose_receipt');
  });
});

test('an RFC 6962 library of others finds the root of the checkpoint from a tlog-proof', async () => {
  const made = await checkpointHost();
  const id = await made.grow('one');
  const { text } = await made.sandbox.client.chain.tlogProof({ id, which: 'newest' });
  const { transaction, index, path, checkpoint } = decodeTlogProof(text);
  const { size, root } = decodeCheckpoint(checkpoint.text);
  const bytes = new Uint8Array(transaction);
  const proof = {
    log_id: '',
    tree_size: size,
    leaf_index: index,
    inclusion_path: path.map((hash) => new Uint8Array(decodeHex(hash))),
  };
  const leaf = await RFC9162.leaf(bytes);
  const verified = await RFC9162.verifyInclusionProof(new Uint8Array(decodeHex(root)), leaf, proof);
  expect(verified).toBe(true);
  const other = await RFC9162.leaf(new Uint8Array([...bytes, 32]));
  expect(await RFC9162.verifyInclusionProof(new Uint8Array(decodeHex(root)), other, proof)).toBe(false);
});

describe('omniwitness', () => {
  let port = 0;
  beforeAll(async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
    await new Promise((resolve) => server.close(resolve));
  });

  test.skipIf('reason' in omniwitness)(
    `cosigns checkpoints, from where it is and from where it was put${reasonOf(omniwitness)}`,
    async () => {
      const directory = temporaryDirectory();
      const made = await checkpointHost();
      const { client } = made.sandbox;
      const vkey = await made.verifierKey();
      const page = `logs/v0\n\nvkey ${vkey}\nqpd 86400\ncontact tests\n`;
      const config = createHttpServer((_, response) => void response.end(page));
      await new Promise<void>((resolve) => config.listen(0, '127.0.0.1', resolve));
      onTestFinished(() => void config.close());

      const name = 'witness.example/omni';
      const pair = generateKeyPairSync('ed25519');
      const publicKey = pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
      const seed = pair.privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32);
      const hash = createHash('sha256')
        .update(`${name}\n`)
        .update(Buffer.of(1))
        .update(publicKey)
        .digest('hex')
        .slice(0, 8);
      const keyFile = join(directory, 'witness.key');
      writeFileSync(keyFile, `PRIVATE+KEY+${name}+${hash}+${Buffer.concat([Buffer.of(1), seed]).toString('base64')}`);
      // It follows public logs of its own accord: no way leads there from here.
      const nowhere = 'http://127.0.0.1:1';
      const child = spawn(
        programOf(omniwitness),
        [
          '--listen',
          `127.0.0.1:${port}`,
          '--metrics_listen',
          '127.0.0.1:0',
          '--private_key_path',
          keyFile,
          '--db_file',
          join(directory, 'witness.db'),
          '--public_witness_config_url',
          `http://127.0.0.1:${(config.address() as AddressInfo).port}/`,
        ],
        { stdio: 'ignore', env: { ...process.env, HTTP_PROXY: nowhere, HTTPS_PROXY: nowhere } },
      );
      onTestFinished(() => void child.kill('SIGKILL'));

      const witness = encodeVerifierKey({ name, type: NOTE_SIGNATURE_TYPES.ed25519Cosignature, publicKey });
      const policy = `witness omni ${witness} http://127.0.0.1:${port}\nquorum omni\n`;
      setWitnesses(made.sandbox.directory, { policy, within_ms: 60_000, set_at: Date.now() });
      await made.grow('one');
      // It serves once it has read which logs there are.
      let problem: string | null | undefined = 'not asked';
      for (const until = Date.now() + 60_000; problem !== null && Date.now() < until;) {
        const { checkpoint } = await client.operator.publishCheckpoint();
        problem = checkpoint?.witnesses[0]?.problem;
      }
      expect(problem).toBeNull();
      const first = await client.chain.checkpoint({ which: 'witnessed' });
      await made.grow('two');
      const { checkpoint } = await client.operator.publishCheckpoint();
      expect(checkpoint?.witnesses[0]?.problem).toBeNull();
      const second = await client.chain.checkpoint({ which: 'witnessed' });
      expect(second.size).toBeGreaterThan(first.size);

      // What is remembered of it is lost: it says itself where it is.
      writeFileSync(join(made.sandbox.directory, 'checkpoints', 'witnesses.json'), '{}');
      await made.grow('three');
      await client.operator.publishCheckpoint();
      const third = await client.chain.checkpoint({ which: 'witnessed' });
      expect(third.size).toBeGreaterThan(second.size);
      expect(decodeNote(third.note).signatures).toHaveLength(2);
      expect(readFileSync(join(made.sandbox.directory, 'checkpoints', 'witnesses.json'), 'utf8')).toContain(
        `"size": ${third.size}`,
      );
    },
  );
});
