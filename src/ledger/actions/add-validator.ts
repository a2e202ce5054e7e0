import { z } from 'zod';
import { reject } from '../rejections.ts';
import { defineAction } from '../governance/action.ts';
import { identifier } from './fields.ts';
import { publicKey, signature } from '../../base/fields.ts';
import { GOVERNANCE } from './governance.ts';
import { unseenKey, validatorCount, validatorLookalikes } from './member-words.ts';
import { checkNewKey, writeValidator, writeValidatorKey } from './member.ts';
import { readValidator } from '../state/readers.ts';

/** A validator may seal from the next block on. */
export const addValidator = defineAction({
  ...GOVERNANCE,
  subject: 'Adding a validator',
  name: 'add_validator',
  payload: z.strictObject({ validator_id: identifier, public_key: publicKey, proof: signature }),
  title: ({ validator_id }) => `Add validator ${validator_id}`,
  summarize: ({ validator_id }) => `Added validator ${validator_id}.`,
  describe: ({ validator_id }, before) => `${validator_id} becomes a validator.${validatorCount(before, 1)}`,
  warnings: ({ validator_id, public_key }, before) => [
    unseenKey(public_key, `the operator of ${validator_id}`),
    ...validatorLookalikes(before, validator_id),
  ],
  apply(context, { validator_id, public_key, proof }) {
    const { state, timestamp } = context;
    if (readValidator(state, validator_id) !== undefined) return reject('VALIDATOR_EXISTS', validator_id);
    const refusal = checkNewKey(context, `validator/${validator_id}`, { public_key, proof });
    if (refusal !== null) return refusal;
    writeValidator(state, { validator_id, public_key, status: 'active', added_at: timestamp });
    writeValidatorKey(context, validator_id, public_key);
    return null;
  },
});
