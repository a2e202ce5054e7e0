import { createPublicKey, verify, X509Certificate, type KeyObject } from 'node:crypto';
import type { ModelClaim } from '../../api/chain/claims.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { MODEL_CLAIM_PATHS_MAX, MODEL_CLAIMS_MAX, MODEL_MANIFEST_SIZE_BYTES_MAX } from '../../base/limits.ts';
import type { Hash } from '../../base/bytes.ts';
import {
  compareModelSignature,
  decodeModelSignature,
  type ModelSignature,
} from '../../ledger/documents/model-signing.ts';
import type { ContentSource } from './compare.ts';

/** How files are called that hold one. */
const NAMES = /\.(?:sig|sigstore|sigstore\.json|oms)$/;

/** What was signed elsewhere about the files of a version, as its own files say it. `key`: a public key (PEM) that a signature is checked with. */
export async function modelClaims(
  source: ContentSource,
  stateHash: Hash,
  key: string | null,
): Promise<{ readonly known: boolean; readonly claims: ModelClaim[] }> {
  const files = source.manifest(stateHash);
  if (files === null) return { known: false, claims: [] };
  const given = key === null ? null : publicKeyOf(key);
  const claims: ModelClaim[] = [];
  for (const { path, size_bytes, content_hash } of files) {
    if (claims.length >= MODEL_CLAIMS_MAX) break;
    if (!NAMES.test(path) || size_bytes > MODEL_MANIFEST_SIZE_BYTES_MAX) continue;
    const claim = claimOf(path, await source.readFile(content_hash), { files, given });
    if (claim !== null) claims.push(claim);
  }
  return { known: true, claims };
}

type Files = NonNullable<ReturnType<ContentSource['manifest']>>;

function claimOf(
  path: string,
  bytes: Uint8Array,
  { files, given }: { readonly files: Files; readonly given: KeyObject | null },
): ModelClaim | null {
  let signature: ModelSignature | null;
  try {
    signature = decodeModelSignature(bytes);
  } catch (error) {
    if (!(error instanceof QuantumLockError)) throw error;
    return { ...NOTHING, path, problem: error.message };
  }
  if (signature === null) return null;
  const compared = compareModelSignature(signature, files, path);
  const some = (paths: readonly string[]): string[] => paths.slice(0, MODEL_CLAIM_PATHS_MAX);
  return {
    path,
    problem: compared === null ? `its files were taken apart as ${signature.method}, ${signature.hashType}` : null,
    name: signature.name,
    files:
      compared === null
        ? null
        : {
            same: compared.same,
            different_count: compared.different.length,
            missing_count: compared.missing.length,
            unsigned_count: compared.unsigned.length,
            different: some(compared.different),
            missing: some(compared.missing),
            unsigned: some(compared.unsigned),
          },
    ...signedBy(signature, given),
  };
}

const NOTHING: Pick<ModelClaim, 'name' | 'files' | 'signature' | 'signer'> = {
  name: null,
  files: null,
  signature: 'unchecked',
  signer: null,
};

/** With the key that is given; else with that of the certificate, whose issuer nobody looked at. */
function signedBy(signature: ModelSignature, given: KeyObject | null): Pick<ModelClaim, 'signature' | 'signer'> {
  const { signer } = signature;
  if (signer.kind === 'key') {
    const name = signer.hint === '' ? 'a key' : `the key ${signer.hint}`;
    if (given === null) return { signature: 'unchecked', signer: name };
    return { signature: isSigned(signature, given) ? 'valid' : 'invalid', signer: name };
  }
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(signer.certificate);
  } catch {
    return { signature: 'invalid', signer: 'a certificate that cannot be read' };
  }
  const name = `a certificate for ${certificate.subject.replaceAll('\n', ', ') || certificate.subjectAltName || 'nobody named'}`;
  return { signature: isSigned(signature, given ?? certificate.publicKey) ? 'valid' : 'invalid', signer: name };
}

/** Digests that go with the curves, as the specification has them. */
const DIGESTS: Readonly<Record<string, string>> = { prime256v1: 'sha256', secp384r1: 'sha384', secp521r1: 'sha512' };

function isSigned({ signed, signature }: ModelSignature, key: KeyObject): boolean {
  const { namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  const digest = key.asymmetricKeyType === 'ed25519' ? null : (DIGESTS[namedCurve] ?? 'sha256');
  try {
    return verify(digest, signed, key, signature);
  } catch {
    return false;
  }
}

/** @throws INPUT_INVALID */
function publicKeyOf(pem: string): KeyObject {
  try {
    return createPublicKey(pem);
  } catch (cause) {
    throw new QuantumLockError('INPUT_INVALID', 'that is no public key in PEM', { cause });
  }
}
