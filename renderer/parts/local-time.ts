/** Unix milliseconds, as text, from and to what a `datetime-local` field holds. */

export function encodeLocalTime(time: string | null): string {
  if (time === null || !/^\d{1,15}$/.test(time)) return '';
  const date = new Date(Number(time));
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}

export function decodeLocalTime(value: string): string | null {
  const time = new Date(value).getTime();
  return Number.isNaN(time) ? null : String(time);
}
