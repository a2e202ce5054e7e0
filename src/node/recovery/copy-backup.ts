import type { BackupEvent, BackupSchedule } from '../../api/operator/backups.ts';
import { encodeUtf8, equalBytes, type Hash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { encodeCard } from './backup-card.ts';
import { recordBackup } from './backup-log.ts';
import { backupName } from './backup-summary.ts';
import { readThrough } from './copies.ts';
import { CARD_SUFFIX, type Destination } from './destinations/destination.ts';
import { lookInto } from './look-into.ts';
import { copiesToDelete } from './retention.ts';
import type { StagedBackup } from './stage-backup.ts';
import type { RecoveryProgress } from './verify-extracted.ts';

export interface CopyOptions {
  readonly dataDirectory: string;
  /** What is deleted afterwards; null for nothing. */
  readonly schedule: BackupSchedule | null;
  readonly now: () => number;
  readonly signal?: AbortSignal | undefined;
  readonly report: (progress: RecoveryProgress) => void;
}

export interface Copied {
  /** Whether the copy is there and was read back, whatever failed afterwards. */
  readonly isThere: boolean;
  readonly told: Extract<BackupEvent, { type: 'done' }>['copies'][number];
}

/**
 * Copies a backup to a destination, its card first, reads both back, and deletes what the schedule no longer keeps. What fails there
 * is told, and thrown only where all of it was stopped.
 * @throws CANCELLED
 */
export async function copyBackup(
  destination: Destination,
  staged: StagedBackup,
  options: CopyOptions,
): Promise<Copied> {
  const { dataDirectory, now, schedule } = options;
  const { backup, digest, manifest } = staged.made;
  let isThere = false;
  const name = backupName(manifest, backup);
  try {
    await put(destination, { staged, name }, options);
    const content = manifest.content?.to ?? null;
    const copy = { destination: destination.id, name };
    recordBackup(dataDirectory, { event: 'copied', at: now(), ...copy, backup, file_digest: digest, content });
    recordBackup(dataDirectory, { event: 'verified', at: now(), ...copy, ok: true });
    isThere = true;
    if (schedule !== null) await deleteOld(destination, manifest.genesis, { dataDirectory, now, schedule });
    return { isThere, told: { destination_id: destination.id, name, problem: null } };
  } catch (error) {
    if (!(error instanceof QuantumLockError) || error.code === 'CANCELLED') throw error;
    return { isThere, told: { destination_id: destination.id, name, problem: error.toFailure() } };
  }
}

async function put(
  destination: Destination,
  { staged: { made, card }, name }: { readonly staged: StagedBackup; readonly name: string },
  { signal, report }: CopyOptions,
): Promise<void> {
  const { path, size } = made;
  const phase = `copy to ${destination.place}`;
  report({ phase, done: 0, total: 2 * size });
  if (card !== null) {
    // First: a file without its card would be of no use, and a card without its file is nothing.
    await destination.put(card.path, `${name}${CARD_SUFFIX}`, signal);
    const expected = encodeUtf8(encodeCard(card.signed));
    const found = await destination.read(`${name}${CARD_SUFFIX}`, { begin: 0, end: expected.length });
    if (!equalBytes(found, expected)) throw changed(destination, `the card of ${name}`);
  }
  await destination.put(path, name, signal);
  report({ phase, done: size, total: 2 * size });
  const found = await readThrough(
    destination,
    { name, size },
    { signal, report: (done) => report({ phase, done: size + done, total: 2 * size }) },
  );
  if (found !== made.digest) throw changed(destination, name);
}

function changed({ place }: Destination, name: string): QuantumLockError {
  return new QuantumLockError('DESTINATION_FAILED', `${place}: ${name} came back with other bytes`, {
    advice: 'See what is wrong with that disk or store, and back up again.',
  });
}

/** Of this chain alone: others may keep theirs there too. */
async function deleteOld(
  destination: Destination,
  genesis: Hash,
  { dataDirectory, now, schedule }: Pick<CopyOptions, 'dataDirectory' | 'now'> & { readonly schedule: BackupSchedule },
): Promise<void> {
  const { copies } = await lookInto(destination, dataDirectory);
  const ours = copies.filter(({ summary }) => summary.genesis === genesis);
  for (const { name, card } of copiesToDelete(ours, schedule, now())) {
    for (const file of card === null ? [name] : [name, `${name}${CARD_SUFFIX}`])
      await destination.remove(file).catch((cause: unknown) => {
        throw keptOld(destination, cause);
      });
    recordBackup(dataDirectory, { event: 'deleted', at: now(), destination: destination.id, name });
  }
}

function keptOld({ place }: Destination, cause: unknown): QuantumLockError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new QuantumLockError(
    'DESTINATION_FAILED',
    `${place}: the backup was copied there, and an older one could not be deleted: ${why}`,
    { cause, advice: 'Allow this user, or the access keys, to delete there, or let the schedule keep more.' },
  );
}
