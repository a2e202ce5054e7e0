import { z } from 'zod';
import { defineAction } from '../governance/action.ts';
import { identifier } from './fields.ts';
import { publicKey, signature } from '../../base/fields.ts';
import { GOVERNANCE } from './governance.ts';
import { unseenKey } from './member-words.ts';
import { checkNewKey, requireValidator, retireKey, writeValidator, writeValidatorKey } from './member.ts';

/**
 * The validator seals with another key from the next block on; the block that says so is sealed with the old one. The
 * old key never seals again.
 */
export const rotateValidator = defineAction({
  ...GOVERNANCE,
  subject: "Replacing a validator's key",
  name: 'rotate_validator',
  payload: z.strictObject({ validator_id: identifier, public_key: publicKey, proof: signature }),
  // The holder of the old key leaves, and the holder of the new one joins.
  others: ['add_validator', 'remove_validator'].map((action) => ({
    action,
    when: null,
    of: () => ({ action, envId: null }),
  })),
  title: ({ validator_id }) => `Replace the key of validator ${validator_id}`,
  summarize: ({ validator_id }) => `Replaced the key of validator ${validator_id}.`,
  describe: ({ validator_id }) =>
    `${validator_id} seals with a new key from the next block on; the old key never seals again.`,
  warnings: ({ validator_id, public_key }) => [unseenKey(public_key, `the operator of ${validator_id}`)],
  apply(context, { validator_id, public_key, proof }) {
    const validator = requireValidator(context.state, validator_id);
    if ('code' in validator) return validator;
    const refusal = checkNewKey(context, `validator/${validator_id}`, { public_key, proof });
    if (refusal !== null) return refusal;
    retireKey(context, 'validators', validator.public_key);
    writeValidator(context.state, { ...validator, public_key });
    writeValidatorKey(context, validator_id, public_key);
    return null;
  },
});
