import { z } from 'zod';
import { count, hash } from '../../base/fields.ts';
import { identifier, namespace, pageLimit } from '../schemas.ts';
import { at, momentOf, plain, route, type Route } from './route.ts';

/** What verifies without this node. */
export const proofRoutes: readonly Route[] = [
  route(
    'greenProof',
    {
      method: 'GET',
      path: '/environments/{env_id}/green-proof',
      tag: 'Proofs',
      summary: 'A proof of whether an environment is, or was, Green.',
    },
    z.strictObject({ env_id: identifier, ...at, state_hash: hash.optional(), version: count.min(1).optional() }),
    ({ env_id, state_hash, version, ...when }) => ({
      env_id,
      ...momentOf(when),
      ...(state_hash === undefined ? {} : { state_hash }),
      ...(version === undefined ? {} : { version }),
    }),
  ),
  route(
    'stateKeys',
    { method: 'GET', path: '/state/{namespace}', tag: 'Proofs', summary: 'The keys of a part of the state.' },
    z.strictObject({ namespace, ...at, limit: pageLimit.default(100) }),
    ({ namespace: of, limit, ...when }) => ({ namespace: of, limit, ...momentOf(when) }),
  ),
  route(
    'state',
    { method: 'GET', path: '/state/{namespace}/{+key}', tag: 'Proofs', summary: 'A value of the state.' },
    z.strictObject({ namespace, key: z.string().max(300), ...at }),
    ({ namespace: of, key, ...when }) => ({ namespace: of, key, ...momentOf(when) }),
  ),
  route(
    'stateProof',
    {
      method: 'GET',
      path: '/state-proofs/{namespace}/{+key}',
      tag: 'Proofs',
      summary: 'A proof of a value of the state, or that there is none.',
    },
    z.strictObject({ namespace, key: z.string().max(300), ...at }),
    ({ namespace: of, key, ...when }) => ({ namespace: of, key, ...momentOf(when) }),
  ),
  plain('transactionProof', {
    method: 'GET',
    path: '/transactions/{id}/proof',
    tag: 'Proofs',
    summary: 'A proof that a transaction is in the chain.',
  }),
  route(
    'tlogProof',
    {
      method: 'GET',
      path: '/transactions/{id}/tlog-proof',
      tag: 'Proofs',
      summary: 'A C2SP tlog-proof of a transaction.',
    },
    z.strictObject({ id: hash, which: z.enum(['newest', 'witnessed']).default('newest') }),
    (input) => input,
  ),
  plain('coseReceipt', {
    method: 'GET',
    path: '/transactions/{id}/receipt',
    tag: 'Proofs',
    summary: 'A transaction with its receipt (COSE_Sign1).',
  }),
  plain('checkpoint', {
    method: 'GET',
    path: '/checkpoints/{which}',
    tag: 'Proofs',
    summary: 'The newest checkpoint of the log, or the newest that enough witnesses cosigned.',
  }),
  plain('checkpointKeys', {
    method: 'GET',
    path: '/checkpoint-keys',
    tag: 'Proofs',
    summary: 'The keys of checkpoints.',
  }),
];
