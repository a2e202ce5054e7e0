/**
 * The same text with every comment blanked out, line numbers kept, so that prose about a rule never counts as breaking
 * it. Strings and templates stay: an import's target is a string.
 */
export function codeWithoutComments(text: string): string {
  const token = /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  return text.replace(token, (match: string, literal: string | undefined) =>
    literal === undefined ? match.replace(/[^\n]/g, ' ') : literal,
  );
}
