import { isoTime } from '../../base/iso-time.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { CLOCK_ACCEPTED_KEPT_MAX, CLOCK_IDLE_MS_MAX, CLOCK_JUMP_MS_MAX } from '../../base/limits.ts';
import {
  anchorNow,
  keepAnchor,
  readAnchor,
  writeAnchor,
  type ClockAnchor,
  type MachineClock,
} from './machine-clock.ts';

/** How the machine's clock relates to what is known about the time. */
export interface ClockReading {
  /** Unix milliseconds: the time that the next block would have. */
  readonly timestamp: number;
  /** What the machine's clock says. */
  readonly wall: number;
  /** `ahead`: not to be sealed. `behind`: the chain is ahead of this machine, and time stands still until it is reached. */
  readonly state: 'right' | 'ahead' | 'behind';
  /** How far the clock is from what is expected. */
  readonly offMs: number;
  /** What the clock was checked against. */
  readonly against: 'uptime' | 'chain';
}

/**
 * Decides whether the machine's clock may be sealed. A time that was believed once is carried on by how long the machine has
 * run since, across restarts of the node and sleep: a clock that is further than that was moved. After a restart of the
 * machine only the chain is left to compare with, and an idle chain looks like a clock that is ahead; so there the bound is wide.
 */
export class SealingClock {
  readonly #clock: MachineClock;
  readonly #path: string;
  #anchor: ClockAnchor | null;

  readonly #keeps: boolean;

  constructor(clock: MachineClock, path: string, { keeps = true }: { readonly keeps?: boolean } = {}) {
    this.#clock = clock;
    this.#path = path;
    this.#keeps = keeps;
    this.#anchor = this.#stored();
  }

  /** What was kept in this run of the machine. */
  #stored(): ClockAnchor | null {
    const stored = readAnchor(this.#path);
    if (stored === null || stored.boot_id !== this.#clock.bootId) return null;
    if (stored.boot_id !== null) return stored;
    // Where runs of the machine cannot be distinguished, only what was just kept.
    return Math.abs(this.#clock.wall() - stored.wall_ms) <= CLOCK_JUMP_MS_MAX ? stored : null;
  }

  /** @param least the least time that the next block may have */
  read(least: number): ClockReading {
    const wall = this.#clock.wall();
    if (wall <= least) {
      const offMs = wall - least;
      return {
        timestamp: least,
        wall,
        state: -offMs > CLOCK_JUMP_MS_MAX ? 'behind' : 'right',
        offMs,
        against: 'chain',
      };
    }
    const judged = this.#judge(wall, least);
    if (judged.state !== 'ahead') return judged;
    // An operator may have accepted the clock meanwhile.
    this.#anchor = this.#stored() ?? this.#anchor;
    return this.#judge(wall, least);
  }

  #judge(wall: number, least: number): ClockReading {
    if (this.#anchor === null) {
      const offMs = wall - least;
      if (offMs > CLOCK_IDLE_MS_MAX) return { timestamp: least, wall, state: 'ahead', offMs, against: 'chain' };
      this.#believe();
      return { timestamp: wall, wall, state: 'right', offMs: 0, against: 'chain' };
    }
    const expected = this.#anchor.wall_ms + (this.#clock.uptime() - this.#anchor.uptime_ms);
    const offMs = wall - expected;
    if (offMs > CLOCK_JUMP_MS_MAX) {
      const timestamp = Math.max(least, Math.floor(expected));
      return { timestamp, wall, state: 'ahead', offMs, against: 'uptime' };
    }
    // It was set back to a time that the chain has not reached: the earlier one was wrong.
    if (-offMs > CLOCK_JUMP_MS_MAX) this.#believe();
    return { timestamp: wall, wall, state: 'right', offMs, against: 'uptime' };
  }

  #believe(): void {
    this.#anchor = { ...anchorNow(this.#clock), accepted: this.#anchor?.accepted ?? [] };
    if (this.#keeps) keepAnchor(this.#path, this.#anchor);
  }
}

/** As a node that seals would read it; nothing is written. */
export function readWithoutKeeping(clock: MachineClock, path: string, least: number): ClockReading {
  return new SealingClock(clock, path, { keeps: false }).read(least);
}

/** Believes the clock as it is, by decision of an operator, and keeps a record of it. @throws STORAGE_FULL, STORAGE_DENIED, STORAGE_READ_ONLY, STORAGE_FAILED */
export function acceptClock(
  clock: MachineClock,
  path: string,
): { readonly wall: number; readonly offMs: number | null } {
  const before = readAnchor(path);
  const anchor = anchorNow(clock);
  const isSameRun = before !== null && before.boot_id === anchor.boot_id;
  const offMs = isSameRun ? anchor.wall_ms - before.wall_ms - (anchor.uptime_ms - before.uptime_ms) : null;
  const accepted = [...(before?.accepted ?? []), { wall_ms: anchor.wall_ms, off_ms: offMs }];
  writeAnchor(path, { ...anchor, accepted: accepted.slice(-CLOCK_ACCEPTED_KEPT_MAX) });
  return { wall: anchor.wall_ms, offMs };
}

export function clockError({ wall, offMs, against }: ClockReading): QuantumLockError {
  const days = `${(offMs / 86_400_000).toFixed(1)} days`;
  return new QuantumLockError(
    'CLOCK_IMPLAUSIBLE',
    `the clock of this machine says ${isoTime(wall)}, which is ${days} ahead of ${
      against === 'uptime' ? 'what it said before and how long the machine has run since' : 'the newest block'
    }: nothing is sealed with that time`,
    { context: { wall, ahead_ms: Math.round(offMs), against } },
  );
}
