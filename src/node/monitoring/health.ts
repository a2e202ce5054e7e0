import type { Status } from '../../api/chain/node.ts';
import type { FiringAlert } from './alert-record.ts';

/**
 * How the node is, by what fires. A full disk keeps nothing from being read, and continues once there is room: it is
 * not a failure.
 */
export function healthOf(firing: readonly FiringAlert[]): Status['health'] {
  const counted = firing.filter(({ rule }) => !rule.isAdvisory).map(({ finding }) => finding);
  if (counted.some(({ severity, code }) => severity === 'critical' && code !== 'STORAGE_FULL')) return 'failed';
  return counted.length > 0 ? 'degraded' : 'healthy';
}
