import { rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { checkoutRoot } from '../../../build/checkout.mjs';
import { ensureBuilt, isUpToDate, type BuiltOutput } from '../../../build/setup/built-output.mjs';
import { temporaryDirectory } from '../../temporary-directory.ts';

test('what was built is up to date until an input changes or it is gone', () => {
  const directory = temporaryDirectory();
  const input = join(directory, 'input.txt');
  const product = join(directory, 'product.txt');
  writeFileSync(input, 'one');
  const output: BuiltOutput = {
    name: `test-${process.pid}`,
    inputs: [relative(checkoutRoot, input)],
    product: relative(checkoutRoot, product),
    command: () => ['-e', `fs.copyFileSync(${JSON.stringify(input)}, ${JSON.stringify(product)})`],
  };
  onTestFinished(() => rmSync(join(checkoutRoot, 'dist', `${output.name}.stamp`), { force: true }));
  const say = (): void => undefined;

  expect(isUpToDate(output)).toBe(false);
  expect(ensureBuilt(output, say)).toBe('built');
  expect(isUpToDate(output)).toBe(true);
  expect(ensureBuilt(output, say)).toBe('up to date');

  writeFileSync(input, 'two');
  expect(isUpToDate(output)).toBe(false);
  expect(ensureBuilt(output, say)).toBe('built');

  rmSync(product);
  expect(isUpToDate(output)).toBe(false);
});
