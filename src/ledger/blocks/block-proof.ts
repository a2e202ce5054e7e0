import { decodeHex, isPublicKey, isSignature, type PublicKey, type Signature } from '../../base/bytes.ts';
import { decodeCanonicalText, encodeCanonicalText, type Json, type JsonObject } from '../../base/canonical.ts';
import { QuantumLockError } from '../../base/errors.ts';
import type { ChainRoot } from '../chain-identity.ts';
import type { VerifySignature } from '../crypto/signature.ts';
import { headerDigest, readFields, type BlockHeader } from './block.ts';

/** One validator's seal over the block hash. */
export interface SealProof {
  readonly type: 'seal';
  readonly public_key: PublicKey;
  readonly signature: Signature;
}

/**
 * What shows that a block was agreed on: a union, distinguished by `type`. Each kind has a row in {@link KINDS} and no
 * other place.
 */
export type BlockProof = SealProof;

/** The keys that a validator may prove a block with, by its id; empty where it is not a validator. */
export type ValidatorKeysOf = (validatorId: string) => readonly string[];

interface ProofKind<Proof extends BlockProof> {
  /** Its fields besides `type`, each with the test that it must pass. */
  readonly fields: Readonly<Record<Exclude<keyof Proof, 'type'>, (value: unknown) => boolean>>;
  /** Whether every signature in it is over the block's digest, by the key that it names. */
  isSigned(proof: Proof, digest: Uint8Array, verify: VerifySignature): boolean;
  /** Why those keys do not make this header a block of the chain; null where they do. */
  checkKeys(proof: Proof, header: BlockHeader, keysOf: ValidatorKeysOf): string | null;
}

const KINDS: { readonly [Type in BlockProof['type']]: ProofKind<Extract<BlockProof, { type: Type }>> } = {
  seal: {
    fields: { public_key: isPublicKey, signature: isSignature },
    isSigned: ({ public_key, signature }, digest, verify) =>
      verify(decodeHex(signature), digest, decodeHex(public_key)),
    checkKeys({ public_key }, { validator }, keysOf) {
      const keys = keysOf(validator);
      if (keys.length === 0) return `${validator} was not a validator`;
      return keys.includes(public_key) ? null : `the seal is by another key than ${validator}'s`;
    },
  },
};

export function encodeProof(proof: BlockProof): string {
  return encodeCanonicalText(proof);
}

/** @throws CANONICAL_JSON, CHAIN_INVALID */
export function decodeProof(text: string): BlockProof {
  const value = decodeCanonicalText(text);
  const fields = { ...KINDS[typeOf(value)].fields, type: isProofType };
  return readFields(value, fields, 'block proof') as unknown as BlockProof;
}

function isProofType(type: unknown): type is BlockProof['type'] {
  return typeof type === 'string' && Object.hasOwn(KINDS, type);
}

/** @throws CHAIN_INVALID where it is none of the kinds that there are */
function typeOf(value: Json): BlockProof['type'] {
  const type =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject)['type'] : undefined;
  if (isProofType(type)) return type;
  throw new QuantumLockError('CHAIN_INVALID', 'block proof is of no known type');
}

/** Whether `proof` is signed over `header` by the keys that it names; that those may prove it is {@link checkProof}'s to say. */
export function verifyProof(
  header: BlockHeader,
  chain: Pick<ChainRoot, 'genesis'>,
  proof: BlockProof,
  verify: VerifySignature,
): boolean {
  return KINDS[proof.type].isSigned(proof, headerDigest(header, chain), verify);
}

/** Why `proof` does not make `header` a block of the chain whose validators `keysOf` knows; null where it does. */
export function checkProof(
  { header, proof }: { readonly header: BlockHeader; readonly proof: BlockProof },
  trusted: {
    readonly chain: Pick<ChainRoot, 'genesis'>;
    readonly keysOf: ValidatorKeysOf;
    readonly verify: VerifySignature;
  },
): string | null {
  const wrongKeys = KINDS[proof.type].checkKeys(proof, header, trusted.keysOf);
  if (wrongKeys !== null) return wrongKeys;
  return verifyProof(header, trusted.chain, proof, trusted.verify) ? null : 'the seal does not verify';
}
