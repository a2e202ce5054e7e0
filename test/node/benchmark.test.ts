import { describe, expect, test } from 'vitest';
import { measureCommit } from '../bench/commit.ts';
import { join } from 'node:path';
import { foundSyntheticChain } from '../../src/node/benchmark/synthetic-chain.ts';
import { measurePageUnderLoad } from '../bench/page-under-load.ts';
import { measureRollback, registerEnvironments } from '../bench/rollback.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

/** Nothing timed is asserted: a measurement that no longer runs would be noticed only when somebody needs its figures. */
describe('the measurements run', () => {
  test('of a commit', async () => {
    const figures = await measureCommit(temporaryDirectory(), 200);
    expect(figures.map(({ name }) => name)).toContain('committed ÷ native verify');
    expect(figures.every(({ value }) => Number.isFinite(value))).toBe(true);
  }, 60_000);

  test('of the page under load', async () => {
    const figures = await measurePageUnderLoad(temporaryDirectory(), 2_000);
    expect(figures.map(({ name }) => name)).toContain('a page action, p95');
    expect(figures.find(({ name }) => name === 'page actions measured')?.value).toBeGreaterThan(0);
  }, 60_000);

  test('of a rollback', async () => {
    const directory = temporaryDirectory();
    const chain = foundSyntheticChain(join(directory, 'large', 'chain'));
    await registerEnvironments(chain, 120);
    const figures = await measureRollback(directory, chain, { small: 40, large: 120, changed: 20 });
    expect(figures).toHaveLength(3);
    expect(figures.every(({ value }) => Number.isFinite(value) && value > 0)).toBe(true);
  }, 60_000);
});
