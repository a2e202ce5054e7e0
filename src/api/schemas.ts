import { z } from 'zod';
import { isHash, isPublicKey, isSignature, type Hash, type PublicKey, type Signature } from '../base/bytes.ts';
import type { Json, JsonObject } from '../base/canonical.ts';
import { IDENTIFIER_LENGTH_MAX, PAGE_ROWS_MAX } from '../base/limits.ts';

/** The schemas that every view is made of. Times are Unix milliseconds; names are the wire's, in snake case. */
export const hash = z.custom<Hash>(isHash, '0x and 64 lower-case hex digits');
export const publicKey = z.custom<PublicKey>(isPublicKey, 'a compressed public key, 0x02… or 0x03…');
export const signature = z.custom<Signature>(isSignature, '0x and 128 lower-case hex digits');
export const count = z.int().min(0);
export const time = z.int();
export const identifier = z.string().min(1).max(IDENTIFIER_LENGTH_MAX);
/** Any JSON; canonical encoding refuses what the ledger does not take. */
export const json = z.custom<Json>((value) => value !== undefined, 'JSON');
export const jsonObject = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'a JSON object',
);
export const pageLimit = z.int().min(1).max(PAGE_ROWS_MAX);
/** A moment of the chain: the last block at or before a time, or a height. Absent: now. */
export const moment = z.union([z.strictObject({ height: count }), z.strictObject({ time })]).optional();
export const zone = z.enum(['blue_state', 'green_state', 'governance']);
export const namespace = z.enum(['environments', 'members', 'parameters', 'policies', 'proposals', 'validators']);

/** Which chain, and which of its eras: what signatures are for. */
export const chainIdentity = {
  /** The name that was chosen for it. */
  chain_id: z.string(),
  /** Hash of block 0. */
  genesis: hash,
  era: count,
};
