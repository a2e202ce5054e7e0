import { z } from 'zod';
import type { Json } from '../../base/canonical.ts';
import { isFrozen } from '../governance/freeze-state.ts';
import { reject } from '../rejections.ts';
import { defineAction } from '../governance/action.ts';
import { text } from './fields.ts';
import { CONTROL } from './governance.ts';

/** The emergency brake: one administrator stops every change of environments, from the next transaction on. */
export const freeze = defineAction({
  ...CONTROL,
  subject: 'Freezing the chain',
  name: 'freeze',
  isUrgent: true,
  payload: z.strictObject({ reason: text }),
  defaultPolicy: { mode: 'direct', permission: 'emergency_rollback' },
  title: () => 'Freeze the chain',
  summarize: ({ reason }) => `Froze the chain: ${reason}`,
  describe: () =>
    'The chain is frozen: no environment can be registered, changed, promoted or archived until the administrators unfreeze it. Governance continues.',
  apply({ state, timestamp, transactionId, actor }, { reason }) {
    if (isFrozen(state)) return reject('STATE_UNCHANGED', 'the chain is frozen already');
    state.put('parameters', 'freeze', {
      frozen: true,
      reason,
      since: timestamp,
      member_id: actor.memberId,
      transaction_id: transactionId,
    } satisfies Json);
    return null;
  },
});
