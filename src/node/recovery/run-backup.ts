import { join } from 'node:path';
import type { BackupEvent, BackupSchedule } from '../../api/operator/backups.ts';
import { QuantumLockError } from '../../base/errors.ts';
import type { SignManifest, BackupManifest } from './backup-format.ts';
import { recordBackup } from './backup-log.ts';
import { lineOf, listCopies, readThrough, type BackupCopy } from './copies.ts';
import type { Destination } from './destinations/destination.ts';
import { makeBackup } from './make-backup.ts';
import { copiesToDelete } from './retention.ts';
import type { RecoveryProgress } from './verify-extracted.ts';
import { withScratch } from './with-scratch.ts';
import type { MadeBackup } from './write-backup.ts';

export interface RunBackupOptions {
  readonly dataDirectory: string;
  readonly destinations: readonly Destination[];
  /** A full one, whatever there is to continue. */
  readonly full: boolean;
  /** How many backups, the full one included, continue one another; and what is deleted afterwards, where something is. */
  readonly schedule: BackupSchedule | null;
  readonly sign: SignManifest;
  readonly now: () => number;
  readonly software: string;
  readonly signal?: AbortSignal | undefined;
  readonly report: (progress: RecoveryProgress) => void;
}

type Done = Extract<BackupEvent, { type: 'done' }>;

/**
 * Makes a backup, copies it to each destination, reads each copy back, and deletes what the schedule no longer keeps. A
 * destination that fails keeps no other from its copy, and is told.
 * @throws INPUT_INVALID without a destination, DESTINATION_FAILED where no copy was made, and what making a backup throws
 */
export async function runBackup(options: RunBackupOptions): Promise<Done> {
  const { dataDirectory, destinations, now, signal, report, schedule } = options;
  if (destinations.length === 0)
    throw new QuantumLockError('INPUT_INVALID', 'there is no destination to back up to', {
      advice: 'Add one first: a folder on another disk, or a store.',
    });
  const begin = performance.now();
  return withScratch(dataDirectory, async (scratch) => {
    const made = await makeBackup(
      {
        dataDirectory,
        output: join(scratch, 'staged.backup'),
        base: options.full ? null : await baseFor(destinations, schedule),
        withContent: schedule?.with_content ?? true,
        encryption: null,
        createdAt: now(),
        software: options.software,
      },
      { sign: options.sign, signal, report: (progress) => report({ phase: 'backup', ...progress }) },
    );
    const copied: Copied[] = [];
    for (const destination of destinations) copied.push(await copyTo(destination, made, options));
    const copies = copied.map(({ told }) => told);
    const first = copies.find(({ problem }) => problem !== null)?.problem ?? null;
    if (first !== null && !copied.some(({ isThere }) => isThere))
      throw new QuantumLockError('DESTINATION_FAILED', `the backup could be copied nowhere: ${first.message}`, {
        advice: first.advice,
      });
    const { backup, size, manifest } = made;
    return {
      type: 'done',
      backup,
      kind: manifest.kind,
      to_height: manifest.to.height,
      size_bytes: size,
      copies,
      duration_ms: performance.now() - begin,
    };
  });
}

/** The newest backup that every destination has with all that it continues; null for a full one. */
async function baseFor(
  destinations: readonly Destination[],
  schedule: BackupSchedule | null,
): Promise<BackupManifest | null> {
  const [first, ...others] = await Promise.all(destinations.map(copiesOrNone));
  const newest = first?.find(
    ({ backup }) => lineOf(first, backup) !== null && others.every((copies) => lineOf(copies, backup) !== null),
  );
  if (newest === undefined || newest.manifest.depth + 1 >= (schedule?.full_every ?? 1)) return null;
  return newest.manifest;
}

/** Of a destination that cannot be reached nothing is known to continue: that is told where it is copied to. */
async function copiesOrNone(destination: Destination): Promise<readonly BackupCopy[]> {
  try {
    return await listCopies(destination);
  } catch (error) {
    if (error instanceof QuantumLockError) return [];
    throw error;
  }
}

export function backupName({ chain_id, kind, to }: BackupManifest, backup: string): string {
  return `${chain_id}-${String(to.height).padStart(10, '0')}-${kind}-${backup.slice(2, 18)}.backup`;
}

interface Copied {
  /** Whether the copy is there and was read back, whatever failed afterwards. */
  readonly isThere: boolean;
  readonly told: Done['copies'][number];
}

async function copyTo(
  destination: Destination,
  { backup, digest, manifest, path, size }: MadeBackup,
  { dataDirectory, now, signal, report, schedule }: RunBackupOptions,
): Promise<Copied> {
  let isThere = false;
  const name = backupName(manifest, backup);
  const phase = `copy to ${destination.place}`;
  try {
    report({ phase, done: 0, total: 2 * size });
    await destination.put(path, name, signal);
    report({ phase, done: size, total: 2 * size });
    const found = await readThrough(
      destination,
      { name, size },
      { signal, report: (done) => report({ phase, done: size + done, total: 2 * size }) },
    );
    if (found !== digest)
      throw new QuantumLockError('DESTINATION_FAILED', `${destination.place}: ${name} came back with other bytes`, {
        advice: 'See what is wrong with that disk or store, and back up again.',
      });
    recordBackup(dataDirectory, {
      event: 'copied',
      at: now(),
      destination: destination.id,
      name,
      backup,
      file_digest: digest,
    });
    recordBackup(dataDirectory, { event: 'verified', at: now(), destination: destination.id, name, ok: true });
    isThere = true;
    if (schedule !== null) await deleteOld(destination, { dataDirectory, now, schedule });
    return { isThere, told: { destination_id: destination.id, name, problem: null } };
  } catch (error) {
    if (!(error instanceof QuantumLockError) || error.code === 'CANCELLED') throw error;
    return { isThere, told: { destination_id: destination.id, name, problem: error.toFailure() } };
  }
}

async function deleteOld(
  destination: Destination,
  {
    dataDirectory,
    now,
    schedule,
  }: Pick<RunBackupOptions, 'dataDirectory' | 'now'> & { readonly schedule: BackupSchedule },
): Promise<void> {
  const copies: readonly BackupCopy[] = await listCopies(destination);
  for (const { name } of copiesToDelete(copies, schedule, now())) {
    await destination.remove(name).catch((cause: unknown) => {
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
