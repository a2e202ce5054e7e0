import { z } from 'zod';
import { identifier } from '../schemas.ts';
import { plain, route, type Route } from './route.ts';

/** Who may do what, what waits for whom, and what a rollback would do. */
export const governanceRoutes: readonly Route[] = [
  plain('members', {
    method: 'GET',
    path: '/members',
    tag: 'Governance',
    summary: 'The members of the chain and their keys.',
  }),
  plain('validators', {
    method: 'GET',
    path: '/validators',
    tag: 'Governance',
    summary: 'The validators of the chain.',
  }),
  plain('policies', { method: 'GET', path: '/policies', tag: 'Governance', summary: 'Who must approve what.' }),
  route(
    'authority',
    {
      method: 'GET',
      path: '/authority',
      tag: 'Governance',
      summary: 'Who could do something today, and how many must agree.',
    },
    z.strictObject({ action: z.string(), env_id: identifier.optional() }),
    ({ action, env_id = null }) => ({ action, env_id }),
  ),
  plain('proposals', {
    method: 'GET',
    path: '/proposals',
    tag: 'Governance',
    summary: 'Proposals that are open, or have ended.',
  }),
  plain('proposal', {
    method: 'GET',
    path: '/proposals/{proposal_id}',
    tag: 'Governance',
    summary: 'A proposal, its votes and its effect.',
  }),
  plain('proposalFile', {
    method: 'GET',
    path: '/proposals/{proposal_id}/file',
    tag: 'Governance',
    summary: 'A proposal as a file that can be signed without a network.',
  }),
  plain('draft', {
    method: 'POST',
    path: '/drafts',
    tag: 'Governance',
    summary: 'What a proposal would be bound to, and would do. Changes nothing.',
  }),
  plain('rollbackPreview', {
    method: 'POST',
    path: '/rollback-previews',
    tag: 'Recovery',
    summary: 'What a rollback would change. Changes nothing.',
  }),
  plain('recoveryTimeline', {
    method: 'GET',
    path: '/recovery-timeline',
    tag: 'Recovery',
    summary: 'Promotions, checkpoints, recalls and rollbacks, newest first.',
  }),
];
