import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { sampled } from '../crash/seeded-random.ts';
import { encodeCanonicalText } from '../../src/base/canonical.ts';
import { preStateDigest, proposalId } from '../../src/ledger/governance/proposal.ts';
import { readValue } from '../../src/ledger/state/recording-state.ts';
import { encodeApproval, encodeApprovalLine, signApproval } from '../../src/ledger/documents/approval.ts';
import { decodeProposalFile, type ProposalFile } from '../../src/ledger/documents/proposal-file.ts';
import { generateSecret } from '../../src/node/keys/key-store.ts';
import {
  cheapKeyFile,
  dm,
  dmJson,
  expectRefusal,
  expectRefused,
  startNode,
  temporaryRoot,
  type RunningNode,
} from './dm.ts';

const EXPORT_PASSPHRASE = 'a passphrase of its own';
const NOBODY = `0x${'ab'.repeat(32)}`;

describe('governance from the command line refuses', () => {
  const root = temporaryRoot();
  const data = join(root, 'data');
  const inData = (...args: readonly string[]): readonly string[] => [...args, '--data', data];
  const at = (name: string): string => join(root, name);
  const write = (name: string, text: string): string => {
    writeFileSync(at(name), text);
    return at(name);
  };
  let node: RunningNode;
  let open: string;
  let file: ProposalFile;
  let height: number;

  beforeAll(async () => {
    await cheapKeyFile(data);
    await dmJson(inData('blockchain', 'init', '--sandbox', '--key-store', 'file', '--chain-id', 'governed'));
    node = await startNode(data);
    await dmJson(inData('key', 'create', '--name', 'Spare', '--key-store', 'file'));
    const proposed = await dmJson<{ proposal_id: string; block_index: number }>(
      inData('validator', 'add', '--id', 'authority-2', '--key', 'Spare'),
    );
    open = proposed.proposal_id;
    height = proposed.block_index;
    await dmJson(inData('proposal', 'export', open, '--output', at('proposal.json')));
    file = decodeProposalFile(readFileSync(at('proposal.json'), 'utf8'));
    await dmJson(inData('key', 'export', 'Operations 2', '--output', at('key.json')), {
      exportPassphrase: EXPORT_PASSPHRASE,
    });
  });
  afterAll(() => node.stop('SIGTERM'));

  test('a proposal that there is not, or that its prefix does not name', async () => {
    for (const command of ['show', 'export', 'approve', 'withdraw'])
      await expectRefused(inData('proposal', command, '0xabababab'), { code: 'NOT_FOUND', message: /0xabababab/ });
    await expectRefused(inData('proposal', 'show', NOBODY), { code: 'NOT_FOUND' });
    for (const id of ['0x1234', 'authority-2', open.slice(0, 9), `${open}00`])
      await expectRefused(inData('proposal', 'show', id), { code: 'INPUT_INVALID', message: /not a proposal's id/ });
  });

  test('what cannot be proposed, or would be refused when it happens', async () => {
    const create = (action: string, payload: string, ...more: readonly string[]): readonly string[] =>
      inData('proposal', 'create', '--action', action, '--payload', payload, ...more);
    await expectRefusal(create('explode', '{}'), { code: 'TRANSACTION_REJECTED', message: /explode/ });
    await expectRefusal(create('freeze', '{"reason":"x"}'), { code: 'TRANSACTION_REJECTED', message: /proposed/ });
    await expectRefusal(create('add_validator', '{}'), { code: 'TRANSACTION_REJECTED', message: /validator_id/ });
    await expectRefusal(create('unfreeze', '{}'), { code: 'TRANSACTION_REJECTED', message: /not frozen/ });
    await expectRefusal(create('unfreeze', '{"a":0.5}'), { code: 'USAGE', exit: 2, message: /integer/ });
    await expectRefusal(create('unfreeze', '[]'), { code: 'USAGE', exit: 2, message: /JSON object/ });
    await expectRefusal(create('unfreeze', '{}', '--expires-in', 'soon'), { code: 'USAGE', exit: 2, message: /7d/ });
    await expectRefusal(
      create('set_parameter', '{"name":"transaction_window_ms","value":60000}', '--expires-in', '52w'),
      { code: 'TRANSACTION_REJECTED', message: /expiry/ },
    );
    await expectRefusal(create('set_parameter', '{"name":"transaction_window_ms","value":60000}', '--as', 'Spare'), {
      code: 'TRANSACTION_REJECTED',
      message: /no member/,
    });
    await expectRefusal(inData('blockchain', 'unfreeze'), { code: 'TRANSACTION_REJECTED', message: /not frozen/ });
    await expectRefusal(inData('validator', 'remove', 'authority-1'), { code: 'TRANSACTION_REJECTED' });
    await expectRefusal(inData('validator', 'remove', 'nobody'), { code: 'TRANSACTION_REJECTED', message: /nobody/ });
    await expectRefusal(inData('member', 'remove', 'nobody'), { code: 'TRANSACTION_REJECTED', message: /nobody/ });
    await expectRefusal(inData('member', 'update', 'nobody', '--name', 'X'), { code: 'NOT_FOUND', message: /nobody/ });
    await expectRefusal(inData('member', 'suspend', 'nobody'), { code: 'NOT_FOUND', message: /nobody/ });
    await expectRefusal(inData('member', 'resume', 'operations-1'), { code: 'TRANSACTION_REJECTED' });
    await expectRefusal(inData('policy', 'set', 'unfreeze', '--approvals', '9', '--of', 'administrator'), {
      code: 'TRANSACTION_REJECTED',
      message: /9 of 3/,
    });
    await expectRefusal(inData('policy', 'set', 'unfreeze', '--direct', 'promote_to_green'), {
      code: 'TRANSACTION_REJECTED',
      message: /always needs approvals/,
    });
    await expectRefusal(inData('policy', 'set', 'approve', '--default'), { code: 'TRANSACTION_REJECTED' });
    await expectRefusal(inData('policy', 'protect', 'nobody', '--approvals', '2', '--of', 'administrator'), {
      code: 'TRANSACTION_REJECTED',
      message: /nobody/,
    });
    await expectRefusal(inData('blockchain', 'set-parameter', 'transaction_window_ms', '30d'), {
      code: 'TRANSACTION_REJECTED',
      message: /value/,
    });
  });

  test('votes that do not count', async () => {
    await expectRefusal(inData('proposal', 'approve', open), { code: 'TRANSACTION_REJECTED', message: /already/ });
    await expectRefusal(inData('proposal', 'approve', open, '--as', 'Spare'), {
      code: 'TRANSACTION_REJECTED',
      message: /no member/,
    });
    await expectRefusal(inData('proposal', 'withdraw', open, '--as', 'Operations 2'), {
      code: 'TRANSACTION_REJECTED',
      message: /proposed by operations-1/,
    });
    await expectRefusal(
      inData('proposal', 'approve', open, '--as', 'Operations 2'),
      { code: 'PASSPHRASE_WRONG' },
      { passphrase: 'not the passphrase' },
    );
  });

  test('key cards of somebody else, of another chain, and damaged ones', async () => {
    const card = (subject: string, chain: string, name: string, ...more: readonly string[]): Promise<unknown> =>
      dmJson(inData('key', 'prove', 'Spare', '--for', subject, '--chain-id', chain, '--output', at(name), ...more));
    await card('validator/authority-9', 'governed', 'card.json');
    await card('validator/authority-3', 'elsewhere', 'elsewhere.json', '--genesis', NOBODY);
    const { genesis } = await dmJson<{ genesis: string }>(inData('blockchain', 'status'));
    await card('validator/authority-3', 'governed', 'twin.json', '--genesis', NOBODY);
    await card('validator/authority-3', 'governed', 'later.json', '--genesis', genesis, '--era', '1');
    const add = (key: string): readonly string[] => inData('validator', 'add', '--id', 'authority-3', '--key', key);
    await expectRefusal(add(`@${at('card.json')}`), { code: 'INPUT_INVALID', message: /authority-9/ });
    await expectRefusal(add(`@${at('elsewhere.json')}`), { code: 'INPUT_INVALID', message: /elsewhere/ });
    await expectRefusal(add(`@${at('twin.json')}`), { code: 'INPUT_INVALID', message: /also called governed/ });
    await expectRefusal(add(`@${at('later.json')}`), { code: 'INPUT_INVALID', message: /era 1/ });
    const changed = readFileSync(at('card.json'), 'utf8').replace('authority-9', 'authority-3');
    await expectRefusal(add(changed.trim()), { code: 'DOCUMENT_INVALID', message: /prove/ });
    await expectRefusal(add('{}'), { code: 'DOCUMENT_INVALID' });
    await expectRefusal(add(`@${at('nothing.json')}`), { code: 'USAGE', exit: 2, message: /nothing\.json/ });
    await expectRefusal(add('Nobody'), { code: 'KEY_NOT_FOUND', message: /Nobody/ });
    await expectRefusal(
      inData('member', 'add', '--id', 'x', '--name', 'X', '--level', 'blue_state', '--key', 'Operations 2'),
      { code: 'TRANSACTION_REJECTED', message: /in use/ },
    );
  });

  test('a rotation that leads nowhere, and leaves no key behind', async () => {
    const before = await dmJson(inData('key', 'list'));
    await expectRefusal(inData('validator', 'rotate', 'authority-1', '--as', 'Spare'), {
      code: 'TRANSACTION_REJECTED',
      message: /no member/,
    });
    await expectRefusal(inData('validator', 'rotate', 'authority-7'), {
      code: 'USAGE',
      exit: 2,
      message: /authority-7/,
    });
    await expectRefusal(inData('member', 'rotate-key', 'nobody'), { code: 'NOT_FOUND' });
    await expectRefusal(inData('member', 'rotate-key', '--old', NOBODY), { code: 'USAGE', exit: 2 });
    await expectRefusal(inData('member', 'rotate-key', '--key', 'Security lead'), {
      code: 'TRANSACTION_REJECTED',
      message: /in use/,
    });
    expect(await dmJson(inData('key', 'list'))).toEqual(before);
  });

  test('to write over a file', async () => {
    const text = readFileSync(at('proposal.json'), 'utf8');
    await expectRefusal(inData('proposal', 'export', open, '--output', at('proposal.json')), {
      code: 'INPUT_INVALID',
      message: /already exists/,
    });
    await expectRefusal(
      inData('key', 'export', 'Operations 2', '--output', at('proposal.json')),
      { code: 'INPUT_INVALID', message: /already exists/ },
      { exportPassphrase: EXPORT_PASSPHRASE },
    );
    await expectRefusal(inData('key', 'prove', 'Spare', '--for', 'member/x', '--output', at('proposal.json')), {
      code: 'INPUT_INVALID',
    });
    await expectRefusal(inData('proposal', 'export', open, '--output', join(root, 'no', 'such', 'place')), {
      code: 'INPUT_INVALID',
      message: /cannot be written/,
    });
    expect(readFileSync(at('proposal.json'), 'utf8')).toBe(text);
  });

  describe('offline', () => {
    const away = join(root, 'away');
    const options = { passphrase: null, exportPassphrase: EXPORT_PASSPHRASE, cwd: away } as const;
    const sign = (input: string, ...more: readonly string[]): readonly string[] => [
      'proposal',
      'sign',
      '--input',
      input,
      '--key-file',
      at('key.json'),
      '--data',
      join(root, 'nobody'),
      ...more,
    ];
    /** The file with other contents, and the id that they give. */
    const rebound = (changes: Partial<ProposalFile>): string => {
      const changed = { ...file, ...changes };
      const pre_state = preStateDigest(
        changed,
        changed.reads.map(({ namespace, key, value }) => readValue({ namespace, key, before: value })),
      );
      const id = proposalId(changed, { ...changed, pre_state });
      return encodeCanonicalText({ ...changed, pre_state, proposal_id: id });
    };

    beforeAll(() => mkdirSync(away));

    test('a file that was changed on the way, is none, or does not hold what it needs', async () => {
      const text = encodeCanonicalText(file);
      for (const [name, changed, message] of [
        ['payload', text.replace('"authority-2"', '"authority-6"'), /proposal id|other values/],
        [
          'expiry',
          text.replace(`"expires_at":${file.expires_at}`, `"expires_at":${file.expires_at + 1}`),
          /proposal id/,
        ],
        ['pretty', JSON.stringify(file, null, 2), /canonical/],
        ['empty', '', /JSON/],
        ['lacking', rebound({ reads: file.reads.slice(1) }), /does not hold/],
        ['frames', 'QL1 00000000 1/2 ABC\n', /frame/],
      ] as const)
        await expectRefusal(
          sign(write(`${name}.json`, changed), '--yes'),
          { code: 'DOCUMENT_INVALID', message },
          options,
        );
      await expectRefusal(sign(at('nothing.json'), '--yes'), { code: 'INPUT_INVALID', message: /nothing/ }, options);
    });

    test('what has expired by the clock of this machine, unless it is told to', async () => {
      const expired = write('expired.json', rebound({ expires_at: 1_000_000_000_000 }));
      await expectRefusal(sign(expired, '--yes'), { code: 'PROPOSAL_EXPIRED', message: /2001-09-09.*clock/ }, options);
      const signed = await dm(sign(expired, '--yes', '--ignore-expiry', '--json'), options);
      expect(signed.code, signed.stderr).toBe(0);
    });

    test('what the chain would refuse', async () => {
      const taken = file.reads.map((read) =>
        read.key === 'authority-2'
          ? {
              ...read,
              value: {
                validator_id: 'authority-2',
                public_key: file.payload['public_key'] ?? null,
                status: 'active',
                added_at: 1,
              },
            }
          : read,
      );
      await expectRefusal(
        sign(write('taken.json', rebound({ reads: taken })), '--yes'),
        { code: 'TRANSACTION_REJECTED', message: /authority-2/ },
        options,
      );
    });

    test('to sign unasked, and with a key that it cannot open', async () => {
      const input = at('proposal.json');
      await expectRefusal(sign(input), { code: 'SIGNING_REFUSED', message: /terminal/ }, options);
      await expectRefusal(
        sign(input, '--yes'),
        { code: 'PASSPHRASE_WRONG', message: /exported/ },
        { ...options, exportPassphrase: 'another one' },
      );
      await expectRefusal(
        sign(input, '--yes'),
        { code: 'PASSPHRASE_REQUIRED', message: /its own passphrase/ },
        { passphrase: EXPORT_PASSPHRASE, cwd: away },
      );
      await expectRefusal(
        ['proposal', 'sign', '--input', input, '--key-file', input, '--yes'],
        { code: 'DOCUMENT_INVALID', message: /exported key/ },
        options,
      );
      await expectRefusal(
        ['proposal', 'sign', '--input', input, '--yes', '--data', join(root, 'nobody')],
        { code: 'USAGE', exit: 2, message: /no key to sign with/ },
        options,
      );
      expect(readdirSync(away)).toEqual([]);
      expect(existsSync(join(root, 'nobody'))).toBe(false);
    });
  });

  test('approvals that are damaged, for another proposal or chain, or by a stranger', async () => {
    const { secret } = generateSecret();
    const stranger = signApproval(file, secret);
    const other = signApproval({ ...file, proposal_id: NOBODY as never }, secret);
    const elsewhere = signApproval({ ...file, chain_id: 'elsewhere' }, secret);
    const bring = (...names: readonly string[]): readonly string[] => inData('proposal', 'import', '--input', ...names);
    await expectRefusal(bring(write('stranger.json', encodeApproval(stranger))), {
      code: 'TRANSACTION_REJECTED',
      message: /no member/,
    });
    await expectRefusal(bring(write('other.json', encodeApproval(other))), {
      code: 'TRANSACTION_REJECTED',
      message: /no proposal/,
    });
    await expectRefusal(bring(write('elsewhere.json', encodeApprovalLine(elsewhere))), {
      code: 'INPUT_INVALID',
      message: /elsewhere/,
    });
    await expectRefusal(bring(at('stranger.json'), at('other.json')), { code: 'INPUT_INVALID', message: /different/ });
    await expectRefusal(bring(write('damaged.json', encodeApproval(stranger).replace(file.proposal_id, NOBODY))), {
      code: 'DOCUMENT_INVALID',
      message: /damaged\.json, line 1.*not signed/,
    });
    await expectRefusal(bring(at('proposal.json')), { code: 'DOCUMENT_INVALID', message: /approval/ });
    await expectRefusal(bring(write('none.json', '\n')), { code: 'INPUT_INVALID', message: /no approval/ });
    await expectRefusal(bring('-'), { code: 'INPUT_INVALID', message: /no approval/ });
  });

  test('to lose a key that is needed, or to take in what is none', async () => {
    await expectRefusal(inData('key', 'forget', 'Operations 1', '--yes'), {
      code: 'INPUT_INVALID',
      message: /signs here/,
    });
    await expectRefusal(inData('key', 'forget', 'Validator authority-1', '--yes'), {
      code: 'INPUT_INVALID',
      message: /seals/,
    });
    await expectRefusal(inData('key', 'forget', 'Spare'), { code: 'SIGNING_REFUSED', message: /terminal/ });
    await expectRefusal(inData('key', 'forget', 'Nobody', '--yes'), { code: 'KEY_NOT_FOUND' });
    const take = (name: string, ...more: readonly string[]): readonly string[] =>
      inData('key', 'import', '--secret-file', at(name), '--key-store', 'file', ...more);
    await expectRefusal(take('key.json'), { code: 'KEY_EXISTS' }, { exportPassphrase: EXPORT_PASSPHRASE });
    await expectRefusal(take('key.json'), { code: 'PASSPHRASE_WRONG' }, { exportPassphrase: 'another one' });
    await expectRefusal(take('key.json'), { code: 'PASSPHRASE_REQUIRED', message: /its own passphrase/ });
    await expectRefusal(take('proposal.json'), { code: 'DOCUMENT_INVALID' }, { exportPassphrase: EXPORT_PASSPHRASE });
    write('bare', `${'a1'.repeat(32)}\n`);
    await expectRefusal(take('bare'), { code: 'USAGE', exit: 2, message: /name/ });
    await expectRefusal(
      inData('key', 'export', 'Spare', '--output', at('weak.json')),
      { code: 'PASSPHRASE_WEAK' },
      { exportPassphrase: 'short' },
    );
    expect(existsSync(at('weak.json'))).toBe(false);
  });

  test.each(
    sampled(
      [
        [['proposal', 'create', '--action', 'unfreeze']],
        [['proposal', 'reject', NOBODY]],
        [['proposal', 'sign']],
        [['proposal', 'import']],
        [['proposal', 'list', '--limit', '0']],
        [['member', 'add', '--id', 'x', '--name', 'X', '--level', 'king', '--key', 'Spare']],
        [['member', 'update', 'operations-1']],
        [['validator', 'add', '--id', 'x']],
        [['policy', 'set', 'unfreeze']],
        [['policy', 'set', 'unfreeze', '--approvals', '2', '--default']],
        [['policy', 'set', 'unfreeze', '--approvals', '2']],
        [['policy', 'set', 'unfreeze', '--fraction', '0.5', '--of', 'administrator']],
        [['policy', 'set', 'unfreeze', '--direct', 'everything']],
        [['blockchain', 'freeze']],
        [['blockchain', 'set-parameter', 'colour', '1']],
        [['blockchain', 'set-parameter', 'transaction_window_ms', 'long']],
        [['key', 'prove', 'Spare', '--for', 'spare']],
        [['key', 'export', 'Spare']],
      ],
      5,
      'wrong usage of governance',
    ),
  )('wrong usage with exit code 2: dm %j', async (args) => {
    await expectRefusal(inData(...args), { code: 'USAGE', exit: 2 });
  });

  test('a proof for a chain that is not named, or has no such name', async () => {
    const own = join(root, 'own');
    await dmJson(['key', 'create', '--name', 'Dee', '--key-store', 'file', '--data', own]);
    const prove = ['key', 'prove', 'Dee', '--for', 'member/dee', '--data', own];
    await expectRefusal(prove, { code: 'USAGE', exit: 2, message: /the chain is not named/ });
    await expectRefusal([...prove, '--chain-id', 'Not A Chain'], { code: 'INPUT_INVALID', message: /chain id/ });
  });

  test('what there is not to look at', async () => {
    await expectRefusal(inData('member', 'show', 'nobody'), { code: 'NOT_FOUND' });
    await expectRefusal(inData('validator', 'show', 'nobody'), { code: 'NOT_FOUND' });
    await expectRefusal(inData('policy', 'show', 'explode'), { code: 'NOT_FOUND' });
    await expectRefusal(inData('policy', 'who', 'explode'), { code: 'INPUT_INVALID', message: /explode/ });
  });

  test('nothing of all this left a trace in the chain', async () => {
    expect(await dmJson(inData('blockchain', 'status'))).toMatchObject({ height, open_proposals: 1 });
    expect(await dmJson(inData('blockchain', 'verify'))).toMatchObject({ ok: true });
    expect(await dmJson(inData('proposal', 'show', open))).toMatchObject({ status: 'open', votes: [{}] });
  });
});
