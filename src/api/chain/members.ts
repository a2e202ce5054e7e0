import { z } from 'zod';
import { count, hash, publicKey } from '../../base/fields.ts';
import { read } from '../procedure.ts';
import { identifier, time } from '../schemas.ts';

/** Who takes part: members and validators, and their keys. */

export const level = z.enum(['read_only', 'blue_state', 'validator', 'administrator']);

export const permission = z.enum([
  'read_blockchain',
  'write_blue_state',
  'promote_to_green',
  'validate_blocks',
  'emergency_rollback',
]);

/** A member as others speak of it. */
export const person = z.object({ member_id: identifier, name: z.string() });
export type Person = z.infer<typeof person>;

export const keyView = z.object({
  public_key: publicKey,
  fingerprint: z.array(z.string()),
  status: z.enum(['active', 'retired']),
  added_at: time,
  retired_at: time.nullable(),
});
export type KeyView = z.infer<typeof keyView>;

/** A key that seals, or sealed, and the blocks that it may seal. */
export const sealingKeyView = keyView.extend({
  seals_from: count,
  /** The last one, which counts too; null while it is in use. */
  seals_to: count.nullable(),
});

export const memberView = z.object({
  member_id: identifier,
  name: z.string(),
  level,
  permissions: z.array(permission),
  status: z.enum(['active', 'suspended', 'removed']),
  /** Those in use, then those it had. */
  keys: z.array(keyView),
  added_at: time,
  /** The newest transaction signed with a key of theirs; null where there is none. */
  last_activity: z.object({ time, action: z.string(), transaction_id: hash }).nullable(),
});
export type MemberView = z.infer<typeof memberView>;

export const validatorView = z.object({
  validator_id: identifier,
  public_key: publicKey,
  fingerprint: z.array(z.string()),
  status: z.enum(['active', 'removed']),
  added_at: time,
  /** Null while they are still being counted. */
  blocks_sealed: count.nullable(),
  /** Time of the newest block that it sealed. */
  last_seen: time.nullable(),
  /** The key in use, then those it had. */
  keys: z.array(sealingKeyView),
  /** It is this node that seals in its name. */
  is_here: z.boolean(),
});
export type ValidatorView = z.infer<typeof validatorView>;

export const memberProcedures = {
  members: read.output(z.object({ members: z.array(memberView) })),
  validators: read.output(z.object({ validators: z.array(validatorView) })),
};
