import type { QuantumLockError } from '../../base/errors.ts';
import type { Finding } from './alert-rule.ts';

/** An error as an alert: its code, its message and its advice. */
export function errorFinding(severity: Finding['severity'], error: QuantumLockError): Finding {
  return { severity, ...error.toFailure() };
}
