/**
 * Commands that are shown for copying. There is no other place that makes them: each word is quoted for a POSIX shell
 * (XCU §2.2), and what is shown is plain text in which nothing is invisible, so what is copied is what was read.
 */

/** A word of letters, digits and marks that no shell reads as anything else; `=` and `~` mean something at its start. */
const PLAIN_WORD = /^[\w./:@+,-][\w./:@+,=-]*$/;

/** Characters that a terminal acts on or does not show as themselves: a word with one is written by its bytes. */
const NOT_TYPED = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Co}\p{Cn}]|(?! )\p{Zs}/u;

/** Within `$(printf '…')`: what the format or a shell's history would read differently. */
const WRITTEN_BY_BYTES = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Co}\p{Cn}%'\\!]|(?! )\p{Zs}|^-/gu;

/** `word` as a shell takes it: one word, nothing expanded. A shell has no word with a NUL: it is left out. */
export function shellWord(word: string): string {
  const text = word.toWellFormed().replaceAll('\0', '');
  if (PLAIN_WORD.test(text)) return text;
  if (!NOT_TYPED.test(text)) return `'${text.replaceAll("'", String.raw`'\''`)}'`;
  // A command substitution drops the line breaks at its end, so those stand after it.
  const lines = /\n*$/.exec(text)?.[0] ?? '';
  const bytes = text.slice(0, text.length - lines.length).replace(WRITTEN_BY_BYTES, octal);
  return `"$(printf '${bytes}')"${lines === '' ? '' : `'${lines}'`}`;
}

/** Words as one line of a shell. */
export function shellLine(words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}

export interface CommandParts {
  /** `['env', 'promote']`. */
  readonly command: readonly string[];
  /** What has no name: ids, keys. */
  readonly operands?: readonly string[];
  /** By name, without the dashes: a value, several, or `true` for one that takes none; null, false and undefined leave it out. */
  readonly options?: Readonly<Record<string, string | readonly string[] | boolean | null | undefined>>;
  /** How the program is called: `dm`, or `npx dm` where it is not installed. */
  readonly program?: readonly string[];
}

/**
 * A `dm` command for a shell, whose parser reads every value as that value, whatever it begins with. Operands stand before
 * the options, one of which may take several values; behind `--` where they could be read as options themselves.
 */
export function commandLine({ command, operands = [], options = {}, program = ['dm'] }: CommandParts): string {
  const named = Object.entries(options).flatMap(([name, value]) => optionWords(name, value));
  const isLast = operands.some((operand) => operand.startsWith('-'));
  return shellLine([...program, ...command, ...(isLast ? [...named, '--', ...operands] : [...operands, ...named])]);
}

function optionWords(name: string, value: string | readonly string[] | boolean | null | undefined): string[] {
  if (value === undefined || value === null || value === false) return [];
  if (value === true) return [`--${name}`];
  return [value]
    .flat()
    .flatMap((one) => (one === '' || one.startsWith('-') ? [`--${name}=${one}`] : [`--${name}`, one]));
}

const UTF8 = new TextEncoder();

function octal(character: string): string {
  return [...UTF8.encode(character)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
