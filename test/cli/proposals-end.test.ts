import { sampled } from '../crash/seeded-random.ts';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { cheapKeyFile, dm, dmJson, expectRefused, startNode, temporaryRoot, type RunningNode } from './dm.ts';

interface Voted {
  readonly proposal_id: string;
  readonly status: string;
  readonly next: string | null;
}
interface Listed {
  readonly proposals: readonly {
    readonly proposal_id: string;
    readonly stale: boolean;
    readonly waiting_for: readonly object[];
  }[];
}

describe('proposals on the command line', () => {
  const root = temporaryRoot();
  const data = join(root, 'data');
  const files = join(root, 'files');
  const inData = (...args: readonly string[]): readonly string[] => [...args, '--data', data];
  let node: RunningNode;
  let step = 0;
  const update = (id: string): Promise<unknown> =>
    dmJson(inData('env', 'update', '--id', id, '--path', files, '--name', `step ${++step}`));

  beforeAll(async () => {
    mkdirSync(files);
    writeFileSync(join(files, 'env.py'), 'print(1)\n');
    await cheapKeyFile(data);
    await dmJson(inData('blockchain', 'init', '--sandbox', '--key-store', 'file', '--chain-id', 'ending'));
    node = await startNode(data);
    for (const id of ['maze', 'ALE/Pong-v5']) await dmJson(inData('env', 'create', '--id', id, '--path', files));
    const protect = await dmJson<Voted>(
      inData('policy', 'set', 'promote_environment', '--approvals', '2', '--of', 'administrator'),
    );
    await dmJson(inData('proposal', 'approve', protect.proposal_id, '--as', 'Operations 2'));
  });
  afterAll(() => node.stop('SIGTERM'));

  test.each(
    sampled(
      [
        ['an approval', ['approve'], 'Operations 2'],
        ['a rejection', ['reject', '--reason', 'late'], 'Security lead'],
        ['a withdrawal by somebody else', ['withdraw'], 'Operations 2'],
      ],
      1,
      'how a stale proposal ends',
    ),
  )('a stale one is told as such, and ends with %s', async (_, [command = '', ...more], as) => {
    const { proposal_id: id } = await dmJson<Voted>(inData('env', 'promote', '--id', 'ALE/Pong-v5', '--propose'));
    await update('ALE/Pong-v5');
    const { proposals } = await dmJson<Listed>(inData('proposal', 'list'));
    expect(proposals).toMatchObject([{ proposal_id: id, stale: true, waiting_for: [] }]);
    expect((await dm(inData('proposal', 'list'))).stdout).toMatch(/ stale /);
    expect((await dm(inData('blockchain', 'status'))).stdout).toMatch(/1 open, 1 of them stale/);
    expect((await dm(inData('proposal', 'show', id))).stdout).toMatch(/can no longer be executed/);
    const ended = await dmJson<Voted>(inData('proposal', command, id, ...more, '--as', as));
    expect(ended).toMatchObject({ status: 'stale', next: null });
    expect((await dmJson<Listed>(inData('proposal', 'list'))).proposals).toEqual([]);
  });

  test.each(
    sampled(
      [
        ['policy', ['policy', 'protect', 'maze', '--approvals', '3', '--of', 'administrator'], 'Operations 2'],
        ['member', ['member', 'remove', 'security-lead'], 'Security lead'],
        ['promotion', ['env', 'promote', '--id', 'maze', '--propose'], 'Operations 2'],
        ['setting', ['blockchain', 'set-parameter', 'proposal_lifetime_ms', '3d'], 'Operations 2'],
      ],
      2,
      'what is proposed twice',
    ),
  )('the same %s twice is refused with the id of the open one, whoever proposes it', async (_, words, other) => {
    const first = await dmJson<Voted>(inData(...words));
    for (const as of [[], ['--as', other]])
      await expectRefused(inData(...words, ...as), {
        code: 'TRANSACTION_REJECTED',
        message: new RegExp(first.proposal_id),
      });
    await dmJson(inData('proposal', 'withdraw', first.proposal_id));
    const again = await dmJson<Voted>(inData(...words));
    await dmJson(inData('proposal', 'withdraw', again.proposal_id));
  });

  test('what one may do alone is not done by proposing it, unless that is said', async () => {
    const create = (action: string, payload: object): readonly string[] =>
      inData('proposal', 'create', '--action', action, '--payload', JSON.stringify(payload), '--expires-in', '1h');
    const { blue } = await dmJson<{ blue: { state_hash: string } }>(inData('env', 'show', '--id', 'maze'));
    const commands = [
      create('archive_environment', { env_id: 'maze' }),
      create('update_environment', { env_id: 'maze', state_hash: `0x${'ab'.repeat(32)}`, metadata: {} }),
      create('create_environment', { env_id: 'other', state_hash: blue.state_hash, metadata: {} }),
      inData('env', 'archive', '--id', 'maze', '--propose'),
    ];
    const before = await dmJson(inData('env', 'show', '--id', 'maze'));
    for (const command of commands)
      await expectRefused(command, { code: 'SIGNING_REFUSED', message: /happens at once/ });
    expect(await dmJson(inData('env', 'show', '--id', 'maze'))).toMatchObject({
      blue: (before as { blue: object }).blue,
      archived_at: null,
    });
    expect(await dmJson(inData('env', 'archive', '--id', 'maze', '--propose', '--yes'))).toMatchObject({
      status: 'executed',
    });
  });

  test('an id that looks like one that is there is made with a warning, and others without', async () => {
    const make = (id: string) => dmJson<{ warnings: string[] }>(inData('env', 'create', '--id', id, '--path', files));
    for (const id of ['A1E/Pong-v5', 'ALE/P0ng-v5', 'ale/pong_v5'])
      expect((await make(id)).warnings.join(' ')).toMatch(
        new RegExp(`${id} looks like (.+ \\()?ALE/Pong-v5\\)?, which is another environment`),
      );
    expect((await make('ALE/Pong-v4')).warnings).toEqual([]);
  });

  test('metadata keys are removed, and what is not there is told', async () => {
    const id = 'ALE/Pong-v5';
    await dmJson(inData('env', 'update', '--id', id, '--path', files, '--metadata', '{"seed":1,"owner":"ada"}'));
    await dmJson(inData('env', 'update', '--id', id, '--path', files, '--remove-metadata', 'seed'));
    const { blue } = await dmJson<{ blue: { metadata: object } }>(inData('env', 'show', '--id', id));
    expect(blue.metadata).toHaveProperty('owner');
    expect(blue.metadata).not.toHaveProperty('seed');
    for (const more of [
      ['--remove-metadata', 'seed'],
      ['--remove-metadata', 'owner', '--metadata', '{"owner":"ben"}'],
    ])
      await expectRefused(inData('env', 'update', '--id', id, '--path', files, ...more), { code: 'INPUT_INVALID' });
  });
});
