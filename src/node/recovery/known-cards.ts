import { QuantumLockError } from '../../base/errors.ts';
import { dataPaths } from '../data-directory/data-paths.ts';
import { ChainReader } from '../storage/chain-reader.ts';
import { invalidCard, type SignedCard } from './backup-card.ts';
import { readBackupLog, type BackupEntry } from './backup-log.ts';
import { signerAt } from './backup-signer.ts';

/**
 * What this machine knows besides a card: its chain, which says whose keys may sign one, and its log, which says what was written
 * where. Where the chain here cannot be read, or ends before the backup does, nothing is known of the signer: a restore finds it
 * out, from the chain that is in the backup.
 */
export class KnownCards {
  readonly #log: readonly BackupEntry[];
  readonly #chain: ReturnType<typeof ChainReader.open> | null;

  constructor(dataDirectory: string) {
    this.#log = readBackupLog(dataDirectory);
    this.#chain = openOrNull(dataDirectory);
  }

  /** @throws BACKUP_INVALID, BACKUP_SIGNER_UNKNOWN for a card of our chain that does not fit it, and for an older card of a file that was written again since */
  check(destinationId: string, name: string, { card, public_key }: SignedCard): void {
    const written = this.#log.findLast(
      (entry) => entry.event === 'copied' && entry.destination === destinationId && entry.name === name,
    );
    if (written?.event === 'copied' && written.file_digest !== card.file.digest)
      throw invalidCard(name, `names other bytes than were written: an older one lies in its place`);
    if (!this.#knows(card)) return;
    const { reader } = this.#chain ?? {};
    if (reader === undefined) return;
    const { height, hash } = card.to;
    if (reader.block(height).hash !== hash)
      throw invalidCard(name, `says that it ends with the block ${hash}; block ${height} is another here`);
    signerAt(reader, height, public_key);
  }

  /** Whether the chain here goes as far as the backup does: then it says who may have signed. */
  #knows({ genesis, to }: SignedCard['card']): boolean {
    if (this.#chain === null) return false;
    const { reader } = this.#chain;
    return reader.chain().genesis === genesis && reader.height() >= to.height;
  }

  /** @throws BACKUP_SIGNER_UNKNOWN where the chain here cannot say who signed the card */
  assertKnows({ card }: SignedCard): void {
    if (this.#knows(card)) return;
    throw new QuantumLockError(
      'BACKUP_SIGNER_UNKNOWN',
      `whether its card may be believed is not known here: the chain of this machine does not reach block ${card.to.height} of ${card.chain_id}`,
      { advice: 'Rehearse it with an identity: then the chain in the backup says who signed it.' },
    );
  }

  close(): void {
    this.#chain?.database.close();
  }
}

function openOrNull(dataDirectory: string): ReturnType<typeof ChainReader.open> | null {
  try {
    return ChainReader.open(dataPaths(dataDirectory).chain, { pageCacheCount: 256 });
  } catch (error) {
    if (error instanceof QuantumLockError) return null;
    throw error;
  }
}
