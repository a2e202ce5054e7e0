import { join } from 'node:path';
import { z } from 'zod';
import { count, hash } from '../../base/fields.ts';
import { jsonOrNull } from '../../base/json-or-null.ts';
import { appendLines, readLines } from '../data-directory/durable-files.ts';
import { contentEnd } from './backup-format.ts';

/** `<data>/backups.log`: the result of backups and their copies, a line of JSON each, oldest first. */
export const BACKUP_LOG = 'backups.log';

const failureFields = { code: z.string(), message: z.string(), advice: z.string() };

const entrySchema = z.discriminatedUnion('event', [
  /** A copy is in a destination, and was read back. */
  z.object({
    event: z.literal('copied'),
    at: count,
    destination: z.string(),
    name: z.string(),
    backup: hash,
    file_digest: hash,
    /** Where its content ends in the blob store of this machine: where the next one begins. Older lines have none. */
    content: contentEnd.nullable().optional(),
  }),
  /** Every byte of a copy was checked against its digest; of an encrypted one, against the digest that its card names. */
  z.object({ event: z.literal('verified'), at: count, destination: z.string(), name: z.string(), ok: z.boolean() }),
  z.object({ event: z.literal('deleted'), at: count, destination: z.string(), name: z.string() }),
  /** A scheduled backup or rehearsal began. */
  z.object({ event: z.literal('began'), at: count, what: z.enum(['backup', 'drill']) }),
  z.object({
    event: z.literal('succeeded'),
    at: count,
    what: z.enum(['backup', 'drill']),
    created_at: count,
    to_height: count,
  }),
  z.object({ event: z.literal('failed'), at: count, what: z.enum(['backup', 'drill']), ...failureFields }),
]);
export type BackupEntry = z.infer<typeof entrySchema>;

/** @throws STORAGE_FULL, STORAGE_DENIED, STORAGE_READ_ONLY, STORAGE_FAILED */
export function recordBackup(dataDirectory: string, entry: BackupEntry): void {
  appendLines(join(dataDirectory, BACKUP_LOG), [JSON.stringify(entry)]);
}

/** Oldest first. A line that a full disk or a stop cut short is none. @throws STORAGE_DENIED, STORAGE_FAILED */
export function readBackupLog(dataDirectory: string): readonly BackupEntry[] {
  return readLines(join(dataDirectory, BACKUP_LOG)).flatMap((line) => {
    const parsed = entrySchema.safeParse(jsonOrNull(line));
    return parsed.success ? [parsed.data] : [];
  });
}

/** How the newest scheduled backup or rehearsal failed; null where it did not. */
export function newestFailure(log: readonly BackupEntry[]): Extract<BackupEntry, { event: 'failed' }> | null {
  const ended = log.findLast(({ event }) => event === 'failed' || event === 'succeeded');
  return ended?.event === 'failed' ? ended : null;
}
