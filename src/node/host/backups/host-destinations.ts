import type { BackupView, DestinationView } from '../../../api/operator/backups.ts';
import type { Hash } from '../../../base/bytes.ts';
import { QuantumLockError } from '../../../base/errors.ts';
import { readBackupLog, type BackupEntry } from '../../recovery/backup-log.ts';
import { fingerprintOf } from '../../recovery/backup-card.ts';
import { lineOf, type BackupCopy } from '../../recovery/copies.ts';
import { readDestinationKeys, type KeyPlace } from '../../recovery/destination-keys.ts';
import type { Destination } from '../../recovery/destinations/destination.ts';
import { folderDestination } from '../../recovery/destinations/folder.ts';
import { s3Destination } from '../../recovery/destinations/s3.ts';
import { lookInto } from '../../recovery/look-into.ts';
import { noSuchDestination, readRecoveryConfig, type KeptDestination } from '../../recovery/recovery-config.ts';
import { failureOf } from '../../signing/question-book.ts';
import type { BackupHost } from './backup-host.ts';

/** Time that all destinations get to tell what they hold. */
const LIST_TIMEOUT_MS = 10_000;

/** @throws NOT_FOUND, KEY_NOT_FOUND, STORAGE_CORRUPT */
export async function destinationOf(host: BackupHost, id: string): Promise<Destination> {
  const kept = readRecoveryConfig(host.dataDirectory).destinations.find((each) => each.id === id);
  if (kept === undefined) throw noSuchDestination(id);
  return openDestination(host, kept);
}

/** Those that are named, or all of them. @throws NOT_FOUND, KEY_NOT_FOUND */
export async function destinationsOf(
  host: BackupHost,
  ids: readonly string[] | undefined,
): Promise<readonly Destination[]> {
  const { destinations } = readRecoveryConfig(host.dataDirectory);
  return Promise.all((ids ?? destinations.map(({ id }) => id)).map((id) => destinationOf(host, id)));
}

export async function keyPlaceOf({
  dataDirectory,
  keyring,
}: Pick<BackupHost, 'dataDirectory' | 'keyring'>): Promise<KeyPlace> {
  const access = await keyring.keychain();
  return { dataDirectory, keychain: access.available ? access.keychain : null };
}

async function openDestination(host: BackupHost, { id, destination }: KeptDestination): Promise<Destination> {
  if (destination.kind === 'folder') return folderDestination({ id, path: destination.path });
  const { endpoint, bucket, region, prefix, lock_days: lockDays } = destination;
  const keys = await readDestinationKeys(await keyPlaceOf(host), id);
  return s3Destination({ id, endpoint, bucket, region, prefix, lockDays }, keys, host.options.now);
}

/** Each destination with what it holds, or why that cannot be told. */
export async function destinationViews(host: BackupHost): Promise<DestinationView[]> {
  const log = readBackupLog(host.dataDirectory);
  const { destinations, schedule } = readRecoveryConfig(host.dataDirectory);
  const named = new Map((schedule?.recipients ?? []).map((each) => [fingerprintOf(each), each]));
  return Promise.all(destinations.map((kept) => viewOf(host, kept, { log, named })));
}

/** Recipients by their fingerprints. */
type NamedRecipients = ReadonlyMap<string, string>;

async function viewOf(
  host: BackupHost,
  kept: KeptDestination,
  { log, named }: { readonly log: readonly BackupEntry[]; readonly named: NamedRecipients },
): Promise<DestinationView> {
  const { id, destination } = kept;
  const view = {
    id,
    name: destination.name,
    kind: destination.kind,
    place:
      destination.kind === 'folder'
        ? destination.path
        : `${destination.endpoint}/${destination.bucket}/${destination.prefix}`,
    lock_days: destination.kind === 'folder' ? null : destination.lock_days,
  };
  try {
    const { copies, refused } = await inTime(
      lookInto(await openDestination(host, kept), host.dataDirectory),
      view.place,
    );
    const verified = verifications(log, id);
    return {
      ...view,
      problem: null,
      backups: copies.map((copy) => backupViewOf(copy, copies, { verified, named })),
      refused: refused.map(({ name, problem }) => ({ name, problem: problem.toFailure() })),
    };
  } catch (error) {
    return { ...view, problem: failureOf(error, `listing ${view.place}`), backups: [], refused: [] };
  }
}

function inTime<T>(work: Promise<T>, place: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new QuantumLockError('DESTINATION_FAILED', `${place} did not answer in ${LIST_TIMEOUT_MS / 1000} seconds`),
        ),
      LIST_TIMEOUT_MS,
    );
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function verifications(log: readonly BackupEntry[], id: string): ReadonlyMap<string, { at: number; ok: boolean }> {
  const found = new Map<string, { at: number; ok: boolean }>();
  for (const entry of log)
    if (entry.event === 'verified' && entry.destination === id) found.set(entry.name, { at: entry.at, ok: entry.ok });
  return found;
}

function backupViewOf(
  { backup, summary, name, size, card }: BackupCopy,
  copies: readonly BackupCopy[],
  {
    verified,
    named,
  }: {
    readonly verified: ReadonlyMap<string, { at: number; ok: boolean }>;
    readonly named: NamedRecipients;
  },
): BackupView {
  const { kind, base, from_height, to, has_content, created_at } = summary;
  return {
    backup,
    name,
    kind,
    base,
    from_height,
    to_height: to.height,
    head_hash: to.hash,
    has_content,
    size_bytes: size,
    created_at,
    encrypted_to:
      card === null
        ? null
        : card.card.recipients.map((fingerprint) => ({ fingerprint, recipient: named.get(fingerprint) ?? null })),
    verified: verified.get(name) ?? null,
    is_restorable: lineOf(copies, backup) !== null,
  };
}

/** The newest backup of a destination that can be restored. @throws NOT_FOUND, DESTINATION_FAILED */
export async function newestIn(destination: Destination, dataDirectory: string): Promise<Hash> {
  const { copies } = await lookInto(destination, dataDirectory);
  const newest = copies.find(({ backup }) => lineOf(copies, backup) !== null);
  if (newest !== undefined) return newest.backup;
  throw new QuantumLockError('NOT_FOUND', `${destination.place} holds no backup that can be restored`, {
    advice: 'Make a full backup first.',
  });
}
