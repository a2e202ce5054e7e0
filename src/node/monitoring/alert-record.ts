import type { Alert } from '../../api/chain/node.ts';
import type { AlertRule, Finding } from './alert-rule.ts';

/** One occurrence of an alert, from when it was first found. Times in Unix milliseconds. */
interface FoundAlert {
  readonly rule: AlertRule;
  /** As it was found last. */
  readonly finding: Finding;
  readonly pendingSince: number;
}

/** Found, and not for as long as its rule asks. */
export interface PendingAlert extends FoundAlert {
  readonly state: 'pending';
}

export interface FiringAlert extends FoundAlert {
  readonly state: 'firing';
  readonly firingSince: number;
}

/** It fired, and is over. */
export interface ResolvedAlert extends FoundAlert {
  readonly state: 'resolved';
  readonly firingSince: number;
  readonly resolvedSince: number;
}

/** As it is reported to others. */
export function alertOf({ finding, firingSince }: FiringAlert): Alert {
  const { code, severity, message, advice } = finding;
  return { code, severity, message, advice, since: firingSince };
}
