import type { Alert } from '../../api/chain/node.ts';
import type { Facts } from './facts.ts';

/** One thing that may be wrong, and how it is seen. Each is a file in `rules/`, and a line of its registry. */
export interface AlertRule {
  /** What its alerts are called; null where each has the code of the error that it reports. */
  readonly code: string | null;
  /** How long it is found before it fires, in milliseconds; 0: at once. */
  readonly forMs: number;
  /** Advice on the set-up: worth an alert, but the node is well. */
  readonly isAdvisory: boolean;
  /** What is wrong by these facts; null where they do not say, which ends nothing. */
  readonly evaluate: (facts: Facts) => readonly Finding[] | null;
}

/** An alert as a rule finds it: its text may change from look to look (how much is free), its code and subject may not. */
export interface Finding extends Omit<Alert, 'since'> {
  /** Tells it from others of its code that are found at the same time. */
  readonly subject?: string;
  /** When it began, in Unix milliseconds, where that is known better than by the look that finds it first. Another time is another alert. */
  readonly since?: number;
}
