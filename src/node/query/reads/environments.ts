import { lineageOf } from '../lineage-query.ts';
import { procedures as os } from '../procedures.ts';

export const environmentReads = {
  environments: os.environments.handler(({ context, input }) =>
    context.fresh(({ environments }) => environments.environments(input)),
  ),
  environmentRows: os.environmentRows.handler(({ context, input }) =>
    context.fresh(({ environments }) => environments.rows(input)),
  ),
  environmentFacets: os.environmentFacets.handler(({ context }) =>
    context.fresh(({ environments }) => environments.facets()),
  ),
  environment: os.environment.handler(({ context, input }) =>
    context.newest(({ environments }) => environments.environment(input)),
  ),
  lineage: os.lineage.handler(({ context, input }) =>
    context.fresh((queries) => lineageOf(queries.context, input.env_id)),
  ),
};
