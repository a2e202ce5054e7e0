import { z } from 'zod';
import { decodeBase64 } from '../../base/base64.ts';
import { decodeUtf8, type Hash } from '../../base/bytes.ts';
import { MODEL_MANIFEST_SIZE_BYTES_MAX } from '../../base/limits.ts';
import { parseStrictJson } from '../../base/strict-json.ts';
import { describeIssues } from '../governance/action.ts';
import { IN_TOTO_PAYLOAD_TYPE, preAuthEncoding } from './attestation.ts';
import { invalid } from './offline-document.ts';

/**
 * What somebody signed about the files of a directory before it came here: OpenSSF Model Signing 1.0, an in-toto Statement v1 in a DSSE
 * envelope in a Sigstore bundle. It is a claim: nothing of this chain rests on it.
 */

const PREDICATE_TYPE = 'https://model_signing/signature/v1.0';
const NAME = 'the model signature';

const hexDigest = z.string().regex(/^[0-9a-f]{64}$/);
const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/);

const bundleSchema = z.object({
  mediaType: z.string().startsWith('application/vnd.dev.sigstore.bundle'),
  verificationMaterial: z.object({
    publicKey: z.object({ hint: z.string().max(200).default('') }).optional(),
    certificate: z.object({ rawBytes: base64 }).optional(),
    x509CertificateChain: z.object({ certificates: z.array(z.object({ rawBytes: base64 })).min(1) }).optional(),
  }),
  dsseEnvelope: z.object({
    payload: base64,
    payloadType: z.literal(IN_TOTO_PAYLOAD_TYPE),
    signatures: z.tuple([z.object({ sig: base64 })]),
  }),
});

const statementSchema = z.object({
  subject: z.tuple([z.object({ name: z.string().max(1000), digest: z.object({ sha256: hexDigest }) })]),
  predicateType: z.literal(PREDICATE_TYPE),
  predicate: z.object({
    serialization: z.object({
      method: z.string().max(50),
      hash_type: z.string().max(50),
      ignore_paths: z.array(z.string().max(1100)).max(10_000).default([]),
    }),
    resources: z.array(
      z.object({ name: z.string().max(1100), algorithm: z.string().max(50), digest: z.string().max(200) }),
    ),
  }),
});

/** Who signed, as far as the bundle says: a key of which it has a hint alone, or an X.509 certificate (DER). */
export type ModelSigner =
  | { readonly kind: 'key'; readonly hint: string }
  | { readonly kind: 'certificate'; readonly certificate: Uint8Array };

export interface ModelSignature {
  /** What they call the directory. */
  readonly name: string;
  /** How it was taken apart: `files`, and `sha256`, are what can be compared here. */
  readonly method: string;
  readonly hashType: string;
  /** By path. */
  readonly files: ReadonlyMap<string, string>;
  readonly ignored: readonly string[];
  readonly signer: ModelSigner;
  /** The bytes that were signed (DSSE PAE), and the signature over them. */
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

/** Null for a document of another kind. @throws DOCUMENT_INVALID where it says that it is one, and is none */
export function decodeModelSignature(bytes: Uint8Array): ModelSignature | null {
  if (bytes.length > MODEL_MANIFEST_SIZE_BYTES_MAX) return null;
  const bundle = parsed(bundleSchema, jsonOf(bytes));
  if (bundle === null) return null;
  const { payload, payloadType, signatures } = bundle.dsseEnvelope;
  const statement = jsonOf(decodeBase64(payload));
  if ((statement as { readonly predicateType?: unknown } | null)?.predicateType !== PREDICATE_TYPE) return null;
  const read = statementSchema.safeParse(statement);
  if (!read.success) throw invalid(NAME, `does not fit: ${describeIssues(read.error)}`);
  const { subject, predicate } = read.data;
  const files = new Map(predicate.resources.map(({ name, digest }) => [name, digest]));
  if (files.size !== predicate.resources.length) throw invalid(NAME, 'names a file twice');
  const { method, hash_type: hashType, ignore_paths: ignored } = predicate.serialization;
  return {
    name: subject[0].name,
    method,
    hashType,
    files,
    ignored,
    signer: signerOf(bundle.verificationMaterial),
    signed: preAuthEncoding(payloadType, decodeBase64(payload)),
    signature: decodeBase64(signatures[0].sig),
  };
}

function signerOf(material: z.infer<typeof bundleSchema>['verificationMaterial']): ModelSigner {
  const raw = material.certificate?.rawBytes ?? material.x509CertificateChain?.certificates[0]?.rawBytes;
  if (raw !== undefined) return { kind: 'certificate', certificate: decodeBase64(raw) };
  if (material.publicKey === undefined) throw invalid(NAME, 'does not say whose it is');
  return { kind: 'key', hint: material.publicKey.hint };
}

/** Null where it is no JSON, or has a number or a key that two readers would take differently. */
function jsonOf(bytes: Uint8Array): unknown {
  try {
    return parseStrictJson(decodeUtf8(bytes));
  } catch {
    return null;
  }
}

function parsed<T>(schema: z.ZodType<T>, value: unknown): T | null {
  const result = schema.safeParse(value);
  return result.success ? result.data : null;
}

/** How what was signed and the files of a version go together. */
export interface ModelComparison {
  readonly same: number;
  /** Files whose content is another. */
  readonly different: readonly string[];
  /** Files that were signed and are not there. */
  readonly missing: readonly string[];
  /** Files that are there, and were neither signed nor left out by name. */
  readonly unsigned: readonly string[];
}

/** Null where it was taken apart in a way that is not known here. `own`: the path of the signature itself. */
export function compareModelSignature(
  { method, hashType, files: signed, ignored }: ModelSignature,
  files: readonly { readonly path: string; readonly content_hash: Hash }[],
  own: string,
): ModelComparison | null {
  if (method !== 'files' || hashType !== 'sha256') return null;
  const present = new Map(files.map(({ path, content_hash }) => [path, content_hash.slice(2)]));
  const isIgnored = (path: string): boolean =>
    path === own || ignored.some((name) => path === name || path.startsWith(`${name}/`));
  const names = [...signed.keys()];
  return {
    same: names.filter((path) => present.get(path) === signed.get(path)).length,
    different: names.filter((path) => present.has(path) && present.get(path) !== signed.get(path)),
    missing: names.filter((path) => !present.has(path)),
    unsigned: [...present.keys()].filter((path) => !signed.has(path) && !isIgnored(path)),
  };
}
