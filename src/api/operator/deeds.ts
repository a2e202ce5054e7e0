import { z } from 'zod';
import { hash } from '../../base/fields.ts';
import { act } from '../procedure.ts';
import { failure, identifier } from '../schemas.ts';
import { backupSchedule, backupSource, newDestination } from './backups.ts';
import { keyName, keyStoreKind } from './keys.ts';

/** What the page asks of this machine, not of the chain. */

/** A file or folder of this machine. */
const localPath = z.string().min(1).max(4096);

/** What the page asks of this machine, not of the chain. A person confirms it, and gives the passphrases that it needs. */
export const deedInput = z.discriminatedUnion('deed', [
  /** The page may list and read below this folder. */
  z.strictObject({ deed: z.literal('grant_folder'), path: localPath }),
  z.strictObject({ deed: z.literal('open_chain'), path: localPath }),
  /** Opens the encrypted key file, so that the validator can seal. */
  z.strictObject({ deed: z.literal('unlock_keys') }),
  /** A new chain whose keys are in the encrypted file. */
  z.strictObject({
    deed: z.literal('create_chain'),
    chain_id: z.string(),
    sandbox: z.boolean(),
    administrator_name: z.string().optional(),
  }),
  /** A new key in the encrypted file. */
  z.strictObject({ deed: z.literal('create_key'), name: keyName }),
  /** Takes in a key from a file that the page may read: an encrypted export, or 64 hex digits. */
  z.strictObject({ deed: z.literal('import_key'), path: localPath, name: keyName, store: keyStoreKind }),
  /** Repairs the chain with rows from a copy: another data directory, a chain.db, an exported chain, or a backup. */
  z.strictObject({ deed: z.literal('repair_chain'), path: localPath }),
  /** Says that a report of damage was seen. */
  z.strictObject({ deed: z.literal('acknowledge_report'), report_id: identifier }),
  /** Puts a backup in the place of the chain of this data directory, once all of it is verified: a job that continues by itself. */
  z.strictObject({ deed: z.literal('restore_backup'), source: backupSource }),
  /** A rehearsal of a restore from an encrypted backup, whose identity is asked for where this is confirmed: a job as well. */
  z.strictObject({ deed: z.literal('rehearse_backup'), destination_id: identifier, backup: hash }),
  /** Another place that backups go to. Its access keys, where it has some, are asked for where this is confirmed. */
  z.strictObject({ deed: z.literal('add_backup_destination'), destination: newDestination }),
  /** What lies there stays there. */
  z.strictObject({ deed: z.literal('remove_backup_destination'), destination_id: identifier }),
  /** When backups are made and which are deleted; null for none and never. */
  z.strictObject({ deed: z.literal('set_backup_schedule'), schedule: backupSchedule.nullable() }),
]);
export type DeedInput = z.infer<typeof deedInput>;
export type DeedKind = DeedInput['deed'];

export const deedRequest = z.object({
  deed_id: z.string(),
  sentence: z.string(),
  /** Where a person confirms it; null where the host asks by itself. */
  confirm_url: z.string().nullable(),
});

export const deedOutcome = z.discriminatedUnion('outcome', [
  /** With the key that was made or taken in, if one was. */
  z.object({ outcome: z.literal('done'), key_id: identifier.nullable() }),
  z.object({ outcome: z.literal('refused') }),
  z.object({ outcome: z.literal('expired') }),
  /** The page took it back. */
  z.object({ outcome: z.literal('withdrawn') }),
  z.object({
    outcome: z.literal('failed'),
    error: failure,
  }),
]);
export type DeedOutcome = z.infer<typeof deedOutcome>;

export const deedProcedures = {
  /** What a person confirms on a surface that the page cannot script, and gives passphrases for. @throws REVIEWS_LIMITED */
  requestDeed: act.input(deedInput).output(deedRequest),
  /** Asks for the confirmation where the host does so by itself; resolves when it is done, refused, withdrawn or expired. */
  awaitDeed: act.input(z.strictObject({ deed_id: z.string() })).output(deedOutcome),
  /** Takes it back; false where it has ended, or is being done. */
  withdrawDeed: act.input(z.strictObject({ deed_id: z.string() })).output(z.object({ withdrawn: z.boolean() })),
};
