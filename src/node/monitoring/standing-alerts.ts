import { join } from 'node:path';
import { z } from 'zod';
import type { Alert } from '../../api/chain/node.ts';
import { appendLines, readLines } from '../data-directory/durable-files.ts';

const FILE = 'alerts.log';
/** Of one kind: the newest are reported, the file keeps all. */
const ALERTS_MAX = 20;

const line = z.union([
  z.strictObject({
    raised: z.string(),
    severity: z.enum(['warning', 'critical']),
    message: z.string(),
    advice: z.string(),
    since: z.int(),
  }),
  z.strictObject({ acknowledged: z.string(), time: z.int() }),
]);

/**
 * Alerts about what was found and repaired: no later write, rebuild or restart takes them away, only a person who says
 * that they have been seen. Each line of `alerts.log` is an alert, or the acknowledgement of one kind.
 */
export class StandingAlerts {
  readonly #path: string;
  readonly #now: () => number;
  /** What could not be written: it stays as long as this process. */
  readonly #unwritten: string[] = [];
  #alerts: Alert[] = [];

  constructor(dataDirectory: string, now: () => number) {
    this.#path = join(dataDirectory, FILE);
    this.#now = now;
  }

  /** As the file has them now: `dm blockchain acknowledge` is another process. */
  list(): readonly Alert[] {
    this.#alerts = [];
    for (const text of [...linesAt(this.#path), ...this.#unwritten]) this.#take(text);
    return this.#alerts.slice(-ALERTS_MAX);
  }

  raise({ code, severity, message, advice }: Omit<Alert, 'since'>): void {
    if (this.list().some((alert) => alert.code === code && alert.message === message)) return;
    this.#append({ raised: code, severity, message, advice, since: this.#now() });
  }

  /** Returns how many of that kind were standing. */
  acknowledge(code: string): number {
    const count = this.list().filter((alert) => alert.code === code).length;
    if (count > 0) this.#append({ acknowledged: code, time: this.#now() });
    return count;
  }

  #append(value: z.infer<typeof line>): void {
    const text = JSON.stringify(value);
    try {
      appendLines(this.#path, [text]);
    } catch {
      // A full or read-only disk has an alert of its own.
      this.#unwritten.push(text);
    }
  }

  #take(text: string): void {
    const parsed = line.safeParse(jsonOf(text));
    // A line that was cut off by a crash, or of a later version.
    if (!parsed.success) return;
    const value = parsed.data;
    if ('acknowledged' in value) this.#alerts = this.#alerts.filter(({ code }) => code !== value.acknowledged);
    else {
      const { raised: code, severity, message, advice, since } = value;
      this.#alerts.push({ code, severity, message, advice, since });
    }
  }
}

function linesAt(path: string): readonly string[] {
  try {
    return readLines(path);
  } catch {
    return [];
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
