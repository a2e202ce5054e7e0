import { describe, expect, test } from 'vitest';

import { encodeCanonicalText, type Json, type JsonObject } from '../../../src/base/canonical.ts';
import {
  describeProposalFile,
  executeProposalFile,
  type OfflineEffect,
} from '../../../src/ledger/documents/offline-effect.ts';
import {
  decodeProposalFile,
  encodeProposalFile,
  type ProposalFile,
} from '../../../src/ledger/documents/proposal-file.ts';
import { ben, type GovernedWorld } from '../ledger/governance-world.ts';
import { backTo, env, recalling, twiceGreen } from '../ledger/rollback-world.ts';
import { CONTENT } from '../ledger/world.ts';
import { exportedProposal } from './exported.ts';
import { rejectsWith } from './rejects-with.ts';

type RollbackFile = Extract<ProposalFile, { format: 'quantum-lock/proposal/v3' }>;

function fileOf(world: GovernedWorld, height: number, scope: readonly string[] | null = null): RollbackFile {
  const { file } = exportedProposal('rollback', backTo(world, height, scope), world);
  const carried = decodeProposalFile(encodeProposalFile(file));
  if (carried.format !== 'quantum-lock/proposal/v3') throw new Error('it is no rollback');
  return carried;
}

function executed(file: ProposalFile): OfflineEffect {
  const effect = executeProposalFile(file, { timestamp: 0 });
  if ('code' in effect) throw new Error(effect.message);
  return effect;
}

function described(file: ProposalFile, effect = executed(file)) {
  return describeProposalFile(file, effect, { timestamp: 0 });
}

const textOf = (file: unknown): string => `${encodeCanonicalText(file)}\n`;
const retold = (file: RollbackFile, rollback: Partial<RollbackFile['rollback']>): string =>
  textOf({ ...file, rollback: { ...file.rollback, ...rollback } });

describe('the file of a rollback', () => {
  test('shows what the chain then does, where nothing happens in between', () => {
    const world = twiceGreen();
    world.must('recall_environment', recalling('alpha'));
    world.decide('rollback', backTo(world, 0));
    world.must('create_environment', env('gamma'));
    // alpha comes back without its recalled Green, beta comes back, gamma vanishes.
    const file = fileOf(world.later(1_000), 5);
    const effect = executed(file);
    expect(world.approve(file.proposal_id, ben)).toBeNull();
    expect(world.status(file.proposal_id)).toBe('executed');
    const { closed_by, votes } = world.proposal(file.proposal_id);
    const bare = (value: Json | undefined): string =>
      encodeCanonicalText(value ?? null)
        .replaceAll(file.proposal_id, String(closed_by))
        .replaceAll('(approvers)', votes.at(-1)?.member_id ?? '')
        .replaceAll('"at":0', `"at":${world.time}`);
    const written = [...(effect.after.writes().get('environments') ?? [])];
    expect(written.map(([key]) => key).toSorted()).toEqual([
      'alpha',
      'beta',
      'gamma',
      'removed:alpha',
      'removed:beta',
      'removed:gamma',
    ]);
    for (const [key, value] of written) expect(bare(value), key).toBe(bare(world.state.get('environments', key)));
  });

  test('says what it does, and what of that it only tells', () => {
    const file = fileOf(twiceGreen(), 1);
    const effect = executed(file);
    const { sentence, warnings, changes } = described(file, effect);
    expect(sentence).toContain('1 leaves Green, 1 vanishes');
    expect(sentence).toContain('in block 1');
    expect(warnings[0]).toContain('not frozen');
    expect(effect.unsigned).toEqual([
      expect.stringContaining(`the block with the hash ${file.payload['target_hash'] as string}`),
    ]);
    expect(changes).toContainEqual(
      expect.objectContaining({ key: 'alpha', path: 'rollback.transaction_id', set_at_commit: 'transaction' }),
    );
  });

  test('of named environments tells of those that change', () => {
    const world = twiceGreen();
    world.must('freeze', { reason: 'an intruder' });
    const file = fileOf(world, 4, ['alpha', 'beta']);
    expect(file.rollback.environments.map(({ env_id }) => env_id)).toEqual(['beta']);
    const { sentence, warnings } = described(file);
    expect(sentence).toContain('2 environments go back to what they were in block 4');
    expect(sentence).toContain('1 environment changes: 1 vanishes');
    expect(warnings.join(' ')).not.toContain('not frozen');
  });

  test('is signed offline, and the approval executes it whatever happened since', () => {
    const world = twiceGreen();
    const file = fileOf(world, 2);
    world.must('update_environment', env('alpha', CONTENT));
    expect(world.carry(file.proposal_id, [ben])).toBeNull();
    expect(world.status(file.proposal_id)).toBe('executed');
    expect(world.environment('alpha')).toMatchObject({ green: { version: 1 }, latest_version: 3 });
  });

  test('holds what it has room for, and counts the rest', () => {
    const world = twiceGreen();
    const metadata = { note: 'x'.repeat(60_000) };
    for (let index = 0; index < 60; index++) {
      const transaction = world.call('create_environment', { ...env(`large-${index}`), metadata });
      world.append(world.time, [transaction]);
    }
    const file = fileOf(world, 5);
    const { counts, environments } = file.rollback;
    expect(counts).toMatchObject({ changing: 60, vanishing: 60, leaving: 0 });
    expect(environments.length).toBeGreaterThan(40);
    expect(environments.length).toBeLessThan(60);
    expect(executed(file).unsigned[1]).toContain(`no room for ${60 - environments.length} of the 60 environments`);
    // One that tells of nothing can be read and signed as well.
    const empty = decodeProposalFile(retold(file, { environments: [] }));
    expect(executed(empty).after.writes().size).toBe(0);
    expect(executed(empty).unsigned[1]).toContain('no room for 60 of the 60');
  });

  test('changed in what it tells is another tale of the same proposal', () => {
    const file = fileOf(twiceGreen(), 1);
    const other = decodeProposalFile(retold(file, { frozen: true }));
    expect(other.proposal_id).toBe(file.proposal_id);
  });

  test.each<[string, (file: RollbackFile) => string, RegExp]>([
    [
      'in the format of others',
      ({ rollback: _, ...rest }) => textOf({ ...rest, format: 'quantum-lock/proposal/v2' }),
      /format/,
    ],
    [
      'with another block',
      (file) => textOf({ ...file, payload: { ...file.payload, target_height: 2 } }),
      /proposal id/,
    ],
    [
      'with values that it rests on',
      (file) => textOf({ ...file, reads: [{ namespace: 'environments', key: 'alpha', value: null }] }),
      /other values/,
    ],
    [
      'with a record that is none',
      (file) => retold(file, { environments: [{ ...one(file), now: { env_id: 'alpha' } }] }),
      /tells what no chain has: alpha/,
    ],
    [
      'with the record of another',
      (file) => retold(file, { environments: [{ ...one(file), env_id: 'beta' }] }),
      /beta/,
    ],
    ['with an environment twice', (file) => retold(file, { environments: [one(file), one(file)] }), /alpha/],
    [
      'with nothing of one',
      (file) => retold(file, { environments: [{ ...one(file), now: null, there: null }] }),
      /alpha/,
    ],
    [
      'with a recall of nothing',
      (file) => retold(file, { environments: [{ ...one(file), recall: { version: 1 } }] }),
      /alpha/,
    ],
    [
      'with more than change',
      (file) => retold(file, { counts: { ...file.rollback.counts, changing: 0 } }),
      /environments/,
    ],
    ['with another count', (file) => retold(file, { counts: { ...file.rollback.counts, more: 1 } as never }), /more/],
  ])('is refused %s', (_, changed, message) => {
    const file = fileOf(twiceGreen(), 1);
    rejectsWith(() => decodeProposalFile(changed(file)), 'DOCUMENT_INVALID', message);
  });

  test('of another action tells of no environments', () => {
    const { file } = exportedProposal('set_parameter', { name: 'proposal_lifetime_ms', value: 120_000 });
    const { rollback } = fileOf(twiceGreen(), 1);
    const changed = textOf({ ...file, format: 'quantum-lock/proposal/v3', rollback });
    rejectsWith(() => decodeProposalFile(changed), 'DOCUMENT_INVALID', /format/);
  });
});

function one({ rollback }: RollbackFile): RollbackFile['rollback']['environments'][number] {
  const [first] = rollback.environments;
  if (first === undefined) throw new Error('it tells of none');
  return first satisfies { readonly env_id: string; readonly now: Json | JsonObject };
}
