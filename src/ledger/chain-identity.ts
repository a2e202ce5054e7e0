import { isHash, type Hash } from '../base/bytes.ts';
import { isCount } from '../base/canonical.ts';

/**
 * Which chain, and which of its eras, a signature is for. `genesis` and `era` are part of every digest; the name is
 * what people call the chain, and is in whatever is signed.
 */
export interface ChainIdentity {
  /** The name that was chosen for it. Others may have chosen the same. */
  readonly chain_id: string;
  /** Hash of block 0. */
  readonly genesis: Hash;
  /** 0 at first, and one more each time the chain's clock is reset: what was signed in another era is not valid. */
  readonly era: number;
}

/** A chain in all of its eras. */
export type ChainRoot = Omit<ChainIdentity, 'era'>;

/** What a digest is bound to. */
export type DigestDomain = Omit<ChainIdentity, 'chain_id'>;

/** Stands for the genesis where there is none yet: in the digests of block 0 and of the genesis transaction. */
export const NO_GENESIS = `0x${'0'.repeat(64)}` as Hash;

/** The domain of block 0 and of the genesis transaction. */
export const BEFORE_GENESIS: DigestDomain = { genesis: NO_GENESIS, era: 0 };

const CHAIN_ID_PATTERN = /^[a-z0-9][a-z0-9-]{0,62}$/;

export const CHAIN_ID_FORM = 'lower-case letters, digits and dashes, at most 63, starting with a letter or digit';

export function isChainId(value: unknown): boolean {
  return typeof value === 'string' && CHAIN_ID_PATTERN.test(value);
}

export const isEra = isCount;

export function isSameChain(left: ChainIdentity, right: ChainIdentity): boolean {
  return left.genesis === right.genesis && left.era === right.era && left.chain_id === right.chain_id;
}

/** Only these fields, of whatever carries them. */
export function identityOf({ chain_id, genesis, era }: ChainIdentity): ChainIdentity {
  return { chain_id, genesis, era };
}

/** The hash of a chain's block 0, where it can be one. */
export function isGenesis(value: unknown): value is Hash {
  return isHash(value) && value !== NO_GENESIS;
}
