import type { RequirementView } from '../../api/chain/governance.ts';
import type { ProposalEffect, ProposalRow, ProposalView } from '../../api/chain/proposals.ts';
import { fields, table, time, type Cell } from '../output.ts';
import { changesText, warningsText } from './changes-text.ts';

/** `0x12345678`: what stands for a proposal in a table, and on the command line. */
export function shortId(id: string): string {
  return id.slice(0, 10);
}

/** "2 of 3 administrators, 1 has approved" for each requirement. */
export function requirementText(requirements: readonly RequirementView[]): string {
  return requirements
    .map(
      ({ role, needed, holders, approvals, rejections }) =>
        `${needed} of ${holders} (${role}): ${approvals} approved${rejections === 0 ? '' : `, ${rejections} rejected`}`,
    )
    .join('; ');
}

export function proposalTable(rows: readonly ProposalRow[]): string[] {
  return table(
    ['proposal', 'what', 'status', 'by', 'expires', 'approvals', 'waiting for'],
    rows.map((row) => [
      shortId(row.proposal_id),
      row.title,
      row.stale ? 'stale' : row.status,
      row.proposer.name,
      time(row.expires_at),
      row.requirements.map(({ approvals, needed }) => `${approvals} of ${needed}`).join(', '),
      row.waiting_for.map(({ name }) => name).join(', ') || null,
    ]),
  );
}

function effectLines(effect: ProposalEffect): string[] {
  switch (effect.outcome) {
    case 'applies':
      return [effect.sentence, ...changesText(effect.changes), ...warningsText(effect.warnings)];
    case 'ended':
      return [effect.sentence, ...changesText(effect.changes)];
    case 'stale':
      return [
        `It can no longer be executed: ${effect.namespace}/${effect.key} has changed since it was proposed.`,
        'The next vote on it ends it: an approval, a rejection or a withdrawal, by any member.',
      ];
    case 'refused':
      return [`It would be refused now: ${effect.rejection.message} (${effect.rejection.name})`];
  }
}

/** A proposal as a person reads it before deciding. */
export function describeProposal(view: ProposalView): string[] {
  const rows: (readonly [string, Cell])[] = [
    ['proposal', view.proposal_id],
    ['words', view.fingerprint.join(' ')],
    ['what', view.title],
    ['status', view.stale ? 'stale: it can no longer be executed' : view.status],
    ['proposed', `${time(view.proposed_at)} by ${view.proposer.name}, block ${view.block_index}`],
    ['expires', time(view.expires_at)],
    ...(view.closed_at === null
      ? []
      : ([['ended', `${time(view.closed_at)}, block ${view.closed_block ?? '–'}`]] as const)),
    ['needed', requirementText(view.requirements)],
    ...(view.requirements_after.length === 0
      ? []
      : ([['and after', requirementText(view.requirements_after)]] as const)),
    ...view.votes.map((vote): readonly [string, Cell] => [
      vote.decision === 'approve' ? 'approved' : 'rejected',
      `${time(vote.voted_at)} by ${vote.member.name}${vote.carried_by === null ? '' : ` (imported by ${vote.carried_by.name})`}${vote.reason === null ? '' : `: ${vote.reason}`}${vote.counts ? '' : '  (does not count now)'}`,
    ]),
    ...view.comments.map((comment): readonly [string, Cell] => [
      'comment',
      `${time(comment.commented_at)} by ${comment.member.name}: ${comment.text}`,
    ]),
    ...(view.waiting_for.length === 0
      ? []
      : ([['waiting for', view.waiting_for.map(({ name }) => name).join(', ')]] as const)),
  ];
  return [...fields(rows), '', ...effectLines(view.effect)];
}
