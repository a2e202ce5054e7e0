import { encodeBase64 } from '../../base/base64.ts';
import {
  concatBytes,
  decodeHex,
  encodeHash,
  encodeUtf8,
  type Hash,
  type PublicKey,
  type Signature,
} from '../../base/bytes.ts';
import { encodeCanonicalText, type JsonObject } from '../../base/canonical.ts';
import { isoTime } from '../../base/iso-time.ts';
import type { ChainRoot } from '../chain-identity.ts';
import type { BlueVersion, GreenVersion } from '../state/records.ts';
import { sha256 } from '#sha256';

/**
 * A promotion as others' tools read it: an in-toto Statement v1 with a verification summary (slsa.dev/verification_summary/v1), in a
 * DSSE envelope. What the chain holds is proved by Green proofs; this says it in a form that needs no tool of ours.
 */
export interface PromotionAttested {
  readonly chain: ChainRoot;
  readonly env_id: string;
  readonly green: GreenVersion;
  /** The version that was promoted, where Blue was still that one after the block. */
  readonly blue: BlueVersion | null;
  /** The block that holds the promotion. */
  readonly block: { readonly height: number; readonly hash: Hash };
  /** The policy in force before that block: where it stands, and what it says. */
  readonly policy: { readonly key: string; readonly isDefault: boolean; readonly value: JsonObject };
  readonly software: string;
}

export const IN_TOTO_PAYLOAD_TYPE = 'application/vnd.in-toto+json';
export const VERIFICATION_SUMMARY = 'https://slsa.dev/verification_summary/v1';

/** The statement's fields, in canonical form the payload. */
export function attestationOf({ chain, env_id, green, blue, block, policy, software }: PromotionAttested): JsonObject {
  const chainUri = `quantum-lock:${chain.genesis}`;
  return {
    _type: 'https://in-toto.io/Statement/v1',
    // The Merkle root over its files: TECHNICAL_SPEC.md §11.
    subject: [{ name: `${env_id}@${green.version}`, digest: { sha256: bare(green.state_hash) } }],
    predicateType: VERIFICATION_SUMMARY,
    predicate: {
      verifier: { id: chainUri, version: { 'quantum-lock': software } },
      timeVerified: isoTime(green.promoted_at),
      resourceUri: `${chainUri}/${env_id}@${green.version}`,
      policy: {
        uri: `${chainUri}/policies/${policy.key}`,
        digest: { sha256: bare(encodeHash(sha256(encodeUtf8(encodeCanonicalText(policy.value))))) },
      },
      inputAttestations: [],
      verificationResult: 'PASSED',
      // No SLSA level is claimed: what was checked is the policy of the chain.
      verifiedLevels: ['QUANTUM_LOCK_GREEN'],
      slsaVersion: '1.1',
      quantum_lock: {
        chain_id: chain.chain_id,
        genesis: chain.genesis,
        env_id,
        version: green.version,
        state_hash: green.state_hash,
        file_count: blue?.file_count ?? null,
        size_bytes: blue?.size_bytes ?? null,
        metadata: green.metadata,
        promotion: green.transaction_id,
        promoted_by: green.promoted_by,
        approved_by: [...green.approved_by],
        block: { height: block.height, hash: block.hash },
        policy: { key: policy.key, is_default: policy.isDefault, value: policy.value },
        sources: (blue?.sources ?? []).map((source) => ({ ...source })),
        sources_known: blue !== null,
      },
    },
  };
}

function bare(hash: Hash): string {
  return hash.slice(2);
}

/** DSSE v1 PAE: what is signed, as SHA-256. */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = encodeUtf8(payloadType);
  return concatBytes(encodeUtf8(`DSSEv1 ${type.length} ${payloadType} ${payload.length} `), payload);
}

export interface DsseEnvelope {
  readonly payloadType: string;
  readonly payload: string;
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
}

/** `keyid` is the public key. */
export function envelopeOf(
  payload: Uint8Array,
  { publicKey, signature }: { readonly publicKey: PublicKey; readonly signature: Signature },
): DsseEnvelope {
  return {
    payloadType: IN_TOTO_PAYLOAD_TYPE,
    payload: encodeBase64(payload),
    signatures: [{ keyid: publicKey, sig: encodeBase64(derSignature(signature)) }],
  };
}

/** ECDSA-Sig-Value (RFC 3279 §2.2.3), as stock verifiers take it. */
export function derSignature(signature: Signature): Uint8Array {
  const bytes = decodeHex(signature);
  const parts = [bytes.subarray(0, 32), bytes.subarray(32)].map(derInteger);
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  return Uint8Array.from([0x30, size, ...parts.flatMap((part) => [...part])]);
}

function derInteger(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start += 1;
  const digits = bytes.subarray(start);
  // A first bit that is set would make it negative.
  const padding = (digits[0] ?? 0) >= 0x80 ? [0] : [];
  return Uint8Array.from([0x02, padding.length + digits.length, ...padding, ...digits]);
}

/** SubjectPublicKeyInfo (RFC 5480) of a compressed secp256k1 point, up to the point. */
const KEY_PREFIX = decodeHex('0x3036301006072a8648ce3d020106052b8104000a032200');

/** A public key in DER, for tools that take one. */
export function publicKeyInfo(publicKey: PublicKey): Uint8Array {
  return concatBytes(KEY_PREFIX, decodeHex(publicKey));
}
