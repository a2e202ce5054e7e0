import { CALENDAR_TIME_MAX } from './limits.ts';

/** Whether a calendar names the time: a block, or a clock, may hold what none does. */
export function isCalendarTime(time: number): boolean {
  return Math.abs(time) <= CALENDAR_TIME_MAX;
}

/** Unix milliseconds as ISO 8601 has them, in UTC; what no calendar names as milliseconds. */
export function isoTime(time: number): string {
  return isCalendarTime(time) ? new Date(time).toISOString() : `${time} ms`;
}
