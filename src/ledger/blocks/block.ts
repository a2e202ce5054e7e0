import { encodeHash, encodeUtf8, isHash, type Hash } from '../../base/bytes.ts';
import { decodeCanonicalText, encodeCanonicalText, isCount, type Json } from '../../base/canonical.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { BEFORE_GENESIS, isChainId, isEra, type ChainRoot } from '../chain-identity.ts';
import { digest } from '../crypto/digest.ts';

/** The header without `hash` and `proof`: what the block hash covers. */
export interface BlockHeader {
  readonly chain_id: string;
  /** That its transactions are of: never less than the parent's, and at most one more. */
  readonly era: number;
  readonly index: number;
  /** Transactions in the log after this block. */
  readonly log_size: number;
  /** RFC 6962 root over all transactions up to and with this block. */
  readonly log_root: Hash;
  readonly previous_hash: Hash;
  readonly state_root: Hash;
  /** Unix milliseconds; never before the parent's in the same era. */
  readonly timestamp: number;
  /** RFC 6962 root over this block's transactions. */
  readonly transactions_root: Hash;
  /** Validator id. */
  readonly validator: string;
  readonly version: 2;
}

export const GENESIS_PREVIOUS_HASH = `0x${'0'.repeat(64)}` as Hash;

/** The fields of a header in canonical order, each with the test that it must pass. */
const HEADER_FIELDS: Readonly<Record<keyof BlockHeader, (value: unknown) => boolean>> = {
  chain_id: isChainId,
  era: isEra,
  index: isCount,
  log_root: isHash,
  log_size: isCount,
  previous_hash: isHash,
  state_root: isHash,
  timestamp: isCount,
  transactions_root: isHash,
  validator: (value) => typeof value === 'string',
  version: (value) => value === 2,
};

function invalid(message: string): QuantumLockError {
  return new QuantumLockError('CHAIN_INVALID', message);
}

/** An object with these fields and no other, each of which passes its test. @throws CHAIN_INVALID */
export function readFields(
  value: Json,
  fields: Readonly<Record<string, (value: unknown) => boolean>>,
  what: string,
): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(`${what} is not an object`);
  const names = Object.keys(fields);
  const record = value as Readonly<Record<string, Json>>;
  for (const name of names) if (!fields[name]?.(record[name])) throw invalid(`${what}: ${name} is missing or wrong`);
  if (Object.keys(record).length !== names.length) throw invalid(`${what} has an unknown field`);
  return value;
}

export function encodeHeader(header: BlockHeader): string {
  return encodeCanonicalText(header);
}

/** @throws CANONICAL_JSON, CHAIN_INVALID */
export function decodeHeader(text: string): BlockHeader {
  return readFields(decodeCanonicalText(text), HEADER_FIELDS, 'block header') as unknown as BlockHeader;
}

/** The block hash: the digest of the canonical header. 32 bytes. Block 0 is of no chain yet: its hash makes one. */
export function headerDigest(header: BlockHeader, { genesis }: Pick<ChainRoot, 'genesis'>): Uint8Array {
  const domain = header.index === 0 ? BEFORE_GENESIS : { genesis, era: header.era };
  return digest('block', domain, encodeUtf8(encodeHeader(header)));
}

export function headerHash(header: BlockHeader, chain: Pick<ChainRoot, 'genesis'>): Hash {
  return encodeHash(headerDigest(header, chain));
}

/** What a block's header must agree with in its parent's. Returns what is wrong, or null. */
export function checkSuccession(
  header: BlockHeader,
  parent: { readonly header: BlockHeader; readonly hash: Hash } | null,
): string | null {
  if (parent === null) {
    if (header.index !== 0) return 'the first block has index 0';
    if (header.era !== 0) return 'the first block is of era 0';
    return header.previous_hash === GENESIS_PREVIOUS_HASH ? null : 'genesis has no previous hash';
  }
  if (header.chain_id !== parent.header.chain_id) return 'the chain id changed';
  if (header.index !== parent.header.index + 1) return `index ${header.index} follows ${parent.header.index}`;
  if (header.previous_hash !== parent.hash) return 'previous_hash is not the hash of the block before';
  const eras = header.era - parent.header.era;
  if (eras !== 0 && eras !== 1) return `era ${header.era} follows era ${parent.header.era}`;
  // Where the clock was reset, the state says what the least time is.
  if (eras === 0 && header.timestamp < parent.header.timestamp) return 'time runs backwards';
  if (header.log_size <= parent.header.log_size) return 'a block adds at least one transaction';
  return null;
}
