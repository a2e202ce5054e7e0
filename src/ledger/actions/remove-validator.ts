import { z } from 'zod';
import { defineAction } from '../governance/action.ts';
import { identifier } from './fields.ts';
import { GOVERNANCE } from './governance.ts';
import { validatorCount } from './member-words.ts';
import { requireValidator, retireKey, writeValidator } from './member.ts';

/** The validator's seal is not valid from the next block on. */
export const removeValidator = defineAction({
  ...GOVERNANCE,
  subject: 'Removing a validator',
  name: 'remove_validator',
  payload: z.strictObject({ validator_id: identifier }),
  title: ({ validator_id }) => `Remove validator ${validator_id}`,
  summarize: ({ validator_id }) => `Removed validator ${validator_id}.`,
  describe: ({ validator_id }, before) =>
    `${validator_id} is no longer a validator: blocks that it seals are invalid from the next block on.${validatorCount(before, -1)}`,
  apply(context, { validator_id }) {
    const validator = requireValidator(context.state, validator_id);
    if ('code' in validator) return validator;
    retireKey(context, 'validators', validator.public_key);
    writeValidator(context.state, { ...validator, status: 'removed' });
    return null;
  },
});
