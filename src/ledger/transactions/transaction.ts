import {
  decodeHex,
  decodeUtf8,
  encodeHash,
  encodeUtf8,
  isPublicKey,
  isSignature,
  PUBLIC_KEY_SIZE_BYTES,
  SIGNATURE_SIZE_BYTES,
  type Hash,
  type PublicKey,
  type Signature,
} from '../../base/bytes.ts';
import { decodeCanonicalText, encodeCanonicalText, type JsonObject } from '../../base/canonical.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { TRANSACTION_SIZE_BYTES_MAX } from '../../base/limits.ts';
import { findAction } from '../actions/registry.ts';
import { BEFORE_GENESIS, isEra, type ChainRoot, type DigestDomain } from '../chain-identity.ts';
import { digest, digestText } from '../crypto/digest.ts';
import { leafHash } from '../log/log.ts';
import { reject, type Rejection } from '../rejections.ts';
import { isWellFormedSignature, signDigest, type VerifySignature } from '../crypto/signature.ts';
import { GENESIS_ACTION, ZONES, type Zone } from '../governance/action.ts';

/** A transaction's body: what is signed. `timestamp` is Unix milliseconds; `nonce` only distinguishes equal content. */
export interface UnsignedTransaction {
  readonly action: string;
  readonly chain_id: string;
  /** Of the chain when it was signed: it is not valid in another. */
  readonly era: number;
  readonly nonce: number;
  readonly payload: JsonObject;
  readonly recipient: Zone;
  readonly sender: Zone;
  /** Compressed secp256k1 public key. */
  readonly signer: PublicKey;
  readonly timestamp: number;
}

export interface Transaction extends UnsignedTransaction {
  /** ECDSA r‖s over the transaction's id, low s. */
  readonly signature: Signature;
}

/** SHA-256 over tag, genesis, era and the canonical unsigned body. */
export type TransactionId = Hash;

/** A transaction whose bytes, fields, payload and signature were checked; what remains depends on the state. */
export interface CheckedTransaction {
  readonly transaction: Transaction;
  /** 32 bytes. */
  readonly id: Uint8Array;
  /** Leaf of the log, 32 bytes. */
  readonly leaf: Uint8Array;
  /** The canonical bytes as they were received. */
  readonly bytes: Uint8Array;
}

/** @throws VALUE_NOT_ALLOWED, LIMIT_EXCEEDED */
export function encodeUnsigned(transaction: UnsignedTransaction): Uint8Array {
  const { action, chain_id, era, nonce, payload, recipient, sender, signer, timestamp } = transaction;
  return encodeUtf8(
    encodeCanonicalText({ action, chain_id, era, nonce, payload, recipient, sender, signer, timestamp }),
  );
}

/** @throws VALUE_NOT_ALLOWED, LIMIT_EXCEEDED */
export function encodeTransaction(transaction: Transaction): Uint8Array {
  return encodeUtf8(encodeCanonicalText(transaction));
}

/** Of the chain and era that it says it is for; the genesis transaction is of no chain yet. */
function domainOf({ action, era }: Pick<UnsignedTransaction, 'action' | 'era'>, genesis: Hash): DigestDomain {
  return action === GENESIS_ACTION ? BEFORE_GENESIS : { genesis, era };
}

/** @param unsignedBytes the transaction's own, as {@link encodeUnsigned} gives them */
export function transactionDigest(
  transaction: Pick<UnsignedTransaction, 'action' | 'era'>,
  { genesis }: Pick<ChainRoot, 'genesis'>,
  unsignedBytes: Uint8Array,
): Uint8Array {
  return digest('transaction', domainOf(transaction, genesis), unsignedBytes);
}

export function transactionId(transaction: UnsignedTransaction, chain: Pick<ChainRoot, 'genesis'>): TransactionId {
  return encodeHash(transactionDigest(transaction, chain, encodeUnsigned(transaction)));
}

/**
 * As {@link transactionDigest}, from the canonical text that a transaction was read from, which is not written again for that.
 * What does not have its signature where a canonical text has it, is.
 */
export function digestOfText(text: string, transaction: Transaction, chain: Pick<ChainRoot, 'genesis'>): Uint8Array {
  const { signature, ...unsigned } = transaction;
  const member = `"signature":"${signature}",`;
  const end = tailStart(text, transaction.timestamp);
  const begin = end - member.length;
  if (begin < 0 || text.slice(begin, end) !== member)
    return transactionDigest(transaction, chain, encodeUnsigned(unsigned));
  return digestText('transaction', domainOf(transaction, chain.genesis), text.slice(0, begin) + text.slice(end));
}

/** Signs with a 32-byte secret, whose public key must be the transaction's signer. @throws KEY_INVALID */
export function signTransaction(
  transaction: UnsignedTransaction,
  chain: Pick<ChainRoot, 'genesis'>,
  secret: Uint8Array,
): Transaction {
  const id = transactionDigest(transaction, chain, encodeUnsigned(transaction));
  return { ...transaction, signature: signDigest(id, secret) };
}

const FIELDS = [
  'action',
  'chain_id',
  'era',
  'nonce',
  'payload',
  'recipient',
  'sender',
  'signature',
  'signer',
  'timestamp',
] as const;
const TAIL_LENGTH = '"signer":"0x","timestamp":}'.length + 2 * PUBLIC_KEY_SIZE_BYTES;
const SIGNATURE_MEMBER_LENGTH = '"signature":"0x",'.length + 2 * SIGNATURE_SIZE_BYTES;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The envelope's fields, without a look at the payload. Returns the name of the first bad one. */
function findBadField(value: unknown): string | undefined {
  if (!isObject(value)) return 'transaction';
  const keys = Object.keys(value);
  for (const field of FIELDS) if (!Object.hasOwn(value, field)) return field;
  if (keys.length !== FIELDS.length) return keys.find((key) => !FIELDS.some((field) => field === key));
  if (typeof value['action'] !== 'string') return 'action';
  if (typeof value['chain_id'] !== 'string') return 'chain_id';
  if (!isEra(value['era'])) return 'era';
  if (typeof value['nonce'] !== 'number' || value['nonce'] < 0) return 'nonce';
  if (!isObject(value['payload'])) return 'payload';
  if (!ZONES.includes(value['recipient'] as Zone)) return 'recipient';
  if (!ZONES.includes(value['sender'] as Zone)) return 'sender';
  if (typeof value['signature'] !== 'string') return 'signature';
  if (typeof value['signer'] !== 'string') return 'signer';
  if (typeof value['timestamp'] !== 'number' || value['timestamp'] < 0) return 'timestamp';
  return undefined;
}

/** Where `signer`, the member behind `signature`, begins in a canonical transaction text. */
function tailStart(text: string, timestamp: number): number {
  return text.length - TAIL_LENGTH - String(timestamp).length;
}

/** The canonical unsigned text of a canonical transaction text: the same without its `signature` member. */
function unsignedText(text: string, timestamp: number): string {
  const tail = tailStart(text, timestamp);
  return text.slice(0, tail - SIGNATURE_MEMBER_LENGTH) + text.slice(tail);
}

function refusalOf(error: unknown): Rejection {
  if (error instanceof QuantumLockError) return reject('NOT_CANONICAL', error.message);
  throw error;
}

/**
 * Everything about a transaction that does not depend on the state, in order of the reject codes: size, canonical form,
 * fields, chain, action, payload, zones, signature. Takes bytes from anywhere; never throws for what they hold.
 */
export function checkTransaction(
  bytes: Uint8Array,
  chain: ChainRoot,
  verify: VerifySignature,
): CheckedTransaction | Rejection {
  if (bytes.length > TRANSACTION_SIZE_BYTES_MAX)
    return reject('TRANSACTION_TOO_LARGE', `${bytes.length} of at most ${TRANSACTION_SIZE_BYTES_MAX} bytes`);
  let text: string;
  let value: unknown;
  try {
    text = decodeUtf8(bytes);
    value = decodeCanonicalText(text);
  } catch (error) {
    return refusalOf(error);
  }
  const badField = findBadField(value);
  if (badField !== undefined) return reject('FIELD_INVALID', badField);
  const transaction = value as Transaction;
  if (transaction.chain_id !== chain.chain_id) return reject('WRONG_CHAIN', transaction.chain_id.slice(0, 64));
  const action = findAction(transaction.action);
  if (action === undefined) return reject('ACTION_UNKNOWN', transaction.action.slice(0, 64));
  const payload = action.checkPayload(transaction.payload);
  if (payload !== null) return payload;
  const zones = action.zones(transaction.payload);
  if (transaction.sender !== zones.sender || transaction.recipient !== zones.recipient) {
    return reject('ZONES_INVALID', `${transaction.action} goes from ${zones.sender} to ${zones.recipient}`);
  }
  if (!isSignature(transaction.signature) || !isPublicKey(transaction.signer)) return reject('SIGNATURE_MALFORMED');
  const domain = domainOf(transaction, chain.genesis);
  const id = digestText('transaction', domain, unsignedText(text, transaction.timestamp));
  const signature = decodeHex(transaction.signature);
  const publicKey = decodeHex(transaction.signer);
  if (!isWellFormedSignature(signature, id, publicKey)) return reject('SIGNATURE_MALFORMED');
  if (!verify(signature, id, publicKey)) return reject('SIGNATURE_INVALID');
  return { transaction, id, leaf: leafHash(bytes), bytes };
}

export function isRejection(value: object): value is Rejection {
  return 'code' in value && 'name' in value;
}
