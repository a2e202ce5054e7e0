import { z } from 'zod';
import { decodeHex, encodeHash, encodeUtf8, type Hash, type PublicKey, type Signature } from '../../base/bytes.ts';
import { decodeCanonicalText, encodeCanonicalText } from '../../base/canonical.ts';
import { count, hash, json, jsonObject, publicKey, signature } from '../../base/fields.ts';
import { EXPORT_MANIFEST_SIZE_BYTES_MAX } from '../../base/limits.ts';
import { digest } from '../crypto/digest.ts';
import type { VerifySignature } from '../crypto/signature.ts';
import { describeIssues } from '../governance/action.ts';
import {
  failStep,
  maySeal,
  runProofSteps,
  sealSteps,
  type ProofCheck,
  type ProofReport,
  type SealedHeader,
  type TrustedKeys,
} from '../proofs/report.ts';
import { verifyStateProof, type StateProof } from '../proofs/state-proof.ts';
import { keyPlace, memberPlace } from '../state/readers.ts';
import type { KeyRecord, MemberRecord } from '../state/records.ts';
import { chainId, era, genesis, invalid } from './offline-document.ts';

/** What an audit export holds, signed by the one who made it (docs/TECHNICAL_SPEC.md, "Audit export"). */

export const EXPORT_FORMAT = 'quantum-lock/export/v2';

/** JSON Lines with proofs; a table; events for a SIEM; a report for people, as a page and on paper; the blocks themselves. */
export const EXPORT_KINDS = ['jsonl', 'csv', 'cef', 'html', 'pdf', 'blocks'] as const;
export type ExportKind = (typeof EXPORT_KINDS)[number];

const manifestSchema = z.strictObject({
  format: z.literal(EXPORT_FORMAT),
  kind: z.enum(EXPORT_KINDS),
  chain_id: chainId,
  genesis,
  /** Of the newest block that was looked at. */
  era,
  from_block: count,
  to_block: count,
  /** Hash of block `to_block`. */
  checkpoint: hash,
  /** What was asked for, in the fields of the audit log's filter; empty for everything. */
  filter: jsonObject,
  /** Transactions, or blocks of a whole chain, that are in it. */
  rows: count,
  /** Bytes of the content, and their SHA-256. */
  size_bytes: count,
  digest: hash,
  /** Unix milliseconds. */
  created_at: count,
  software: z.string().max(100),
});
export type ExportManifest = z.infer<typeof manifestSchema>;

const signedSchema = z.strictObject({
  manifest: manifestSchema,
  /** Block `to_block`. */
  sealed: jsonObject,
  public_key: publicKey,
  signature,
  signer: z.strictObject({
    sealed: jsonObject,
    member: z.strictObject({ key: json, member: json }).nullable(),
  }),
});

export interface SignedExport {
  readonly manifest: ExportManifest;
  readonly sealed: SealedHeader;
  readonly public_key: PublicKey;
  readonly signature: Signature;
  readonly signer: SignerProof;
}

/** That the key may state something. An export can be of a time when it was nobody's. */
export interface SignerProof {
  /** The newest block when it was signed. */
  readonly sealed: SealedHeader;
  /** That the key was an active member's at that block; null where it is a validator's. */
  readonly member: { readonly key: StateProof; readonly member: StateProof } | null;
}

/** What is signed: 32 bytes. */
export function exportDigest(manifest: ExportManifest): Uint8Array {
  return digest('export', manifest, encodeUtf8(encodeCanonicalText(manifest)));
}

export function exportHash(manifest: ExportManifest): Hash {
  return encodeHash(exportDigest(manifest));
}

/** Canonical JSON on one line, without its end. */
export function encodeSignedExport(signed: SignedExport): string {
  return encodeCanonicalText(signed);
}

/** Exactly as it was written; what its parts say is checked by {@link verifySignedExport}. @throws DOCUMENT_INVALID */
export function decodeSignedExport(text: string): SignedExport {
  const name = 'the manifest of the export';
  if (text.length > EXPORT_MANIFEST_SIZE_BYTES_MAX) throw invalid(name, 'is larger than one can be');
  let value: unknown;
  try {
    value = decodeCanonicalText(text);
  } catch (cause) {
    throw invalid(name, `is not canonical JSON: ${cause instanceof Error ? cause.message : 'unreadable'}`, cause);
  }
  const parsed = signedSchema.safeParse(value);
  if (!parsed.success) throw invalid(name, `does not fit: ${describeIssues(parsed.error)}`);
  const { from_block, to_block } = parsed.data.manifest;
  if (from_block > to_block) throw invalid(name, `ends at block ${to_block}, before it begins at ${from_block}`);
  // The proofs have exactly their fields: the steps that check them see to it.
  return parsed.data as unknown as SignedExport;
}

/** What was found in the content, to be compared with what the manifest says of it. */
export type ExportContent = Pick<ExportManifest, 'kind' | 'rows' | 'size_bytes' | 'digest'>;

/**
 * That the content is the one that was signed, by a key of a trusted validator, or of a member who was active at the block
 * that was the newest then; and that a trusted validator sealed that block, and the one where the export ends. `content.rows` is null where a format's rows are not counted.
 */
export function verifySignedExport(
  signed: SignedExport,
  content: Omit<ExportContent, 'rows'> & { readonly rows: number | null },
  { trusted, verify }: { readonly trusted: TrustedKeys; readonly verify: VerifySignature },
): ProofReport {
  const { manifest, sealed } = signed;
  return runProofSteps(signed, () => [
    ['Content', () => checkContent(manifest, content)],
    [
      'Signature of the export',
      () => {
        if (manifest.chain_id !== trusted.chain.chain_id || manifest.genesis !== trusted.chain.genesis)
          failStep(
            `it is of the chain ${manifest.chain_id} with genesis ${manifest.genesis}, which is not the trusted one`,
          );
        if (!verify(decodeHex(signed.signature), exportDigest(manifest), decodeHex(signed.public_key)))
          failStep('the manifest is not the one that was signed');
        return `over ${exportHash(manifest)}, with ${signed.public_key}`;
      },
    ],
    ...sealSteps(sealed, trusted),
    [
      'Checkpoint',
      () => {
        const { header } = sealed;
        if (header.index !== manifest.to_block || sealed.hash !== manifest.checkpoint || header.era !== manifest.era)
          failStep('the sealed block is not the one where the export ends');
        return `the export ends at block ${header.index}, ${sealed.hash}`;
      },
    ],
    ...signerSteps(signed, trusted),
  ]);
}

function checkContent(
  manifest: ExportManifest,
  content: Omit<ExportContent, 'rows'> & { readonly rows: number | null },
): string {
  if (content.kind !== manifest.kind) failStep(`the manifest is of a file of another kind: ${manifest.kind}`);
  if (content.size_bytes !== manifest.size_bytes)
    failStep(`it has ${content.size_bytes} bytes; ${manifest.size_bytes} were signed`);
  if (content.rows !== null && content.rows !== manifest.rows)
    failStep(`it has ${content.rows} rows; ${manifest.rows} were signed`);
  if (content.digest !== manifest.digest) failStep('its bytes are not those that were signed');
  return `${manifest.rows} rows in ${manifest.size_bytes} bytes, as signed`;
}

function signerSteps(signed: SignedExport, trusted: TrustedKeys): readonly ProofCheck[] {
  const { sealed, member } = signed.signer;
  const { index } = sealed.header;
  const isAtEnd = sealed.hash === signed.sealed.hash;
  return [
    ...(isAtEnd
      ? []
      : sealSteps(sealed, trusted).map(([step, check]): ProofCheck => [
          `${step}, of the block that shows the signer`,
          check,
        ])),
    [
      'Signer',
      () => {
        if (index < signed.sealed.header.index) failStep('the signer is shown at a block before the export ends');
        if (member === null) return `validator ${validatorOf(signed, trusted)}, at block ${index}`;
        const key = provedRecord<KeyRecord>(member.key, { key: keyPlace(signed.public_key), sealed, trusted });
        if (key.status !== 'active') failStep(`the key of ${key.member_id} was ${key.status} at block ${index}`);
        const place = memberPlace(key.member_id);
        const { status, name } = provedRecord<MemberRecord>(member.member, { key: place, sealed, trusted });
        if (status !== 'active') failStep(`${key.member_id} was no active member at block ${index}`);
        return `member ${key.member_id} (${name}), at block ${index}`;
      },
    ],
  ];
}

function validatorOf({ public_key, signer }: SignedExport, trusted: TrustedKeys): string {
  const { index } = signer.sealed.header;
  const validator = trusted.validators.find((known) => known.public_key === public_key && maySeal(known, index));
  if (validator !== undefined) return validator.validator_id;
  return failStep(`it is signed with ${public_key}, which is the key of no trusted validator at block ${index}`);
}

function provedRecord<T>(
  proof: StateProof,
  { key, sealed, trusted }: { readonly key: string; readonly sealed: SealedHeader; readonly trusted: TrustedKeys },
): T {
  const { steps } = verifyStateProof(proof, trusted);
  const failed = steps.find(({ ok }) => !ok);
  if (failed !== undefined) failStep(`${failed.step}: ${failed.detail}`);
  if (proof.namespace !== 'members' || proof.key !== key || proof.value === null)
    failStep('the proof is not of the key that signed');
  if (proof.sealed.hash !== sealed.hash)
    failStep('the proof is of another block than the one at which the signer is shown');
  return JSON.parse(proof.value) as T;
}
