import type { Mutant } from './find-mutants.ts';

/**
 * Asks of every mutant whether it is on. In the process of the tests their runner says so; in a thread or process that a test
 * starts, QL_MUTANT does, and the number of each mutant that is reached goes to the file that QL_MUTANT_HITS names.
 */
const SWITCH = `
import { appendFileSync as __append } from 'node:fs';
function __m(id) {
  const mutants = (globalThis.__mutants ??= {
    on: Number(process.env.QL_MUTANT ?? 0),
    reached: { add: (id) => { if (process.env.QL_MUTANT_HITS) __append(process.env.QL_MUTANT_HITS, id + '\\n'); } },
  });
  mutants.reached.add(id);
  return mutants.on === id;
}
`;

interface Span {
  readonly start: number;
  readonly end: number;
  readonly mutants: { readonly id: number; readonly mutant: Mutant }[];
  readonly inside: Span[];
}

/** The source with all its mutants in it, numbered from `firstId` in the order given. */
export function instrument(source: string, mutants: readonly Mutant[], firstId: number): string {
  const outermost: Span = { start: 0, end: source.length, mutants: [], inside: [] };
  const open: Span[] = [outermost];
  mutants.forEach((mutant, offset) => {
    let top = open.at(-1) ?? outermost;
    while (mutant.start >= top.end && top !== outermost) {
      open.pop();
      top = open.at(-1) ?? outermost;
    }
    const entry = { id: firstId + offset, mutant };
    if (top !== outermost && top.start === mutant.start && top.end === mutant.end) top.mutants.push(entry);
    else {
      const span: Span = { start: mutant.start, end: mutant.end, mutants: [entry], inside: [] };
      top.inside.push(span);
      open.push(span);
    }
  });
  return `${emit(source, outermost)}\n${SWITCH}`;
}

function emit(source: string, span: Span): string {
  let text = '';
  let at = span.start;
  for (const inner of span.inside) {
    text += source.slice(at, inner.start) + emit(source, inner);
    at = inner.end;
  }
  text += source.slice(at, span.end);
  for (const { id, mutant } of span.mutants.toReversed()) {
    text =
      mutant.kind === 'statement'
        ? // In braces of its own: an `else` that follows belongs to the product's `if`.
          `{ if (!__m(${id})) { ${text} } }`
        : `(__m(${id}) ? (${mutant.replacement}) : (${text}))`;
  }
  return text;
}
