import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { ProposalPage, ProposalView } from '../../src/api/chain/proposals.ts';
import type { MemberView, ValidatorView } from '../../src/api/chain/members.ts';
import { openSession } from '../../src/cli/session.ts';
import { decodeApproval } from '../../src/ledger/documents/approval.ts';
import { decodeKeyCard } from '../../src/ledger/documents/key-card.ts';
import { decodeProposalFile } from '../../src/ledger/documents/proposal-file.ts';
import { sampled } from '../crash/seeded-random.ts';
import { cheapKeyFile, dm, dmJson, startNode, temporaryRoot, type RunningNode } from './dm.ts';
import { readCodes } from './read-codes.ts';

/** What a command that proposes or votes says. */
interface Voted {
  readonly proposal_id: string;
  readonly fingerprint: readonly string[];
  readonly status: string;
  readonly block_index: number;
  readonly transaction_id: string;
  readonly next: string | null;
}

const EXPORT_PASSPHRASE = 'a passphrase of its own';

async function sandbox(data: string): Promise<void> {
  await cheapKeyFile(data);
  await dmJson(['blockchain', 'init', '--sandbox', '--key-store', 'file', '--chain-id', 'governed', '--data', data]);
}

/** The transactions of the audit log that did this. */
async function audit(data: string, action: string): Promise<readonly { id: string; block_index: number }[]> {
  const session = await openSession({
    dataDirectory: data,
    mode: 'read',
    passphrase: () => Promise.resolve(null),
    version: '0',
    log: () => undefined,
  });
  try {
    return (await session.client.chain.audit({ filter: { actions: [action] }, limit: 10 })).rows;
  } finally {
    await session.close();
  }
}

describe.each(sampled([{ runs: false }, { runs: true }], 1, 'whether a node runs'))(
  'two administrators of three decide, a node running: $runs',
  ({ runs }) => {
    const root = temporaryRoot();
    const data = join(root, 'data');
    const inData = (...args: readonly string[]): readonly string[] => [...args, '--data', data];
    let node: RunningNode | null = null;

    beforeAll(async () => {
      await sandbox(data);
      await dmJson(inData('key', 'create', '--name', 'Second validator', '--key-store', 'file'));
      if (runs) node = await startNode(data);
    });
    afterAll(() => node?.stop('SIGTERM'));

    test('on a new validator: proposed by one, approved by another, executed in the block of the approval', async () => {
      const proposed = await dmJson<Voted>(
        inData('validator', 'add', '--id', 'authority-2', '--key', 'Second validator'),
      );
      expect(proposed).toMatchObject({ status: 'open', action: 'add_validator', title: 'Add validator authority-2' });
      expect(proposed.fingerprint).toHaveLength(12);
      expect(proposed.next).toContain(`dm proposal approve ${proposed.proposal_id.slice(0, 10)} --as 'Operations 2'`);
      const listed = await dmJson<ProposalPage>(inData('proposal', 'list'));
      expect(listed.proposals).toMatchObject([
        { proposal_id: proposed.proposal_id, requirements: [{ needed: 2, holders: 3, approvals: 1 }] },
      ]);

      // By its first eight digits, as people hand it on.
      const approved = await dmJson<Voted>(
        inData('proposal', 'approve', proposed.proposal_id.slice(2, 10), '--as', 'Operations 2'),
      );
      expect(approved).toMatchObject({ status: 'executed', proposal_id: proposed.proposal_id, next: null });
      const view = await dmJson<ProposalView>(inData('proposal', 'show', proposed.proposal_id));
      expect(view).toMatchObject({
        status: 'executed',
        closed_block: approved.block_index,
        closed_by: approved.transaction_id,
        effect: { outcome: 'ended' },
        votes: [{ member: { name: 'Operations 1' } }, { member: { name: 'Operations 2' } }],
      });
      const { validators } = await dmJson<{ validators: ValidatorView[] }>(inData('validator', 'list'));
      expect(validators.map(({ validator_id, status }) => [validator_id, status])).toEqual([
        ['authority-1', 'active'],
        ['authority-2', 'active'],
      ]);
      expect(await audit(data, 'approve')).toMatchObject([
        { id: approved.transaction_id, block_index: approved.block_index },
      ]);
      expect(await dmJson(inData('blockchain', 'verify', '--integrity-check'))).toMatchObject({
        ok: true,
        findings: [],
      });
    });

    test('on freezing and unfreezing: one stops everything, two start it again, and a restart changes nothing', async () => {
      await dmJson(inData('blockchain', 'freeze', '--reason', 'looking into it', '--as', 'Security lead'));
      const files = join(root, 'files');
      mkdirSync(files, { recursive: true });
      writeFileSync(join(files, 'env.py'), 'pass\n');
      const create = inData('env', 'create', '--id', 'cartpole', '--path', files, '--json');
      const expectFrozen = async (): Promise<void> => {
        const refused = await dm(create);
        expect(refused.code).toBe(1);
        expect(JSON.parse(refused.stderr)).toMatchObject({
          error: { context: { reject_code: 17, reject_name: 'CHAIN_FROZEN' } },
        });
      };
      await expectFrozen();
      if (node !== null) {
        await node.stop('SIGTERM');
        node = await startNode(data);
        await expectFrozen();
      }
      expect(await dmJson(inData('blockchain', 'status'))).toMatchObject({ frozen: { reason: 'looking into it' } });
      const asText = await dm(inData('blockchain', 'status'));
      expect(asText.stdout).toMatch(/FROZEN .*looking into it/);

      const proposed = await dmJson<Voted>(inData('blockchain', 'unfreeze'));
      expect(proposed.status).toBe('open');
      await expectFrozen();
      expect(await dmJson(inData('proposal', 'approve', proposed.proposal_id, '--as', 'Operations 2'))).toMatchObject({
        status: 'executed',
      });
      expect(await dmJson(create.filter((arg) => arg !== '--json'))).toMatchObject({ env_id: 'cartpole' });
      expect(await dmJson(inData('blockchain', 'status'))).toMatchObject({ frozen: null });
    });

    test('on the sole sealing key: made, proved and handed to the node, then sealing from the next block on', async () => {
      const before = await dmJson<ValidatorView>(inData('validator', 'show', 'authority-1'));
      const proposed = await dmJson<Voted>(inData('validator', 'rotate', 'authority-1'));
      const approved = await dmJson<Voted>(
        inData('proposal', 'approve', proposed.proposal_id, '--as', 'Security lead'),
      );
      expect(approved.status).toBe('executed');
      const after = await dmJson<ValidatorView>(inData('validator', 'show', 'authority-1'));
      expect(after.public_key).not.toBe(before.public_key);
      expect(after.keys.map(({ status }) => status)).toEqual(['active', 'retired']);
      const next = await dmJson<{ block_index: number }>(inData('env', 'promote', '--id', 'cartpole'));
      const sealedBy = async (index: number): Promise<unknown> =>
        (await dmJson<{ proof: { public_key: string } }>(inData('blockchain', 'inspect', '--block', String(index))))
          .proof.public_key;
      expect(await sealedBy(approved.block_index)).toBe(before.public_key);
      expect(await sealedBy(next.block_index)).toBe(after.public_key);
      if (node !== null) {
        await node.stop('SIGTERM');
        node = await startNode(data);
      }
      await dmJson(inData('env', 'archive', '--id', 'cartpole'));
      expect(await dmJson(inData('blockchain', 'verify', '--integrity-check'))).toMatchObject({ ok: true });
    });
  },
);

describe('governance from the command line', () => {
  const root = temporaryRoot();
  const data = join(root, 'data');
  const files = join(root, 'files');
  let node: RunningNode;
  const inData = (...args: readonly string[]): readonly string[] => [...args, '--data', data];
  const approveBy = (id: string, who: string): Promise<Voted> =>
    dmJson<Voted>(inData('proposal', 'approve', id, '--as', who));

  beforeAll(async () => {
    mkdirSync(files);
    writeFileSync(join(files, 'env.py'), 'pass\n');
    await sandbox(data);
    node = await startNode(data);
  });
  afterAll(() => node.stop('SIGTERM'));

  test('a newcomer proves a key on a machine of their own, without a chain, and becomes a member', async () => {
    const own = join(root, 'newcomer');
    await dmJson(['key', 'create', '--name', 'Dee', '--key-store', 'file', '--data', own]);
    const { genesis } = await dmJson<{ genesis: string }>(inData('blockchain', 'status'));
    const chain = ['--chain-id', 'governed', '--genesis', genesis];
    const made = await dm(['key', 'prove', 'Dee', '--for', 'member/dee', ...chain, '--data', own]);
    expect(made.code, made.stderr).toBe(0);
    const card = decodeKeyCard(made.stdout);
    expect(card).toMatchObject({ chain_id: 'governed', subject: 'member/dee' });
    writeFileSync(join(root, 'card.json'), made.stdout);
    const again = await dmJson<{ card: unknown }>([
      'key',
      'prove',
      'Dee',
      '--for',
      'member/dee',
      ...chain,
      '--data',
      own,
      '--output',
      join(root, 'card2.json'),
    ]);
    expect(again.card).toEqual(card);
    expect(readFileSync(join(own, 'signing.log'), 'utf8')).toContain('possession');
    expect(existsSync(join(own, 'chain'))).toBe(false);

    const proposed = await dmJson<Voted>(
      inData(
        'member',
        'add',
        '--id',
        'dee',
        '--name',
        'Dee',
        '--level',
        'blue_state',
        '--key',
        `@${join(root, 'card.json')}`,
      ),
    );
    expect((await approveBy(proposed.proposal_id, 'Security lead')).status).toBe('executed');
    expect(await dmJson<MemberView>(inData('member', 'show', 'dee'))).toMatchObject({
      level: 'blue_state',
      keys: [{ public_key: card.public_key, status: 'active' }],
    });
  });

  test('a member changes, is suspended, comes back and is removed', async () => {
    for (const [args, expected] of [
      [['update', 'dee', '--level', 'validator', '--name', 'Dee D.'], { level: 'validator', name: 'Dee D.' }],
      [['suspend', 'dee'], { status: 'suspended', level: 'validator' }],
      [['resume', 'dee'], { status: 'active' }],
      [['remove', 'dee'], { status: 'removed' }],
    ] as const) {
      const proposed = await dmJson<Voted>(inData('member', ...args));
      expect((await approveBy(proposed.proposal_id, 'Operations 2')).status).toBe('executed');
      expect(await dmJson(inData('member', 'show', 'dee'))).toMatchObject(expected);
    }
    const asText = await dm(inData('member', 'list'));
    expect(asText.stdout).toMatch(/dee +Dee D\. +validator +removed/);
  });

  test('a member replaces its own key alone, and another one as a proposal', async () => {
    const before = await dmJson<MemberView>(inData('member', 'show', 'operations-1'));
    const rotated = await dmJson(inData('member', 'rotate-key'));
    expect(rotated).toMatchObject({ action: 'rotate_key', acting: true });
    const after = await dmJson<MemberView>(inData('member', 'show', 'operations-1'));
    expect(after.keys.map(({ status }) => status)).toEqual(['active', 'retired']);
    expect(after.keys[1]?.public_key).toBe(before.keys[0]?.public_key);
    const shown = await dmJson(inData('key', 'show', 'Operations 1 (2)'));
    expect(shown).toMatchObject({ acting: true, public_key: after.keys[0]?.public_key });

    const proposed = await dmJson<Voted>(inData('member', 'rotate-key', 'security-lead'));
    expect(proposed).toMatchObject({ status: 'open', action: 'rotate_key' });
    expect((await approveBy(proposed.proposal_id, 'Operations 2')).status).toBe('executed');
    expect(await dmJson(inData('member', 'show', 'security-lead'))).toMatchObject({
      keys: [{ status: 'active' }, { status: 'retired' }],
    });
  });

  test('an environment is protected, and its promotion proposed from the same command', async () => {
    await dmJson(inData('env', 'create', '--id', 'maze', '--path', files));
    const who = await dmJson(inData('policy', 'who', 'promote_environment', '--env', 'maze'));
    expect(who).toMatchObject({ requirements: [], possible: true });
    const protecting = await dmJson<Voted>(
      inData('policy', 'protect', 'maze', '--approvals', '2', '--of', 'administrator'),
    );
    expect((await approveBy(protecting.proposal_id, 'Operations 2')).status).toBe('executed');
    expect(await dmJson(inData('policy', 'show', 'promote_environment', '--env', 'maze'))).toMatchObject({
      env_id: 'maze',
      is_default: false,
      policy: { mode: 'multisig', threshold: { count: 2 } },
    });
    expect(await dmJson(inData('policy', 'who', 'promote_environment', '--env', 'maze'))).toMatchObject({
      requirements: [{ role: 'administrator', needed: 2 }],
      alone: [],
    });

    const refused = await dm(inData('env', 'promote', '--id', 'maze', '--json'));
    expect(JSON.parse(refused.stderr)).toMatchObject({
      error: { context: { reject_name: 'APPROVAL_REQUIRED' }, advice: expect.stringContaining('--propose') as unknown },
    });
    const proposed = await dmJson<Voted>(inData('env', 'promote', '--id', 'maze', '--propose'));
    expect(proposed).toMatchObject({ status: 'open', action: 'promote_environment' });
    expect((await approveBy(proposed.proposal_id, 'Operations 2')).status).toBe('executed');
    expect(await dmJson(inData('env', 'show', '--id', 'maze'))).toMatchObject({ green: { version: 1 } });

    const open = await dmJson<Voted>(inData('policy', 'set', 'promote_environment', '--env', 'maze', '--default'));
    expect((await approveBy(open.proposal_id, 'Operations 2')).status).toBe('executed');
    const part = await dmJson<Voted>(
      inData('policy', 'set', 'checkpoint_state', '--fraction', '1/2', '--of', 'validator'),
    );
    expect((await approveBy(part.proposal_id, 'Operations 2')).status).toBe('executed');
    expect(await dmJson(inData('policy', 'show', 'checkpoint_state'))).toMatchObject({
      policy: { role: 'validator', threshold: { numerator: 1, denominator: 2 } },
    });
    const alone = await dmJson<Voted>(inData('policy', 'set', 'checkpoint_state', '--direct', 'promote_to_green'));
    expect((await approveBy(alone.proposal_id, 'Operations 2')).status).toBe('executed');
    expect((await dm(inData('policy', 'list'))).stdout).toMatch(/checkpoint_state .*the chain/);
  });

  test('a setting is changed, and a proposal rejected, withdrawn or left', async () => {
    const set = await dmJson<Voted>(inData('blockchain', 'set-parameter', 'proposal_lifetime_ms', '2d'));
    expect((await approveBy(set.proposal_id, 'Operations 2')).status).toBe('executed');
    expect(await dmJson(inData('blockchain', 'parameters'))).toMatchObject({
      parameters: [
        { name: 'transaction_window_ms', is_default: false },
        { name: 'proposal_lifetime_ms', value: 172_800_000, is_default: false },
      ],
    });
    // A week is the command's own default; here the chain allows two days.
    const rejected = await dmJson<Voted & { expires_at: number }>(
      inData('blockchain', 'set-parameter', 'transaction_window_ms', '5m'),
    );
    expect(rejected.expires_at).toBeLessThan(Date.now() + 172_800_000);
    const first = await dmJson<Voted>(
      inData('proposal', 'reject', rejected.proposal_id, '--reason', 'no need', '--as', 'Operations 2'),
    );
    expect(first.status).toBe('open');
    const last = await dmJson<Voted>(
      inData('proposal', 'reject', rejected.proposal_id, '--reason', 'nor for me', '--as', 'Security lead (2)'),
    );
    expect(last.status).toBe('rejected');
    const withdrawn = await dmJson<Voted>(
      inData(
        'proposal',
        'create',
        '--action',
        'set_parameter',
        '--payload',
        '{"name":"transaction_window_ms","value":300000}',
        '--expires-in',
        '90m',
      ),
    );
    expect(await dmJson(inData('proposal', 'withdraw', withdrawn.proposal_id))).toMatchObject({ status: 'withdrawn' });
    const ended = await dmJson<ProposalPage>(inData('proposal', 'list', '--ended', '--limit', '2'));
    expect(ended.proposals.map(({ status }) => status)).toEqual(['withdrawn', 'rejected']);
    expect(await dmJson<ProposalPage>(inData('proposal', 'list'))).toMatchObject({ proposals: [], total: 0 });
    expect((await dm(inData('proposal', 'list'))).stdout).toBe('No proposal is open.\n');
    const shown = await dm(inData('proposal', 'show', rejected.proposal_id));
    expect(shown.stdout).toMatch(/rejected .*by Operations 2: no need/);
    // What is said of it belongs to it also after its end, and does nothing.
    const said = ['proposal', 'comment', rejected.proposal_id.slice(0, 10), '--text', 'see \u202Enext week'];
    expect(await dmJson(inData(...said, '--as', 'Operations 2'))).toMatchObject({
      status: 'rejected',
      sentence: expect.stringContaining('neither approves nor rejects') as string,
    });
    expect((await dm(inData('proposal', 'show', rejected.proposal_id))).stdout).toContain(
      'by Operations 2: see \\u{202e}next week',
    );
  });

  test('how safe the set-up is, is told check by check', async () => {
    const posture = await dmJson<{ checks: readonly { code: string; level: string }[] }>(
      inData('blockchain', 'posture'),
    );
    expect(posture.checks.length).toBeGreaterThan(4);
    expect((await dm(inData('blockchain', 'posture'))).stdout).toMatch(/^(ok|look|BAD) /);
  });

  test('an approval is signed where there is nothing but the file and the key, and carried in by another', async () => {
    await dmJson(inData('key', 'create', '--name', 'Third validator', '--key-store', 'file'));
    const proposed = await dmJson<Voted>(inData('validator', 'add', '--id', 'authority-3', '--key', 'Third validator'));
    const away = join(root, 'away');
    mkdirSync(away);
    const offline = {
      cwd: away,
      passphrase: null,
      exportPassphrase: EXPORT_PASSPHRASE,
      environment: { HOME: join(root, 'nobody'), XDG_DATA_HOME: join(root, 'nobody') },
    };
    const exported = await dmJson(
      inData('proposal', 'export', proposed.proposal_id.slice(0, 10), '--output', join(away, 'proposal.json')),
    );
    expect(exported).toMatchObject({ fingerprint: proposed.fingerprint, chain_id: 'governed' });
    await dmJson(inData('key', 'export', 'Operations 2', '--output', join(away, 'key.json')), {
      exportPassphrase: EXPORT_PASSPHRASE,
    });
    expect(statSync(join(away, 'key.json')).mode & 0o077).toBe(0);

    const sign = [
      'proposal',
      'sign',
      '--input',
      'proposal.json',
      '--key-file',
      'key.json',
      '--reason',
      'tried: it runs',
    ];
    const signed = await dm([...sign, '--output', 'approval.json', '--yes'], offline);
    expect(signed.code, signed.stderr).toBe(0);
    // What is signed, what it changes, what to look at, whose word the rest is, and the words to compare.
    expect(signed.stderr).toContain('authority-3 becomes a validator');
    expect(signed.stderr).toMatch(/validators\/authority-3\n\s+\+ added_at/);
    expect(signed.stderr).toMatch(/^! .*never seen/m);
    expect(signed.stderr).toMatch(/Not covered by the signature[^]*title +Add validator authority-3/);
    for (const text of [signed.stderr, signed.stdout]) expect(text).toContain(proposed.fingerprint.join(' '));
    expect(readdirSync(away).sort()).toEqual(['approval.json', 'key.json', 'proposal.json']);
    expect(existsSync(join(root, 'nobody'))).toBe(false);
    const approval = decodeApproval(readFileSync(join(away, 'approval.json'), 'utf8'));
    const document = await dmJson([...sign, '--yes'], offline);
    expect(document).toMatchObject({ approval, proposal_id: proposed.proposal_id, path: null });

    // Any member may carry it in.
    const carried = await dmJson<Voted>(
      inData('proposal', 'import', '--input', join(away, 'approval.json'), '--as', 'Security lead (2)'),
    );
    expect(carried).toMatchObject({ status: 'executed', action: 'add_validator' });
    expect(await dmJson(inData('proposal', 'show', proposed.proposal_id))).toMatchObject({
      closed_block: carried.block_index,
      votes: [
        {},
        { member: { name: 'Operations 2' }, carried_by: { name: 'Security lead' }, reason: 'tried: it runs' },
      ],
    });
    expect(await audit(data, 'carry_approvals')).toMatchObject([{ id: carried.transaction_id }]);
  });

  test('several environments are decided together, each said to whom it concerns', async () => {
    for (const id of ['rope', 'hill']) {
      await dmJson(inData('env', 'create', '--id', id, '--path', files, '--note', `the first ${id}`));
      expect(await dmJson(inData('env', 'show', '--id', id))).toMatchObject({ blue: { note: `the first ${id}` } });
    }
    expect((await dm(inData('env', 'show', '--id', 'rope'))).stdout).toMatch(/note +the first rope/);
    expect((await dm(inData('env', 'history', '--id', 'hill'))).stdout).toContain('the first hill');

    const both = ['--id', 'rope', '--id', 'hill'];
    const promoted = await dmJson<Voted>(inData('env', 'promote', ...both));
    expect(promoted).toMatchObject({ action: 'batch', environments: 2 });
    expect(await dm(inData('env', 'promote', ...both, '--name', 'One'))).toMatchObject({ code: 2 });

    const protecting = await dmJson<Voted>(
      inData('policy', 'protect', 'rope', 'hill', '--approvals', '2', '--of', 'administrator'),
    );
    expect(protecting).toMatchObject({ action: 'batch', status: 'open' });
    const approved = ['proposal', 'approve', protecting.proposal_id, '--as', 'Operations 2', '--reason', 'tried it'];
    expect(await dmJson(inData(...approved))).toMatchObject({ status: 'executed' });
    expect(await dmJson(inData('proposal', 'show', protecting.proposal_id))).toMatchObject({
      votes: [{ reason: null }, { reason: 'tried it' }],
    });
    expect((await dm(inData('proposal', 'show', protecting.proposal_id))).stdout).toContain('tried it');

    // What they need now, an approver who is away sees whole, with nothing but the file.
    writeFileSync(join(files, 'later.py'), 'pass\n');
    for (const id of ['rope', 'hill']) await dmJson(inData('env', 'update', '--id', id, '--path', files));
    const refused = await dm(inData('env', 'promote', ...both, '--json'));
    expect(JSON.parse(refused.stderr)).toMatchObject({ error: { context: { reject_name: 'APPROVAL_REQUIRED' } } });
    const proposed = await dmJson<Voted>(inData('env', 'promote', ...both, '--propose'));
    const away = join(root, 'several');
    mkdirSync(away);
    await dmJson(inData('proposal', 'export', proposed.proposal_id, '--output', join(away, 'proposal.json')));
    await dmJson(inData('key', 'export', 'Operations 2', '--output', join(away, 'key.json')), {
      exportPassphrase: EXPORT_PASSPHRASE,
    });
    const signed = await dm(
      ['proposal', 'sign', '--input', 'proposal.json', '--key-file', 'key.json', '--output', 'approval.json', '--yes'],
      { cwd: away, passphrase: null, exportPassphrase: EXPORT_PASSPHRASE },
    );
    expect(signed.code, signed.stderr).toBe(0);
    expect(signed.stderr).toContain('2 operations, all or none: 1. Version 2 of rope becomes Green');
    expect(signed.stderr).toContain('2. Version 2 of hill becomes Green');
    expect(signed.stderr).toMatch(/environments\/hill\n/);
    await dmJson(inData('proposal', 'import', '--input', join(away, 'approval.json')));
    for (const id of ['rope', 'hill'])
      expect(await dmJson(inData('env', 'show', '--id', id))).toMatchObject({ green: { version: 2 } });

    const archiving = await dmJson<Voted>(inData('env', 'archive', ...both, '--reason', 'replaced'));
    expect(archiving).toMatchObject({ action: 'batch', environments: 2 });
  });

  /** As long as a reason is that still fits one code with everything else. */
  const REASON = 'Seen on three machines: the window of ten minutes lets old transactions in again after a restart.';

  test('a proposal goes over as QR codes, and its approval comes back as one', async () => {
    const proposed = await dmJson<Voted>(inData('blockchain', 'set-parameter', 'transaction_window_ms', '8m'));
    const drawn = await dm(inData('proposal', 'export', proposed.proposal_id, '--qr'));
    expect(drawn.code, drawn.stderr).toBe(0);
    const frames = readCodes(drawn.stdout);
    expect(frames.length).toBeGreaterThan(1);
    const { frames: told, text } = await dmJson<{ frames: string[]; text: string }>(
      inData('proposal', 'export', proposed.proposal_id, '--qr'),
    );
    expect(frames).toHaveLength(told.length);
    expect(decodeProposalFile(text).proposal_id).toBe(proposed.proposal_id);

    // With a directory that holds keys alone, and the frames in another order.
    const keys = join(root, 'keys-only');
    await dmJson(inData('key', 'export', 'Operations 2', '--output', join(root, 'two.json')), {
      exportPassphrase: EXPORT_PASSPHRASE,
    });
    const imported = await dmJson(
      ['key', 'import', '--secret-file', join(root, 'two.json'), '--key-store', 'file', '--data', keys],
      { exportPassphrase: EXPORT_PASSPHRASE },
    );
    expect(imported).toMatchObject({ name: 'Operations 2' });
    const signed = await dm(
      ['proposal', 'sign', '--input', '-', '--as', 'Operations 2', '--qr', '--yes', '--data', keys, '--reason', REASON],
      {
        input: `${frames.toReversed().join('\n')}\n`,
      },
    );
    expect(signed.code, signed.stderr).toBe(0);
    const [line = '', ...codes] = signed.stdout.split('\n');
    expect(decodeApproval(line)).toMatchObject({ proposal_id: proposed.proposal_id, reason: REASON });
    const [code = '', ...more] = readCodes(codes.join('\n'));
    expect(more).toEqual([]);
    expect(readFileSync(join(keys, 'signing.log'), 'utf8')).toContain(proposed.proposal_id);
    expect(existsSync(join(keys, 'chain'))).toBe(false);

    const carried = await dmJson<Voted>(inData('proposal', 'import', '--input', '-'), { input: `${code}\n` });
    expect(carried.status).toBe('executed');
  });

  test('a key is forgotten, and comes back from its file', async () => {
    const gone = await dmJson(inData('key', 'forget', 'Third validator', '--yes'));
    expect(gone).toMatchObject({ forgotten: true });
    const { keys } = await dmJson<{ keys: readonly { name: string }[] }>(inData('key', 'list'));
    expect(keys.map(({ name }) => name)).not.toContain('Third validator');
    expect(await dmJson(inData('blockchain', 'verify', '--integrity-check'))).toMatchObject({ ok: true, findings: [] });
  });
});
