import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import type { Hash } from '../../../src/base/bytes.ts';
import type { ProposalView } from '../../../src/api/chain/proposals.ts';
import { possessionDigest } from '../../../src/ledger/governance/possession.ts';
import { decodeProposalFile } from '../../../src/ledger/documents/proposal-file.ts';
import { publicKeyOf, signDigest } from '../../../src/ledger/crypto/signature.ts';
import { CHAIN_VERSION_MIN } from '../../../src/node/storage/chain-schema.ts';
import { hashOf } from '../../vectors/chain-builder.ts';
import { newKey, reviewOf, sandboxHost, type SandboxHost } from './sandbox-host.ts';

const PASSPHRASE = 'a passphrase for tests';

async function onlyOpen({ client }: SandboxHost): Promise<ProposalView> {
  const { proposals, total } = await client.chain.proposals({ state: 'open', limit: 10 });
  expect(total).toBe(1);
  return client.chain.proposal({ proposal_id: proposals[0]?.proposal_id as Hash });
}

/** A validator with a new key, proposed by who acts now. */
async function proposeValidator(sandbox: SandboxHost, id = 'authority-2'): Promise<ProposalView> {
  await newKey(sandbox, `Key of ${id}`);
  const card = await sandbox.prove(`Key of ${id}`, `validator/${id}`);
  expect(await sandbox.propose('add_validator', { validator_id: id, ...card })).toMatchObject({ outcome: 'committed' });
  return onlyOpen(sandbox);
}

const environment = (envId: string) => ({ env_id: envId, state_hash: hashOf(envId), metadata: {} });
const promotionOf = (envId: string) => ({ ...environment(envId), blue_version: 1, green_version: null });

describe('a proposal', () => {
  test('is reviewed by a second administrator, and executed in the block of the last approval', async () => {
    const sandbox = await sandboxHost();
    const { client } = sandbox;
    const open = await proposeValidator(sandbox);
    expect(open).toMatchObject({
      title: 'Add validator authority-2',
      status: 'open',
      proposer: { name: 'Operations 1' },
      requirements: [{ role: 'administrator', needed: 2, holders: 3, approvals: 1, rejections: 0 }],
      effect: { outcome: 'applies', sentence: 'authority-2 becomes a validator. The chain then has 2 validators.' },
    });
    expect(open.waiting_for.map(({ name }) => name)).toEqual(['Operations 2', 'Security lead']);
    expect(open.effect.outcome === 'applies' ? open.effect.warnings : []).toEqual([
      expect.stringContaining('never seen on this chain'),
    ]);

    await sandbox.as('Operations 2');
    const payload = { proposal_id: open.proposal_id };
    const review = reviewOf(await client.operator.requestReview({ kind: 'transaction', action: 'approve', payload }));
    expect(review.proposal).toMatchObject({ happens_now: true, fingerprint: open.fingerprint });
    expect(review.sentence).toBe(
      'Your approval is the last approval of “Add validator authority-2”: it happens at once.',
    );
    const done = await sandbox.host.desk.confirm(review.review_id, { passphrase: PASSPHRASE });
    if (done.outcome !== 'committed') throw new Error(JSON.stringify(done));

    const ended = await client.chain.proposal(payload);
    expect(ended).toMatchObject({
      status: 'executed',
      closed_by: done.receipt.id,
      closed_block: done.receipt.block_index,
      waiting_for: [],
    });
    // What was shown is what happened, but for what only the block could know.
    const shown = open.effect.outcome === 'applies' ? open.effect.changes : [];
    const happened = ended.effect.outcome === 'ended' ? ended.effect.changes : [];
    expect(happened.map(({ namespace, key, path }) => [namespace, key, path])).toEqual(
      shown.map(({ namespace, key, path }) => [namespace, key, path]),
    );
    for (const [index, change] of shown.entries())
      expect(happened[index]?.after).toEqual(change.set_at_commit === 'time' ? done.receipt.block_time : change.after);

    const { validators } = await client.chain.validators();
    expect(validators.map(({ validator_id, status, is_here }) => [validator_id, status, is_here])).toEqual([
      ['authority-1', 'active', true],
      ['authority-2', 'active', false],
    ]);
    const { rows } = await client.chain.audit({ filter: {}, limit: 10 });
    expect(rows.map(({ summary, member_name }) => [member_name, summary])).toEqual([
      ['Operations 2', 'Approved: Add validator authority-2. It was executed.'],
      ['Operations 1', 'Proposed: Add validator authority-2.'],
      ['Operations 1', expect.stringContaining('Created the chain')],
    ]);
  });

  test('is spoken of in signed comments, which decide nothing and stay with it when it has ended', async () => {
    const sandbox = await sandboxHost();
    const { client } = sandbox;
    const { proposal_id } = await proposeValidator(sandbox);
    await sandbox.as('Operations 2');
    const comment = {
      kind: 'transaction',
      action: 'comment',
      payload: { proposal_id, text: 'whose machine?' },
    } as const;
    const request = await client.operator.requestReview(comment);
    expect(reviewOf(request)).toMatchObject({
      sentence: `Your comment on “Add validator authority-2”, proposal ${proposal_id.slice(0, 10)}…, is recorded for everyone and cannot be taken back. It neither approves nor rejects. It says: “whose machine?”.`,
      proposal: null,
    });
    expect(await sandbox.confirm(request)).toMatchObject({ outcome: 'committed' });
    expect(await onlyOpen(sandbox)).toMatchObject({ requirements: [{ approvals: 1 }], votes: [{ reason: null }] });
    await sandbox.send('approve', { proposal_id });
    await sandbox.as('Operations 1');
    await sandbox.send('comment', { proposal_id, text: 'ours\u202e' });

    const ended = await client.chain.proposal({ proposal_id });
    expect(ended).toMatchObject({
      status: 'executed',
      comments: [
        { member: { name: 'Operations 2' }, text: 'whose machine?' },
        { member: { name: 'Operations 1' }, text: 'ours\u202e' },
      ],
    });
    // Each is a transaction of its own, which anybody can prove.
    for (const { transaction_id, public_key, text } of ended.comments)
      expect(await client.chain.transaction({ id: transaction_id })).toMatchObject({
        transaction: { signer: public_key, payload: { proposal_id, text } },
      });
    const { rows } = await client.chain.audit({ filter: { text: 'machine' }, limit: 10 });
    expect(rows.map(({ summary }) => summary)).toEqual(['Commented on: Add validator authority-2. “whose machine?”']);
    expect(await client.operator.requestReview({ ...comment, payload: { proposal_id, text: '' } })).toMatchObject({
      rejection: { name: 'PAYLOAD_INVALID' },
    });
  });

  test('ends with the next word where the state has moved on, and says what moved', async () => {
    const sandbox = await sandboxHost();
    const { client } = sandbox;
    const member = { member_id: 'security-lead', name: 'Security lead', level: 'validator', status: 'active' };
    await sandbox.propose('update_member', member);
    const first = await onlyOpen(sandbox);
    await sandbox.as('Operations 2');
    await sandbox.propose('remove_member', { member_id: 'security-lead' });
    await sandbox.as('Operations 1');
    const { proposals } = await client.chain.proposals({ state: 'open', limit: 10 });
    const second = proposals.find(({ action }) => action === 'remove_member')?.proposal_id as Hash;
    expect(await sandbox.send('approve', { proposal_id: second })).toMatchObject({ outcome: 'committed' });

    expect((await client.chain.proposal({ proposal_id: first.proposal_id })).effect).toEqual({
      outcome: 'stale',
      namespace: 'members',
      key: 'member/security-lead',
    });
    await expect(client.chain.proposalFile({ proposal_id: first.proposal_id })).rejects.toThrow(/stale/);
    // Nobody can bring it about; the next word about it puts it away, and says so before it is signed.
    await sandbox.as('Operations 2');
    const request = await client.operator.requestReview({
      kind: 'transaction',
      action: 'approve',
      payload: { proposal_id: first.proposal_id },
    });
    expect(reviewOf(request).sentence).toMatch(/can no longer be executed.*ends it as stale/);
    expect(reviewOf(request).changes).toEqual([]);
    expect(await sandbox.confirm(request)).toMatchObject({ outcome: 'committed' });
    expect((await client.chain.proposal({ proposal_id: first.proposal_id })).status).toBe('stale');
    expect((await client.chain.proposals({ state: 'ended', limit: 10 })).total).toBe(2);
  });

  test('of a promotion stands in the history of its environment', async () => {
    const sandbox = await sandboxHost();
    const { client } = sandbox;
    await sandbox.send('create_environment', environment('maze'));
    const protect = { mode: 'multisig', role: 'administrator', threshold: { count: 2 } };
    await sandbox.propose('set_policy', { action: 'promote_environment', env_id: 'maze', policy: protect });
    const policy = await onlyOpen(sandbox);
    await sandbox.as('Operations 2');
    await sandbox.send('approve', { proposal_id: policy.proposal_id });
    expect(await sandbox.send('promote_environment', promotionOf('maze'))).toMatchObject({
      outcome: 'rejected',
      rejection: { name: 'APPROVAL_REQUIRED' },
    });
    await sandbox.propose('promote_environment', promotionOf('maze'));
    const promotion = await onlyOpen(sandbox);
    const file = decodeProposalFile((await client.chain.proposalFile({ proposal_id: promotion.proposal_id })).text);
    expect(file.proposal_id).toBe(promotion.proposal_id);
    await sandbox.as('Security lead');
    const done = await sandbox.send('approve', { proposal_id: promotion.proposal_id });
    expect(done).toMatchObject({ outcome: 'committed' });

    expect((await client.chain.environment({ env_id: 'maze' })).green).toMatchObject({
      version: 1,
      promoted_by: 'security-lead',
      approved_by: ['operations-2', 'security-lead'],
      transaction_id: done.outcome === 'committed' ? done.receipt.id : '',
    });
    const { nodes } = await client.chain.lineage({ env_id: 'maze' });
    expect(nodes.map(({ kind, member_id }) => [kind, member_id])).toEqual([
      ['create', 'operations-1'],
      ['promote', 'security-lead'],
    ]);
    const green = await client.chain.environments({ zone: 'green', limit: 10 });
    expect(green.environments.map(({ env_id }) => env_id)).toEqual(['maze']);
    const { rows } = await client.chain.audit({ filter: { env_id: 'maze' }, limit: 10 });
    expect(rows.map(({ action }) => action)).toEqual(['approve', 'create_environment']);
  });
});

describe('the emergency brake', () => {
  test('stops environments at once, survives a restart, and is let go by its threshold', async () => {
    const first = await sandboxHost();
    await first.send('create_environment', environment('before'));
    expect(await first.send('freeze', { reason: 'a key was stolen' })).toMatchObject({ outcome: 'committed' });
    expect(await first.send('create_environment', environment('after'))).toMatchObject({
      outcome: 'rejected',
      rejection: { name: 'CHAIN_FROZEN', code: 17 },
    });
    const sandbox = await first.restart();
    const { client } = sandbox;
    expect((await client.chain.status()).frozen).toMatchObject({
      reason: 'a key was stolen',
      member_id: 'operations-1',
    });
    expect(await client.chain.authority({ action: 'create_environment', env_id: null })).toMatchObject({
      possible: false,
    });
    expect(await sandbox.send('create_environment', environment('after'))).toMatchObject({
      rejection: { name: 'CHAIN_FROZEN' },
    });
    expect(await sandbox.send('unfreeze', {})).toMatchObject({ rejection: { name: 'APPROVAL_REQUIRED' } });
    expect(await sandbox.propose('unfreeze', {})).toMatchObject({ outcome: 'committed' });
    expect((await client.chain.status()).frozen).not.toBeNull();
    const { proposal_id } = await onlyOpen(sandbox);
    await sandbox.as('Security lead');
    await sandbox.send('approve', { proposal_id });
    expect((await client.chain.status()).frozen).toBeNull();
    expect(await sandbox.send('create_environment', environment('after'))).toMatchObject({ outcome: 'committed' });
  });
});

describe('a rotation that would strand the chain', () => {
  test('to a key that nobody here holds is not taken by the node that seals', async () => {
    const sandbox = await sandboxHost();
    const { chain_id, genesis, era } = await sandbox.client.chain.status();
    const secret = new Uint8Array(32).fill(7);
    const key = { publicKey: publicKeyOf(secret), subject: 'validator/authority-1' } as const;
    const proof = signDigest(possessionDigest({ chain_id, genesis, era }, key), secret);
    const rotation = { validator_id: 'authority-1', public_key: key.publicKey, proof };
    expect(await sandbox.propose('rotate_validator', rotation)).toMatchObject({ outcome: 'committed' });
    const { proposal_id } = await onlyOpen(sandbox);
    await sandbox.as('Operations 2');
    expect(await sandbox.send('approve', { proposal_id })).toMatchObject({
      outcome: 'rejected',
      rejection: { name: 'NODE_CANNOT_SEAL' },
    });
    expect(await sandbox.send('create_environment', environment('still-here'))).toMatchObject({ outcome: 'committed' });
  });

  test('to a key that was forgotten since is not taken either', async () => {
    const sandbox = await sandboxHost();
    await newKey(sandbox, 'Forgotten');
    const { key_id } = await sandbox.host.keyring.find('Forgotten');
    const card = await sandbox.prove('Forgotten', 'validator/authority-1');
    await sandbox.propose('rotate_validator', { validator_id: 'authority-1', ...card });
    const forgetting = await sandbox.client.operator.requestReview({ kind: 'forget_key', key_id });
    expect(await sandbox.confirm(forgetting)).toMatchObject({ outcome: 'done', path: null });
    const { proposal_id } = await onlyOpen(sandbox);
    await sandbox.as('Operations 2');
    expect(await sandbox.send('approve', { proposal_id })).toMatchObject({ rejection: { name: 'NODE_CANNOT_SEAL' } });
    const again = await sandbox.restart();
    expect(await again.send('create_environment', environment('still-here'))).toMatchObject({ outcome: 'committed' });
  });

  test('by removing the one validator is not proposed at all', async () => {
    const sandbox = await sandboxHost();
    expect(await sandbox.propose('remove_validator', { validator_id: 'authority-1' })).toMatchObject({
      rejection: { name: 'LAST_VALIDATOR' },
    });
  });
});

describe('keys', () => {
  test('are exported encrypted anew, imported elsewhere, and forgotten, each on a confirmation', async () => {
    const sandbox = await sandboxHost();
    const { client, host } = sandbox;
    await newKey(sandbox, 'To move');
    const { key_id, public_key } = await host.keyring.find('To move');
    const asked = await client.operator.requestReview({ kind: 'export_key', key_id });
    const exported = await host.desk.confirm(reviewOf(asked).review_id, {
      passphrase: PASSPHRASE,
      exportPassphrase: 'another passphrase',
    });
    const path = exported.outcome === 'done' ? String(exported.path) : '';
    expect(path).toContain(join(sandbox.directory, 'exports'));
    const session = await host.keyring.file.openSession(PASSPHRASE);
    expect(readFileSync(path, 'utf8')).not.toContain(Buffer.from(session.secret(key_id)).toString('hex'));
    session.close();

    const other = await sandboxHost();
    other.host.folders.grant(join(sandbox.directory, 'exports'));
    const input = { deed: 'import_key', path, name: 'Moved', store: 'file' } as const;
    const { deed_id } = await other.client.operator.requestDeed(input);
    expect(other.host.deeds.deed(deed_id).asks).toEqual(['export_passphrase', 'passphrase']);
    for (const [passphrase, export_passphrase] of [
      [PASSPHRASE, 'wrong one'],
      ['wrong one', 'another passphrase'],
    ] as const)
      await expect(other.host.deeds.confirm(deed_id, { passphrase, export_passphrase })).rejects.toMatchObject({
        code: 'PASSPHRASE_WRONG',
      });
    await other.host.deeds.confirm(deed_id, { passphrase: PASSPHRASE, export_passphrase: 'another passphrase' });
    const moved = await other.host.keyring.find('Moved');
    expect(moved.public_key).toBe(public_key);
    expect(await other.client.operator.awaitDeed({ deed_id })).toEqual({ outcome: 'done', key_id: moved.key_id });

    await sandbox.confirm(await client.operator.requestReview({ kind: 'forget_key', key_id }));
    await expect(host.keyring.find('To move')).rejects.toMatchObject({ code: 'KEY_NOT_FOUND' });
  });

  test('that seal or act are not forgotten', async () => {
    const sandbox = await sandboxHost();
    for (const name of ['Validator authority-1', 'Operations 1']) {
      const { key_id } = await sandbox.host.keyring.find(name);
      await expect(sandbox.client.operator.requestReview({ kind: 'forget_key', key_id })).rejects.toMatchObject({
        code: 'INPUT_INVALID',
      });
    }
  });

  test('are replaced by their own member alone, with a proof of the new one', async () => {
    const sandbox = await sandboxHost();
    const { client, host } = sandbox;
    await newKey(sandbox, 'New key of Operations 1');
    const card = await sandbox.prove('New key of Operations 1', 'member/operations-1');
    const old = (await host.keyring.find('Operations 1')).public_key;
    const payload = { member_id: 'operations-1', old_key: old, new_key: card.public_key, proof: card.proof };
    const another = await sandbox.prove('New key of Operations 1', 'member/operations-2');
    expect(await sandbox.send('rotate_key', { ...payload, proof: another.proof })).toMatchObject({
      rejection: { name: 'POSSESSION_INVALID' },
    });
    expect(await sandbox.send('rotate_key', payload)).toMatchObject({ outcome: 'committed' });
    expect(await sandbox.send('create_environment', environment('by-the-old-key'))).toMatchObject({
      rejection: { name: 'SIGNER_INACTIVE' },
    });
    await sandbox.as('New key of Operations 1');
    expect(await sandbox.send('create_environment', environment('by-the-new-key'))).toMatchObject({
      outcome: 'committed',
    });
    const { members } = await client.chain.members();
    expect(members.find(({ member_id }) => member_id === 'operations-1')).toMatchObject({
      keys: [
        { public_key: card.public_key, status: 'active' },
        { public_key: old, status: 'retired' },
      ],
      last_activity: { action: 'create_environment' },
    });
  });
});

/** Lines of signing.log; that somebody else acts is written there too. */
function readSignatures(directory: string): readonly string[] {
  const lines = readFileSync(join(directory, 'signing.log'), 'utf8').split('\n');
  return lines.filter((line) => !line.startsWith('{"config":'));
}

describe('the bridge in hostile hands', () => {
  test('gets no signature, no proof, no key and no change without a confirmation', async () => {
    const sandbox = await sandboxHost();
    const { client, host, directory } = sandbox;
    const open = await proposeValidator(sandbox);
    const before = await client.chain.status();
    const log = readSignatures(directory);
    await newKey(sandbox, 'Wanted');
    const { key_id } = await host.keyring.find('Wanted');
    await sandbox.as('Operations 2');
    host.desk.lockSession();
    const asked = await Promise.all([
      client.operator.requestReview({
        kind: 'transaction',
        action: 'approve',
        payload: { proposal_id: open.proposal_id },
      }),
      client.operator.requestReview({ kind: 'transaction', action: 'freeze', payload: { reason: 'because' } }),
      client.operator.requestReview({
        kind: 'proposal',
        action: 'remove_member',
        payload: { member_id: 'security-lead' },
      }),
      client.operator.requestReview({ kind: 'possession', key_id, subject: 'validator/authority-1' }),
      client.operator.requestReview({ kind: 'export_key', key_id }),
      client.operator.requestReview({ kind: 'forget_key', key_id }),
    ]);
    const reviews = asked.map(reviewOf);
    const ended: unknown[] = [];
    for (const { review_id } of reviews)
      void client.operator.awaitSignature({ review_id }).then((outcome) => ended.push(outcome));
    // Wrong passphrases do nothing either.
    for (const { review_id } of reviews)
      await expect(host.desk.confirm(review_id, { passphrase: 'a guess' })).rejects.toMatchObject({
        code: 'PASSPHRASE_WRONG',
      });
    expect(ended).toEqual([]);
    expect(await client.chain.status()).toMatchObject({ height: before.height, state_root: before.state_root });
    expect(readSignatures(directory)).toEqual(log);
    expect(existsSync(join(directory, 'exports'))).toBe(false);
    expect(await host.keyring.find('Wanted')).toMatchObject({ key_id });
  });

  test('cannot have signed what does not decode, or would be refused', async () => {
    const { client } = await sandboxHost();
    const refused = async (action: string, payload: object): Promise<unknown> => {
      const answer = await client.operator.requestReview({ kind: 'transaction', action, payload: payload as never });
      return answer.outcome === 'rejected' ? answer.rejection.name : answer.outcome;
    };
    expect(await refused('approve', { proposal_id: 'a trap' })).toBe('PAYLOAD_INVALID');
    expect(await refused('approve', { proposal_id: hashOf('nothing') })).toBe('PROPOSAL_NOT_FOUND');
    expect(await refused('propose', { action: 'freeze', payload: {}, expires_at: 1, pre_state: hashOf('') })).toBe(
      'PAYLOAD_INVALID',
    );
    expect(await refused('add_validator', { validator_id: 'x' })).toBe('PAYLOAD_INVALID');
    expect(await refused('no_such_action', {})).toBe('ACTION_UNKNOWN');
  });
});

describe('the posture', () => {
  test('names what is not safe, and stops when it is', async () => {
    const sandbox = await sandboxHost();
    const levelOf = async (code: string): Promise<string | undefined> =>
      (await sandbox.client.chain.posture()).checks.find((check) => check.code === code)?.level;
    expect(await levelOf('ADMINISTRATORS')).toBe('good');
    expect(await levelOf('VALIDATORS')).toBe('look');
    expect(await levelOf('PROTECTED_GREEN')).toBe('nothing_to_check');
    // The sandbox's administrators are all on this machine: several keys, one person.
    expect(await levelOf('ONE_MACHINE')).toBe('bad');
    await sandbox.send('create_environment', environment('maze'));
    await sandbox.send('promote_environment', promotionOf('maze'));
    expect(await levelOf('PROTECTED_GREEN')).toBe('look');
    const { checks } = await sandbox.client.chain.posture();
    for (const { level, finding, advice } of checks) {
      expect(finding).not.toBe('');
      expect(advice === '').toBe(level === 'good' || level === 'nothing_to_check');
    }
  });
});

test('a chain of a preview is refused, and left as it is', async () => {
  const sandbox = await sandboxHost();
  await sandbox.host.close();
  const path = join(sandbox.directory, 'chain', 'chain.db');
  const bytes = readFileSync(path);
  // The schema's version, in the file's header (SQLite file format, §1.3.12).
  expect(bytes.readUInt32BE(60)).toBe(CHAIN_VERSION_MIN);
  bytes.writeUInt32BE(CHAIN_VERSION_MIN - 1, 60);
  writeFileSync(path, bytes);
  const versions = `version ${CHAIN_VERSION_MIN - 1}; this program reads ${CHAIN_VERSION_MIN} and later`;
  await expect(sandbox.restart()).rejects.toThrow(versions);
  expect(readFileSync(path)).toEqual(bytes);
});
