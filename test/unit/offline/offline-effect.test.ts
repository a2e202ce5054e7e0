import { describe, expect, test } from 'vitest';

import { defined } from '../../../src/base/assert.ts';
import { preStateDigest, proposalId } from '../../../src/ledger/governance/proposal.ts';
import { UNDECIDED } from '../../../src/ledger/governance/settle.ts';
import { readValue } from '../../../src/ledger/state/recording-state.ts';
import { executeProposalFile, type OfflineEffect } from '../../../src/ledger/documents/offline-effect.ts';
import {
  decodeProposalFile,
  encodeProposalFile,
  type ProposalFile,
} from '../../../src/ledger/documents/proposal-file.ts';
import type { Rejection } from '../../../src/ledger/rejections.ts';
import { checkpoint, create, merge, OTHER, promote, update } from '../ledger/world.ts';
import {
  addMember,
  ben,
  count,
  dee,
  GovernedWorld,
  heads,
  laterHeads,
  rotateKey,
  SIGNERS,
  setCheckpointKey,
  setPolicy,
  spare,
  updateMember,
  withValidator,
  node2,
} from '../ledger/governance-world.ts';
import { exported, exportedProposal } from './exported.ts';
import { rejectsWith } from './rejects-with.ts';

function applied(result: OfflineEffect | Rejection): OfflineEffect {
  if ('code' in result) throw new Error(result.message);
  return result;
}

function writesOf(effect: OfflineEffect): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    [...effect.after.writes()].flatMap(([namespace, writes]) =>
      [...writes].map(([key, value]) => [`${namespace}/${key}`, value]),
    ),
  );
}

/** Two environments that two administrators decide about. */
function worldWithEnvironments(): GovernedWorld {
  const world = GovernedWorld.governed();
  world.append(world.time, [create('one'), create('two'), promote('one'), update('one')]);
  for (const action of ['promote_environment', 'checkpoint_state', 'merge_environments', 'update_environment'])
    world.decide('set_policy', setPolicy(action, count(2)));
  return world;
}

const WORK: readonly (readonly [string, () => { readonly world: GovernedWorld; readonly file: ProposalFile }])[] = [
  ['add_validator', () => exportedProposal()],
  ['add_member', () => exportedProposal('add_member', addMember('dee', 'validator', [dee, spare]))],
  ['update_member', () => exportedProposal('update_member', updateMember('vic', 'administrator'))],
  ['remove_member', () => exportedProposal('remove_member', { member_id: 'vic' })],
  ['rotate_key', () => exportedProposal('rotate_key', rotateKey('ben', ben, spare))],
  ['rotate_validator', () => exportedProposal('rotate_validator', withValidator('node1', node2))],
  ['set_policy', () => exportedProposal('set_policy', setPolicy('unfreeze', count(3)))],
  ['set_checkpoint_key', () => exportedProposal('set_checkpoint_key', setCheckpointKey(heads))],
  [
    'set_checkpoint_key',
    () => {
      const world = GovernedWorld.governed();
      world.decide('set_checkpoint_key', setCheckpointKey(heads));
      return exportedProposal('set_checkpoint_key', setCheckpointKey(laterHeads), world);
    },
  ],
  ['set_parameter', () => exportedProposal('set_parameter', { name: 'transaction_window_ms', value: 60_000 })],
  [
    'promote_environment',
    () =>
      exportedProposal(
        'promote_environment',
        promote('one', { state_hash: OTHER, blue_version: 2, green_version: 1 }).payload,
        worldWithEnvironments(),
      ),
  ],
  ['checkpoint_state', () => exportedProposal('checkpoint_state', checkpoint('one').payload, worldWithEnvironments())],
  [
    'merge_environments',
    () =>
      exportedProposal(
        'merge_environments',
        merge('two', ['one'], { source_versions: [2] }).payload,
        worldWithEnvironments(),
      ),
  ],
];

describe('a proposal executed with nothing but its file', () => {
  test.each(WORK)('changes exactly what the chain changes: %s', (_, make) => {
    const { world, file } = make();
    const sent = decodeProposalFile(encodeProposalFile(file));
    world.later(5_000);
    const effect = applied(executeProposalFile(sent, { timestamp: world.time }));
    const before = new Map([...effect.after.writes()].map(([namespace, writes]) => [namespace, [...writes.keys()]]));
    for (const signer of ['ben', 'cyd', 'vic'] as const) approveWhileOpen(world, file, signer);
    expect(world.status(file.proposal_id)).toBe('executed');
    // What the file cannot know is the transaction that executes it, and who will have approved it.
    const { closed_by, votes } = world.proposal(file.proposal_id);
    const approvers = votes.map(({ member_id }) => member_id);
    const known = JSON.parse(
      JSON.stringify(writesOf(effect))
        .replaceAll(file.proposal_id, defined(closed_by, 'the transaction'))
        .replaceAll(`["${UNDECIDED}"]`, JSON.stringify(approvers))
        .replaceAll(UNDECIDED, approvers.at(-1) ?? ''),
    ) as object;
    const now = [...before].flatMap(([namespace, keys]) =>
      keys.map((key) => [`${namespace}/${key}`, world.state.get(namespace, key)]),
    );
    expect(known).toEqual(Object.fromEntries(now));
    expect(effect.touched.map(readValue)).toEqual(world.proposal(file.proposal_id).reads);
  });

  test('is refused as the chain would refuse it', () => {
    const { file } = exportedProposal();
    const taken = file.reads.map((read) =>
      read.key === 'node2' ? { ...read, value: { validator_id: 'node2' } } : read,
    );
    expect(executeProposalFile(rebound(file, taken), { timestamp: 0 })).toMatchObject({ name: 'VALIDATOR_EXISTS' });
  });

  test('does not go on without a value that it needs, or with one that it does not', () => {
    const { file } = exportedProposal();
    for (const [index, { key }] of file.reads.entries()) {
      const lacking = rebound(file, file.reads.toSpliced(index, 1));
      rejectsWith(() => executeProposalFile(lacking, { timestamp: 0 }), 'DOCUMENT_INVALID', new RegExp(key));
    }
    const more = rebound(file, [...file.reads, { namespace: 'validators', key: 'node3', value: null }]);
    rejectsWith(() => executeProposalFile(more, { timestamp: 0 }), 'DOCUMENT_INVALID', /not touch/);
  });

  test('holds nothing of the rest of the state', () => {
    const { world, file } = exportedProposal();
    const effect = applied(executeProposalFile(file, { timestamp: world.time }));
    expect(effect.before.get('members', 'member/ada')).toBeUndefined();
    rejectsWith(() => effect.after.list('members'), 'DOCUMENT_INVALID', /members/);
  });

  test('can be exported after the state has moved on only with the values of then', () => {
    const world = GovernedWorld.governed();
    const id = world.propose('update_member', updateMember('vic', 'administrator'));
    expect(exported(world, id).reads).toHaveLength(1);
    world.decide('update_member', updateMember('vic', 'blue_state'));
    rejectsWith(() => exported(world, id), 'DOCUMENT_INVALID', /other values/);
  });
});

function approveWhileOpen(world: GovernedWorld, { proposal_id }: ProposalFile, signer: 'ben' | 'cyd' | 'vic'): void {
  if (world.status(proposal_id) === 'open') world.carry(proposal_id, [SIGNERS[signer]]);
}

/** The file with other values, and the id that they give. */
function rebound(file: ProposalFile, reads: ProposalFile['reads']): ProposalFile {
  const pre_state = preStateDigest(
    file,
    reads.map(({ namespace, key, value }) => readValue({ namespace, key, before: value })),
  );
  return { ...file, reads, pre_state, proposal_id: proposalId(file, { ...file, pre_state }) };
}
