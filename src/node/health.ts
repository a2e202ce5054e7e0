import { statfsSync } from 'node:fs';
import { durationWords } from '../base/duration-words.ts';
import type { QuantumLockError } from '../base/errors.ts';
import type { Alert, Status } from '../api/views/chain.ts';
import { clockError, type ClockReading } from './clock/sealing-clock.ts';
import type { EngineStats } from './engine/engine.ts';
import type { UnsealedBlock } from './history/history-state.ts';

/** Below this a node soon cannot write: an hour at full load is about 50 GB, a quiet day far under 1. */
const FREE_BYTES_MIN = 1024 ** 3;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Environments named in one alert. */
const NAMES_MAX = 5;

export interface HealthFacts {
  readonly now: number;
  readonly dataDirectory: string;
  /** Null where no validator runs. */
  readonly stats: EngineStats | null;
  /** Where the open files are no longer in their place. */
  readonly storage: { readonly error: QuantumLockError; readonly since: number } | null;
  /** Null where it could not be read. */
  readonly clock: ClockReading | null;
  readonly failures: readonly QuantumLockError[];
  /** Environments whose present files were stored here, and are not any more. */
  readonly lostContent: readonly string[];
  readonly isReadOnly: boolean;
  /** A block that was decided and waits for its seal while no node runs. */
  readonly unsealed: UnsealedBlock | null;
  readonly headCopyFailures: readonly QuantumLockError[];
  readonly verified: Status['verified'];
  readonly warnings: readonly Alert[];
  readonly startedAt: number;
}

/** What is wrong now, worst first, each with what to do. */
export function collectAlerts(facts: HealthFacts): Alert[] {
  const alerts: Alert[] = [...facts.warnings];
  const add = (severity: Alert['severity'], code: string, message: string, advice: string, since: number): void => {
    alerts.push({ severity, code, message, advice, since });
  };
  if (facts.storage !== null) {
    const { code, message, advice } = facts.storage.error;
    add('critical', code, `The storage is gone: ${message}.`, advice, facts.storage.since);
  }
  for (const { code, message, advice } of facts.failures) add('critical', code, message, advice, facts.now);
  const clock = facts.clock === null ? null : clockAlert(facts.clock, facts.now);
  if (clock !== null) alerts.push(clock);
  const failure = facts.stats?.failure ?? null;
  if (failure !== null)
    add('critical', failure.code, `Blocks cannot be written: ${failure.message}`, failure.advice, failure.since);
  if (facts.verified !== null && !facts.verified.ok) {
    add(
      'critical',
      'STATE_CORRUPTION',
      'The last integrity check found damage.',
      'Open Integrity for the place, keep the data as evidence, and restore from a backup.',
      facts.verified.time,
    );
  }
  for (const { code, message, advice } of facts.headCopyFailures) add('warning', code, message, advice, facts.now);
  if (facts.unsealed !== null) {
    const { index } = facts.unsealed;
    add(
      'warning',
      'BLOCK_UNSEALED',
      `Block ${index} is written and has no seal: the chain ends at block ${index - 1}.`,
      'The node was stopped while it sealed. The next start executes the block again, and seals it if it is what that gives.',
      facts.now,
    );
  }
  if (facts.lostContent.length > 0) {
    const more = facts.lostContent.length - NAMES_MAX;
    add(
      'critical',
      'CONTENT_LOST',
      `The stored files are gone of ${facts.lostContent.slice(0, NAMES_MAX).join(', ')}${more > 0 ? ` and ${more} more` : ''}.`,
      'Register their directories again, or run `dm blobs repair --from DIR` with a directory or a backup that has them.',
      facts.now,
    );
  }
  if (facts.stats?.signatureVerifier === 'noble') {
    add(
      'warning',
      'SLOW_SIGNATURES',
      'Signatures are checked in JavaScript, about 30 times slower than natively.',
      'This platform has no prebuilt libsecp256k1; expect a few hundred transactions a second.',
      facts.startedAt,
    );
  }
  const free = freeBytes(facts.dataDirectory);
  if (facts.storage === null && free !== null && free < FREE_BYTES_MIN) {
    add(
      'warning',
      'LOW_DISK',
      `Only ${Math.floor(free / 1024 ** 2)} MiB are free on the data directory's disk.`,
      'Free space before the disk is full.',
      facts.now,
    );
  }
  return alerts.sort((left, right) => Number(right.severity === 'critical') - Number(left.severity === 'critical'));
}

/** What is wrong with the clock: with which one, and what brings them together again. */
function clockAlert(reading: ClockReading, now: number): Alert | null {
  if (reading.state === 'right') return null;
  if (reading.state === 'ahead') {
    const { code, message, advice } = clockError(reading);
    return { code, severity: 'critical', message: `Nothing is sealed: ${message}.`, advice, since: now };
  }
  const behindMs = -reading.offMs;
  const unitMs = behindMs >= 2 * DAY_MS ? DAY_MS : behindMs >= 2 * HOUR_MS ? HOUR_MS : MINUTE_MS;
  const behind = durationWords(Math.floor(behindMs / unitMs) * unitMs);
  return {
    code: 'CLOCK_BEHIND_CHAIN',
    severity: 'critical',
    message: `The clock of this machine is ${behind} behind the chain: either it is wrong, or a block was sealed while a clock was ahead.`,
    advice:
      "Compare the machine's clock with one that you trust. If the machine is wrong, set it. If the chain ran ahead, propose to set it back: in Approvals, or with dm blockchain reset-clock. Until then what is signed carries the chain's time.",
    since: now,
  };
}

function freeBytes(directory: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize;
  } catch {
    // Some file systems do not tell; then there is nothing to warn of.
    return null;
  }
}

/** Advice on the set-up: worth an alert, but the node is well. */
const ADVISORY: ReadonlySet<string> = new Set(['PASSPHRASE_BESIDE_KEYS']);

export function healthOf(all: readonly Alert[]): Status['health'] {
  const alerts = all.filter(({ code }) => !ADVISORY.has(code));
  if (alerts.some(({ severity, code }) => severity === 'critical' && code !== 'STORAGE_FULL')) return 'failed';
  return alerts.length > 0 ? 'degraded' : 'healthy';
}

/** What failed, as a page is told of it. */
export function failureOf(error: QuantumLockError | null): Status['index']['failure'] {
  return error === null ? null : { code: error.code, message: error.message, advice: error.advice };
}
