import { z } from 'zod';
import { count, type hash } from '../../base/fields.ts';
import { auditFilter } from '../chain/audit.ts';
import { EVENT_TYPES, eventCursor, type FollowInput } from '../chain/events.ts';
import { pageLimit } from '../schemas.ts';
import { names, plain, route, type Route } from './route.ts';

const filter = {
  ...auditFilter.omit({ actions: true }).shape,
  action: names.optional().meta({ description: 'Names of actions, with commas between.' }),
};

function filterOf({ action, ...rest }: z.output<z.ZodObject<typeof filter>>) {
  return { filter: { ...rest, ...(action === undefined ? {} : { actions: action.split(',') }) } };
}

const eventsInput = z.strictObject({
  after: eventCursor.optional(),
  from_block: count.optional(),
  types: names.optional().meta({ description: `Of ${EVENT_TYPES.join(', ')}; with commas between.` }),
});

function followOf({ types, ...place }: z.output<typeof eventsInput>): FollowInput {
  return {
    ...place,
    ...(types === undefined ? {} : { types: types.split(',') }),
  };
}

const blockKey = z
  .string()
  .regex(/^(?:\d{1,15}|0x[0-9a-f]{64})$/)
  .meta({ description: 'The index of the block, or its hash.' });

/** How the node is, and what is in its log. */
export const logRoutes: readonly Route[] = [
  plain('status', { method: 'GET', path: '/status', tag: 'Node', summary: 'The state of the chain and of this node.' }),
  plain('metrics', {
    method: 'GET',
    path: '/metrics',
    tag: 'Node',
    summary: 'Blocks, transactions and latency of the last minutes.',
  }),
  plain('posture', {
    method: 'GET',
    path: '/posture',
    tag: 'Node',
    summary: 'What an auditor would ask of the chain first.',
  }),
  route(
    'follow',
    {
      method: 'GET',
      path: '/events',
      tag: 'Log',
      summary: 'Events from a place on, as server-sent events or over a WebSocket.',
    },
    eventsInput,
    followOf,
  ),
  plain('blocks', { method: 'GET', path: '/blocks', tag: 'Log', summary: 'Blocks, newest first.' }),
  route(
    'block',
    { method: 'GET', path: '/blocks/{block}', tag: 'Log', summary: 'A block, with a page of its transactions.' },
    z.strictObject({ block: blockKey, offset: count.default(0), limit: pageLimit.default(200) }),
    ({ block, ...page }) => ({
      at: block.startsWith('0x') ? { hash: block as z.output<typeof hash> } : { index: Number(block) },
      ...page,
    }),
  ),
  plain('blockEvents', { method: 'GET', path: '/blocks/{index}/events', tag: 'Log', summary: 'What a block did.' }),
  plain('transaction', { method: 'GET', path: '/transactions/{id}', tag: 'Log', summary: 'A transaction.' }),
  plain('submit', {
    method: 'POST',
    path: '/transactions',
    tag: 'Log',
    summary: 'Submits a signed transaction. Answers when it is final; sending it again gives the same receipt.',
  }),
  plain('simulate', {
    method: 'POST',
    path: '/simulations',
    tag: 'Log',
    summary: 'What a transaction would do now. Changes nothing.',
  }),
  route(
    'audit',
    { method: 'GET', path: '/audit', tag: 'Log', summary: 'The audit log, newest first; what is given narrows it.' },
    z.strictObject({ ...filter, before_log_index: count.optional(), limit: pageLimit.default(100) }),
    ({ before_log_index, limit, ...rest }) => ({
      ...filterOf(rest),
      limit,
      ...(before_log_index === undefined ? {} : { before_log_index }),
    }),
  ),
  route(
    'auditCount',
    { method: 'GET', path: '/audit/count', tag: 'Log', summary: 'How many transactions match, up to a bound.' },
    z.strictObject(filter),
    filterOf,
  ),
  plain('search', {
    method: 'GET',
    path: '/search',
    tag: 'Log',
    summary: 'Blocks, transactions, environments and members by what one knows of them.',
  }),
];
