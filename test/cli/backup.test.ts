import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { dm, dmJson, onlyDocument } from './dm.ts';

interface Status {
  readonly height: number;
  readonly head_hash: string;
  readonly state_root: string;
}

interface MadeBackup {
  readonly path: string;
  readonly backup: string;
  readonly kind: string;
  readonly to_height: number;
  readonly encrypted: boolean;
}

describe('backups from the command line', () => {
  const root = mkdtempSync(join(tmpdir(), 'quantum-lock-cli-backup-'));
  const data = join(root, 'data');
  const files = join(root, 'files');
  const at = (directory: string): readonly string[] => ['--data', directory];
  const full = join(root, 'full.backup');
  let status: Status;

  beforeAll(async () => {
    await dmJson([...at(data), 'blockchain', 'init', '--sandbox', '--chain-id', 'saved', '--key-store', 'file']);
    await dmJson([...at(data), 'env', 'create', '--id', 'one', '--metadata', '{}', '--path', makeFiles('one')]);
    await dmJson([...at(data), 'blockchain', 'backup', '--output', full]);
    await dmJson([...at(data), 'env', 'create', '--id', 'two', '--metadata', '{}', '--path', makeFiles('two')]);
    status = await dmJson<Status>([...at(data), 'blockchain', 'status']);
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  function makeFiles(name: string): string {
    const path = mkdtempSync(`${files}-${name}-`);
    writeFileSync(join(path, 'config.yaml'), `name: ${name}\n`);
    return path;
  }

  test('are made, gone on from, and restored elsewhere with the same head and roots', async () => {
    const next = join(root, 'next.backup');
    const made = await dmJson<MadeBackup>([
      ...at(data),
      'blockchain',
      'backup',
      '--output',
      next,
      '--incremental-from',
      full,
    ]);
    expect(made).toMatchObject({ kind: 'incremental', to_height: status.height, encrypted: false });
    const elsewhere = join(root, 'elsewhere');
    const restored = await dmJson([...at(elsewhere), 'blockchain', 'restore', '--input', full, next]);
    expect(restored).toMatchObject({
      height: status.height,
      head_hash: status.head_hash,
      fault: null,
      set_aside: null,
    });
    expect(await dmJson([...at(elsewhere), 'blockchain', 'status'])).toMatchObject({
      height: status.height,
      head_hash: status.head_hash,
      state_root: status.state_root,
    });
    expect(await dmJson([...at(elsewhere), 'blockchain', 'verify'])).toMatchObject({ ok: true });
    // No key came with it.
    expect(existsSync(join(elsewhere, 'keys', 'keys.json'))).toBe(false);
    expect(readFileSync(full).includes(Buffer.from('PRIVATE'))).toBe(false);
  });

  test('are never written over, and say what is missing', async () => {
    const again = await dm([...at(data), 'blockchain', 'backup', '--output', full, '--json']);
    expect(again.code).toBe(1);
    expect(onlyDocument(again.stderr)).toMatchObject({ error: { code: 'INPUT_INVALID' } });
    expect((await dm([...at(data), 'blockchain', 'backup'])).code).toBe(2);
    const nothing = await dm([
      ...at(join(root, 'x')),
      'blockchain',
      'restore',
      '--input',
      join(root, 'none'),
      '--json',
    ]);
    expect(nothing.code).toBe(1);
    expect(onlyDocument(nothing.stderr)).toMatchObject({ error: { code: 'NOT_FOUND' } });
  });

  test('as one JSON document restore too', async () => {
    const document = join(root, 'backup.json');
    await dmJson([...at(data), 'blockchain', 'backup', '--output', document]);
    expect(JSON.parse(readFileSync(document, 'utf8'))).toMatchObject({ format: 'quantum-lock/backup-document/v1' });
    const restored = await dmJson([...at(join(root, 'of-json')), 'blockchain', 'restore', '--input', document]);
    expect(restored).toMatchObject({ head_hash: status.head_hash });
  });

  test('are encrypted to a passphrase or to recipients, and open with nothing else', async () => {
    const identity = await generateX25519Identity();
    const identityFile = join(root, 'identity.txt');
    writeFileSync(identityFile, `# created: today\n${identity}\n`);
    const toRecipient = join(root, 'recipient.backup');
    await dmJson([
      ...at(data),
      'blockchain',
      'backup',
      '--output',
      toRecipient,
      '--recipient',
      await identityToRecipient(identity),
    ]);
    expect(readFileSync(toRecipient, 'latin1').startsWith('age-encryption.org/v1\n')).toBe(true);
    const locked = await dm([...at(join(root, 'l')), 'blockchain', 'restore', '--input', toRecipient, '--json']);
    expect(onlyDocument(locked.stderr)).toMatchObject({ error: { code: 'BACKUP_KEY_REQUIRED' } });
    expect(
      await dmJson([
        ...at(join(root, 'by-identity')),
        'blockchain',
        'restore',
        '--input',
        toRecipient,
        '--identity',
        identityFile,
      ]),
    ).toMatchObject({ head_hash: status.head_hash });

    const toPassphrase = join(root, 'passphrase.backup');
    const environment = { QUANTUM_LOCK_BACKUP_PASSPHRASE: 'four words of some length' };
    await dmJson([...at(data), 'blockchain', 'backup', '--output', toPassphrase, '--encrypt'], { environment });
    const open = [...at(join(root, 'by-passphrase')), 'blockchain', 'restore', '--input', toPassphrase];
    const wrong = await dm([...open, '--json'], { environment: { QUANTUM_LOCK_BACKUP_PASSPHRASE: 'something else' } });
    expect(wrong.code).toBe(1);
    expect(onlyDocument(wrong.stderr)).toMatchObject({ error: { code: 'PASSPHRASE_WRONG' } });
    expect(await dmJson(open, { environment })).toMatchObject({ head_hash: status.head_hash });
  });

  test('are rehearsed, and the statement verifies elsewhere, unless one byte of it or of the backup is changed', async () => {
    const statement = join(root, 'drill.json');
    const drill = await dmJson<{ readonly public_key: string; readonly genesis: string; readonly ok: boolean }>([
      ...at(data),
      'blockchain',
      'drill',
      '--input',
      full,
      '--output',
      statement,
    ]);
    expect(drill.ok).toBe(true);
    const check = (file: string, backup: string): readonly string[] => [
      ...at(join(root, 'nowhere')),
      'blockchain',
      'drill',
      '--verify',
      file,
      '--backup',
      backup,
      '--genesis',
      drill.genesis,
      '--key',
      drill.public_key,
    ];
    expect(await dmJson(check(statement, full))).toMatchObject({ valid: true, ok: true, files_checked: 1 });
    const changed = (path: string, offset: number): string => {
      const bytes = readFileSync(path);
      bytes[offset] = (bytes[offset] ?? 0) ^ 1;
      const copy = `${path}.changed`;
      writeFileSync(copy, bytes);
      return copy;
    };
    for (const offset of [20, 200, readFileSync(statement).length - 20]) {
      const forged = await dm([...check(changed(statement, offset), full), '--json']);
      expect(forged.code, `byte ${offset}`).toBe(1);
      expect(onlyDocument(forged.stderr)).toMatchObject({ error: { code: 'DOCUMENT_INVALID' } });
    }
    const other = await dm([...check(statement, changed(full, 500)), '--json']);
    expect(onlyDocument(other.stderr)).toMatchObject({ error: { code: 'BACKUP_INVALID' } });
    const stranger = check(statement, full).with(-1, `0x02${'11'.repeat(32)}`);
    expect((await dm(stranger)).code).toBe(1);
  });

  test('of a damaged file are rehearsed as well: what is wrong is stated', async () => {
    const bytes = readFileSync(full);
    bytes[300] = (bytes[300] ?? 0) ^ 1;
    const damaged = join(root, 'damaged.backup');
    writeFileSync(damaged, bytes);
    const ran = await dm([...at(data), 'blockchain', 'drill', '--input', damaged]);
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain('FAILED');
    expect(ran.stderr).toContain('DRILL_FAILED');
  });
});
