import { z } from 'zod';
import type { Json } from '../../base/canonical.ts';
import { environmentId, identifier, level, policy } from '../actions/fields.ts';
import { count, ed25519Key, hash, jsonObject, publicKey } from '../../base/fields.ts';
import type { Namespace } from '../state/records.ts';
import { CHECKPOINT_KEY, checkpointKeyPlace, isKeyPlace, isMemberPlace } from '../state/readers.ts';

/**
 * The shape of the values that a document brings from a state that is not here. The actions rest on it: a chain only
 * holds what they wrote, but a file holds whatever its author wanted. Fields that are not named here are left alone.
 */

const moment = count;
const person = identifier;
const keyUse = {
  public_key: publicKey,
  status: z.enum(['active', 'retired']),
  added_at: moment,
  retired_at: moment.nullable(),
};

const blue = z.looseObject({
  version: count,
  state_hash: hash,
  metadata: jsonObject,
  file_count: count.nullable(),
  size_bytes: count.nullable(),
  updated_at: moment,
  updated_by: person,
  transaction_id: hash,
  sources: z.array(z.looseObject({ env_id: environmentId, version: count, state_hash: hash })),
  note: z.string().nullable(),
});
const green = z.looseObject({
  version: count,
  state_hash: hash,
  metadata: jsonObject,
  promoted_at: moment,
  transaction_id: hash,
});
const recall = z.looseObject({
  version: count,
  state_hash: hash,
  promoted_at: moment,
  promotion: hash,
  recalled_at: moment,
  recalled_by: person,
  approved_by: z.array(person),
  emergency: z.boolean(),
  reason: z.string(),
  superseded_by: z.looseObject({ env_id: environmentId, version: count }).nullable(),
  transaction_id: hash,
});
const rollback = z.looseObject({ transaction_id: hash, target_height: count, at: moment, by: person });
const checkpoint = z.looseObject({
  version: z.string(),
  checkpoint_hash: hash,
  created_at: moment,
  created_by: person,
  transaction_id: hash,
});
const environment = z.looseObject({
  env_id: environmentId,
  created_at: moment,
  created_by: person,
  archived_at: moment.nullable(),
  blue,
  green: green.nullable(),
  checkpoint: checkpoint.nullable(),
  latest_version: count,
  recalled: recall.nullable(),
  rollback: rollback.nullable(),
});
const member = z.looseObject({
  member_id: identifier,
  name: z.string(),
  level,
  status: z.enum(['active', 'suspended', 'removed']),
  keys: z.array(publicKey),
  added_at: moment,
});
const validator = z.looseObject({
  validator_id: identifier,
  public_key: publicKey,
  status: z.enum(['active', 'removed']),
  added_at: moment,
});
const storedPolicy = z.union([policy, z.strictObject({ mode: z.literal('default') })]);
const freeze = z.looseObject({
  frozen: z.boolean(),
  reason: z.string(),
  since: moment,
  member_id: person,
  transaction_id: hash,
});

const checkpointKey = z.looseObject({
  public_key: ed25519Key,
  status: z.enum(['active', 'retired']),
  added_at: moment,
  added_by: hash,
  retired_at: moment.nullable(),
  retired_by: hash.nullable(),
  previous: ed25519Key.nullable(),
});

/** Null where nothing here knows what is under the key. */
function schemaOf(namespace: Namespace, key: string): z.ZodType | null {
  switch (namespace) {
    case 'environments':
      if (key.startsWith('label:')) return z.looseObject({ checkpoint_hash: hash });
      if (key.startsWith('recall:')) return recall;
      if (key.startsWith('removed:'))
        return z.looseObject({ latest_version: count, recalled: recall.nullable(), rollback });
      return environmentId.safeParse(key).success ? environment : null;
    case 'members':
      if (isMemberPlace(key)) return member;
      return isKeyPlace(key) ? z.looseObject({ ...keyUse, member_id: identifier }) : null;
    case 'validators':
      return isKeyPlace(key) ? z.looseObject({ ...keyUse, validator_id: identifier }) : validator;
    case 'policies':
      return storedPolicy;
    case 'parameters':
      if (key === CHECKPOINT_KEY) return z.looseObject({ public_key: ed25519Key });
      if (key.startsWith(checkpointKeyPlace(''))) return checkpointKey;
      return key === 'freeze' ? freeze : null;
    case 'proposals':
      return null;
  }
}

/** Whether a value is one that a chain could hold under this key; null stands for none. */
export function isHeldValue(namespace: Namespace, key: string, value: Json): boolean {
  if (value === null) return true;
  const schema = schemaOf(namespace, key);
  if (schema !== null) return schema.safeParse(value).success;
  return namespace !== 'parameters' || typeof value === 'number' || typeof value === 'object';
}
