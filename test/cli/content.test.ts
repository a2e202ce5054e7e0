import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import Database from 'better-sqlite3';
import { beforeAll, describe, expect, test } from 'vitest';

import { dm, dmJson, temporaryRoot } from './dm.ts';

/** Stored content that is lost or damaged: it is told by name, and mended by whatever has the right bytes. */
describe('the content of versions', () => {
  const root = temporaryRoot();
  const filled = join(root, 'filled');
  const cartpole = join(root, 'cartpole');
  const maze = join(root, 'maze');

  beforeAll(async () => {
    for (const [directory, text] of [
      [cartpole, 'class CartPole: pass\n'],
      [maze, 'class Maze: pass\n'],
    ] as const) {
      mkdirSync(directory);
      writeFileSync(join(directory, 'env.py'), text);
      writeFileSync(join(directory, 'LICENSE'), 'the same in both\n');
    }
    await dmJson(['blockchain', 'init', '--sandbox', '--data', filled]);
    for (const [id, path] of [
      ['cartpole', cartpole],
      ['maze', maze],
    ] as const)
      await dmJson(['env', 'create', '--id', id, '--path', path, '--data', filled]);
    writeFileSync(join(cartpole, 'env.py'), 'class CartPole2: pass\n');
    await dmJson(['env', 'update', '--id', 'cartpole', '--path', cartpole, '--data', filled]);
    await dmJson(['env', 'promote', '--id', 'cartpole', '--data', filled]);
  });

  let copies = 0;
  function copied(): string {
    const data = join(root, `copy-${++copies}`);
    cpSync(filled, data, { recursive: true });
    return data;
  }

  function change(data: string, sql: string): void {
    const database = new Database(join(data, 'blobs', 'index.db'));
    database.exec(sql);
    database.close();
  }

  function flip(data: string, at: number): void {
    const path = join(data, 'blobs', 'packs', '000001.pack');
    const bytes = readFileSync(path);
    bytes[at] = (bytes[at] ?? 0) ^ 0x20;
    writeFileSync(path, bytes);
  }

  test.each([
    [
      'the whole store is gone',
      (data: string) => rmSync(join(data, 'blobs'), { recursive: true }),
      /cartpole version 1.* is lost/s,
    ],
    [
      'a list of files is gone',
      (data: string) => change(data, 'DELETE FROM manifests WHERE rowid = 2'),
      /content of maze version 1: is lost/,
    ],
    [
      'a file is gone',
      (data: string) => change(data, 'DELETE FROM chunks WHERE size = 17'),
      /maze version 1: is here in part: .*"LICENSE"/,
    ],
    [
      'a pack is gone',
      (data: string) => rmSync(join(data, 'blobs', 'packs', '000001.pack')),
      /cartpole version 2: is here in part: .* are missing/,
    ],
    ['a byte is another', (data: string) => flip(data, 3), /version \d: is here in part/],
  ])('are told by name where %s', async (_, damage, told) => {
    const data = copied();
    damage(data);
    const verified = await dm(['blockchain', 'verify', '--integrity-check', '--data', data]);
    expect(verified.code).toBe(1);
    expect(verified.stdout).toMatch(told);
    const blobs = await dm(['blobs', 'verify', '--data', data]);
    expect(blobs.code).toBe(1);
    expect(blobs.stderr).toContain('CONTENT_LOST');
  });

  test('are mended by registering a directory again that has the bytes', async () => {
    for (const at of [3, 45]) {
      const data = copied();
      flip(data, at);
      expect((await dm(['blobs', 'verify', '--data', data])).code).toBe(1);
      for (const [id, path] of [
        ['a', cartpole],
        ['b', maze],
      ] as const)
        await dmJson(['env', 'create', '--id', id, '--path', path, '--data', data]);
      const { content } = await dmJson<{ content: object }>(['env', 'verify', '--id', 'cartpole', '--data', data]);
      expect(content).toMatchObject({ state: 'present' });
    }
  });

  test('are mended from a backup, by version, and what no source has stays named', async () => {
    const backup = copied();
    const data = copied();
    rmSync(join(data, 'blobs'), { recursive: true });
    const status = await dmJson<{ health: string; alerts: readonly { code: string }[] }>([
      'blockchain',
      'status',
      '--data',
      data,
    ]);
    expect(status.alerts.map(({ code }) => code)).toContain('CONTENT_LOST');
    const partly = await dm(['blobs', 'repair', '--from', maze, '--data', data]);
    expect(partly.code).toBe(1);
    expect(partly.stdout).toMatch(/lost\s+2/);
    const whole = await dm(['blobs', 'repair', '--from', backup, '--data', data]);
    expect(whole.code, whole.stderr).toBe(0);
    expect(whole.stdout).toMatch(/present\s+3/);
  });

  test('comes with what others say of it, as claims beside its own hash', async () => {
    const data = copied();
    const signed = join(root, 'signed');
    mkdirSync(signed);
    writeFileSync(join(signed, 'a.txt'), 'a');
    const statement = {
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'a model', digest: { sha256: 'ab'.repeat(32) } }],
      predicateType: 'https://model_signing/signature/v1.0',
      predicate: {
        serialization: { method: 'files', hash_type: 'sha256' },
        resources: [
          { name: 'a.txt', algorithm: 'sha256', digest: createHash('sha256').update('a').digest('hex') },
          { name: 'gone.txt', algorithm: 'sha256', digest: 'cd'.repeat(32) },
        ],
      },
    };
    const bundle = {
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: { publicKey: { hint: 'abc' } },
      dsseEnvelope: {
        payload: Buffer.from(JSON.stringify(statement)).toString('base64'),
        payloadType: 'application/vnd.in-toto+json',
        signatures: [{ sig: 'AAAA' }],
      },
    };
    writeFileSync(join(signed, 'model.sig'), JSON.stringify(bundle));
    const metadata = JSON.stringify({ claims: { 'hub revision': 'e5f6', other: 7 } });
    await dmJson(['env', 'create', '--id', 'signed', '--path', signed, '--metadata', metadata, '--data', data]);
    expect(await dmJson(['env', 'claims', '--id', 'signed', '--data', data])).toMatchObject({
      env_id: 'signed',
      stated: [{ name: 'hub revision', value: 'e5f6' }],
      files_known: true,
      signed: [{ path: 'model.sig', signature: 'unchecked', files: { same: 1, missing: ['gone.txt'], unsigned: [] } }],
    });
    const { stdout } = await dm(['env', 'claims', '--id', 'signed', '--data', data]);
    expect(stdout).toContain('1 were signed and are not there: "gone.txt"');
    const none = await dm(['env', 'claims', '--id', 'maze', '--data', data]);
    expect(none.stdout).toContain('No file of it is a signature of OpenSSF Model Signing.');
  });

  test('are written out, compared, and named where a directory differs', async () => {
    const out = join(root, 'out');
    await dmJson(['env', 'checkout', '--id', 'cartpole', '--version', '1', '--to', out, '--data', filled]);
    expect(readFileSync(join(out, 'env.py'), 'utf8')).toBe('class CartPole: pass\n');
    const again = await dm(['env', 'checkout', '--id', 'cartpole', '--to', out, '--data', filled]);
    expect(again.stderr).toContain('CHECKOUT_REFUSED');
    const difference = await dmJson<{ files: readonly object[] }>([
      'env',
      'diff',
      '--id',
      'cartpole',
      '--from',
      '1',
      '--to',
      'blue',
      '--data',
      filled,
    ]);
    expect(difference).toMatchObject({ files: [{ path: 'env.py', kind: 'changed' }], files_unchanged: 1 });
    rmSync(join(out, 'LICENSE'));
    writeFileSync(join(out, 'more.txt'), 'x');
    const verified = await dm(['env', 'verify', '--id', 'cartpole', '--path', out, '--data', filled]);
    expect(verified.code).toBe(1);
    expect(verified.stderr).toContain('"LICENSE" is missing, "env.py" is different, "more.txt" is not in it');
    const withPath = await dmJson<{ files: readonly object[] }>([
      'env',
      'diff',
      '--id',
      'cartpole',
      '--path',
      out,
      '--data',
      filled,
    ]);
    expect(withPath.files).toHaveLength(3);
  });

  test('with what may be secrets are asked for first', async () => {
    const secret = join(root, 'secret');
    mkdirSync(secret);
    writeFileSync(join(secret, '.env'), 'TOKEN=1\n');
    const data = copied();
    const refused = await dm(['env', 'create', '--id', 's', '--path', secret, '--data', data]);
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('".env" is a file of environment variables') as string,
    });
    await dmJson(['env', 'create', '--id', 's', '--path', secret, '--accept-doubtful', '--data', data]);
  });
});
