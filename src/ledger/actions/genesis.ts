import { z } from 'zod';
import type { Json } from '../../base/canonical.ts';
import { GENESIS_MEMBERS_MAX } from '../../base/limits.ts';
import { reject } from '../rejections.ts';
import { defineAction } from './action.ts';
import { identifier, level, policy, publicKey, text } from './fields.ts';

const member = z.strictObject({ member_id: identifier, name: text, level, keys: z.array(publicKey).min(1).max(16) });
const validator = z.strictObject({ validator_id: identifier, public_key: publicKey });

export const genesisPayload = z.strictObject({
  members: z.array(member).min(1).max(GENESIS_MEMBERS_MAX),
  validators: z.array(validator).min(1).max(100),
  /** By action, or `action/<env_id>`; what is not named has the action's default. */
  policies: z.record(z.string().max(300), policy),
  parameters: z.strictObject({
    transaction_window_ms: z.number().int().min(1_000).max(86_400_000),
    sandbox: z.boolean(),
  }),
});
export type GenesisPayload = z.infer<typeof genesisPayload>;

/** The first state: members, validators, policies, parameters. Stands alone in block 0, signed by an administrator in it. */
export const genesis = defineAction({
  name: 'genesis',
  zones: { sender: 'governance', recipient: 'governance' },
  payload: genesisPayload,
  defaultPolicy: { mode: 'direct', permission: 'emergency_rollback' },
  envId: () => null,
  summarize: (payload) => `Founded the chain with ${payload.members.length} member(s) and ${payload.validators.length} validator(s).`,
  apply({ state, timestamp }, payload) {
    const keys = new Set<string>();
    for (const { member_id, name, level: memberLevel, keys: memberKeys } of payload.members) {
      if (state.get('members', `member/${member_id}`) !== undefined) return reject('PAYLOAD_INVALID', `member ${member_id} is named twice`);
      state.put('members', `member/${member_id}`, { member_id, name, level: memberLevel, status: 'active', keys: memberKeys, added_at: timestamp });
      for (const key of memberKeys) {
        if (keys.has(key)) return reject('PAYLOAD_INVALID', `key ${key} is named twice`);
        keys.add(key);
        state.put('members', `key/${key}`, { public_key: key, member_id, status: 'active' });
      }
    }
    for (const { validator_id, public_key } of payload.validators) {
      if (state.get('validators', validator_id) !== undefined || keys.has(public_key)) return reject('PAYLOAD_INVALID', `validator ${validator_id} or its key is named twice`);
      keys.add(public_key);
      state.put('validators', validator_id, { validator_id, public_key, status: 'active', added_at: timestamp });
    }
    for (const [key, value] of Object.entries(payload.policies)) state.put('policies', key, value as Json);
    for (const [key, value] of Object.entries(payload.parameters)) state.put('parameters', key, value);
    return null;
  },
});
