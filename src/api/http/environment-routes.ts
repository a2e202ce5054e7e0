import { z } from 'zod';
import { hash } from '../../base/fields.ts';
import { identifier, pageLimit } from '../schemas.ts';
import { at, momentOf, plain, route, type Route } from './route.ts';

/** Environments, what is Green, and the files of versions. */
export const environmentRoutes: readonly Route[] = [
  plain('environments', {
    method: 'GET',
    path: '/environments',
    tag: 'Environments',
    summary: 'Environments, by page.',
  }),
  plain('environmentRows', {
    method: 'GET',
    path: '/environment-rows',
    tag: 'Environments',
    summary: 'Environments, by their place in the list.',
  }),
  plain('environmentFacets', {
    method: 'GET',
    path: '/environment-facets',
    tag: 'Environments',
    summary: 'Owners and tags that a list can be narrowed to.',
  }),
  route(
    'environment',
    {
      method: 'GET',
      path: '/environments/{env_id}',
      tag: 'Environments',
      summary: 'An environment, now or at a moment.',
    },
    z.strictObject({ env_id: identifier, ...at }),
    ({ env_id, ...when }) => ({ env_id, ...momentOf(when) }),
  ),
  plain('lineage', {
    method: 'GET',
    path: '/environments/{env_id}/lineage',
    tag: 'Environments',
    summary: 'The history of an environment as a graph.',
  }),
  route(
    'greenList',
    { method: 'GET', path: '/green', tag: 'Environments', summary: 'What is Green, now or at a moment.' },
    z.strictObject({ ...at, after: z.string().max(300).optional(), limit: pageLimit.default(100) }),
    ({ after, limit, ...when }) => ({ ...momentOf(when), limit, ...(after === undefined ? {} : { after }) }),
  ),
  route(
    'greenHolders',
    {
      method: 'GET',
      path: '/green/{digest}',
      tag: 'Environments',
      summary: 'Whether a content is Green: the environments that have it.',
    },
    z.strictObject({ digest: hash, ...at }),
    ({ digest, ...when }) => ({ state_hash: digest, ...momentOf(when) }),
  ),
  plain('content', {
    method: 'GET',
    path: '/content/{state_hash}',
    tag: 'Content',
    summary: 'Whether the files of a version are here and whole.',
  }),
  plain('files', {
    method: 'GET',
    path: '/content/{state_hash}/files',
    tag: 'Content',
    summary: 'The files of a version.',
  }),
  plain('file', {
    method: 'GET',
    path: '/content/{state_hash}/files/{+path}',
    tag: 'Content',
    summary: 'A file of a version.',
  }),
  plain('modelClaims', {
    method: 'GET',
    path: '/content/{state_hash}/claims',
    tag: 'Content',
    summary: 'What signatures inside a version claim.',
  }),
  plain('difference', {
    method: 'POST',
    path: '/differences',
    tag: 'Content',
    summary: 'What differs between two versions.',
  }),
  route(
    'fileDifference',
    {
      method: 'GET',
      path: '/file-differences',
      tag: 'Content',
      summary: 'What differs within a file. A side that is left out is nothing.',
    },
    z.strictObject({ before_state_hash: hash.optional(), after_state_hash: hash.optional(), path: z.string() }),
    ({ before_state_hash = null, after_state_hash = null, path }) => ({ before_state_hash, after_state_hash, path }),
  ),
];
