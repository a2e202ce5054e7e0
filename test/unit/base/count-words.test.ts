import { expect, test } from 'vitest';

import { fullWords, keptWords } from '../../../src/api/operator/backups.ts';
import { counted, ordinal } from '../../../src/base/count-words.ts';

test('a count has its noun in the singular or the plural', () => {
  expect([0, 1, 2, 11].map((count) => counted(count, 'block'))).toEqual([
    '0 blocks',
    '1 block',
    '2 blocks',
    '11 blocks',
  ]);
});

test('an ordinal has its suffix', () => {
  expect([1, 2, 3, 4, 7, 11, 12, 13, 21, 22, 101, 111].map(ordinal)).toEqual(
    '1st 2nd 3rd 4th 7th 11th 12th 13th 21st 22nd 101st 111th'.split(' '),
  );
});

test('a schedule of backups is told in words', () => {
  const schedule = { every_hours: 1, with_content: true, drill_every_days: null };
  const of = (full_every: number, keep_fulls: number, keep_days: number) => {
    const each = { ...schedule, full_every, keep_fulls, keep_days, recipients: [] };
    return [fullWords(each), keptWords(each)];
  };
  expect(of(1, 1, 0)).toEqual(['all in full', 'the newest full backup']);
  expect(of(7, 4, 30)).toEqual(['every 7th in full', 'the newest 4 full backups and whatever is younger than 30 days']);
  expect(of(2, 2, 1)).toEqual(['every 2nd in full', 'the newest 2 full backups and whatever is younger than 1 day']);
});
