import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readExport, readTrust } from '../vectors/independent-export.ts';
import { dm, dmJson, expectRefusal, temporaryRoot } from './dm.ts';

/** An auditor with one file, a trust file, and a machine that has no chain. */

const root = temporaryRoot();
const data = join(root, 'data');
const empty = join(root, 'empty-machine');
const at = (name: string): string => join(root, name);
const on = (...args: string[]): string[] => [...args, '--data', data];
const elsewhere = (...args: string[]): string[] => [...args, '--trust', at('trust.json'), '--data', empty];

beforeAll(async () => {
  await dmJson(on('blockchain', 'init', '--sandbox', '--chain-id', 'audited'));
  mkdirSync(at('content'));
  writeFileSync(join(at('content'), 'env.py'), 'pass');
  for (const id of ['maze', 'arena'])
    await dmJson(on('env', 'create', '--id', id, '--path', at('content'), '--name', 'Ünï → 環境'));
  await dmJson(on('blockchain', 'freeze', '--reason', 'to have | something = to say'));
  await dmJson(on('proof', 'trust', '--output', at('trust.json')));
}, 300_000);

describe('an export', () => {
  test.each(['jsonl', 'csv', 'cef', 'blocks'])(
    'as %s verifies on an empty machine, by dm and by who knows the specification alone',
    async (format) => {
      const path = at(`all.${format}`);
      const made = await dmJson<{ rows: number; manifest_path: string }>(
        on('blockchain', 'export', '--format', format, '--output', path),
      );
      expect(made.rows).toBe(4);
      expect(await dmJson(elsewhere('audit', 'verify', path))).toMatchObject({ ok: true, kind: format, rows: 4 });
      const manifest = made.manifest_path === path ? null : readFileSync(made.manifest_path, 'utf8');
      expect(readExport(readFileSync(path), manifest, readTrust(readFileSync(at('trust.json'), 'utf8')))).toEqual({
        kind: format,
        rows: 4,
        omitted: format === 'jsonl' ? 0 : null,
        signer: expect.any(String) as string,
      });
    },
  );

  test('of what was asked for says what is left out, and what it does not show', async () => {
    const path = at('maze.jsonl');
    await dmJson(on('blockchain', 'export', '--format', 'jsonl', '--environment', 'maze', '--output', path));
    const found = await dm(elsewhere('audit', 'verify', path));
    expect(found.stdout).toContain('asked for');
    expect(found.stdout).toMatch(
      /3 transactions of these blocks are left out\. That none of them is what was asked for, the signer states/,
    );
    const trust = readTrust(readFileSync(at('trust.json'), 'utf8'));
    expect(readExport(readFileSync(path), null, trust)).toMatchObject({ rows: 1, omitted: 3 });
  });

  test('that was changed, cut off or taken from its manifest is refused, with what to do', async () => {
    await dmJson(on('blockchain', 'export', '--format', 'jsonl', '--output', at('whole.jsonl')));
    const text = readFileSync(at('whole.jsonl'), 'utf8');
    const lines = text.split(/(?<=\n)/);
    const trust = readTrust(readFileSync(at('trust.json'), 'utf8'));
    const changes: readonly (readonly [string, string])[] = [
      ['changed', text.replace('maze', 'mice')],
      ['cut-off', text.slice(0, -100)],
      ['without-manifest', lines.slice(0, -1).join('')],
      ['without-row', lines.filter((line) => !line.includes('"log_index":2')).join('')],
      ['twice', text + text],
    ];
    for (const [name, changed] of changes) {
      writeFileSync(at(`${name}.jsonl`), changed);
      const refused = await dm([...elsewhere('audit', 'verify', at(`${name}.jsonl`)), '--json']);
      expect(refused.code, name).toBe(1);
      expect(refused.stderr, name).toMatch(/"EXPORT_INVALID"/);
      expect(() => readExport(Buffer.from(changed), null, trust), name).toThrow();
    }
    await dmJson(on('blockchain', 'export', '--format', 'csv', '--output', at('table.csv')));
    copyFileSync(at('table.csv'), at('alone.csv'));
    await expectRefusal(elsewhere('audit', 'verify', at('alone.csv')), { code: 'INPUT_INVALID', message: /manifest/ });
    await expectRefusal(elsewhere('audit', 'verify', at('nothing.csv')), { code: 'INPUT_INVALID' });
  });

  test('that cannot be made says why, and leaves nothing', async () => {
    await expectRefusal(on('blockchain', 'export', '--format', 'csv'), { code: 'USAGE', exit: 2, message: /--output/ });
    await expectRefusal(on('blockchain', 'export', '--action', 'promote', '--output', at('no.jsonl')), {
      code: 'USAGE',
      exit: 2,
    });
    await expectRefusal(on('blockchain', 'export', '--text', 'maze', '--output', at('no.jsonl')), {
      code: 'USAGE',
      exit: 2,
      message: /whole/,
    });
    await expectRefusal(on('blockchain', 'export', '--format', 'csv', '--from', '99', '--output', at('no.csv')), {
      code: 'INPUT_INVALID',
    });
    await expectRefusal(on('blockchain', 'export', '--format', 'csv', '--output', join(at('no-folder'), 'a.csv')), {
      code: 'INPUT_INVALID',
      message: /folder/,
    });
    await dmJson(on('blockchain', 'export', '--format', 'csv', '--output', at('no.csv')));
  });
});
