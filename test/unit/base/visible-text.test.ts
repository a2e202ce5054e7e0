import { describe, expect, test } from 'vitest';
import { unseenRanges } from '../../../build/unseen-characters.mjs';
import { UNSEEN_RANGES } from '../../../src/base/unseen-characters.ts';
import { visibleText } from '../../../src/base/visible-text.ts';

describe('visibleText', () => {
  test.each([
    ['an escape sequence', 'a\u001b[2Kb', 'a\\u{1b}[2Kb'],
    ['a C1 control', '\u009b2J\u0085', '\\u{9b}2J\\u{85}'],
    ['line breaks of every kind', 'a\n\r\u2028\u2029\u000b\u000c', 'a\\u{a}\\u{d}\\u{2028}\\u{2029}\\u{b}\\u{c}'],
    ['direction marks', '\u202e\u2066\u061c\u200f', '\\u{202e}\\u{2066}\\u{61c}\\u{200f}'],
    ['fillers that are letters', 'x\u3164\u115f\u1160\uffa0', 'x\\u{3164}\\u{115f}\\u{1160}\\u{ffa0}'],
    ['blanks', '\u00a0\u3000\u2800\u2003\u202f', '\\u{a0}\\u{3000}\\u{2800}\\u{2003}\\u{202f}'],
    [
      'default ignorables',
      '\u034f\u00ad\ufe0f\u{e0101}\u17b4\u2065',
      '\\u{34f}\\u{ad}\\u{fe0f}\\u{e0101}\\u{17b4}\\u{2065}',
    ],
    ['tag characters that nobody assigned', '\u{e0002}\u{e0fff}', '\\u{e0002}\\u{e0fff}'],
    ['unpaired surrogates', 'a\ud800b\udc00', 'a\\u{d800}b\\u{dc00}'],
    ['non-characters', '\ufffe\u{10ffff}', '\\u{fffe}\\u{10ffff}'],
  ])('writes %s as codes', (_, text, visible) => {
    expect(visibleText(text)).toBe(visible);
    expect(visibleText(visible)).toBe(visible);
  });

  test('leaves what is seen as it is', () => {
    const seen = 'Ünïcödé 日本語 한국어 עברית العربية 😀 a b — “quoted” \\ \\u{41} e\u0301 \ue000';
    expect(visibleText(seen)).toBe(seen);
  });

  test('is the same on every engine: the committed table is what the pinned Node gives', () => {
    expect(UNSEEN_RANGES).toEqual(unseenRanges());
  });
});
