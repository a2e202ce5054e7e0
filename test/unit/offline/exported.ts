import { defined } from '../../../src/base/assert.ts';
import { encodeHash, type Hash } from '../../../src/base/bytes.ts';
import type { JsonObject } from '../../../src/base/canonical.ts';
import { proposalFileOf, type ProposalFile, type ToldOfProposal } from '../../../src/ledger/documents/proposal-file.ts';
import type { RollbackTarget } from '../../../src/ledger/actions/rollback-plan.ts';
import { toldRollbackOf } from '../../../src/ledger/documents/told-rollback.ts';
import { GovernedWorld, withValidator, node2 } from '../ledger/governance-world.ts';

export const TOLD: ToldOfProposal = {
  title: 'Add validator node2',
  proposer_name: 'ADA',
  proposed_at: 1_700_000_000_000,
  block_index: 1,
  requirements: [{ role: 'administrator', needed: 2, holders: 3, approvals: 1, rejections: 0 }],
  votes: [{ member_id: 'ada', name: 'ADA', decision: 'approve', reason: null, voted_at: 1_700_000_000_000 }],
  exported_at: 1_700_000_000_000,
  height: 1,
};

/** An open proposal of a world, as a node would export it. */
export function exported(world: GovernedWorld, id: Hash, told: ToldOfProposal = TOLD): ProposalFile {
  const { action, payload } = world.proposal(id);
  const target = payload as unknown as RollbackTarget;
  const root = encodeHash(world.state.roots.environments.hash);
  return proposalFileOf({
    chain: world.chain,
    proposal: world.proposal(id),
    valueOf: ({ namespace, key }) => world.state.get(namespace, key),
    told,
    rollback: action === 'rollback' ? toldRollbackOf(world.state, target, root) : undefined,
  });
}

/** A proposal to do this on a fresh chain, exported. */
export function exportedProposal(
  action = 'add_validator',
  payload: JsonObject = withValidator('node2', node2),
  world: GovernedWorld = GovernedWorld.governed(),
): { readonly world: GovernedWorld; readonly file: ProposalFile } {
  const id = world.propose(action, payload);
  return { world, file: exported(world, defined(id, 'an id')) };
}
