import type { Mutant } from './find-mutants.ts';

/**
 * Switches every mutant of a file on and off while it runs: QL_MUTANT holds the number of the one that is on. With QL_MUTANT_HITS,
 * the number of each mutant that is reached is written to that file, once a process.
 */
const SWITCH = `
import { appendFileSync as __append } from 'node:fs';
const __on = Number(process.env.QL_MUTANT ?? 0);
const __hits = process.env.QL_MUTANT_HITS;
const __seen = (globalThis.__mutantsSeen ??= new Set());
const __m = (id) => {
  if (__hits !== undefined && !__seen.has(id)) { __seen.add(id); __append(__hits, id + '\\n'); }
  return __on === id;
};
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
        ? `if (!__m(${id})) { ${text} }`
        : `(__m(${id}) ? (${mutant.replacement}) : (${text}))`;
  }
  return text;
}
