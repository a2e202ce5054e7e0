import { QuantumLockError } from '../../base/errors.ts';
import { readNodeConfig } from '../../node/data-directory/node-config.ts';
import { StandingAlerts } from '../../node/monitoring/standing-alerts.ts';
import type { CommandContext } from '../context.ts';

/** Only a person at this machine's command line takes such an alert away; a page cannot. */
export function acknowledge(context: CommandContext, code: string): void {
  readNodeConfig(context.dataDirectory);
  const count = new StandingAlerts(context.dataDirectory, Date.now).acknowledge(code);
  if (count === 0) throw new QuantumLockError('NOT_FOUND', `no active alert ${code} waits to be acknowledged`);
  context.output.result({ code, acknowledged: count }, () => [`${count} of ${code}: acknowledged.`]);
}
