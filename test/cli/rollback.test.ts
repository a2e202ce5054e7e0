import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, describe, expect, test } from 'vitest';

import type { EnvironmentPage, EnvironmentView, Lineage } from '../../src/api/chain/environments.ts';
import type { RollbackPreview } from '../../src/api/chain/recovery.ts';
import { cheapKeyFile, dm, dmJson, expectRefusal, expectRefused, temporaryRoot } from './dm.ts';

/** What a command that proposes or votes says. */
interface Voted {
  readonly proposal_id: string;
  readonly status: string;
  readonly block_index: number;
}

const EXPORT_PASSPHRASE = 'a passphrase of its own';

describe('something bad was promoted', () => {
  const root = temporaryRoot();
  const data = join(root, 'data');
  const files = join(root, 'files');
  const inData = (...args: readonly string[]): readonly string[] => [...args, '--data', data];
  const step = (...args: readonly string[]): Promise<{ readonly block_index: number }> => dmJson(inData(...args));
  const show = (): Promise<EnvironmentView> => dmJson(inData('env', 'show', '--id', 'cartpole'));
  let good = 0;

  beforeAll(async () => {
    await cheapKeyFile(data);
    await dmJson(['blockchain', 'init', '--sandbox', '--key-store', 'file', '--chain-id', 'governed', '--data', data]);
    mkdirSync(files);
    writeFileSync(join(files, 'reward.py'), 'return 1\n');
    await step('env', 'create', '--id', 'cartpole', '--path', files);
    await step('env', 'promote', '--id', 'cartpole');
    good = (await step('env', 'checkpoint', '--id', 'cartpole', '--version', '1.0:spring')).block_index;
    writeFileSync(join(files, 'reward.py'), 'return -1\n');
    await step('env', 'update', '--id', 'cartpole', '--path', files);
    await step('env', 'promote', '--id', 'cartpole');
    await step('env', 'create', '--id', 'pole', '--path', files);
  });

  test('a dry run shows what would change, for each way to name the target, and proposes nothing', async () => {
    const byHeight = await dmJson<RollbackPreview>(inData('blockchain', 'rollback', '--to', String(good), '--dry-run'));
    expect(byHeight).toMatchObject({
      target: { height: good },
      counts: { changing: 2, exchanged: 1, vanishing: 1 },
      requirements: [{ role: 'administrator', needed: 2 }],
      frozen: null,
    });
    const aims = [
      ['--checkpoint', 'cartpole:1.0:spring'],
      ['--time', new Date(byHeight.target.time).toISOString()],
    ];
    for (const aim of aims)
      expect(await dmJson(inData('blockchain', 'rollback', ...aim, '--dry-run')), aim.join(' ')).toEqual(byHeight);
    const shown = await dm(
      inData('blockchain', 'rollback', '--to', String(good), '--environment', 'cartpole', '--dry-run'),
    );
    expect(shown.code, shown.stderr).toBe(0);
    expect(shown.stdout).toMatch(/^environment +blue +then +green +then +what happens$/m);
    expect(shown.stdout).toMatch(
      /^cartpole +v2 +v1 +v2 +v1 +another version is Green; undoes the promotion of v2 at /m,
    );
    expect(shown.stdout).not.toMatch(/^pole /m);
    expect(shown.stdout).toContain('needed         2 of 3 (administrator)');
    expect(shown.stdout).toMatch(/^! The chain is not frozen/m);
    expect((await dmJson<{ total: number }>(inData('proposal', 'list'))).total).toBe(0);
  });

  test('it is rolled back by two administrators, one of whom approves where there is no network', async () => {
    const before = await show();
    const proposed = await dmJson<Voted>(
      inData(
        'blockchain',
        'rollback',
        '--checkpoint',
        'cartpole:1.0:spring',
        '--environment',
        'cartpole',
        '--reason',
        'the reward was negated',
      ),
    );
    expect(proposed).toMatchObject({ status: 'open', action: 'rollback' });
    const away = join(root, 'away');
    mkdirSync(away);
    await dmJson(inData('proposal', 'export', proposed.proposal_id, '--output', join(away, 'proposal.json')));
    await dmJson(inData('key', 'export', 'Operations 2', '--output', join(away, 'key.json')), {
      exportPassphrase: EXPORT_PASSPHRASE,
    });
    const sign = ['proposal', 'sign', '--input', 'proposal.json', '--key-file', 'key.json'];
    const signed = await dm([...sign, '--output', 'approval.json', '--yes'], {
      cwd: away,
      passphrase: null,
      exportPassphrase: EXPORT_PASSPHRASE,
      environment: { HOME: join(root, 'nobody'), XDG_DATA_HOME: join(root, 'nobody') },
    });
    expect(signed.code, signed.stderr).toBe(0);
    expect(signed.stderr).toContain(`cartpole goes back to what it was in block ${good}`);
    const carried = await dmJson<Voted>(
      inData('proposal', 'import', '--input', join(away, 'approval.json'), '--as', 'Security lead'),
    );
    expect(carried).toMatchObject({ status: 'executed', action: 'rollback' });

    const after = await show();
    expect(after).toMatchObject({
      green: { version: 1 },
      blue: { version: 1 },
      green_status: 'green',
      latest_version: 2,
      rollback: { target_height: good },
    });
    const story = await dm(inData('env', 'history', '--id', 'cartpole'));
    expect(story.stdout).toMatch(new RegExp(`${carried.block_index} +rollback +back to block ${good} `));
    expect((await dm(inData('env', 'show', '--id', 'cartpole'))).stdout).toMatch(
      new RegExp(`^rolled back +to block ${good}, at `, 'm'),
    );
    expect((await dm(inData('env', 'list'))).stdout).toMatch(
      new RegExp(`^cartpole +v1 +v1 +1\\.0:spring +\\S+ \\S+ +rolled back to block ${good}$`, 'm'),
    );
    const verified = await dm(inData('blockchain', 'verify', '--integrity-check'));
    expect(verified.code, verified.stderr).toBe(0);

    // And the rollback is rolled back.
    const back = await dmJson<Voted>(
      inData('blockchain', 'rollback', '--to', String(proposed.block_index), '--reason', 'it was right after all'),
    );
    await dmJson(inData('proposal', 'approve', back.proposal_id, '--as', 'Operations 2', '--yes'));
    const again = await show();
    expect(again.green).toEqual(before.green);
    expect(again).toMatchObject({ blue: { version: 2 }, latest_version: 2 });
    const { nodes } = await dmJson<Lineage>(inData('env', 'history', '--id', 'cartpole'));
    expect(nodes.map(({ kind }) => kind)).toEqual([
      'create',
      'promote',
      'checkpoint',
      'update',
      'promote',
      'rollback',
      'rollback',
    ]);
  });

  test('an environment that a rollback took away is told as that, and its history stays', async () => {
    const proposed = await dmJson<Voted>(
      inData('blockchain', 'rollback', '--to', String(good), '--environment', 'pole', '--reason', 'made by mistake'),
    );
    await dmJson(inData('proposal', 'approve', proposed.proposal_id, '--as', 'Operations 2', '--yes'));
    await expectRefusal(inData('env', 'show', '--id', 'pole'), {
      code: 'NOT_FOUND',
      message: new RegExp(`a rollback to block ${good} took it away`),
    });
    const { nodes } = await dmJson<Lineage>(inData('env', 'history', '--id', 'pole'));
    expect(nodes.map(({ kind, version }) => [kind, version])).toEqual([
      ['create', 1],
      ['rollback', null],
    ]);
  });

  test('it is recalled by one administrator in an emergency, while the chain is frozen', async () => {
    await dmJson(inData('blockchain', 'freeze', '--reason', 'a third of it is broken'));
    const recalled = await dmJson(
      inData(
        'env',
        'recall',
        'cartpole',
        '--reason',
        'a third of it is broken',
        '--superseded-by',
        'cartpole@1',
        '--emergency',
      ),
    );
    expect(recalled).toMatchObject({ action: 'recall_environment', env_id: 'cartpole', version: 2 });
    expect(await show()).toMatchObject({
      green: null,
      green_status: 'recalled',
      recalled: { version: 2, emergency: true, superseded_by: { env_id: 'cartpole', version: 1 } },
    });
    const shown = await dm(inData('env', 'show', '--id', 'cartpole'));
    expect(shown.stdout).toMatch(/^green +RECALLED: nothing is Green$/m);
    expect(shown.stdout).toMatch(/^recalled +version 2, at .* \(emergency\): a third of it is broken$/m);
    expect(shown.stdout).toMatch(/^ {2}use instead +cartpole version 1$/m);
    expect((await dm(inData('env', 'list'))).stdout).toMatch(/^cartpole +v2 +recalled v2 /m);
    expect(await dmJson<EnvironmentPage>(inData('env', 'list', '--zone', 'green'))).toMatchObject({
      environments: [],
      recalled_count: 1,
    });
    // What was Green at a time says that it was taken back since.
    const then = await dm(inData('blockchain', 'inspect', '--state', 'cartpole', '--at', String(good)));
    expect(then.stdout).toMatch(/^green +version 1 /m);
    expect(then.stdout).not.toContain('RECALLED SINCE');
    const { height } = await show();
    const bad = await dm(inData('blockchain', 'inspect', '--state', 'cartpole', '--at', String(height - 1)));
    expect(bad.stdout).toMatch(/^ {2}RECALLED SINCE +version 2, at /m);
  });

  test('what cannot be done is refused, with what to do', async () => {
    const rollback = (...args: readonly string[]): readonly string[] => inData('blockchain', 'rollback', ...args);
    await expectRefused(rollback('--reason', 'x'), { code: 'USAGE', exit: 2, message: /where to go back to/ });
    await expectRefusal(rollback('--to', '1', '--time', '2026-11-22T09:00:00Z', '--reason', 'x'), {
      code: 'USAGE',
      exit: 2,
    });
    await expectRefusal(rollback('--to', '1'), { code: 'USAGE', exit: 2, message: /reason/ });
    await expectRefusal(rollback('--time', '12', '--dry-run'), { code: 'USAGE', exit: 2, message: /time/ });
    await expectRefusal(rollback('--checkpoint', 'cartpole', '--dry-run'), {
      code: 'USAGE',
      exit: 2,
      message: /ENV:LABEL/,
    });
    await expectRefusal(rollback('--to', '9999', '--dry-run'), { code: 'NOT_FOUND' });
    await expectRefusal(rollback('--checkpoint', 'cartpole:9.9', '--dry-run'), {
      code: 'NOT_FOUND',
      message: /no checkpoint 9\.9/,
    });
    const { height } = await show();
    await expectRefusal(rollback('--to', String(height), '--reason', 'x'), {
      code: 'TRANSACTION_REJECTED',
      message: /as they were/,
    });
    await expectRefusal(rollback('--to', '1', '--environment', 'nowhere', '--reason', 'x'), {
      code: 'TRANSACTION_REJECTED',
      message: /nowhere/,
    });
    const recall = (...args: readonly string[]): readonly string[] => inData('env', 'recall', ...args, '--reason', 'x');
    await expectRefusal(recall('cartpole'), { code: 'TRANSACTION_REJECTED', message: /version 2 was recalled at/ });
    await expectRefusal(recall('nowhere'), { code: 'NOT_FOUND' });
  });
});
