const DAY_MS = 86_400_000;

/**
 * Unix milliseconds from 0 as a date and time in UTC, by arithmetic alone: "2026-11-25 18:24:03Z". The days of the Gregorian
 * calendar are counted from March, as in H. Hinnant, "chrono-compatible low-level date algorithms", civil_from_days.
 */
export function calendarWords(time: number): string {
  const days = Math.floor(time / DAY_MS) + 719_468;
  const cycle = Math.floor(days / 146_097);
  const dayOfCycle = days - cycle * 146_097;
  const leapDays = Math.floor(dayOfCycle / 1_460) - Math.floor(dayOfCycle / 36_524) + Math.floor(dayOfCycle / 146_096);
  const yearOfCycle = Math.floor((dayOfCycle - leapDays) / 365);
  const dayOfYear = dayOfCycle - (365 * yearOfCycle + Math.floor(yearOfCycle / 4) - Math.floor(yearOfCycle / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfCycle + cycle * 400 + (month <= 2 ? 1 : 0);
  const seconds = Math.floor((time % DAY_MS) / 1000);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(':');
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)} ${clock}Z`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
