import { z } from 'zod';
import type { Json } from '../../base/canonical.ts';
import { readFreeze } from '../governance/freeze-state.ts';
import { reject } from '../rejections.ts';
import { authoriserOf, defineAction } from '../governance/action.ts';
import { GOVERNANCE } from './governance.ts';

/** Lets environments change again. */
export const unfreeze = defineAction({
  ...GOVERNANCE,
  subject: 'Unfreezing the chain',
  name: 'unfreeze',
  payload: z.strictObject({}),
  title: () => 'Unfreeze the chain',
  summarize: () => 'Unfroze the chain.',
  describe: () => 'The chain is unfrozen: environments can change again.',
  apply({ state, timestamp, transactionId, actor }) {
    const before = readFreeze(state);
    if (before?.frozen !== true) return reject('STATE_UNCHANGED', 'the chain is not frozen');
    state.put('parameters', 'freeze', {
      frozen: false,
      reason: before.reason,
      since: timestamp,
      member_id: authoriserOf(actor),
      transaction_id: transactionId,
    } satisfies Json);
    return null;
  },
});
