import { z } from 'zod';
import {
  isEd25519Key,
  isHash,
  isPublicKey,
  isSignature,
  type Ed25519Key,
  type Hash,
  type PublicKey,
  type Signature,
} from './bytes.ts';
import type { Json, JsonObject } from './canonical.ts';

/** The fields that payloads, documents, files and answers are made of, each with the words for what does not fit. */

/** What a check of ours means, for documents that describe it (OpenAPI): a regular expression over a whole text. */
const text = (pattern: string) => ({ type: 'string', pattern }) as const;

export const hash = z.custom<Hash>(isHash, '0x and 64 lower-case hex digits').meta(text('^0x[0-9a-f]{64}$'));
export const publicKey = z
  .custom<PublicKey>(isPublicKey, 'a compressed public key: 0x02… or 0x03…, 66 hex digits')
  .meta(text('^0x0[23][0-9a-f]{64}$'));
export const ed25519Key = z
  .custom<Ed25519Key>(isEd25519Key, 'an Ed25519 public key: 0x and 64 lower-case hex digits')
  .meta(text('^0x[0-9a-f]{64}$'));
/** ECDSA r‖s. */
export const signature = z
  .custom<Signature>(isSignature, '0x and 128 lower-case hex digits')
  .meta(text('^0x[0-9a-f]{128}$'));
export const count = z.number().int().min(0);
/** Any JSON; canonical encoding refuses what the ledger does not take. */
export const json = z.custom<Json>((value) => value !== undefined, 'JSON');
export const jsonObject = z
  .custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value), 'an object')
  .meta({ type: 'object' });
