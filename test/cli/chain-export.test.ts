import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import Database from 'better-sqlite3';
import { beforeAll, describe, expect, test } from 'vitest';

import type { Status } from '../../src/api/chain/node.ts';
import { readBlocks } from '../vectors/independent-blocks.ts';
import { dm, dmJson, temporaryRoot } from './dm.ts';

describe('a chain in one file', () => {
  const root = temporaryRoot();
  const data = join(root, 'data');
  const file = join(root, 'chain.jsonl');
  let keys: ReadonlySet<string>;

  beforeAll(async () => {
    await dmJson(['blockchain', 'init', '--sandbox', '--data', data]);
    const files = join(root, 'files');
    mkdirSync(files);
    writeFileSync(join(files, 'env.py'), 'pass');
    await dmJson(['env', 'create', '--id', 'one', '--path', files, '--name', 'Ünï → 環境', '--data', data]);
    await dmJson(['blockchain', 'freeze', '--reason', 'to have another block', '--data', data]);
    const { validators } = await dmJson<Status>(['blockchain', 'status', '--data', data]);
    keys = new Set(validators.map(({ public_key }) => public_key));
    await dmJson(['blockchain', 'export', '--format', 'blocks', '--output', file, '--data', data]);
  });

  const lines = (): string[] => readFileSync(file, 'utf8').trimEnd().split('\n');

  test('is read and verified by who knows the specification alone', async () => {
    const { height, head_hash, log_size } = await dmJson<Status>(['blockchain', 'status', '--data', data]);
    expect(readBlocks(lines(), keys)).toMatchObject({ blocks: height + 1, transactions: log_size, head: head_hash });
    const piped = await dm(['blockchain', 'export', '--data', data]);
    expect(piped.stdout).toBe(readFileSync(file, 'utf8'));
    const again = await dm(['blockchain', 'export', '--output', file, '--data', data]);
    expect(again.code).toBe(1);
  });

  test.each([
    ['a line is taken out', (all: string[]) => all.splice(1, 1)],
    ['two lines change places', (all: string[]) => all.splice(0, 2, all[1] ?? '', all[0] ?? '')],
    ['a reason is another', (all: string[]) => all.push((all.pop() ?? '').replace('another block', 'an0ther block'))],
    [
      'a number is written otherwise',
      (all: string[]) => all.push((all.pop() ?? '').replace('"version":', '"version": ')),
    ],
    ['a seal is another block’s', (all: string[]) => all.push(swapSeal(all.pop() ?? '', all[0] ?? ''))],
  ])('is refused where %s', (_, change) => {
    const changed = lines();
    change(changed);
    expect(() => readBlocks(changed, keys)).toThrow(/line \d/);
  });

  test('ends at a fault, and leaves no file', async () => {
    const database = new Database(join(data, 'chain', 'chain.db'));
    database.exec('DELETE FROM transactions WHERE log_index = 1');
    database.close();
    const other = join(root, 'other.jsonl');
    const refused = await dm(['blockchain', 'export', '--output', other, '--data', data]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('the export ends after 1 blocks');
    expect(existsSync(other)).toBe(false);
  });
});

function swapSeal(line: string, other: string): string {
  const seal = /"signature":"0x[0-9a-f]{128}","type":"seal"/;
  return line.replace(seal, seal.exec(other)?.[0] ?? '');
}
