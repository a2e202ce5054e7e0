import { procedures as os } from '../procedures.ts';

export const auditReads = {
  audit: os.audit.handler(({ context, input }) => context.fresh(({ blocks }) => blocks.audit(input))),
  auditCount: os.auditCount.handler(({ context, input }) =>
    context.fresh(({ blocks }) => blocks.auditCount(input.filter)),
  ),
  search: os.search.handler(({ context, input }) => ({
    results: context.fresh(({ blocks }) => context.orDamage(blocks.search(input.text))),
  })),
};
