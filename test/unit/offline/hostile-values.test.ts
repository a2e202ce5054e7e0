import { describe, expect, test } from 'vitest';

import { QuantumLockError } from '../../../src/base/errors.ts';
import { encodeCanonicalText, type Json } from '../../../src/base/canonical.ts';
import { preStateDigest, proposalId } from '../../../src/ledger/governance/proposal.ts';
import { readValue } from '../../../src/ledger/state/recording-state.ts';
import { describeProposalFile, executeProposalFile } from '../../../src/ledger/documents/offline-effect.ts';
import { decodeProposalFile, type ProposalFile } from '../../../src/ledger/documents/proposal-file.ts';
import { ada, create, promote } from '../ledger/world.ts';
import {
  addMember,
  count,
  dee,
  GovernedWorld,
  rotateKey,
  setPolicy,
  spare,
  updateMember,
} from '../ledger/governance-world.ts';
import { exportedProposal } from './exported.ts';

/** What a value could be in place of what belongs there. */
const SHAPES: readonly Json[] = [null, 5, -1, 'x', '', [], [null], {}, { code: 1 }, true, Number.MAX_SAFE_INTEGER];

function withEnvironment(): GovernedWorld {
  const world = GovernedWorld.governed({ policies: { promote_environment: count(2) } });
  world.append(world.time, [create('cartpole')]);
  return world;
}

const files: ProposalFile[] = [
  exportedProposal().file,
  exportedProposal('add_member', addMember('dee', 'validator', [dee])).file,
  exportedProposal('update_member', updateMember('cyd', 'validator')).file,
  exportedProposal('remove_member', { member_id: 'cyd' }).file,
  exportedProposal('rotate_key', rotateKey('ada', ada, spare)).file,
  exportedProposal('set_policy', setPolicy('unfreeze', count(3))).file,
  exportedProposal('set_parameter', { name: 'transaction_window_ms', value: 5_000 }).file,
  exportedProposal('promote_environment', promote('cartpole').payload, withEnvironment()).file,
];

/** The value with one place in it, or all of it, replaced by each shape. */
function* replaced(value: Json): Generator<Json> {
  yield* SHAPES;
  if (Array.isArray(value)) {
    for (const [index, inner] of value.entries())
      for (const other of replaced(inner as Json)) yield value.with(index, other) as Json;
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      for (const other of replaced(inner)) yield Object.fromEntries([...Object.entries(value), [key, other]]);
      yield Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
    }
  }
}

/** The file with its digests made again, as an attacker would. */
function rebound(file: ProposalFile, reads: ProposalFile['reads']): string {
  const { action, payload, expires_at, proposer } = file;
  const pre_state = preStateDigest(
    file,
    reads.map(({ namespace, key, value }) => readValue({ namespace, key, before: value })),
  );
  const proposal_id = proposalId(file, { action, payload, expires_at, pre_state, proposer });
  return encodeCanonicalText({ ...file, reads, pre_state, proposal_id });
}

function outcome(text: string): string {
  try {
    const file = decodeProposalFile(text);
    const effect = executeProposalFile(file, { timestamp: 1 });
    if ('code' in effect) return 'refused';
    describeProposalFile(file, effect, { timestamp: 1 });
    return 'shown';
  } catch (error) {
    if (error instanceof QuantumLockError) return error.code;
    throw error;
  }
}

describe('a proposal file whose values its author invented', () => {
  test.each(files.map((file) => [file.action, file] as const))('%s: ends typed, whatever they are', (_, file) => {
    const outcomes = new Map<string, number>();
    for (const [index, read] of file.reads.entries())
      for (const value of replaced(read.value)) {
        const ended = outcome(rebound(file, file.reads.with(index, { ...read, value })));
        outcomes.set(ended, (outcomes.get(ended) ?? 0) + 1);
      }
    expect(outcomes.get('DOCUMENT_INVALID') ?? 0).toBeGreaterThan(0);
    expect([...outcomes.keys()].every((code) => /^(?:shown|refused|[A-Z_]+)$/.test(code))).toBe(true);
  });
});
