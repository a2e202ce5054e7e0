import type { BackupEntry } from './backup-log.ts';
import type { SignedDrill } from './drill-statement.ts';
import type { RecoveryConfig } from './recovery-config.ts';

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
/** What failed is tried again sooner than it would be due. */
const RETRY_MS = HOUR_MS;

/** Unix milliseconds; null where nothing is due by itself. */
export interface DueTimes {
  readonly backup: number | null;
  readonly drill: number | null;
}

/** When the next backup and the next rehearsal are due, by the result of those before. */
export function dueTimes(
  { schedule, scheduled_at: since, destinations }: RecoveryConfig,
  { log, drills }: { readonly log: readonly BackupEntry[]; readonly drills: readonly SignedDrill[] },
): DueTimes {
  if (schedule === null || since === null || destinations.length === 0) return { backup: null, drill: null };
  const backup = nextOf(log, 'backup', { everyMs: schedule.every_hours * HOUR_MS, first: since });
  if (schedule.drill_every_days === null) return { backup, drill: null };
  const everyMs = schedule.drill_every_days * DAY_MS;
  // One that failed was none: it is tried again, and not a whole interval later.
  const newest = drills.find(({ statement }) => statement.ok)?.statement.at ?? null;
  const drill = nextOf(log, 'drill', { everyMs, first: newest === null ? since + everyMs : newest + everyMs });
  return { backup, drill };
}

function nextOf(
  log: readonly BackupEntry[],
  what: 'backup' | 'drill',
  { everyMs, first }: { readonly everyMs: number; readonly first: number },
): number {
  const last = log.findLast(
    (entry) =>
      (entry.event === 'began' || entry.event === 'failed' || entry.event === 'succeeded') && entry.what === what,
  );
  if (last === undefined) return first;
  // One that began and did not end was cut short.
  const wait = last.event === 'succeeded' ? everyMs : Math.min(RETRY_MS, everyMs);
  return Math.max(first, last.at + wait);
}
