import { expect, test } from 'vitest';

import { calendarWords } from '../../../src/base/calendar-words.ts';

test('a time is what the calendar says', () => {
  const times = [0, 1, 951_782_399_999, 951_782_400_000, 1_750_000_000_000, 4_107_542_400_000, 10_755_590_400_000];
  for (let time = 12_345; time < 200_000_000_000_000; time = time * 3 + 86_399_000) times.push(time);
  for (const time of times) {
    const iso = new Date(time).toISOString();
    expect(calendarWords(time)).toBe(`${iso.slice(0, 19).replace('T', ' ')}Z`);
  }
});
