import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { guardStorage } from '../data-directory/storage-errors.ts';
import type { BackupBase } from './backup-base.ts';
import { cardOf, encodeCard, type SignCard, type SignedCard } from './backup-card.ts';
import type { SignManifest } from './backup-format.ts';
import { encryptOnThread, makeBackup } from './make-backup.ts';
import type { RecoveryProgress } from './verify-extracted.ts';
import type { MadeBackup } from './write-backup.ts';

export interface StageRequest {
  readonly dataDirectory: string;
  /** The newest block that the node found final. */
  readonly finalHeight: number;
  /** A directory of the caller's own: what it stages lies there. */
  readonly scratch: string;
  readonly base: BackupBase | null;
  readonly withContent: boolean;
  /** Age recipients; none: it is not encrypted. */
  readonly recipients: readonly string[];
  readonly createdAt: number;
  readonly software: string;
}

/** A backup that is ready to be copied. */
export interface StagedBackup {
  /** The file that is copied, encrypted or not. */
  readonly made: MadeBackup;
  /** Its card, and the file that has it; null where it is not encrypted. */
  readonly card: { readonly signed: SignedCard; readonly path: string } | null;
}

/**
 * Makes a backup to be copied. One that is to be encrypted is made and verified first, then encrypted: nobody on this machine can
 * look into it afterwards. What is not encrypted of it does not leave the scratch directory, and is removed before it is copied.
 * @throws as {@link makeBackup} and {@link encryptOnThread}
 */
export async function stageBackup(
  { scratch, recipients, ...request }: StageRequest,
  options: {
    readonly sign: SignManifest;
    readonly signCard: SignCard;
    readonly signal?: AbortSignal | undefined;
    readonly report: (progress: RecoveryProgress) => void;
  },
): Promise<StagedBackup> {
  const { sign, signCard, signal, report } = options;
  const made = await makeBackup(
    { ...request, output: join(scratch, 'staged.backup'), encryption: null },
    { sign, signal, report: (progress) => report({ phase: 'backup', ...progress }) },
  );
  if (recipients.length === 0) return { made, card: null };
  const output = join(scratch, 'staged.age');
  const file = await encryptOnThread(
    { path: made.path, output, recipients, scratch },
    { signal, report: (progress) => report({ phase: 'verify and encrypt', ...progress }) },
  );
  guardStorage(made.path, () => rmSync(made.path));
  const card = cardOf(made, { recipients, file });
  const signed = { card, ...(await signCard(card)) };
  const path = join(scratch, 'staged.card');
  guardStorage(path, () => writeFileSync(path, encodeCard(signed), { mode: 0o600 }));
  return { made: { ...made, ...file, path: output }, card: { signed, path } };
}
