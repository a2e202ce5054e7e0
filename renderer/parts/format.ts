import { isCalendarTime, isoTime } from '../../src/base/iso-time.ts';

/** How figures are written. Every number carries its unit; what is not known is an en dash. */

export const UNKNOWN = '–';

const countFormat = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const decimalFormat = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const dayFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const shortDayFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const minuteFormat = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const clockFormat = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

export function formatCount(value: number): string {
  return countFormat.format(value);
}

/** `3 files`, `1 file`. */
export function formatQuantity(value: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(value)} ${value === 1 ? noun : plural}`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return formatQuantity(bytes, 'byte');
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${decimalFormat.format(value)} ${units[unit]}`;
}

/** A duration in microseconds, in the unit that reads best. */
export function formatMicroseconds(value: number | null): string {
  if (value === null) return UNKNOWN;
  if (value < 1_000) return `${formatCount(value)} µs`;
  if (value < 1_000_000) return `${decimalFormat.format(value / 1_000)} ms`;
  return `${decimalFormat.format(value / 1_000_000)} s`;
}

export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1_000;
  if (seconds < 1) return `${Math.round(seconds * 1_000)} ms`;
  if (seconds < 10) return `${decimalFormat.format(seconds)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return formatQuantity(Math.floor(hours / 24), 'day');
}

/** A clock that is off by less than this says nothing. */
const AHEAD_MS_MIN = 60_000;

/** How long ago; of a time that is to come yet, as a chain's may be, how far ahead it is. */
export function formatAge(time: number, now: number): string {
  const age = now - time;
  if (age < -AHEAD_MS_MIN) return `${formatDuration(-age)} ahead`;
  return age < 1_500 ? 'now' : `${formatDuration(Math.floor(age / 1_000) * 1_000)} ago`;
}

export function formatRate(perSecond: number): string {
  return perSecond > 0 && perSecond < 10 ? decimalFormat.format(perSecond) : formatCount(perSecond);
}

/** Local date and time to the second. */
export function formatTime(time: number): string {
  if (!isCalendarTime(time)) return isoTime(time);
  const date = new Date(time);
  return `${dayFormat.format(date)}, ${clockFormat.format(date)}`;
}

/** As {@link formatTime} for a column: without the year where it is this year, without the seconds where it is not. */
export function formatTimeShort(time: number, now: number): string {
  if (!isCalendarTime(time)) return isoTime(time);
  const date = new Date(time);
  if (date.getFullYear() === new Date(now).getFullYear())
    return `${shortDayFormat.format(date)}, ${clockFormat.format(date)}`;
  return formatTime(time).slice(0, -3);
}

/** When, to the minute: the time alone where it is today. */
export function formatMoment(time: number, now: number): string {
  if (!isCalendarTime(time)) return isoTime(time);
  const date = new Date(time);
  const minutes = minuteFormat.format(date);
  const today = new Date(now);
  if (date.toDateString() === today.toDateString()) return minutes;
  const day = (date.getFullYear() === today.getFullYear() ? shortDayFormat : dayFormat).format(date);
  return `${day}, ${minutes}`;
}

/** Time of day, to the minute. */
export function formatMinute(time: number): string {
  return isCalendarTime(time) ? minuteFormat.format(new Date(time)) : isoTime(time);
}

/** First and last characters: enough to compare two, never meant to be read. */
export function shortenHex(value: string): string {
  return value.length <= 14 ? value : `${value.slice(0, 6)}…${value.slice(-4)}`;
}

/** `promote_environment` as a person says it. */
export function formatAction(action: string): string {
  const words = action.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function formatLevel(level: string): string {
  return formatAction(level);
}

/** Any JSON value on one line. */
export function formatValue(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Unix milliseconds, as text, as a `datetime-local` field holds them; empty where there are none. */
export function encodeLocalTime(time: string | null): string {
  if (time === null || !/^\d{1,15}$/.test(time)) return '';
  const date = new Date(Number(time));
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}

/** The other way; null where the field holds no time. */
export function decodeLocalTime(value: string): string | null {
  const time = new Date(value).getTime();
  return Number.isNaN(time) ? null : String(time);
}
