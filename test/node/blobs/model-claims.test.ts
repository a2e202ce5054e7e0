import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { findStockProgram } from '../../../build/stock-programs.mjs';
import { modelClaim, type ModelClaim } from '../../../src/api/chain/claims.ts';
import type { Hash } from '../../../src/base/bytes.ts';
import type { FileEntry } from '../../../src/ledger/log/file-tree.ts';
import type { ContentSource } from '../../../src/node/blobs/compare.ts';
import { modelClaims } from '../../../src/node/blobs/model-claims.ts';
import { coded } from '../../coded.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';

const VERSION = `0x${'11'.repeat(32)}` as Hash;

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A version that holds these files, as a store gives them. */
function storeOf(files: Readonly<Record<string, string | Uint8Array>>): ContentSource {
  const contents = Object.entries(files).map(([path, content]) => ({ path, bytes: Buffer.from(content) }));
  const entries = contents.map(({ path, bytes }): FileEntry => ({
    path,
    mode: 420,
    size_bytes: bytes.length,
    content_hash: `0x${digestOf(bytes)}` as Hash,
  }));
  return {
    manifest: (stateHash) => (stateHash === VERSION ? entries : null),
    readFile: (hash) =>
      Promise.resolve(contents.find(({ bytes }) => `0x${digestOf(bytes)}` === hash)?.bytes ?? Buffer.of()),
  };
}

async function claimsOf(
  files: Readonly<Record<string, string | Uint8Array>>,
  key: string | null = null,
): Promise<readonly ModelClaim[]> {
  const { claims } = await modelClaims(storeOf(files), VERSION, key);
  for (const claim of claims) expect(modelClaim.parse(claim)).toEqual(claim);
  return claims;
}

const signer = findStockProgram('model-signing');

describe(`what model-signing signed${'reason' in signer ? ` (skipped: ${signer.reason})` : ''}`, () => {
  const program = 'program' in signer ? signer.program : '';

  /** Signs a directory of two files with the tool itself. */
  function sign(): { readonly files: Readonly<Record<string, Uint8Array>>; readonly key: string } {
    const directory = temporaryDirectory();
    const model = join(directory, 'model');
    mkdirSync(join(model, 'weights'), { recursive: true });
    writeFileSync(join(model, 'README.md'), '# Maze\n');
    writeFileSync(join(model, 'weights', 'policy.bin'), Buffer.alloc(5_000, 7));
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const keyFile = join(directory, 'key.pem');
    writeFileSync(keyFile, privateKey.export({ format: 'pem', type: 'pkcs8' }));
    execFileSync(program, ['sign', 'key', model, '--private_key', keyFile, '--signature', join(model, 'model.sig')], {
      stdio: 'pipe',
    });
    const files = readdirSync(model, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    return {
      files: Object.fromEntries(files.map((path) => [path.slice(model.length + 1), readFileSync(path)])),
      key: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    };
  }

  test.skipIf('reason' in signer)('is found, compared with the files, and checked with its key', async () => {
    const { files, key } = sign();
    expect(await claimsOf(files)).toMatchObject([
      { path: 'model.sig', problem: null, name: 'model', signature: 'unchecked', files: { same: 2 } },
    ]);
    const [claim] = await claimsOf(files, key);
    expect(claim).toMatchObject({
      signature: 'valid',
      files: { different_count: 0, missing_count: 0, unsigned_count: 0 },
    });
    const other = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey.export({
      format: 'pem',
      type: 'spki',
    });
    expect(await claimsOf(files, other.toString())).toMatchObject([{ signature: 'invalid' }]);
    await expect(claimsOf(files, 'no key')).rejects.toEqual(coded('INPUT_INVALID'));
  });

  test.skipIf('reason' in signer)('says which files are other ones, gone, or not signed', async () => {
    const { files, key } = sign();
    const { 'README.md': _, ...rest } = files;
    const changed = { ...rest, 'weights/policy.bin': Buffer.alloc(5_000, 8), 'new.txt': 'new' };
    expect(await claimsOf(changed, key)).toMatchObject([
      {
        signature: 'valid',
        files: { same: 0, different: ['weights/policy.bin'], missing: ['README.md'], unsigned: ['new.txt'] },
      },
    ]);
  });

  test.skipIf('reason' in signer)('with any byte of what was signed changed holds no more', async () => {
    const { files, key } = sign();
    const text = Buffer.from(files['model.sig'] ?? []).toString('utf8');
    const bundle = JSON.parse(text) as { dsseEnvelope: { payload: string } };
    const payload = Buffer.from(bundle.dsseEnvelope.payload, 'base64');
    const at = payload.indexOf('README.md');
    payload[at] = 0x58;
    bundle.dsseEnvelope.payload = payload.toString('base64');
    expect(await claimsOf({ ...files, 'model.sig': JSON.stringify(bundle) }, key)).toMatchObject([
      { signature: 'invalid', files: { missing: ['XEADME.md'] } },
    ]);
  });
});

describe('a signature that is made up', () => {
  const RESOURCE = { name: 'a.txt', algorithm: 'sha256', digest: digestOf(Buffer.from('a')) };
  const statement = (predicate: object = {}): object => ({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'm', digest: { sha256: digestOf(Buffer.from('m')) } }],
    predicateType: 'https://model_signing/signature/v1.0',
    predicate: { serialization: { method: 'files', hash_type: 'sha256' }, resources: [RESOURCE], ...predicate },
  });
  const bundle = (content: object, material: object = { publicKey: { hint: 'abc' } }): string =>
    JSON.stringify({
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: material,
      dsseEnvelope: {
        payload: Buffer.from(JSON.stringify(content)).toString('base64'),
        payloadType: 'application/vnd.in-toto+json',
        signatures: [{ sig: 'AAAA' }],
      },
    });

  test.each([
    ['no JSON', 'x'],
    ['another document', '{"a":1}'],
    ['a bundle of something else', bundle({ ...statement(), predicateType: 'https://slsa.dev/provenance/v1' })],
    ['a bundle whose payload is no JSON', bundle([]).replace(/"payload":"[^"]*"/, '"payload":"AAAA"')],
  ])('of %s is none', async (_, text) => {
    expect(await claimsOf({ 'a.txt': 'a', 'model.sig': text })).toEqual([]);
  });

  test.each([
    ['that names a file twice', bundle(statement({ resources: [RESOURCE, RESOURCE] }))],
    ['without files', bundle(statement({ resources: 'all' }))],
    ['of nobody', bundle(statement(), {})],
    ['of two subjects', bundle({ ...statement(), subject: [1, 2] })],
    [
      'whose files were taken apart otherwise',
      bundle(statement({ serialization: { method: 'shards', hash_type: 'sha256' } })),
    ],
  ])('%s says why it says nothing', async (_, text) => {
    const [claim] = await claimsOf({ 'a.txt': 'a', 'model.sig': text });
    expect(claim).toMatchObject({ path: 'model.sig', problem: expect.any(String) as string, files: null });
  });

  test('with a certificate that is none, or a signature of nothing, does not hold', async () => {
    const certificate = { certificate: { rawBytes: Buffer.from('none').toString('base64') } };
    expect(await claimsOf({ 'a.txt': 'a', 'x.sigstore.json': bundle(statement(), certificate) })).toMatchObject([
      { signature: 'invalid', files: { same: 1 } },
    ]);
    const key = generateKeyPairSync('ed25519').publicKey.export({ format: 'pem', type: 'spki' }).toString();
    expect(await claimsOf({ 'a.txt': 'a', 'model.sig': bundle(statement()) }, key)).toMatchObject([
      { signature: 'invalid' },
    ]);
  });

  test('is not looked for in a version whose files are not here', async () => {
    const none = { manifest: () => null, readFile: () => Promise.reject(new Error('nothing')) };
    expect(await modelClaims(none, VERSION, null)).toEqual({ known: false, claims: [] });
  });
});
