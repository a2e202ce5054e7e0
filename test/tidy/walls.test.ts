import { describe, expect, test } from 'vitest';

import { readSourceFiles } from './source-files.ts';
import { breaches, climbs, cycles, ledgerFloors, screensInScreens, unusedGates, walls } from './walls.ts';

const product = readSourceFiles(['src', 'electron', 'renderer']);
const file = (path: string, target: string): { path: string; text: string } => ({
  path,
  text: `import type { B } from '${target}';`,
});

describe('the walls inside the layers', () => {
  test('hold', () => {
    expect(breaches(product)).toEqual([]);
  });

  test.each(walls)('$of reaches no $against', ({ of, against }) => {
    const up = '../'.repeat(of.split('/').length);
    expect(
      breaches([
        file(`${of}/a.ts`, `${up}${against.replace(/\.ts$/, '')}${against.endsWith('.ts') ? '.ts' : '/b.ts'}`),
      ]),
    ).toHaveLength(1);
    expect(breaches([file(`${of}/a.ts`, './b.ts')])).toEqual([]);
  });

  const gates = walls.flatMap(({ of, through = [] }) => through.map((gate) => [of, gate] as const));

  test.each(gates)('let %s reach %s', (of, gate) => {
    const up = '../'.repeat(of.split('/').length);
    expect(breaches([file(`${of}/a.ts`, `${up}${gate}`)])).toEqual([]);
  });

  test('have no way through that nobody goes', () => {
    expect(unusedGates(product)).toEqual([]);
    expect(unusedGates([file('src/node/doors/a.ts', '../host/b.ts')])).toHaveLength(gates.length);
  });

  test('stand around places that are there', () => {
    for (const place of walls.flatMap(({ of, against }) => [of, against]))
      expect(
        product.some(({ path }) => path === place || path.startsWith(`${place}/`)),
        place,
      ).toBe(true);
  });

  test('keep each screen to itself', () => {
    expect(screensInScreens(product)).toEqual([]);
    expect(screensInScreens([file('renderer/screens/keys/tasks/a.tsx', '../../audit/b.ts')])).toHaveLength(1);
    expect(screensInScreens([file('renderer/screens/keys/tasks/a.tsx', '../b.ts')])).toEqual([]);
  });

  test('fail on an empty scan', () => {
    for (const check of [breaches, unusedGates, screensInScreens, climbs, cycles])
      expect(() => check([])).toThrow('nothing was checked');
  });
});

describe('the floors of the ledger', () => {
  test('are climbed by no import, not of a type either', () => {
    expect(climbs(product)).toEqual([]);
  });

  test.each(ledgerFloors.slice(1).map((above, index) => [ledgerFloors[index] ?? '', above]))(
    '%s does not reach %s',
    (below, above) => {
      const target =
        below === 'src/ledger'
          ? `./${above.slice('src/ledger/'.length)}/b.ts`
          : `../${above.slice('src/ledger/'.length)}/b.ts`;
      expect(climbs([file(`${below}/a.ts`, target)])).toHaveLength(1);
      expect(
        climbs([
          file(`${above}/b.ts`, below === 'src/ledger' ? '../a.ts' : `../${below.slice('src/ledger/'.length)}/a.ts`),
        ]),
      ).toEqual([]);
    },
  );

  test('have a place for every folder', () => {
    expect(climbs([file('src/ledger/other/a.ts', '../rejections.ts')])).toHaveLength(1);
  });
});

describe('files', () => {
  test('import one another in no ring, not for a type either', () => {
    expect(cycles(product)).toEqual([]);
  });

  test('are found in a ring of any length', () => {
    const ring = ['a', 'b', 'c'].map((name, index, all) =>
      file(`src/${name}.ts`, `./${all[(index + 1) % 3] ?? ''}.ts`),
    );
    expect(cycles([...ring, file('src/d.ts', './a.ts')])).toEqual([['src/a.ts', 'src/b.ts', 'src/c.ts']]);
    expect(cycles([file('src/a.ts', './b.ts'), file('src/b.ts', './c.ts')])).toEqual([]);
  });
});
