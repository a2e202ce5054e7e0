import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { AuditFilter } from '../../../src/api/chain/audit.ts';
import type { QuantumLockError } from '../../../src/base/errors.ts';
import { publicKeyOf } from '../../../src/ledger/crypto/signature.ts';
import { makeKeyCard } from '../../../src/ledger/documents/key-card.ts';
import { makeExport, manifestPathOf } from '../../../src/node/export/make-export.ts';
import type { VerifiedExport } from '../../../src/ledger/documents/export-file.ts';
import { verifyExport } from '../../../src/node/export/verify-export.ts';
import { QuantumNode } from '../../../src/node/quantum-node.ts';
import {
  administratorSigner,
  engineerSigner,
  sealingKey,
  signedBytes,
  testChain,
  VALIDATOR_ID,
} from '../../crash/test-chain.ts';
import { readExport } from '../../vectors/independent-export.ts';
import { dataDirectory, exportTo, growChain, HOSTILE_NAMES, root, signAs, trusted } from './exported-chain.ts';

beforeAll(() => growChain({ single: HOSTILE_NAMES.length, batches: 4 }), 120_000);

const TRANSACTIONS = 1 + 2 * HOSTILE_NAMES.length + 40;

async function verified(path: string): Promise<VerifiedExport> {
  const found = await verifyExport({ path, trusted: trusted() });
  expect(found.report.steps.filter(({ ok }) => !ok)).toEqual([]);
  return found;
}

const rowsOf = (path: string): { readonly log_index: number; readonly summary: string }[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => (line.startsWith('{"row":') ? [(JSON.parse(line) as { row: never }).row] : []));

describe('an export in JSON Lines', () => {
  test('of everything holds the whole log, in order, and nothing is left out', async () => {
    const { path } = await exportTo('jsonl');
    const { manifest, lines } = await verified(path);
    expect(manifest).toMatchObject({ kind: 'jsonl', rows: TRANSACTIONS, filter: {}, from_block: 0 });
    expect(lines).toMatchObject({ rows: TRANSACTIONS, omitted: 0 });
    expect(rowsOf(path).map(({ log_index }) => log_index)).toEqual(Array.from({ length: TRANSACTIONS }, (_, at) => at));
  });

  test.each<[string, AuditFilter, number]>([
    ['an action', { actions: ['promote_environment'] }, HOSTILE_NAMES.length],
    ['a member', { signer: 'engineer' }, 40],
    ['an environment', { env_id: 'env-3' }, 2],
    ['words', { text: 'promoted env-4' }, 1],
    ['nothing at all', { env_id: 'nobody' }, 0],
    ['blocks', { from_block: 3, to_block: 5 }, 3],
    ['an action, in blocks', { actions: ['promote_environment'], from_block: 3, to_block: 6 }, 2],
    ['the middle of batches', { text: 'many-2-7' }, 2],
  ])('of %s proves how many are left out where', async (_, filter, rows) => {
    const { path } = await exportTo('jsonl', filter);
    const { manifest, lines } = await verified(path);
    expect(manifest.rows).toBe(rows);
    expect(lines?.begin.filter).toEqual(filter);
    const looked = (lines?.last.header.log_size ?? 0) - (lines?.begin.before.log_size ?? 0);
    expect((lines?.rows ?? 0) + (lines?.omitted ?? 0)).toBe(looked);
  });

  test('of a range that the chain does not have is refused, and leaves nothing', async () => {
    await expect(exportTo('jsonl', { from_block: 10_000 })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(exportTo('jsonl', { to_time: 1_000 })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  test('is never written over a file', async () => {
    const { path } = await exportTo('jsonl', { env_id: 'env-1' });
    const before = readFileSync(path);
    const again = makeExport(
      { dataDirectory: join(root, 'data'), kind: 'jsonl', filter: {}, output: path, createdAt: 1, software: '' },
      { sign: signAs(administratorSigner()), report: () => undefined },
    );
    await expect(again).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});

describe('who signed', () => {
  test('may be a validator of the trust file, or a member, which the export proves', async () => {
    const byValidator = await verified((await exportTo('jsonl', { env_id: 'env-1' })).path);
    expect(byValidator.report.steps.at(-1)?.detail).toMatch(/^validator authority-1, at block \d+$/);
    const { path } = await exportTo('jsonl', { env_id: 'env-1' }, signAs(engineerSigner()));
    expect((await verified(path)).report.steps.at(-1)?.detail).toMatch(/^member engineer \(Engineer\), at block \d+$/);
  });

  test('may be a key that came after what the export holds, and is no less shown to be a member’s', async () => {
    const [data, output] = [join(root, 'rotated'), join(root, 'rotated.jsonl')];
    cpSync(dataDirectory, data, { recursive: true });
    const secret = new Uint8Array(32).fill(7);
    const chain = { ...testChain(), era: 0 };
    const { public_key: publicKey, proof } = makeKeyCard({ chain, subject: 'member/engineer' }, secret);
    const payload = { member_id: 'engineer', old_key: engineerSigner().publicKey, new_key: publicKey, proof };
    const node = await QuantumNode.open({ dataDirectory: data, key: sealingKey(), now: Date.now });
    const [rotated] = await node.submitBatch([signedBytes('rotate_key', payload, { by: 'engineer' })]);
    await node.close();
    if (rotated?.outcome !== 'committed') throw new Error(JSON.stringify(rotated));
    await makeExport(
      { dataDirectory: data, kind: 'jsonl', filter: { to_block: 5 }, output, createdAt: 1, software: '' },
      { sign: signAs({ publicKey, secret }), report: () => undefined },
    );
    const { manifest, report } = await verified(output);
    expect(manifest.to_block).toBe(5);
    expect(report.steps.at(-1)?.detail).toBe(`member engineer (Engineer), at block ${rotated.receipt.block_index}`);
    const { chain_id: chainId, genesis } = testChain();
    const validators = new Map([[VALIDATOR_ID, [{ key: sealingKey().publicKey, from: 0, to: null }]]]);
    expect(readExport(readFileSync(output), null, { chainId, genesis, validators }).signer).toBe('engineer');
  });

  test('is nobody who is no member yet: then nothing is left of it', async () => {
    const secret = new Uint8Array(32).fill(9);
    const output = join(root, 'stranger.csv');
    const asked = makeExport(
      { dataDirectory, kind: 'csv', filter: {}, output, createdAt: 1, software: '' },
      { sign: signAs({ publicKey: publicKeyOf(secret), secret }), report: () => undefined },
    );
    await expect(asked).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    expect(existsSync(output) || existsSync(manifestPathOf(output))).toBe(false);
  });

  test('is nobody else', async () => {
    const stranger = { publicKey: engineerSigner().publicKey, secret: administratorSigner().secret };
    const { path } = await exportTo('jsonl', { env_id: 'env-1' }, signAs(stranger));
    const { report } = await verifyExport({ path, trusted: trusted() });
    expect(report).toMatchObject({ ok: false });
    expect(report.steps.at(-1)).toMatchObject({ step: 'Signature of the export', ok: false });
    const others = {
      ...trusted(),
      validators: [
        { validator_id: 'authority-1', public_key: engineerSigner().publicKey, seals_from: 0, seals_to: null },
      ],
    };
    await expect(verifyExport({ path, trusted: others })).rejects.toMatchObject({ code: 'EXPORT_INVALID' });
  });
});

describe.each(['csv', 'cef'] as const)('an export as %s', (kind) => {
  test('has its manifest beside it, and is checked with it', async () => {
    const { path } = await exportTo(kind);
    const { manifest, lines } = await verified(path);
    expect(manifest).toMatchObject({ kind, rows: TRANSACTIONS });
    expect(lines).toBeNull();
  });

  test('without its manifest, or with that of another export, is refused', async () => {
    const [one, other] = [await exportTo(kind), await exportTo(kind, { signer: 'engineer' })];
    const alone = join(root, `alone.${kind}`);
    writeFileSync(alone, readFileSync(one.path));
    await expect(verifyExport({ path: alone, trusted: trusted() })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringContaining('alone') as string,
    } satisfies Partial<QuantumLockError>);
    const { report } = await verifyExport({
      path: one.path,
      manifestPath: manifestPathOf(other.path),
      trusted: trusted(),
    });
    expect(report.steps).toMatchObject([{ step: 'Content', ok: false }]);
  });
});
