import type { ViteUserConfig } from 'vitest/config';

/** For runs in which each test is repeated with one mutant on after the other. */
const config: ViteUserConfig = {
  test: {
    include: ['test/**/*.test.ts'],
    runner: './test/mutation/mutation-runner.ts',
    maxWorkers: 1,
    // A mutant that makes a test wait is killed by this: less of it where no test needs long.
    testTimeout: Number(process.env['QL_TEST_TIMEOUT_MS'] ?? 60_000),
    hookTimeout: 120_000,
    retry: 0,
  },
};

export default config;
