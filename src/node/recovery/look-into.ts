import { AGE_MAGIC } from '../../base/chain-file-beginnings.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { BACKUP_CARD_SIZE_BYTES_MAX } from '../../base/limits.ts';
import { loadSignatureVerifier } from '../signature-verifier.ts';
import { decodeCard, invalidCard, summaryOfCard } from './backup-card.ts';
import {
  decodeSignedManifest,
  decodeTrailer,
  invalidBackup,
  manifestHash,
  TRAILER_SIZE_BYTES,
} from './backup-format.ts';
import { summaryOf } from './backup-summary.ts';
import type { BackupCopy } from './copies.ts';
import { CARD_SUFFIX, type Destination, type StoredFile } from './destinations/destination.ts';
import { KnownCards } from './known-cards.ts';

/** What lies in a destination under the name of a backup. */
export interface Holding {
  /** Newest first. */
  readonly copies: readonly BackupCopy[];
  /** What is called a backup and does not count as one, and why: it is not continued, not restored and not deleted. */
  readonly refused: readonly { readonly name: string; readonly problem: QuantumLockError }[];
}

/**
 * Reads the manifests of what lies in a destination, and the cards of what is encrypted.
 * @param dataDirectory whose chain and log know more of a card than it says about itself
 * @throws DESTINATION_FAILED
 */
export async function lookInto(destination: Destination, dataDirectory: string): Promise<Holding> {
  const files = await destination.list();
  const known = new KnownCards(dataDirectory);
  const copies: BackupCopy[] = [];
  const refused: Holding['refused'][number][] = [];
  try {
    for (const file of files) {
      if (file.name.endsWith(CARD_SUFFIX)) continue;
      const card = files.find(({ name }) => name === `${file.name}${CARD_SUFFIX}`);
      try {
        copies.push(
          card === undefined
            ? await readPlain(destination, file)
            : await readEncrypted(destination, { file, card }, known),
        );
      } catch (error) {
        if (!(error instanceof QuantumLockError) || !error.code.startsWith('BACKUP_')) throw error;
        refused.push({ name: file.name, problem: error });
      }
    }
  } finally {
    known.close();
  }
  return { copies: copies.toSorted((one, other) => other.summary.created_at - one.summary.created_at), refused };
}

async function readPlain(destination: Destination, { name, size }: StoredFile): Promise<BackupCopy> {
  if (size < TRAILER_SIZE_BYTES) throw invalidBackup('file', `has ${size} bytes`);
  const trailer = await destination.read(name, { begin: size - TRAILER_SIZE_BYTES, end: size });
  const place = await placeIn(trailer, { destination, name, size });
  const end = place.offset + place.size;
  const { manifest } = decodeSignedManifest(await destination.read(name, { begin: place.offset, end }));
  return {
    name,
    size,
    backup: manifestHash(manifest),
    summary: summaryOf(manifest),
    content: manifest.content?.to ?? null,
    card: null,
  };
}

async function placeIn(
  trailer: Uint8Array,
  { destination, name, size }: StoredFile & { readonly destination: Destination },
): Promise<ReturnType<typeof decodeTrailer>> {
  try {
    return decodeTrailer(trailer, size);
  } catch (error) {
    const beginning = await destination.read(name, { begin: 0, end: AGE_MAGIC.length });
    if (Buffer.from(beginning).toString('latin1') !== AGE_MAGIC) throw error;
    throw invalidCard(name, 'is missing: the file is encrypted, and nothing is known of it without', error);
  }
}

async function readEncrypted(
  destination: Destination,
  { file, card }: { readonly file: StoredFile; readonly card: StoredFile },
  known: KnownCards,
): Promise<BackupCopy> {
  if (card.size > BACKUP_CARD_SIZE_BYTES_MAX) throw invalidCard(file.name, `has ${card.size} bytes`);
  const bytes = await destination.read(card.name, { begin: 0, end: card.size });
  const signed = decodeCard(bytes, file, loadSignatureVerifier().verify);
  known.check(destination.id, file.name, signed);
  return {
    ...file,
    backup: signed.card.backup,
    summary: summaryOfCard(signed.card),
    content: null,
    card: signed,
  };
}
