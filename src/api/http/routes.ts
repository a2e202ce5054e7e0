import { API_PATH } from './api-path.ts';
import { environmentRoutes } from './environment-routes.ts';
import { governanceRoutes } from './governance-routes.ts';
import { logInContract } from './log-in.ts';
import { logRoutes } from './log-routes.ts';
import { proofRoutes } from './proof-routes.ts';
import type { Route } from './route.ts';

export const routes: readonly Route[] = [...logRoutes, ...environmentRoutes, ...proofRoutes, ...governanceRoutes];

/** All that is reached over HTTP, by name: what the document describes, the node implements, and clients are typed by. */
export const httpContract = {
  ...Object.fromEntries(routes.map(({ procedure, contract: described }) => [procedure, described])),
  ...logInContract,
};

const METHODS = Object.values(httpContract).map((described) => {
  const { method = 'POST', path = '/' } = described['~orpc'].route;
  const pattern = path.replaceAll(/\{\+[^}]+\}/g, '.+').replaceAll(/\{[^}]+\}/g, '[^/]+');
  return { method, pattern: new RegExp(`^${API_PATH}${pattern}$`) };
});

/** With which methods a path is asked for; none where there is no such path. HEAD is with GET (RFC 9110, 9.3.2). */
export function methodsOf(path: string): readonly string[] {
  const methods = new Set(METHODS.flatMap(({ method, pattern }) => (pattern.test(path) ? [method as string] : [])));
  return [...methods].flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
}
