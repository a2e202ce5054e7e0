import { z } from 'zod';
import { count, hash, jsonObject, publicKey, signature } from '../../base/fields.ts';
import { read } from '../procedure.ts';
import { identifier, time, zone } from '../schemas.ts';

/** A transaction, and its line of the audit log. */

export const transaction = z.object({
  action: z.string(),
  chain_id: z.string(),
  era: count,
  nonce: z.int(),
  payload: jsonObject,
  recipient: zone,
  sender: zone,
  signature,
  signer: publicKey,
  timestamp: time,
});

/** A line of the audit log. */
export const transactionRow = z.object({
  id: hash,
  /** Position in the log, from 0. */
  log_index: count,
  block_index: count,
  block_time: time,
  action: z.string(),
  sender: zone,
  recipient: zone,
  signer: publicKey,
  member_id: identifier.nullable(),
  member_name: z.string().nullable(),
  env_id: z.string().nullable(),
  /** One plain sentence: what it did. */
  summary: z.string(),
});
export type TransactionRow = z.infer<typeof transactionRow>;

export const transactionView = transactionRow.extend({ transaction, size_bytes: count });
export type TransactionView = z.infer<typeof transactionView>;

export const transactionProcedures = {
  transaction: read.input(z.strictObject({ id: hash })).output(transactionView),
};
