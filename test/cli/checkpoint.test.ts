import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, describe, expect, test } from 'vitest';

import { cheapKeyFile, dm, dmJson, expectRefusal, temporaryRoot } from './dm.ts';

const root = temporaryRoot();
const data = join(root, 'data');
const file = (name: string): string => join(root, name);
const at = (...args: string[]): string[] => [...args, '--data', data];
/** On a machine that has no chain. */
const elsewhere = (...args: string[]): string[] => [...args, '--trust', file('trust.json'), '--data', file('nothing')];

let id = '';
beforeAll(async () => {
  mkdirSync(file('content'));
  writeFileSync(join(file('content'), 'file'), 'content');
  mkdirSync(data, { mode: 0o700 });
  await cheapKeyFile(data);
  await dmJson(at('blockchain', 'init', '--key-store', 'file', '--chain-id', 'checkpoints'));
  ({ id } = await dmJson<{ id: string }>(at('env', 'create', '--id', 'one', '--path', file('content'))));
  await dmJson(at('checkpoint', 'key', 'create', '--key-store', 'file'));
  await dmJson(at('checkpoint', 'key', 'propose', 'Checkpoints'));
  await dmJson(at('checkpoint', 'show', '--output', file('head')));
  await dmJson(at('proof', 'trust', '--output', file('trust.json')));
  const create = (format: string, name: string): Promise<unknown> =>
    dmJson(at('proof', 'create', '--transaction', id, '--format', format, '--output', file(name)));
  await create('tlog-proof', 'one.tlog-proof');
  await create('cose', 'one.cose');
}, 600_000);

describe('what others read', () => {
  test('verifies from its file and a trust file alone', async () => {
    const head = await dmJson(elsewhere('checkpoint', 'verify', file('head')));
    expect(head).toMatchObject({ ok: true, kind: 'checkpoint' });
    for (const [name, kind] of [
      ['one.tlog-proof', 'tlog-proof'],
      ['one.cose', 'receipt'],
    ] as const)
      expect(await dmJson(elsewhere('proof', 'verify', '--input', file(name)))).toMatchObject({ ok: true, kind });
  });

  test('is refused where it was changed, with the step that failed', async () => {
    writeFileSync(file('changed'), readFileSync(file('head'), 'utf8').replace(/\n\d+\n/, '\n2\n'));
    const ran = await dm(elsewhere('checkpoint', 'verify', file('changed')));
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('PROOF_INVALID');
    const bytes = readFileSync(file('one.cose'));
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(file('changed.cose'), bytes);
    const receipt = await dm(elsewhere('proof', 'verify', '--input', file('changed.cose')));
    expect(receipt.code).toBe(1);
    expect(receipt.stderr).toContain('the signature does not verify');
  });

  test('is asked for with what it needs', async () => {
    await expectRefusal(at('proof', 'create', '--transaction', id, '--format', 'cose'), { code: 'USAGE', exit: 2 });
    await expectRefusal(at('checkpoint', 'show', '--witnessed'), { code: 'NOT_FOUND' });
    writeFileSync(file('policy'), 'quorum nobody\n');
    await expectRefusal(at('checkpoint', 'witnesses', '--policy', file('policy')), { code: 'DOCUMENT_INVALID' });
    await expectRefusal(at('checkpoint', 'witnesses'), { code: 'USAGE', exit: 2 });
  });
});
