import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { checkoutRoot } from '../../build/checkout.mjs';

/** A path from the root of the checkout, as a document writes one; what is a pattern or has a part to fill in is none. */
const PATH = /`((?:src|renderer|electron|test|build|docs)\/[\w./-]*\w\/?)`/g;

/** The files and folders that a document names and that are not there. */
function missingPaths(text: string): readonly string[] {
  return [...text.matchAll(PATH)].flatMap(([, path = '']) => (existsSync(join(checkoutRoot, path)) ? [] : [path]));
}

describe('the documents', () => {
  test.each(globSync(['README.md', 'docs/*.md'], { cwd: checkoutRoot }))('%s names files that are there', (file) => {
    expect(missingPaths(readFileSync(join(checkoutRoot, file), 'utf8'))).toEqual([]);
  });

  test('are held to it', () => {
    expect(
      missingPaths('`src/node/host/host.ts`, `src/node` and `src/node/*.ts`, `src/gone.ts`, `docs/<name>.md`'),
    ).toEqual(['src/gone.ts']);
  });
});
