import { join } from 'node:path';
import { z } from 'zod';
import { jsonOrNull } from '../../base/json-or-null.ts';
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
  /** `message`: of the one that it is about; all of the kind where it is left out. */
  z.strictObject({ acknowledged: z.string(), time: z.int(), message: z.string().optional() }),
]);

/** An alert that stood, and when it was acknowledged; null while it stands. */
interface RaisedAlert {
  readonly alert: Alert;
  readonly acknowledgedAt: number | null;
}

/**
 * Alerts about what was found and repaired: no later write, rebuild or restart takes them away, only a person who says
 * that they have been seen. Each line of `alerts.log` is an alert, or the acknowledgement of one kind.
 */
export class StandingAlerts {
  readonly #path: string;
  readonly #now: () => number;
  /** What could not be written: it stays as long as this process. */
  readonly #unwritten: string[] = [];

  constructor(dataDirectory: string, now: () => number) {
    this.#path = join(dataDirectory, FILE);
    this.#now = now;
  }

  /** As the file has them now: `dm blockchain acknowledge` is another process. */
  list(): readonly Alert[] {
    return this.#read()
      .filter(({ acknowledgedAt }) => acknowledgedAt === null)
      .map(({ alert }) => alert)
      .slice(-ALERTS_MAX);
  }

  /** Of one kind, or of all, those that were acknowledged too, oldest first. */
  all(code?: string): readonly RaisedAlert[] {
    return this.#read().filter(({ alert }) => code === undefined || alert.code === code);
  }

  raise(found: Omit<Alert, 'since'>): void {
    const text = this.#lineFor(found);
    if (text !== null) this.#append(text);
  }

  /** For what must not happen unless it is told. @throws STORAGE_FULL, STORAGE_DENIED, STORAGE_READ_ONLY, STORAGE_FAILED */
  raiseDurably(found: Omit<Alert, 'since'>): void {
    const text = this.#lineFor(found);
    if (text !== null) appendLines(this.#path, [text]);
  }

  /** Null where it stands already. */
  #lineFor({ code, severity, message, advice }: Omit<Alert, 'since'>): string | null {
    if (this.list().some((alert) => alert.code === code && alert.message === message)) return null;
    return encode({ raised: code, severity, message, advice, since: this.#now() });
  }

  /** Of one kind, or of these the one with a message. Returns how many were standing. */
  acknowledge(code: string, message?: string): number {
    const count = this.list().filter(
      (alert) => alert.code === code && (message === undefined || alert.message === message),
    ).length;
    if (count === 0) return 0;
    this.#append(encode({ acknowledged: code, time: this.#now(), ...(message === undefined ? {} : { message }) }));
    return count;
  }

  #append(text: string): void {
    try {
      appendLines(this.#path, [text]);
    } catch {
      // A full or read-only disk has an alert of its own.
      this.#unwritten.push(text);
    }
  }

  #read(): readonly RaisedAlert[] {
    const raised: RaisedAlert[] = [];
    for (const text of [...linesAt(this.#path), ...this.#unwritten]) takeLine(raised, text);
    return raised;
  }
}

function takeLine(all: RaisedAlert[], text: string): void {
  const parsed = line.safeParse(jsonOrNull(text));
  // A line that was cut off by a crash, or of a later version.
  if (!parsed.success) return;
  const value = parsed.data;
  if ('raised' in value) {
    const { raised: code, severity, message, advice, since } = value;
    all.push({ alert: { code, severity, message, advice, since }, acknowledgedAt: null });
    return;
  }
  const { acknowledged, time, message } = value;
  for (const [index, one] of all.entries()) {
    const { alert, acknowledgedAt } = one;
    const isMeant = alert.code === acknowledged && (message === undefined || alert.message === message);
    if (isMeant && acknowledgedAt === null) all[index] = { ...one, acknowledgedAt: time };
  }
}

function encode(value: z.infer<typeof line>): string {
  return JSON.stringify(value);
}

function linesAt(path: string): readonly string[] {
  try {
    return readLines(path);
  } catch {
    return [];
  }
}
