import unhomoglyph from 'unhomoglyph';

import { withoutUnseen } from './visible-text.ts';

/**
 * Names that look alike: the skeletons of Unicode's UTS #39, §4 (its table of confusable characters comes with the
 * package, at one version for everybody), without regard to case, to the width of letters, to what is not seen and to
 * how words are joined. For warnings before something is signed and for marks next to names; no rule of the chain
 * depends on it.
 */

/** How words are joined: blanks, dots, underscores and every kind of dash. */
const JOIN = /[\s._\p{Pd}]+/gu;

/** Digits that are written for letters; the table has `0` and `1` for `O` and `l` besides. */
const DIGITS_AS_LETTERS: ReadonlyMap<string, string> = new Map([
  ['0', 'o'],
  ['1', 'i'],
  ['3', 'e'],
  ['4', 'a'],
  ['5', 's'],
  ['7', 't'],
]);

/**
 * Two names are alike where they share one of these. As written and in lower case: `I` looks like `l` as it is, and
 * like `i` to anyone who knows the word; `m4ze` is read as `maze`. Joined in one way and not at all: `team-a` looks
 * like `team_a` and like `teama`; but `run-1-12` and `run-11-2` are two runs, so digits stay apart.
 */
export function lookalikeKeys(name: string): readonly string[] {
  const seen = joined(ASCII.test(name) ? name : withoutUnseen(name.normalize('NFKD').replaceAll(JOIN, '-')));
  const lower = seen.toLowerCase();
  const keys = new Set([skeleton(seen), skeleton(lower)]);
  const loose = seen.includes('-') ? withoutJoins(seen) : seen;
  const looseLower = loose.toLowerCase();
  keys.add(skeleton(loose)).add(skeleton(looseLower));
  if (DIGITS.test(lower)) keys.add(skeleton(withDigitsRead(lower))).add(skeleton(withDigitsRead(looseLower)));
  return [...keys];
}

export function isLookalike(left: string, right: string): boolean {
  const keys = lookalikeKeys(left);
  return lookalikeKeys(right).some((key) => keys.includes(key));
}

function joined(name: string): string {
  return name.replaceAll(/[ ._-]+/g, '-').replaceAll(/^-|-$/g, '');
}

/** The joins between digits are kept. */
function withoutJoins(name: string): string {
  return name.replaceAll(/(?<!\p{Nd})-|-(?!\p{Nd})/gu, '');
}

const DIGITS = /[013457]/;

function withDigitsRead(name: string): string {
  return name.replaceAll(/[013457]/g, (digit) => DIGITS_AS_LETTERS.get(digit) ?? digit);
}

/** Ids are of these, and a chain may have a hundred thousand: the table's own answers for them, without the table. */
const ASCII = /^[\x20-\x7e]*$/;
const ASCII_CHANGED = new Map(
  Array.from({ length: 0x80 }, (_, code) => String.fromCharCode(code))
    .map((mark) => [mark, unhomoglyph(mark)] as const)
    .filter(([mark, skeletonOf]) => mark !== skeletonOf),
);
const ASCII_CHANGES = new RegExp(
  `[${[...ASCII_CHANGED.keys()].map((mark) => `\\u{${mark.charCodeAt(0).toString(16)}}`).join('')}]`,
  'gu',
);

function skeleton(name: string): string {
  const plain = ASCII.test(name)
    ? name.replaceAll(ASCII_CHANGES, (mark) => ASCII_CHANGED.get(mark) ?? mark)
    : unhomoglyph(name).normalize('NFKD');
  return plain.toLowerCase();
}
