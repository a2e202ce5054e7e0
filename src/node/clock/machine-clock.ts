import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { replaceFile } from '../data-directory/durable-files.ts';

/** What a machine says about the time. */
export interface MachineClock {
  /** Unix milliseconds: what people set. */
  readonly wall: () => number;
  /** Milliseconds since the machine started, sleep included: what nobody sets. (On macOS it follows the wall clock.) */
  readonly uptime: () => number;
  /** Distinguishes one start of the machine from another; null where that is not possible. */
  readonly bootId: string | null;
}

export function machineClock(): MachineClock {
  return { wall: Date.now, uptime: () => uptime() * 1000, bootId: readBootId() };
}

function readBootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return null;
  }
}

const anchorSchema = z.strictObject({
  boot_id: z.string().nullable(),
  uptime_ms: z.number(),
  wall_ms: z.number(),
  /** Times that an operator accepted: when they were, and by how much the clock was off what was expected, newest last. */
  accepted: z.array(z.strictObject({ wall_ms: z.number(), off_ms: z.number().nullable() })),
});

/** A moment at which the wall clock was believed, and how long the machine had run then. */
export type ClockAnchor = z.infer<typeof anchorSchema>;

/** Beside `chain/`. */
export function clockFileOf(chainDirectory: string): string {
  return join(dirname(chainDirectory), 'clock.json');
}

/** Null where there is none, or none that can be read: then less is known. */
export function readAnchor(path: string): ClockAnchor | null {
  try {
    return anchorSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}

/** Kept as far as it can be: where it cannot be written, a later start knows less. */
export function keepAnchor(path: string, anchor: ClockAnchor): void {
  try {
    writeAnchor(path, anchor);
  } catch {
    // A full or read-only disk: every commit says so.
  }
}

/** @throws STORAGE_FULL, STORAGE_DENIED, STORAGE_READ_ONLY, STORAGE_FAILED */
export function writeAnchor(path: string, anchor: ClockAnchor): void {
  replaceFile(path, `${JSON.stringify(anchor)}\n`);
}

export function anchorNow({ wall, uptime: since, bootId }: MachineClock): ClockAnchor {
  return { boot_id: bootId, uptime_ms: since(), wall_ms: wall(), accepted: [] };
}
