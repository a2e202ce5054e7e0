import type { Status } from '../../src/api/chain/node.ts';
import type { Problem } from '../bridge/problem.ts';
import { formatCount, UNKNOWN } from '../parts/format.ts';

export interface PillFacts {
  readonly connected: boolean;
  readonly status: Pick<Status, 'health' | 'alerts' | 'frozen'> | null;
  readonly height: number | null;
  /** Why the newest look at the node gave nothing; null where it gave `status`. */
  readonly problem: Problem | null;
  /** It is a file that is looked at, and no node. */
  readonly isFile: boolean;
}

export interface Pill {
  readonly tone: '' | 'good' | 'warn' | 'bad';
  readonly text: string;
  /** Why it is so, a sentence each. */
  readonly reasons: readonly string[];
}

const HEALTH = {
  healthy: { tone: 'good', word: 'Healthy' },
  degraded: { tone: 'warn', word: 'Degraded' },
  failed: { tone: 'bad', word: 'Failed' },
} as const;

/** What the header says of the node: the worst of what is known, and that it is not known where it is not. */
export function pillOf({ connected, status, height, problem, isFile }: PillFacts): Pill {
  const seen = height === null ? UNKNOWN : formatCount(height);
  if (!connected) return { tone: 'warn', text: `Not connected · last seen block ${seen}`, reasons: [] };
  if (problem !== null)
    return { tone: 'bad', text: `State ${UNKNOWN} · last seen block ${seen}`, reasons: [problem.message] };
  if (status === null || height === null) return { tone: '', text: 'Reading…', reasons: [] };
  const reasons = status.alerts.map(({ message }) => message);
  // A file is neither healthy nor frozen: it is as it was written.
  if (isFile) return { tone: status.health === 'failed' ? 'bad' : '', text: `File · block ${seen}`, reasons };
  if (status.frozen !== null && status.health !== 'failed')
    return { tone: 'warn', text: `Frozen · block ${seen}`, reasons: [status.frozen.reason, ...reasons] };
  const { tone, word } = HEALTH[status.health];
  return { tone, text: `${word} · block ${seen}`, reasons };
}
