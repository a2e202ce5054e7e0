import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import type { CosignatureVerifiers } from '../../ledger/checkpoints/cosignature.ts';

/** SubjectPublicKeyInfo up to the key: RFC 8410, and RFC 9881 for ML-DSA-44. */
const PREFIXES = {
  ed25519: Buffer.from('302a300506032b6570032100', 'hex'),
  mlDsa44: Buffer.from('30820532300b06096086480165030403110382052100', 'hex'),
} as const;
const SIZES_BYTES = { ed25519: 32, mlDsa44: 1312 } as const;

/**
 * The signatures of notes, checked natively: a checkpoint is one of few keys, so that the opened keys are kept. The ledger itself
 * asks its own verifier (src/ledger/crypto/ed25519.ts), which leaves no library a choice.
 */
export function nativeVerifiers(): CosignatureVerifiers {
  const opened = new Map<string, KeyObject>();
  const verifier =
    (kind: keyof typeof PREFIXES) =>
    (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean => {
      if (publicKey.length !== SIZES_BYTES[kind]) return false;
      try {
        const name = `${kind} ${Buffer.from(publicKey).toString('base64')}`;
        let key = opened.get(name);
        if (key === undefined) {
          if (opened.size >= KEYS_KEPT_MAX) opened.clear();
          key = createPublicKey({ key: Buffer.concat([PREFIXES[kind], publicKey]), format: 'der', type: 'spki' });
          opened.set(name, key);
        }
        return verify(null, message, key, signature);
      } catch {
        // A key that is none, or an algorithm that this build of OpenSSL does not know: both mean no.
        return false;
      }
    };
  return { ed25519: verifier('ed25519'), mlDsa44: verifier('mlDsa44') };
}

const KEYS_KEPT_MAX = 256;
