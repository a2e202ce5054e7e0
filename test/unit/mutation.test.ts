import { globSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';

import { describe, expect, test } from 'vitest';

import { checkoutRoot } from '../../build/checkout.mjs';
import { findMutants, type Mutant } from '../mutation/find-mutants.ts';
import { instrument } from '../mutation/instrument.ts';
import { SIGNATURE_FILE, signingNatively } from '../mutation/native-signature.ts';
import { TARGETS } from '../mutation/targets.ts';

const SOURCE = `
import { readFileSync } from 'node:fs';
type Level = 'a' | 'b';
export function mayPass(level: Level, count: number, limits: { readonly most: number } | null): boolean {
  if (limits === null) throw new Error('no ' + 'limits');
  for (let step = 0; step < 2; step++) count += step;
  return level !== 'b' && !(count >= limits.most);
}
`;

/** The value of an expression over the instrumented source, with one mutant on. */
function valueOf(expression: string, source: string, mutants: readonly Mutant[], on: number): unknown {
  const text = stripTypeScriptTypes(instrument(source, mutants, 1))
    .replaceAll(/^import .*$/gm, '')
    .replaceAll('export ', '');
  const context = createContext({ process: { env: { QL_MUTANT: String(on) } } });
  // The switch stands at the end of the file, behind the functions that use it.
  return runInContext(`${text}\n;(${expression})`, context);
}

describe('mutants', () => {
  const mutants = findMutants('pass.ts', SOURCE);

  test('are of conditions, comparisons and statements, not of types, messages and the tests of loops', () => {
    const told = mutants.map(({ start, end, replacement }) => `${SOURCE.slice(start, end)} → ${replacement}`);
    expect(told).toEqual([
      'limits === null → true',
      'limits === null → false',
      'limits === null → (limits) !== (null)',
      "throw new Error('no ' + 'limits'); → ",
      'count += step; → ',
      "level !== 'b' && !(count >= limits.most) → (level !== 'b') || (!(count >= limits.most))",
      "level !== 'b' → (level) === ('b')",
      '!(count >= limits.most) → (count >= limits.most)',
      'count >= limits.most → (count) > (limits.most)',
      'count >= limits.most → (count) < (limits.most)',
    ]);
  });

  test('change nothing while they are off, and each something while it is on', () => {
    const calls = [
      "mayPass('a', 0, { most: 2 })",
      "mayPass('a', 0, { most: 1 })",
      "mayPass('a', 8, { most: 2 })",
      "mayPass('b', 0, { most: 2 })",
      "(() => { try { return mayPass('a', 0, null); } catch (error) { return error.message; } })()",
    ];
    const all = (on: number): unknown[] =>
      calls.map((call) => {
        try {
          return valueOf(call, SOURCE, mutants, on);
        } catch (error) {
          return String(error);
        }
      });
    expect(all(0)).toEqual([true, false, false, false, 'no limits']);
    for (const index of mutants.keys()) expect(all(index + 1), SOURCE.slice(mutants[index]?.start)).not.toEqual(all(0));
  });

  test('leave each else with its own if', () => {
    const source = `
function branch(first: boolean, second: boolean): number[] {
  const seen: number[] = [];
  if (first) seen.push(1);
  else if (second) seen.push(2);
  else seen.push(3);
  return seen;
}
`;
    const found = findMutants('branch.ts', source);
    const calls = ['branch(true, false)', 'branch(false, true)', 'branch(false, false)'];
    expect(calls.map((call) => valueOf(`${call}.join()`, source, found, 0))).toEqual(['1', '2', '3']);
    const leftOut = found.findIndex(({ start }) => source.startsWith('seen.push(1)', start));
    expect(calls.map((call) => valueOf(`${call}.join()`, source, found, leftOut + 1))).toEqual(['', '2', '3']);
  });

  test('are not looked for in what is no program', () => {
    expect(() => findMutants('broken.ts', 'const = 1')).toThrow('broken.ts');
  });
});

describe('a run over the product', () => {
  test.each(TARGETS)('finds the source and the tests of $name', ({ source, tests }) => {
    for (const pattern of [source, ...tests]) expect(globSync(pattern, { cwd: checkoutRoot }), pattern).not.toEqual([]);
  });

  test('finds the calls that it makes native', () => {
    const source = readFileSync(join(checkoutRoot, SIGNATURE_FILE), 'utf8');
    expect(signingNatively(source)).toContain('bindings.ecdsaVerify(');
    expect(() => signingNatively('')).toThrow(`${SIGNATURE_FILE} does not call`);
  });
});
