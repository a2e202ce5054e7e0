import { z } from 'zod';
import { count, hash } from '../../base/fields.ts';
import type { Json } from '../../base/canonical.ts';
import { environmentId, identifier, version } from '../actions/fields.ts';
import { describeIssues } from '../governance/action.ts';
import type { EnvironmentRecord, RecallRecord, RemovedEnvironment } from '../state/records.ts';
import { failStep } from './report.ts';

/**
 * What a verdict reads of the records that a proof shows. The seal says that the ledger wrote them; that they are what a verdict
 * takes them for is checked too. Other fields may be there.
 */
const recall = z.looseObject({
  version,
  state_hash: hash,
  promotion: hash,
  promoted_at: count,
  recalled_at: count,
  recalled_by: identifier,
  approved_by: z.array(identifier),
  reason: z.string(),
  superseded_by: z.looseObject({ env_id: environmentId, version }).nullable(),
});
const rollback = z.looseObject({ target_height: count, at: count, by: identifier });
const record = z.looseObject({
  env_id: environmentId,
  archived_at: count.nullable(),
  green: z
    .looseObject({
      version,
      state_hash: hash,
      promoted_at: count,
      promoted_by: identifier,
      approved_by: z.array(identifier),
      transaction_id: hash,
    })
    .nullable(),
  recalled: recall.nullable(),
  rollback: rollback.nullable(),
});
const removed = z.looseObject({ recalled: recall.nullable(), rollback });

function decode<Value>(schema: z.ZodType, text: string, what: string): Value {
  const value = JSON.parse(text) as Json;
  const parsed = schema.safeParse(value);
  if (!parsed.success) failStep(`the value is not ${what}: ${describeIssues(parsed.error)}`);
  return value as Value;
}

/** @throws CHAIN_INVALID */
export function decodeEnvironmentRecord(text: string): EnvironmentRecord {
  return decode(record, text, 'a record of an environment');
}

/** @throws CHAIN_INVALID */
export function decodeRemoved(text: string): RemovedEnvironment {
  return decode(removed, text, 'what a rollback keeps of an environment');
}

/** @throws CHAIN_INVALID */
export function decodeRecall(text: string): RecallRecord {
  return decode(recall, text, 'a recall');
}
