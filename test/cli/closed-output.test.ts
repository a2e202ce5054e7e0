import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkoutRoot, projectNode } from '../../build/checkout.mjs';
import { cheapKeyFile, dm, dmJson, PASSPHRASE, startDm, temporaryRoot } from './dm.ts';

const root = temporaryRoot();
const data = join(root, 'data');
const content = join(root, 'content');
const at = (...args: string[]): string[] => [...args, '--data', data];

beforeAll(async () => {
  mkdirSync(content);
  writeFileSync(join(content, 'file'), 'content');
  mkdirSync(data, { mode: 0o700 });
  await cheapKeyFile(data);
  await dmJson(at('blockchain', 'init', '--sandbox', '--key-store', 'file'));
});

/** Runs the command with readers that leave before it writes. */
async function unread(args: readonly string[], streams: readonly ('stdout' | 'stderr')[]): Promise<number | null> {
  const child = startDm(args);
  for (const name of streams) child[name].destroy();
  for (const name of ['stdout', 'stderr'] as const) child[name].resume();
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

describe('a reader that leaves', () => {
  test.each([
    ['stdout', ['stdout']],
    ['stderr', ['stderr']],
    ['both', ['stdout', 'stderr']],
  ] as const)('%s: what is done and the exit code stay', async (name, streams) => {
    expect(await unread(at('env', 'create', '--id', name, '--path', content), streams)).toBe(0);
    expect((await dm(at('env', 'show', '--id', name))).code).toBe(0);
    expect(await unread(at('env', 'show', '--id', 'nothing', '--json'), streams)).toBe(1);
    expect(await unread(['nonsense'], streams)).toBe(2);
    expect(await unread(['--help'], streams)).toBe(0);
  });

  test('does not keep a document from being signed and written', async () => {
    const payload = JSON.stringify({ member_id: 'security-lead' });
    const { proposal_id } = await dmJson<{ proposal_id: string }>(
      at('proposal', 'create', '--action', 'remove_member', '--payload', payload),
    );
    const exported = join(root, 'proposal.json');
    const approval = join(root, 'approval.json');
    await dmJson(at('proposal', 'export', proposal_id, '--output', exported));
    const sign = at('proposal', 'sign', '--input', exported, '--as', 'Operations 2', '--output', approval, '--yes');
    expect(await unread(sign, ['stdout', 'stderr'])).toBe(0);
    expect(existsSync(approval)).toBe(true);
  });
});

test.skipIf(!existsSync('/dev/full'))(
  'an output that cannot be stored is a failure that says what was done',
  async () => {
    for (const json of [[], ['--json']]) {
      const id = json.length === 0 ? 'full' : 'full-json';
      const file = openSync('/dev/full', 'w');
      const child = spawn(
        projectNode,
        [join(checkoutRoot, 'build', 'dm.mjs'), ...at('env', 'create', '--id', id, '--path', content), ...json],
        { stdio: ['ignore', file, 'pipe'], env: { ...process.env, QUANTUM_LOCK_PASSPHRASE: PASSPHRASE } },
      );
      closeSync(file);
      let stderr = '';
      child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      const [code] = (await once(child, 'close')) as [number | null];
      expect(code).toBe(1);
      expect(stderr).toContain('STORAGE_FULL');
      expect(stderr).toMatch(/Registers|Registered|state_hash/);
      expect(stderr).toContain(id);
      expect((await dm(at('env', 'show', '--id', id))).code).toBe(0);
    }
  },
);
