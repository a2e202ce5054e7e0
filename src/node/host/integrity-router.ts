import type { RepairEvent, ScrubEvent, SnapshotEvent } from '../../api/operator/integrity.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { findingIn } from '../integrity/finding-in.ts';
import { acknowledgeReport, reportViews } from '../integrity/report-views.ts';
import { areaViews } from '../integrity/scrub-view.ts';
import { listSnapshots } from '../integrity/snapshots.ts';
import { SCRUB_PROCESSOR_SHARE } from '../query/scrub-share.ts';
import { followJob } from './follow-job.ts';
import { repairing, scrubbing, snapshotting } from './integrity-work.ts';
import { procedures } from './procedures.ts';

const os = procedures.operator;

/** How what this machine keeps is checked, repaired, and told of. */
export const integrityRouter = {
  scrubStatus: os.scrubStatus.handler(async ({ context: { host } }) => {
    const { damage } = host.node;
    return {
      processor_share: SCRUB_PROCESSOR_SHARE,
      areas: areaViews(await host.node.query.scrubProgress()),
      damage: damage === null ? null : findingIn(damage),
      can_repair: damage !== null && host.node.validatorId !== null,
    };
  }),
  scrub: os.scrub.handler(async function* ({ context, input, signal }): AsyncGenerator<ScrubEvent, void, undefined> {
    yield* followJob(context, { ...scrubbing(context.host), id: input.job_id }, signal);
  }),
  integrityReports: os.integrityReports.handler(({ context: { host } }) => ({
    reports: reportViews(host.dataDirectory, host.options.now),
  })),
  acknowledgeReport: os.acknowledgeReport.handler(({ context: { host, door }, input }) => {
    if (door !== 'terminal') throw asksAPerson('says that damage was seen');
    return { acknowledged: acknowledgeReport(host.dataDirectory, input.report_id, host.options.now) };
  }),
  repairChain: os.repairChain.handler(async function* ({
    context,
    input: { job_id: id, copy },
    signal,
  }): AsyncGenerator<RepairEvent, void, undefined> {
    if (context.door !== 'terminal' && copy !== undefined) throw asksAPerson('takes rows from a copy');
    yield* followJob(context, { ...repairing(context.host, copy ?? null), id }, signal);
  }),
  snapshots: os.snapshots.handler(({ context: { host } }) => ({ snapshots: listSnapshots(host.dataDirectory) })),
  takeSnapshot: os.takeSnapshot.handler(async function* ({
    context,
    input: { job_id: id, height },
    signal,
  }): AsyncGenerator<SnapshotEvent, void, undefined> {
    yield* followJob(context, { ...snapshotting(context.host, height ?? null), id }, signal);
  }),
};

function asksAPerson(what: string): QuantumLockError {
  return new QuantumLockError('ACCESS_DENIED', `no page ${what} by itself`, {
    advice: 'Ask for it, and confirm it in the window that the page cannot reach.',
  });
}
