import type { SourceFile } from './source-files.ts';

/**
 * Words and phrases that a reader with standard technical English does not understand at first reading, each with the
 * plain ones. They were a habit of this code base: a text that needs one again is written with the word on the right.
 */
export const ODD_WORDS: readonly { readonly odd: RegExp; readonly plain: string }[] = [
  { odd: /\banew\b/i, plain: 'again, or rebuilt' },
  { odd: /\bwho(?:m)?ever\b/i, plain: 'anyone who' },
  { odd: /\bhearsay\b/i, plain: 'unsigned information' },
  { odd: /\bof our own\b/i, plain: 'our own' },
  { odd: /\bsays? of (?:itself|themselves)\b/i, plain: 'says about itself' },
  { odd: /\bwhat (?:came|comes|became) of\b/i, plain: 'the result of' },
  { odd: /\b(?:lies?|stands?) beside\b/i, plain: 'is next to' },
  { odd: /\bgo(?:es)? on\b(?! the)/i, plain: 'continue' },
  { odd: /\bfor good\b(?! measure)/i, plain: 'permanently' },
  { odd: /\bworth nothing\b/i, plain: 'void, or not valid' },
  { odd: /\bcounts? no longer\b/i, plain: 'no longer counts' },
  { odd: /\bonce more\b/i, plain: 'again' },
  { odd: /\ball the same\b/i, plain: 'anyway' },
  { odd: /\bmend(?:s|ed|ing)?\b/i, plain: 'repair' },
  { odd: /\bbrought in\b|\bbrings? in\b/i, plain: 'import' },
  { odd: /\bh(?:eld|olds?) against\b/i, plain: 'check against' },
  { odd: /\b(?:has|have|gains?|loses?) (?:a|no) say\b/i, plain: 'may vote' },
  { odd: /\bsay(?:s|ing)? otherwise than\b|\bsaid otherwise than\b/i, plain: 'contradict' },
  { odd: /\btold unasked\b|\btells? unasked\b/i, plain: 'pushed' },
  { odd: /\bby now\b.*\bsomething else\b|\bsomething else than\b/i, plain: 'something other than' },
];

/** Each line that has an odd word, with the plain one. Reads texts and comments alike. */
export function oddWords(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ path, text }) =>
    text
      .split('\n')
      .flatMap((line, index) =>
        ODD_WORDS.flatMap(({ odd, plain }) =>
          odd.test(line) ? [`${path}:${index + 1} says "${odd.exec(line)?.[0] ?? ''}"; write: ${plain}`] : [],
        ),
      ),
  );
}
