import { z } from 'zod';
import { count, identifier, publicKey, time } from '../schemas.ts';

const level = z.enum(['read_only', 'blue_state', 'validator', 'administrator']);
const permission = z.enum([
  'read_blockchain',
  'write_blue_state',
  'promote_to_green',
  'validate_blocks',
  'emergency_rollback',
]);

export const memberView = z.object({
  member_id: identifier,
  name: z.string(),
  level,
  permissions: z.array(permission),
  status: z.enum(['active', 'suspended', 'removed']),
  keys: z.array(publicKey),
  added_at: time,
});
export type MemberView = z.infer<typeof memberView>;

export const validatorView = z.object({
  validator_id: identifier,
  public_key: publicKey,
  fingerprint: z.array(z.string()),
  status: z.enum(['active', 'removed']),
  added_at: time,
  blocks_sealed: count.nullable(),
});
export type ValidatorView = z.infer<typeof validatorView>;

export const policyView = z.object({
  /** An action, or `action/<env_id>`. */
  key: z.string(),
  policy: z.union([
    z.object({ mode: z.literal('direct'), permission }),
    z.object({
      mode: z.literal('multisig'),
      role: level,
      threshold: z.union([z.object({ count }), z.object({ numerator: count, denominator: count })]),
    }),
  ]),
  /** The policy in words. */
  sentence: z.string(),
});
export type PolicyView = z.infer<typeof policyView>;
