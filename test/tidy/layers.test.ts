import { describe, expect, test } from 'vitest';

import { forbiddenImports, layers, nondeterminismIn } from './layers.ts';
import { readSourceFiles } from './source-files.ts';

const file = (path: string, text: string): { path: string; text: string } => ({ path, text });

describe('the import table', () => {
  test('holds for every source file', () => {
    expect(forbiddenImports(readSourceFiles(layers))).toEqual([]);
  });

  test.each([
    ['src/base/a.ts', `import { b } from '../ledger/b.ts';`],
    ['src/ledger/actions/a.ts', `import { b } from '../../node/b.ts';`],
    ['src/ledger/a.ts', `export * from '../api/b.ts';`],
    ['src/api/a.ts', `import type { B } from '../node/b.ts';`],
    ['src/node/a.ts', `const { b } = await import('../client/b.ts');`],
    ['src/node/a.ts', `const worker = new URL('../cli/b.ts', import.meta.url);`],
    ['src/cli/a.ts', `import { b } from '../../electron/b.ts';`],
    ['src/cli/a.ts', `import {\n  b,\n  c,\n} from '../../renderer/b.ts';`],
    ['src/cli/a.ts', `import { b } from '../../test/b.ts';`],
    ['electron/a.ts', `import { b } from '../src/ledger/b.ts';`],
    ['renderer/a.tsx', `import { b } from '../src/node/b.ts';`],
    ['renderer/views/a.tsx', `import { b } from '../../electron/b.ts';`],
  ])('refuses the import in %s: %s', (path, text) => {
    expect(forbiddenImports([file(path, text)])).toHaveLength(1);
  });

  test('allows what it lists, and a layer itself', () => {
    const files = [
      file('src/ledger/a.ts', `import { b } from '../base/b.ts'; import { c } from './c.ts';`),
      file('src/cli/a.ts', `import { b } from '../node/b.ts';`),
      file('renderer/a.tsx', `import { useState } from 'react'; import '../src/api/b.ts';`),
    ];
    expect(forbiddenImports(files)).toEqual([]);
  });

  test('refuses a file outside every layer', () => {
    expect(forbiddenImports([file('src/other/a.ts', `import 'react';`)])).toHaveLength(1);
  });

  test('is not fooled by an import in a comment, nor blind to one after a string holding //', () => {
    const text = `// import '../node/b.ts'\n/* from '../node/b.ts' */ const u = 'http://x';import '../node/c.ts';`;
    expect(forbiddenImports([file('src/base/a.ts', text)])).toEqual([
      'src/base/a.ts imports src/node/c.ts: src/base may not import src/node',
    ]);
  });

  test('fails on an empty scan', () => {
    expect(() => forbiddenImports([])).toThrow('nothing was checked');
    expect(() => readSourceFiles(['test/tidy/no-such-folder'])).toThrow();
  });
});

describe('the ledger', () => {
  test('has no clock, randomness, asynchrony or platform in it', () => {
    expect(nondeterminismIn(readSourceFiles(['src/ledger']))).toEqual([]);
  });

  test.each([
    `const now = Date.now();`,
    `const at = new Date();`,
    `const r = Math.random();`,
    `export async function apply() {}`,
    `await apply();`,
    `return Promise.resolve(1);`,
    `import { readFileSync } from 'node:fs';`,
    `const home = process.env.HOME;`,
    `crypto.getRandomValues(bytes);`,
    `performance.now();`,
    `setTimeout(apply, 1);`,
    `console.log(1);`,
    `names.sort((a, b) => a.localeCompare(b));`,
  ])('refuses: %s', (text) => {
    expect(nondeterminismIn([file('src/ledger/a.ts', text)])).not.toEqual([]);
  });

  test('may speak of a clock in a comment', () => {
    const text = `/** Never Date.now(): the block's time. */ const a = 1; // no async here`;
    expect(nondeterminismIn([file('src/ledger/a.ts', text)])).toEqual([]);
  });

  test('fails on an empty scan', () => {
    expect(() => nondeterminismIn([file('src/base/a.ts', '')])).toThrow('nothing was checked');
  });
});
