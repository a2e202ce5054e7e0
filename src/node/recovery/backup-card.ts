import { createHash } from 'node:crypto';
import { z } from 'zod';
import { decodeHex, encodeHash, encodeUtf8, type Hash, type PublicKey, type Signature } from '../../base/bytes.ts';
import { decodeCanonical, encodeCanonicalText } from '../../base/canonical.ts';
import { count, hash, publicKey, signature } from '../../base/fields.ts';
import { BACKUP_RECIPIENTS_MAX } from '../../base/limits.ts';
import { isEra } from '../../ledger/chain-identity.ts';
import { digest } from '../../ledger/crypto/digest.ts';
import type { VerifySignature } from '../../ledger/crypto/signature.ts';
import { invalidBackup } from './backup-format.ts';
import { backupName, backupSummary, summaryOf, type BackupSummary } from './backup-summary.ts';
import type { StoredFile } from './destinations/destination.ts';
import type { OpenedBackup } from './opened-backup.ts';

/**
 * The card of an encrypted copy: `<name>.card` beside it, readable by anyone, signed with the key that signed the backup (docs/TECHNICAL_SPEC.md,
 * "Backup"). It says what must be known without the identity, and nothing of what is encrypted. The two are bound to each other:
 * the card names the digest of the encrypted file, and the digest of the manifest that is in it and says exactly this.
 */
const FORMAT = 'quantum-lock/backup-card/v1';

const cardSchema = backupSummary.extend({
  format: z.literal(FORMAT),
  /** With `genesis`: what the signature is for. */
  era: z.custom<number>(isEra, 'an era'),
  /** The digest of the manifest. */
  backup: hash,
  /** SHA-256 of the text of each age recipient, ascending: who can open it, without naming their keys. */
  recipients: z.array(hash).min(1).max(BACKUP_RECIPIENTS_MAX),
  /** The encrypted file: its size and SHA-256. */
  file: z.strictObject({ size: count, digest: hash }),
});
export type BackupCard = z.infer<typeof cardSchema>;

const signedSchema = z.strictObject({ card: cardSchema, public_key: publicKey, signature });
export interface SignedCard {
  readonly card: BackupCard;
  readonly public_key: PublicKey;
  readonly signature: Signature;
}

export type SignCard = (card: BackupCard) => Promise<Omit<SignedCard, 'card'>>;

/** The card of a backup that was encrypted. */
export function cardOf(
  { manifest, backup }: { readonly manifest: OpenedBackup['signed']['manifest']; readonly backup: Hash },
  { recipients, file }: { readonly recipients: readonly string[]; readonly file: BackupCard['file'] },
): BackupCard {
  return {
    format: FORMAT,
    ...summaryOf(manifest),
    era: manifest.era,
    backup,
    recipients: [...fingerprintsOf(recipients)],
    file,
  };
}

/** SHA-256 of the text of each recipient, ascending. */
export function fingerprintsOf(recipients: readonly string[]): readonly Hash[] {
  return recipients.map(fingerprintOf).toSorted();
}

export function fingerprintOf(recipient: string): Hash {
  return encodeHash(createHash('sha256').update(recipient).digest());
}

/** What is signed: 32 bytes. */
export function cardDigest(card: BackupCard): Uint8Array {
  return digest('backup-card', card, encodeUtf8(encodeCanonicalText(card)));
}

/** Canonical JSON and a line end. */
export function encodeCard(signed: SignedCard): string {
  return `${encodeCanonicalText(signed)}\n`;
}

/**
 * The card that is next to a file: it must be one as it was signed, and about a file of that name and size. Whose key signed
 * it is for the chain to say.
 * @throws BACKUP_INVALID
 */
export function decodeCard(bytes: Uint8Array, file: StoredFile, verify: VerifySignature): SignedCard {
  const signed = parse(bytes, file.name);
  const { card, public_key, signature: signed_ } = signed;
  const isFull = card.kind === 'full';
  if (isFull !== (card.base === null) || isFull !== (card.depth === 0) || isFull !== (card.from_height === 0))
    throw invalidCard(file.name, 'says about itself both that it is full and that it continues another');
  const named = backupName(card, card.backup);
  if (named !== file.name) throw invalidCard(file.name, `is that of another file, ${named}`);
  if (card.file.size !== file.size)
    throw invalidCard(file.name, `says that the file has ${card.file.size} bytes; it has ${file.size}`);
  if (!verify(decodeHex(signed_), cardDigest(card), decodeHex(public_key)))
    throw invalidCard(file.name, 'is not the one that was signed');
  return signed;
}

function parse(bytes: Uint8Array, name: string): SignedCard {
  if (bytes.at(-1) !== 0x0a) throw invalidCard(name, 'was cut off or added to');
  try {
    return signedSchema.parse(decodeCanonical(bytes.subarray(0, -1)));
  } catch (cause) {
    const why =
      cause instanceof z.ZodError
        ? `${cause.issues[0]?.path.join('.') ?? ''} ${cause.issues[0]?.message ?? ''}`
        : String(cause);
    throw invalidCard(name, `is malformed: ${why.slice(0, 200)}`, cause);
  }
}

/** What the card says is what the backup says that came out of the encrypted file. @throws BACKUP_INVALID */
export function assertCardFits({ card, public_key }: SignedCard, { path, backup, signed }: OpenedBackup): void {
  const { manifest } = signed;
  if (card.backup !== backup)
    throw invalidCard(path, `is of the backup ${card.backup}; what is encrypted is ${backup}`);
  const said = encodeCanonicalText(summaryOfCard(card));
  if (card.era !== manifest.era || said !== encodeCanonicalText(summaryOf(manifest)))
    throw invalidCard(path, 'says something other than what is encrypted');
  if (public_key !== signed.public_key) throw invalidCard(path, 'is signed by another key than what is encrypted');
}

export function summaryOfCard(card: BackupCard): BackupSummary {
  const { format: _, era: _era, backup: _backup, recipients: _recipients, file: _file, ...summary } = card;
  return summary;
}

export function invalidCard(name: string, message: string, cause?: unknown): ReturnType<typeof invalidBackup> {
  return invalidBackup(`card of ${name}`, message, cause);
}
