import type { AlertRule } from '../alert-rule.ts';
import { errorFinding } from '../error-finding.ts';

/** A place that the newest head is kept in besides cannot be read or written: one alert a place. */
export const headCopyFailed: AlertRule = {
  code: 'HEAD_COPY_FAILED',
  forMs: 0,
  isAdvisory: false,
  evaluate: ({ headCopyFailures }) =>
    headCopyFailures.map((error) => ({
      ...errorFinding('warning', error),
      subject: String(error.context['place'] ?? ''),
    })),
};
