import { createPublicKey, verify } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { cheapKeyFile, dm, dmJson, expectRefusal, startNode, temporaryRoot } from './dm.ts';

const root = temporaryRoot();
const data = join(root, 'data');
const elsewhere = join(root, 'nothing-here');
const at = (...args: string[]): string[] => [...args, '--data', data];
const file = (name: string): string => join(root, name);
const there = (...args: string[]): string[] => [...args, '--data', elsewhere];

interface Admitted {
  readonly status: string;
  readonly state_hash: string;
  readonly since: number | null;
  readonly why: string | null;
  readonly ignored_count: number | null;
  readonly environments: readonly { readonly env_id: string; readonly status: string; readonly claim: string }[];
}

async function admit(args: readonly string[], code: number): Promise<Admitted> {
  const ran = await dm([...args, '--json']);
  expect(ran.code, ran.stderr).toBe(code);
  return JSON.parse(ran.stdout) as Admitted;
}

const directory = (name: string, content: string): string => {
  mkdirSync(file(name));
  writeFileSync(join(file(name), 'environment.py'), content);
  return file(name);
};

let greenTime = 0;

beforeAll(async () => {
  mkdirSync(data, { mode: 0o700 });
  await cheapKeyFile(data);
  await dmJson(at('blockchain', 'init', '--key-store', 'file', '--chain-id', 'admission'));
  for (const [name, content] of [
    ['good', 'reward = 1'],
    ['bad', 'reward = 2'],
    ['draft', 'reward = 3'],
  ] as const)
    await dmJson(at('env', 'create', '--id', name, '--path', directory(name, content)));
  for (const name of ['good', 'bad']) await dmJson(at('env', 'promote', '--id', name));
  const { timestamp } = await dmJson<{ timestamp: number }>(at('blockchain', 'inspect', '--block', '5'));
  greenTime = timestamp;
  await dmJson(at('env', 'recall', 'bad', '--reason', 'it rewards nothing'));
  await Promise.all([
    dmJson(at('proof', 'trust', '--output', file('trust.json'))),
    dmJson(at('proof', 'create', '--green', 'good', 'bad', 'draft', '--output', file('bundle.json'))),
    dmJson(at('proof', 'create', '--green', 'bad', '--at', String(greenTime), '--output', file('then.json'))),
    dmJson(at('proof', 'create', '--green', 'nowhere', '--at', '2', '--output', file('nowhere.json'))),
  ]);
}, 300_000);

describe('dm env admit beside a chain', () => {
  test('answers by its exit code, since when, and with a proof', async () => {
    const green = await admit(at('env', 'admit', '--path', file('good'), '--proof', file('kept.json')), 0);
    expect(green).toMatchObject({ status: 'green', environments: [{ env_id: 'good', status: 'green' }] });
    expect(green.since).toBeGreaterThan(0);
    expect(green.environments[0]?.claim).toMatch(/version 1 of good, 0x.* was Green: promoted at .* by /);
    expect(await admit(at('env', 'admit', '--path', file('bad')), 4)).toMatchObject({ status: 'recalled' });
    expect(await admit(at('env', 'admit', '--path', file('draft')), 3)).toMatchObject({ status: 'not_green' });
    // What it kept says the same elsewhere.
    await admit(
      there('env', 'admit', '--digest', green.state_hash, '--trust', file('trust.json'), '--bundle', file('kept.json')),
      0,
    );
  });

  test('answers as of a time, and of one environment alone', async () => {
    await admit(at('env', 'admit', '--path', file('bad'), '--at', String(greenTime)), 0);
    await admit(at('env', 'admit', '--path', file('good'), '--at', '0'), 3);
    await admit(at('env', 'admit', '--path', file('good'), '--env', 'bad'), 3);
    await admit(at('env', 'admit', '--path', file('good'), '--env', 'good'), 0);
  });

  test('says where it looked for what is nowhere, and what it did not look at', async () => {
    const digest = `0x${'12'.repeat(32)}`;
    expect(await admit(at('env', 'admit', '--digest', digest), 3)).toMatchObject({
      environments: [],
      why: expect.stringMatching(/^No environment has it in the state of block 6/) as unknown,
    });
    const noisy = directory('noisy', 'reward = 1');
    writeFileSync(join(noisy, 'cached.pyc'), 'hidden');
    const ran = await dm(at('env', 'admit', '--path', noisy));
    expect([ran.code, ran.stdout.split('\n')[0]]).toEqual([0, 'GREEN']);
    expect(ran.stderr).toMatch(/Excluded .*: 1\. The answer is not about these/);
  });

  test('works beside a running node, through its socket', async () => {
    const node = await startNode(data);
    try {
      await admit(at('env', 'admit', '--path', file('good')), 0);
      await admit(at('env', 'admit', '--path', file('bad'), '--trust', file('trust.json')), 4);
    } finally {
      await node.stop('SIGTERM');
    }
  });
});

describe('dm env admit with a trust file and a bundle alone', () => {
  const offline = (...args: string[]): string[] =>
    there('env', 'admit', '--trust', file('trust.json'), '--bundle', file('bundle.json'), ...args);

  test('answers the same, and says where it cannot tell', async () => {
    await admit(offline('--path', file('good')), 0);
    await admit(offline('--path', file('bad')), 4);
    // Blue there: no environment of the bundle has it Green, and others are not in it.
    await admit(offline('--path', file('draft')), 5);
    await admit(offline('--path', file('draft'), '--env', 'draft'), 3);
    const unknown = await admit(offline('--digest', `0x${'12'.repeat(32)}`), 5);
    expect(unknown.why).toMatch(/No proof of the bundle tells of this content/);
  });

  test('answers as of a time that is proved, and of no other', async () => {
    const then = ['env', 'admit', '--path', file('bad'), '--trust', file('trust.json'), '--bundle', file('then.json')];
    await admit(there(...then, '--at', String(greenTime)), 0);
    await admit(there(...then, '--at', String(greenTime - 1)), 5);
    await admit(there(...then, file('bundle.json')), 4);
    await admit(offline('--path', file('good'), '--at', '2035-01-01T00:00:00Z'), 5);
    await admit(offline('--path', file('good'), '--max-age', '1ms'), 5);
    await admit(offline('--path', file('good'), '--max-age', '52w'), 0);
  });

  test('believes nothing of a bundle that was changed, or that another chain made', async () => {
    const text = readFileSync(file('bundle.json'), 'utf8');
    // What was recalled, with no word of it.
    writeFileSync(file('forged.json'), text.replaceAll(/"recalled\\":\{.*?\\"version\\":1\}/g, '"recalled\\":null'));
    expect(readFileSync(file('forged.json'), 'utf8')).not.toBe(text);
    const forged = ['--trust', file('trust.json'), '--bundle', file('forged.json')];
    await expectRefusal(there('env', 'admit', '--path', file('bad'), ...forged), { code: 'PROOF_INVALID' });
    const trust = readFileSync(file('trust.json'), 'utf8');
    writeFileSync(file('other-trust.json'), trust.replace(/"genesis":"0x.{8}/, '"genesis":"0x00000000'));
    const other = ['--trust', file('other-trust.json'), '--bundle', file('bundle.json')];
    await expectRefusal(there('env', 'admit', '--path', file('good'), ...other), { code: 'PROOF_INVALID' });
  });

  test('refuses what makes no sense', async () => {
    await expectRefusal(there('env', 'admit'), { code: 'USAGE', exit: 2 });
    await expectRefusal(there('env', 'admit', '--path', file('good'), '--bundle', file('bundle.json')), {
      code: 'USAGE',
      exit: 2,
      message: /trust file/,
    });
    await expectRefusal(offline('--path', file('good'), '--at', '3'), { code: 'USAGE', exit: 2 });
  });
});

test('dm audit sbom lists what was Green at a time', async () => {
  const of = async (...args: string[]): Promise<string[]> => {
    const { components } = await dmJson<{ components: { name: string; version: string }[] }>(
      at('audit', 'sbom', ...args),
    );
    return components.map(({ name, version }) => `${name}@${version}`);
  };
  expect(await of()).toEqual(['good@1']);
  expect(await of('--at', String(greenTime))).toEqual(['bad@1', 'good@1']);
  expect(await dmJson(at('audit', 'sbom', '--at', '0', '--output', file('sbom.json')))).toMatchObject({
    components: 0,
  });
  expect(JSON.parse(readFileSync(file('sbom.json'), 'utf8'))).toMatchObject({ specVersion: '1.7', components: [] });
});

test('dm env attest signs a statement of a promotion that OpenSSL verifies', async () => {
  const made = await dmJson<{ public_key: string; promotion: string }>(
    at('env', 'attest', 'bad', '--version', '1', '--output', file('attestation.json')),
  );
  const { payloadType, payload, signatures } = JSON.parse(readFileSync(file('attestation.json'), 'utf8')) as {
    payloadType: string;
    payload: string;
    signatures: { keyid: string; sig: string }[];
  };
  const body = Buffer.from(payload, 'base64');
  const info = Buffer.from(`3036301006072a8648ce3d020106052b8104000a032200${made.public_key.slice(2)}`, 'hex');
  const key = createPublicKey({ key: info, format: 'der', type: 'spki' });
  const pae = Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${body.length} `), body]);
  expect(signatures).toHaveLength(1);
  expect(verify('sha256', pae, key, Buffer.from(signatures[0]?.sig ?? '', 'base64'))).toBe(true);
  expect(JSON.parse(body.toString())).toMatchObject({
    subject: [{ name: 'bad@1' }],
    predicate: {
      timeVerified: new Date(greenTime).toISOString(),
      quantum_lock: {
        promotion: made.promotion,
        block: { height: 5 },
        policy: { is_default: true, value: { mode: 'direct' } },
      },
    },
  });
  await expectRefusal(at('env', 'attest', 'draft'), { code: 'NOT_FOUND', message: /never promoted/ });
});

describe('dm proof, of what was Green', () => {
  const verify = (name: string): string[] =>
    there('proof', 'verify', '--input', file(name), '--trust', file('trust.json'));

  test('verifies from the trust file alone, and says what is found in it', async () => {
    expect(await dmJson(verify('then.json'))).toMatchObject({
      ok: true,
      kind: 'green',
      claim: expect.stringMatching(/^At .*, version 1 of bad, 0x.* was Green: promoted at /) as unknown,
      verdicts: [{ status: 'green', at: greenTime }],
    });
    expect(await dmJson(verify('nowhere.json'))).toMatchObject({
      claim: expect.stringMatching(/nothing of nowhere was Green: there was no such environment\.$/) as unknown,
    });
    const { kind, verdicts } = await dmJson<{ kind: string; verdicts: { status: string }[] }>(verify('bundle.json'));
    expect([kind, ...verdicts.map(({ status }) => status)]).toEqual(['green_bundle', 'green', 'recalled', 'not_green']);
  });

  test('refuses what was changed, and says which step', async () => {
    const text = readFileSync(file('then.json'), 'utf8');
    writeFileSync(file('later.json'), text.replace(`"at":${greenTime}`, `"at":${greenTime + 86_400_000}`));
    const ran = await dm([...verify('later.json'), '--json']);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/PROOF_INVALID.*Time: at that time there was block 6 already/);
    await expectRefusal(at('proof', 'create', '--state', 'good', '--digest', `0x${'1'.repeat(64)}`), {
      code: 'USAGE',
      exit: 2,
    });
    await expectRefusal(at('proof', 'create', '--green', 'no:environment'), { code: 'INPUT_INVALID' });
  });
});
