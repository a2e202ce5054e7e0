import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  BackupEvent,
  BackupsView,
  DrillEvent,
  RestoreEvent,
  VerifyBackupEvent,
} from '../../../api/operator/backups.ts';
import { newestFailure, readBackupLog } from '../../recovery/backup-log.ts';
import { dueTimes } from '../../recovery/backup-schedule.ts';
import { PROBE_NAME } from '../../recovery/destinations/destination.ts';
import { findDrill, readDrills } from '../../recovery/drill-log.ts';
import { encodeDrill } from '../../recovery/drill-statement.ts';
import { NO_KEYS } from '../../recovery/encryption.ts';
import { readRecoveryConfig } from '../../recovery/recovery-config.ts';
import { withScratch } from '../../recovery/with-scratch.ts';
import { failureOf } from '../../signing/question-book.ts';
import { followJob } from '../follow-job.ts';
import type { BackupHost } from './backup-host.ts';
import { readablePath } from '../operator-access.ts';
import { procedures } from '../procedures.ts';
import { backingUp, drilling, drillViewOf, restoring, verifyingBackup } from './backup-jobs.ts';
import { destinationOf, destinationViews } from './host-destinations.ts';
import { planRestore } from './restore-plan.ts';

const os = procedures.operator;

export const backupProcedures = {
  backups: os.backups.handler(({ context: { host } }) => backupsView(host)),
  testDestination: os.testDestination.handler(async ({ context: { host }, input }) => ({
    problem: await probe(host, input.destination_id),
  })),
  runBackup: os.runBackup.handler(async function* ({ context, input, signal }): AsyncGenerator<BackupEvent, void> {
    yield* followJob(context, { ...backingUp(context.host, input), id: input.job_id }, signal);
  }),
  verifyBackup: os.verifyBackup.handler(async function* ({
    context,
    input,
    signal,
  }): AsyncGenerator<VerifyBackupEvent, void> {
    yield* followJob(context, { ...verifyingBackup(context.host, input), id: input.job_id }, signal);
  }),
  restorePlan: os.restorePlan.handler(({ context, input }) =>
    planRestore(
      context.host,
      input.from === 'files' ? { ...input, paths: input.paths.map((path) => readablePath(context, path)) } : input,
    ),
  ),
  followRestore: os.followRestore.handler(async function* ({
    context,
    input,
    signal,
  }): AsyncGenerator<RestoreEvent, void> {
    // What it restores was said when it began: it is found by its id, and never begun here.
    const request = restoring(context.host, { from: 'files', paths: [] }, NO_KEYS);
    yield* followJob(context, { ...request, id: input.job_id }, signal);
  }),
  drills: os.drills.handler(({ context: { host } }) => ({
    drills: readDrills(host.dataDirectory).map((drill) => drillViewOf(drill)),
  })),
  drillStatement: os.drillStatement.handler(({ context: { host }, input }) => ({
    statement: encodeDrill(findDrill(host.dataDirectory, input.drill)),
  })),
  runDrill: os.runDrill.handler(async function* ({ context, input, signal }): AsyncGenerator<DrillEvent, void> {
    yield* followJob(context, { ...drilling(context.host, { ...input, keys: NO_KEYS }), id: input.job_id }, signal);
  }),
};

async function backupsView(host: BackupHost): Promise<BackupsView> {
  const { dataDirectory } = host;
  const config = readRecoveryConfig(dataDirectory);
  const log = readBackupLog(dataDirectory);
  const drills = readDrills(dataDirectory);
  const destinations = await destinationViews(host);
  const verified = destinations
    .flatMap(({ backups }) => backups)
    .filter((backup) => backup.verified?.ok === true)
    .toSorted((one, other) => other.created_at - one.created_at)[0];
  const due = dueTimes(config, { log, drills });
  return {
    destinations,
    schedule: config.schedule,
    next_backup_at: due.backup,
    next_drill_at: due.drill,
    last_verified:
      verified === undefined || verified.verified === null
        ? null
        : {
            at: verified.verified.at,
            created_at: verified.created_at,
            to_height: verified.to_height,
            is_encrypted: verified.encrypted_to !== null,
          },
    last_failure: newestFailure(log),
  };
}

/** Writes a small file there, and reads it back. */
async function probe(host: BackupHost, id: string): Promise<ReturnType<typeof failureOf> | null> {
  try {
    const destination = await destinationOf(host, id);
    return await withScratch(host.dataDirectory, async (scratch) => {
      const path = join(scratch, PROBE_NAME);
      const text = randomBytes(16).toString('hex');
      writeFileSync(path, text);
      await destination.put(path, PROBE_NAME);
      const back = await destination.read(PROBE_NAME, { begin: 0, end: text.length });
      await destination.remove(PROBE_NAME).catch(() => undefined);
      return Buffer.from(back).toString() === text
        ? null
        : {
            code: 'DESTINATION_FAILED',
            message: 'other bytes came back',
            advice: 'See what is wrong with that disk or store.',
          };
    });
  } catch (error) {
    return failureOf(error, 'the test');
  }
}
