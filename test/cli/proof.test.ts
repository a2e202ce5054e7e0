import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { verifyConsistencyProof, type ConsistencyProof } from '../../src/ledger/proofs/consistency-proof.ts';
import { decodeTrustFile } from '../../src/ledger/documents/trust-file.ts';
import { cheapKeyFile, dm, dmJson, expectRefusal, temporaryRoot } from './dm.ts';

const root = temporaryRoot();
const data = join(root, 'data');
const elsewhere = join(root, 'nothing-here');
const at = (...args: string[]): string[] => [...args, '--data', data];
const file = (name: string): string => join(root, name);

/** On a machine that has no chain. */
const verify = (name: string, ...more: string[]): string[] => [
  'proof',
  'verify',
  '--input',
  file(name),
  '--trust',
  file('trust.json'),
  '--data',
  elsewhere,
  ...more,
];

beforeAll(async () => {
  mkdirSync(file('content'));
  writeFileSync(join(file('content'), 'file'), 'content');
  mkdirSync(data, { mode: 0o700 });
  await cheapKeyFile(data);
  await dmJson(at('blockchain', 'init', '--key-store', 'file', '--chain-id', 'proofs'));
  const ids: string[] = [];
  for (const id of ['one', 'two', 'three'])
    ids.push((await dmJson<{ id: string }>(at('env', 'create', '--id', id, '--path', file('content')))).id);
  const made: [string, ...string[]][] = [
    ['transaction.json', '--transaction', ids[1] ?? ''],
    ['state.json', '--state', 'one'],
    ['absent.json', '--state', 'three', '--at', '2'],
    ['log.json', '--log', '1..3'],
  ];
  await Promise.all([
    dmJson(at('proof', 'trust', '--output', file('trust.json'))),
    ...made.map(([name, ...what]) => dmJson(at('proof', 'create', ...what, '--output', file(name)))),
  ]);
}, 300_000);

/** The steps up to the one that failed are told, and the command fails. */
async function expectFailed(name: string, message: RegExp): Promise<void> {
  const ran = await dm(verify(name, '--json'));
  expect(ran.code).toBe(1);
  expect(JSON.parse(ran.stdout)).toMatchObject({ ok: false, claim: null });
  expect(ran.stderr).toMatch(/PROOF_INVALID/);
  expect(ran.stderr).toMatch(message);
}

function changed(name: string, change: (value: Record<string, unknown>) => void): string {
  const value = JSON.parse(readFileSync(file(name), 'utf8')) as Record<string, unknown>;
  change(value);
  const other = `changed-${name}`;
  writeFileSync(file(other), JSON.stringify(value));
  return other;
}

describe('a proof', () => {
  test('of each kind verifies from the trust file alone, and says what it shows', async () => {
    expect(await dmJson(verify('transaction.json'))).toMatchObject({ ok: true, kind: 'transaction' });
    expect(await dmJson(verify('state.json'))).toMatchObject({
      ok: true,
      claim: expect.stringMatching(/^environments\/one had the value /) as unknown,
    });
    expect(await dmJson(verify('absent.json'))).toMatchObject({
      ok: true,
      claim: expect.stringMatching(/three had no value at block 2/) as unknown,
    });
    expect(await dmJson(verify('log.json'))).toMatchObject({
      ok: true,
      claim: 'The log of block 1 is the beginning of the log of block 3.',
    });
  });

  test('that was changed is refused, with the step that failed', async () => {
    await expectFailed(
      changed('transaction.json', (value) => (value['log_index'] = 1)),
      /Inclusion/,
    );
    await expectFailed(
      changed('absent.json', (value) => (value['key'] = 'one')),
      /Absence/,
    );
    await expectFailed(
      changed('log.json', (value) => (value['path'] = [])),
      /Consistency/,
    );
    writeFileSync(
      file('other-trust.json'),
      readFileSync(file('trust.json'), 'utf8').replace(/"genesis":"0x.{8}/, '"genesis":"0x00000000'),
    );
    const other = [
      'proof',
      'verify',
      '--input',
      file('state.json'),
      '--trust',
      file('other-trust.json'),
      '--data',
      elsewhere,
    ];
    const ran = await dm([...other, '--json']);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('PROOF_INVALID');
    expect(JSON.parse(ran.stdout)).toMatchObject({ ok: false, claim: null });
  });

  test('that is none, or read from no file, ends typed', async () => {
    writeFileSync(file('none.json'), '{"a":1}');
    writeFileSync(file('twice.json'), '{"earlier":1,"earlier":2}');
    writeFileSync(file('text.json'), 'hello');
    await expectRefusal(verify('none.json'), { code: 'DOCUMENT_INVALID' });
    await expectRefusal(verify('twice.json'), { code: 'DOCUMENT_INVALID', message: /stands twice/ });
    await expectRefusal(verify('text.json'), { code: 'DOCUMENT_INVALID' });
    await expectRefusal(at('proof', 'create', '--log', '3..1'), { code: 'INPUT_INVALID' });
    await expectRefusal(at('proof', 'create'), { code: 'USAGE', exit: 2 });
  });
});

test('a consistency proof is refused with anything in it changed', () => {
  const proof = JSON.parse(readFileSync(file('log.json'), 'utf8')) as ConsistencyProof;
  const trusted = decodeTrustFile(readFileSync(file('trust.json'), 'utf8'));
  expect(verifyConsistencyProof(proof, trusted).ok).toBe(true);
  let count = 0;
  for (const mutant of mutants(proof)) {
    count++;
    expect(verifyConsistencyProof(mutant as ConsistencyProof, trusted).ok, JSON.stringify(mutant)).toBe(false);
  }
  expect(count).toBeGreaterThan(30);
});

/** The value with one place in it replaced by another. */
function* mutants(value: unknown): Generator<unknown> {
  if (typeof value === 'number') yield value + 1;
  else if (typeof value === 'string') yield value.endsWith('0') ? `${value.slice(0, -1)}1` : `${value.slice(0, -1)}0`;
  else if (Array.isArray(value)) {
    yield [...(value as unknown[]), `0x${'0'.repeat(64)}`];
    for (const [index, inner] of value.entries()) for (const other of mutants(inner)) yield value.with(index, other);
  } else if (typeof value === 'object' && value !== null) {
    yield Object.fromEntries([...Object.entries(value), ['more', 1]]);
    for (const [key, inner] of Object.entries(value))
      for (const other of mutants(inner)) yield Object.fromEntries([...Object.entries(value), [key, other]]);
  }
}
