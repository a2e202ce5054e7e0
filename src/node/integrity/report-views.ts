import type { IntegrityReport, integrityReportView } from '../../api/operator/integrity.ts';
import { QuantumLockError } from '../../base/errors.ts';
import type { z } from 'zod';
import { CHAIN_REPAIRED, chainRepaired } from '../monitoring/found-alerts.ts';
import { StandingAlerts } from '../monitoring/standing-alerts.ts';
import { IntegrityReports } from './reports.ts';

type ReportView = z.infer<typeof integrityReportView>;

/** Newest first, each with when a person said that it was seen. */
export function reportViews(dataDirectory: string, now: () => number): ReportView[] {
  const alerts = new StandingAlerts(dataDirectory, now).all(CHAIN_REPAIRED);
  let repairedAt: number | null = null;
  return new IntegrityReports(dataDirectory).list().map((report) => {
    if (!isRepaired(report)) return { ...report, acknowledged_at: repairedAt };
    // What had to be repaired before is settled by the repair that came after.
    repairedAt = report.time;
    const { message } = chainRepaired(report);
    return {
      ...report,
      acknowledged_at: alerts.find(({ alert }) => alert.message === message)?.acknowledgedAt ?? null,
    };
  });
}

/** Ends the alert of one report; false where it had ended. @throws NOT_FOUND, INPUT_INVALID for one of damage that stands */
export function acknowledgeReport(dataDirectory: string, reportId: string, now: () => number): boolean {
  const report = reportOf(dataDirectory, reportId);
  if (!isRepaired(report))
    throw new QuantumLockError('INPUT_INVALID', `what ${report.report_id} tells of was not repaired`, {
      advice: 'Its alert ends with the repair.',
    });
  return new StandingAlerts(dataDirectory, now).acknowledge(CHAIN_REPAIRED, chainRepaired(report).message) > 0;
}

/** @throws NOT_FOUND */
export function reportOf(dataDirectory: string, reportId: string): IntegrityReport {
  const report = new IntegrityReports(dataDirectory).list().find(({ report_id: id }) => id === reportId);
  if (report === undefined) throw new QuantumLockError('NOT_FOUND', `there is no report ${reportId.slice(0, 64)}`);
  return report;
}

function isRepaired({ outcome }: IntegrityReport): boolean {
  return outcome === 'repaired' || outcome === 'filled';
}
