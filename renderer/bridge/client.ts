import type { ContractRouterClient } from '@orpc/contract';

import type { contract } from '../../src/api/contract.ts';

/** Everything the page can ask or do: the one contract, called over whichever channel the host offers. */
export type Client = ContractRouterClient<typeof contract>;
