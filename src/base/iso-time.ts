import { CALENDAR_TIME_MAX } from './limits.ts';

/** Whether a calendar names the time: a block, or a clock, may hold what none does. */
export function isCalendarTime(time: number): boolean {
  return Math.abs(time) <= CALENDAR_TIME_MAX;
}

/** The rows of a block have one time, and there are millions of rows. */
let lastTold = { time: 0, text: '1970-01-01T00:00:00.000Z' };

/** Unix milliseconds as ISO 8601 has them, in UTC; what no calendar names as milliseconds. */
export function isoTime(time: number): string {
  if (time !== lastTold.time)
    lastTold = { time, text: isCalendarTime(time) ? new Date(time).toISOString() : `${time} ms` };
  return lastTold.text;
}
