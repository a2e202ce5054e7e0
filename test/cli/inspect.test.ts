import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, describe, expect, test } from 'vitest';

import type { EnvironmentView } from '../../src/api/chain/environments.ts';
import { fingerprintWords } from '../../src/base/fingerprint.ts';
import { dm, dmJson, expectRefusal, temporaryRoot } from './dm.ts';

interface Inspected {
  readonly kind: string;
  readonly chain: { readonly chain_id: string; readonly genesis: `0x${string}`; readonly words: readonly string[] };
  readonly head: { readonly height: number; readonly hash: string };
  readonly seals: readonly { readonly validator_id: string; readonly named: boolean | null }[];
  readonly green: { readonly count: number; readonly environments: readonly { readonly env_id: string }[] };
  readonly trust: { readonly confirmed_by: string | null; readonly rests_on: readonly string[] };
  readonly alerts: readonly unknown[];
}

interface Green {
  readonly known: boolean;
  readonly green: { readonly version: number; readonly state_hash: string } | null;
  readonly at: { readonly height: number; readonly time: number };
}

/** No chain is here: what is told is told by the file alone. */
describe('dm inspect', () => {
  const root = temporaryRoot();
  const data = join(root, 'data');
  const file = join(root, 'chain.jsonl');
  const trust = join(root, 'trust.json');
  const scratch = join(root, 'scratch');
  const nowhere = { environment: { TMPDIR: scratch } };
  let promoted: { readonly height: number; readonly time: number };
  let state: string;

  beforeAll(async () => {
    mkdirSync(scratch);
    await dmJson(['blockchain', 'init', '--sandbox', '--data', data]);
    const files = join(root, 'files');
    mkdirSync(files);
    writeFileSync(join(files, 'env.py'), 'pass');
    await dmJson(['env', 'create', '--id', 'cartpole', '--path', files, '--name', 'Cart Pole', '--data', data]);
    const receipt = await dmJson<{ block_index: number; block_time: number }>([
      'env',
      'promote',
      '--id',
      'cartpole',
      '--data',
      data,
    ]);
    promoted = { height: receipt.block_index, time: receipt.block_time };
    const shown = await dmJson<EnvironmentView>(['env', 'show', '--id', 'cartpole', '--data', data]);
    state = shown.green?.state_hash ?? '';
    writeFileSync(join(files, 'env.py'), 'pass # changed');
    await dmJson(['env', 'update', '--id', 'cartpole', '--path', files, '--data', data]);
    await dmJson(['blockchain', 'export', '--format', 'blocks', '--output', file, '--data', data]);
    await dmJson(['proof', 'trust', '--output', trust, '--data', data]);
  });

  test('tells what a file is, up to when, and what is Green in it', async () => {
    const seen = await dmJson<Inspected>(['inspect', file], nowhere);
    expect(seen).toMatchObject({
      kind: 'blocks',
      head: { height: 3 },
      seals: [{ validator_id: 'authority-1', named: null }],
      green: { count: 1, environments: [{ env_id: 'cartpole', version: 1, state_hash: state }] },
      trust: { confirmed_by: null },
      alerts: [],
    });
    expect(seen.chain.words).toEqual(fingerprintWords(seen.chain.genesis as never));
    expect(seen.trust.rests_on[0]).toContain('only the file’s word');
    const ofDirectory = await dmJson<Inspected>(['inspect', data], nowhere);
    expect(ofDirectory).toMatchObject({
      kind: 'data_directory',
      head: seen.head,
      chain: seen.chain,
      green: seen.green,
    });
    const text = await dm(['inspect', file], nowhere);
    expect(text.stdout).toContain('an exported chain');
    expect(text.stdout).toContain(seen.chain.words.join(' '));
    expect(text.stdout).toContain('Not confirmed');
    expect(readdirSync(scratch)).toEqual([]);
  });

  test('confirms it by a trust file, the words or the hash of the genesis, and by nothing else', async () => {
    const { chain } = await dmJson<Inspected>(['inspect', file, '--trust', trust], nowhere).then((seen) => {
      expect(seen.trust.confirmed_by).toBe('trust_file');
      expect(seen.seals).toMatchObject([{ named: true }]);
      return seen;
    });
    const byWords = await dmJson<Inspected>(['inspect', file, '--genesis', chain.words.join(' ')], nowhere);
    expect(byWords.trust.confirmed_by).toBe('words');
    const other = ['inspect', file, '--genesis', `0x${'ab'.repeat(32)}`];
    await expectRefusal(other, { code: 'TRUST_MISMATCH', message: /the genesis is 0x/ }, nowhere);
    const six = ['inspect', file, '--genesis', chain.words.slice(0, 6).join(' ')];
    await expectRefusal(six, { code: 'INPUT_INVALID', message: /12 words/ }, nowhere);
    await expectRefusal(['inspect', file, '--trust', file], { code: 'DOCUMENT_INVALID' }, nowhere);
    expect(readdirSync(scratch)).toEqual([]);
  });

  test('answers what was Green at a time, with a proof that verifies elsewhere', async () => {
    const ask = (...more: readonly string[]): Promise<Green> =>
      dmJson<Green>(['inspect', file, '--environment', 'cartpole', ...more], nowhere);
    const proof = join(root, 'proof.json');
    const at = new Date(promoted.time).toISOString();
    expect(await ask('--at', at, '--proof', proof)).toMatchObject({
      known: true,
      green: { version: 1, state_hash: state },
      at: promoted,
    });
    expect(await ask('--at', String(promoted.height - 1))).toMatchObject({ known: true, green: null });
    expect(await ask('--at', '0')).toMatchObject({ known: false, green: null });
    expect(await ask()).toMatchObject({ green: { version: 1 }, at: { height: 3 } });

    const elsewhere = join(root, 'elsewhere');
    const checked = await dmJson<{ ok: boolean; claim: string }>([
      'proof',
      'verify',
      '--input',
      proof,
      '--trust',
      trust,
      '--data',
      elsewhere,
    ]);
    expect(checked.ok).toBe(true);
    expect(checked.claim).toContain(state);
    expect(existsSync(elsewhere)).toBe(false);
    writeFileSync(
      proof,
      readFileSync(proof, 'utf8').replace(
        state,
        state.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
      ),
    );
    const forged = await dm(['proof', 'verify', '--input', proof, '--trust', trust]);
    expect(forged).toMatchObject({ code: 1, stderr: expect.stringContaining('PROOF_INVALID') as string });
    expect(readdirSync(scratch)).toEqual([]);
  });

  test.each<readonly [string, (path: string) => void, string]>([
    ['is cut off', (path) => writeFileSync(path, readFileSync(file).subarray(0, -10)), 'CHAIN_INVALID'],
    ['is changed', (path) => writeFileSync(path, readFileSync(file, 'utf8').replace('Cart', 'Kart')), 'CHAIN_INVALID'],
    ['is none', (path) => writeFileSync(path, 'hello'), 'FILE_UNKNOWN'],
    ['is not there', () => undefined, 'INPUT_INVALID'],
  ])('refuses a file that %s, with the place, and leaves nothing', async (what, make, code) => {
    const path = join(root, `file that ${what}`);
    make(path);
    await expectRefusal(['inspect', path], { code, message: code === 'CHAIN_INVALID' ? /block \d/ : /./ }, nowhere);
    expect(readdirSync(scratch)).toEqual([]);
  });

  test.each([
    [['inspect']],
    [['inspect', 'FILE', '--at', '3']],
    [['inspect', 'FILE', '--proof', 'x']],
    [['inspect', 'FILE', '--trust', 'x', '--genesis', 'y']],
    [['inspect', 'FILE', '--console', '--environment', 'x']],
  ])('is told how it is used: %j', async (args) => {
    await expectRefusal(args, { code: 'USAGE', exit: 2 }, nowhere);
  });
});
