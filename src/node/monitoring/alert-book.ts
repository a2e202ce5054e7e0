import { ALERTS_RESOLVED_KEPT_MAX } from '../../base/limits.ts';
import type { FiringAlert, PendingAlert, ResolvedAlert } from './alert-record.ts';
import type { AlertRule, Finding } from './alert-rule.ts';
import type { Facts } from './facts.ts';

type OpenAlert = PendingAlert | FiringAlert;

export interface AlertBookOptions {
  readonly rules: readonly AlertRule[];
  /** Unix milliseconds. */
  readonly now: () => number;
}

/**
 * What is wrong, and what was: each alert is pending from the look that first finds it, fires once it was found for as long as its
 * rule asks, and is resolved by the look that does not find it any more. One that comes back is another one. A pending alert that
 * goes away leaves nothing.
 */
export class AlertBook {
  readonly #rules: readonly AlertRule[];
  readonly #now: () => number;
  /** By code and subject. */
  readonly #open = new Map<AlertRule, ReadonlyMap<string, OpenAlert>>();
  readonly #resolved: ResolvedAlert[] = [];

  constructor({ rules, now }: AlertBookOptions) {
    this.#rules = rules;
    this.#now = now;
  }

  /** Takes in how things are now, and returns what fires, as {@link firing}. */
  look(facts: Facts): readonly FiringAlert[] {
    const now = this.#now();
    for (const rule of this.#rules) {
      const findings = rule.evaluate(facts);
      if (findings !== null) this.#take(rule, findings, now);
    }
    return this.firing;
  }

  /** Worst first, then in the order of the rules. */
  get firing(): readonly FiringAlert[] {
    const firing = this.#all().filter((alert) => alert.state === 'firing');
    return firing.toSorted((left, right) => Number(isCritical(right)) - Number(isCritical(left)));
  }

  /** What will fire if it lasts. */
  get pending(): readonly PendingAlert[] {
    return this.#all().filter((alert) => alert.state === 'pending');
  }

  /** What fired and is over, oldest end first; the newest {@link ALERTS_RESOLVED_KEPT_MAX}. */
  get resolved(): readonly ResolvedAlert[] {
    return this.#resolved;
  }

  #all(): readonly OpenAlert[] {
    return this.#rules.flatMap((rule) => [...(this.#open.get(rule)?.values() ?? [])]);
  }

  #take(rule: AlertRule, findings: readonly Finding[], now: number): void {
    const earlier = this.#open.get(rule) ?? new Map<string, OpenAlert>();
    const after = new Map<string, OpenAlert>();
    for (const finding of findings) {
      const key = keyOf(finding);
      const before = earlier.get(key);
      const known = before !== undefined && goesOn(before, finding) ? before : null;
      if (!after.has(key)) after.set(key, nextOf({ rule, finding, known, now }));
    }
    for (const [key, alert] of earlier) if (!goesOn(alert, after.get(key)?.finding)) this.#resolve(alert, now);
    this.#open.set(rule, after);
  }

  #resolve(alert: OpenAlert, now: number): void {
    if (alert.state === 'pending') return;
    this.#resolved.push({ ...alert, state: 'resolved', resolvedSince: now });
    if (this.#resolved.length > ALERTS_RESOLVED_KEPT_MAX) this.#resolved.shift();
  }
}

function nextOf({
  rule,
  finding,
  known,
  now,
}: {
  readonly rule: AlertRule;
  readonly finding: Finding;
  readonly known: OpenAlert | null;
  readonly now: number;
}): OpenAlert {
  if (known?.state === 'firing') return { ...known, finding };
  // Nothing began later than now: where the clock was set back, it is waited for again.
  const pendingSince = Math.min(known?.pendingSince ?? finding.since ?? now, now);
  const found = { rule, finding, pendingSince };
  if (now - pendingSince < rule.forMs) return { ...found, state: 'pending' };
  return { ...found, state: 'firing', firingSince: pendingSince + rule.forMs };
}

/** Whether it is still the same alert that is found now. */
function goesOn(alert: OpenAlert, finding: Finding | undefined): boolean {
  return finding !== undefined && alert.finding.since === finding.since;
}

function keyOf({ code, subject = '' }: Finding): string {
  return `${code} ${subject}`;
}

function isCritical({ finding }: FiringAlert): boolean {
  return finding.severity === 'critical';
}
