import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { counted, ordinal } from '../../base/count-words.ts';
import { count, hash, publicKey } from '../../base/fields.ts';
import { BACKUP_RECIPIENTS_MAX } from '../../base/limits.ts';
import { askNode, followNode } from '../procedure.ts';
import { failure, identifier, time } from '../schemas.ts';
import { verifyFinding } from './integrity.ts';
import { jobStarted } from './jobs.ts';

/** Backups of the open chain: where they are, how they fare, what a restore would do, and rehearsals of one. */

const destinationName = z.string().min(1).max(100);
/** A file or folder of this machine. */
const localPath = z.string().min(1).max(4096);

/** A place that backups are copied to. Secrets are asked for where a person confirms it, and are never told. */
export const newDestination = z.discriminatedUnion('kind', [
  /** A folder, or a mount of another disk or machine. */
  z.strictObject({ kind: z.literal('folder'), name: destinationName, path: localPath }),
  /** A store that speaks S3. */
  z.strictObject({
    kind: z.literal('s3'),
    name: destinationName,
    /** `https://…`; plain http only on loopback. */
    endpoint: z.url().max(1000),
    bucket: z.string().min(1).max(63),
    region: z.string().min(1).max(63),
    /** Before the name of each backup; empty for none. */
    prefix: z.string().max(200),
    /** Days for which the store keeps each copy from being deleted or replaced, by anyone; null for no lock. */
    lock_days: z.int().min(1).max(36_500).nullable(),
  }),
]);
export type NewDestination = z.infer<typeof newDestination>;

/** An age recipient: a public key, as `age-keygen` writes it. Whether it is one is found out where it is used. */
const recipient = z
  .string()
  .max(4096)
  .regex(/^age1[0-9a-z]{20,}$/, 'an age recipient: age1…');

export const backupSchedule = z.strictObject({
  /** Between two backups. */
  every_hours: z
    .int()
    .min(1)
    .max(24 * 31),
  /** Each so many backups one is full; the others hold what is new since the one before. 1: all are. */
  full_every: z.int().min(1).max(400),
  with_content: z.boolean(),
  /** Between two rehearsals of a restore; null for none. */
  drill_every_days: z.int().min(1).max(366).nullable(),
  /** Full backups that are kept in each destination, with what continues them. */
  keep_fulls: z.int().min(1).max(1000),
  /** Younger ones are kept whatever their number; 0 for none. */
  keep_days: z.int().min(0).max(36_500),
  /** Who can open the copies: nobody else can, this machine neither. Empty: they are not encrypted. */
  recipients: z
    .array(recipient)
    .max(BACKUP_RECIPIENTS_MAX)
    .refine((all) => new Set(all).size === all.length, 'each recipient once')
    .default([]),
});
export type BackupSchedule = z.infer<typeof backupSchedule>;

/** What a schedule begins with that is set for the first time. */
export const FIRST_SCHEDULE: BackupSchedule = {
  every_hours: 24,
  full_every: 7,
  with_content: true,
  drill_every_days: 30,
  keep_fulls: 4,
  keep_days: 30,
  recipients: [],
};

/** Which of the backups of a schedule are full. */
export function fullWords({ full_every: every }: Pick<BackupSchedule, 'full_every'>): string {
  return every === 1 ? 'all in full' : `every ${ordinal(every)} in full`;
}

/** Which backups a schedule keeps in each destination. */
export function keptWords({ keep_fulls: fulls, keep_days: days }: BackupSchedule): string {
  const newest = `the newest ${fulls === 1 ? 'full backup' : `${fulls} full backups`}`;
  return days === 0 ? newest : `${newest} and whatever is younger than ${counted(days, 'day')}`;
}

/** Whether the copies of a schedule are encrypted, and to how many. */
export function encryptedWords({ recipients }: Pick<BackupSchedule, 'recipients'>): string {
  return recipients.length === 0 ? 'not encrypted' : `encrypted to ${counted(recipients.length, 'recipient')}`;
}

/** One backup in one destination. */
export const backupView = z.object({
  /** The digest of its manifest, which names it everywhere. */
  backup: hash,
  /** Of the file. */
  name: z.string(),
  kind: z.enum(['full', 'incremental']),
  /** What an incremental one continues; null for a full one. */
  base: hash.nullable(),
  /** Blocks that are in it, both ends included. */
  from_height: count,
  to_height: count,
  head_hash: hash,
  has_content: z.boolean(),
  size_bytes: count,
  created_at: time,
  /** Who can open it, as SHA-256 of each recipient, and by name those of the schedule; null where it is not encrypted. */
  encrypted_to: z.array(z.object({ fingerprint: hash, recipient: z.string().nullable() })).nullable(),
  /**
   * When every byte of this copy was last checked against its digest, and whether it fitted; null where it never was. Of an
   * encrypted one, that is all that can be checked without its identity: its content was verified before it was encrypted.
   */
  verified: z.object({ at: time, ok: z.boolean() }).nullable(),
  /** False where one that it continues is not in this destination. */
  is_restorable: z.boolean(),
});
export type BackupView = z.infer<typeof backupView>;

export const destinationView = z.object({
  id: identifier,
  name: z.string(),
  kind: z.enum(['folder', 's3']),
  /** The folder, or the address of the store with bucket and prefix. */
  place: z.string(),
  lock_days: count.nullable(),
  /** Why it cannot be reached; null where it can. */
  problem: failure.nullable(),
  /** Newest first. */
  backups: z.array(backupView),
  /** What is called a backup there and does not count as one, with the reason. */
  refused: z.array(z.object({ name: z.string(), problem: failure })),
});
export type DestinationView = z.infer<typeof destinationView>;

/** How a rehearsal ended. */
export const drillView = z.object({
  /** The digest of its signed statement. */
  drill: hash,
  at: time,
  ok: z.boolean(),
  /** The newest backup that was restored. */
  backup: hash,
  /** Where it was taken from. */
  source: z.string(),
  /** The chain that came out; null where none did. */
  restored: z.object({ height: count, head_hash: hash, state_root: hash, log_root: hash }).nullable(),
  duration_ms: z.number(),
  signer: publicKey,
  findings: z.array(verifyFinding),
});
export type DrillView = z.infer<typeof drillView>;

export const backupsView = z.object({
  destinations: z.array(destinationView),
  schedule: backupSchedule.nullable(),
  /** When the next scheduled backup and rehearsal are due; null where none is. */
  next_backup_at: time.nullable(),
  next_drill_at: time.nullable(),
  /** The newest backup of which some copy was verified; null where there is none. */
  last_verified: z.object({ at: time, created_at: time, to_height: count, is_encrypted: z.boolean() }).nullable(),
  /** Why the newest scheduled backup or rehearsal failed; null where it did not. */
  last_failure: failure.extend({ at: time }).nullable(),
});
export type BackupsView = z.infer<typeof backupsView>;

/** What is restored: a backup of a destination with all that it continues, or files of this machine. */
export const backupSource = z.discriminatedUnion('from', [
  z.strictObject({ from: z.literal('destination'), destination_id: identifier, backup: hash }),
  z.strictObject({ from: z.literal('files'), paths: z.array(localPath).min(1).max(400) }),
]);
export type BackupSource = z.infer<typeof backupSource>;

/** What a restore would do, by the manifests alone: nothing of the content is verified yet. */
export const restorePlan = z.object({
  chain_id: z.string(),
  genesis: hash,
  /** Oldest first. */
  backups: z.array(
    z.object({ backup: hash, name: z.string(), created_at: time, from_height: count, to_height: count }),
  ),
  size_bytes: count,
  has_content: z.boolean(),
  /** Whether an identity is asked for where it is confirmed: until then, all of this is what signed cards say. */
  is_encrypted: z.boolean(),
  /** Where the restored chain would end. */
  height: count,
  head_hash: hash,
  /** How far the chain is that is open here now; null where there is none that can be read. */
  present_height: count.nullable(),
  /** Blocks of the present chain that would not be in the restored one. */
  blocks_lost: count,
  /** Whether an administrator has to accept the restored chain before anything is sealed on it. */
  needs_acceptance: z.boolean(),
  /** Public keys that seal or act for this node and are not on this machine. */
  missing_keys: z.array(z.object({ of: z.string(), public_key: publicKey })),
  /** Why it cannot be restored here; null where it can. */
  problem: failure.nullable(),
});
export type RestorePlan = z.infer<typeof restorePlan>;

const progress = z.object({
  type: z.literal('progress'),
  /** What is under way: "backup", "copy to NAS", "extract", "blocks". */
  phase: z.string(),
  done: count,
  total: count,
});

export const backupEvent = z.discriminatedUnion('type', [
  jobStarted,
  progress,
  z.object({
    type: z.literal('done'),
    backup: hash,
    kind: z.enum(['full', 'incremental']),
    to_height: count,
    size_bytes: count,
    is_encrypted: z.boolean(),
    /** Each copy, read back and verified, or what failed there: then the message says whether there is one. */
    copies: z.array(z.object({ destination_id: identifier, name: z.string(), problem: failure.nullable() })),
    duration_ms: z.number(),
  }),
]);
export type BackupEvent = z.infer<typeof backupEvent>;

export const verifyBackupEvent = z.discriminatedUnion('type', [
  jobStarted,
  progress,
  z.object({
    type: z.literal('done'),
    ok: z.boolean(),
    /** What was checked: of encrypted copies the bytes alone, against their cards. */
    checked: z.enum(['content', 'bytes']),
    findings: z.array(verifyFinding),
    duration_ms: z.number(),
  }),
]);
export type VerifyBackupEvent = z.infer<typeof verifyBackupEvent>;

export const restoreEvent = z.discriminatedUnion('type', [
  jobStarted,
  progress,
  z.object({
    type: z.literal('done'),
    height: count,
    head_hash: hash,
    /** Where what was here before is kept; null where there was nothing. */
    set_aside: z.string().nullable(),
    /** What keeps the restored chain from being sealed on, with what to do; null where nothing does. */
    problem: failure.nullable(),
    missing_keys: z.array(z.object({ of: z.string(), public_key: publicKey })),
    duration_ms: z.number(),
  }),
]);
export type RestoreEvent = z.infer<typeof restoreEvent>;

export const drillEvent = z.discriminatedUnion('type', [
  jobStarted,
  progress,
  z.object({ type: z.literal('done'), drill: drillView }),
]);
export type DrillEvent = z.infer<typeof drillEvent>;

export const backupProcedures = {
  /** What is known here of backups; destinations that do not answer in a few seconds are told with their problem. */
  backups: askNode.output(backupsView),
  /** Whether a destination can be written to and read: a small file goes there and comes back. */
  testDestination: askNode
    .input(z.strictObject({ destination_id: identifier }))
    .output(z.object({ problem: failure.nullable() })),
  /**
   * Makes a backup now, copies it to the destinations (to all where none is named), and reads each copy back. Signed by the
   * validator of this node. It continues when nobody follows it; `cancelJob` stops it, and leaves nothing half-made.
   */
  runBackup: followNode
    .input(
      z.strictObject({
        job_id: z.string().optional(),
        destination_ids: z.array(identifier).optional(),
        full: z.boolean().optional(),
      }),
    )
    .output(eventIterator(backupEvent)),
  /** Reads a copy, with all that it continues, and holds every byte against the manifests and their signatures. */
  verifyBackup: followNode
    .input(z.strictObject({ job_id: z.string().optional(), destination_id: identifier, backup: hash }))
    .output(eventIterator(verifyBackupEvent)),
  /** @throws BACKUP_INVALID, BACKUP_BASE_MISSING, BACKUP_KEY_REQUIRED for an encrypted file, FOLDER_NOT_GRANTED, DESTINATION_FAILED */
  restorePlan: askNode.input(backupSource).output(restorePlan),
  /**
   * Follows a restore, which begins when its deed (`requestDeed`, `restore_backup`) is confirmed; of kind `restore` among
   * the jobs. @throws NOT_FOUND
   */
  followRestore: followNode.input(z.strictObject({ job_id: z.string() })).output(eventIterator(restoreEvent)),
  /** Newest first. */
  drills: askNode.output(z.object({ drills: z.array(drillView) })),
  /** The signed statement of a rehearsal, canonical JSON and a line end: to be saved as it is, and checked elsewhere. @throws NOT_FOUND */
  drillStatement: askNode.input(z.strictObject({ drill: hash })).output(z.object({ statement: z.string() })),
  /**
   * Rehearses a restore into a scratch directory: of the newest backup of a destination, or of a named one. One that is encrypted
   * is rehearsed by its deed (`rehearse_backup`), which asks for an identity, and found by its job. @throws BACKUP_KEY_REQUIRED
   */
  runDrill: followNode
    .input(
      z.strictObject({ job_id: z.string().optional(), destination_id: identifier.optional(), backup: hash.optional() }),
    )
    .output(eventIterator(drillEvent)),
};
