import { chainRouter } from './chain-router.ts';
import { operatorRouter } from './operator-router.ts';
import { procedures } from './procedures.ts';

/** The whole contract, implemented: what every local door serves. */
export const hostRouter = procedures.router({ chain: chainRouter, operator: operatorRouter });
