import type { ViteUserConfig } from 'vitest/config';

/** QL_SOAK=1 asks the suites for their full-size counts, which take far longer than a developer waits. */
const soak = process.env['QL_SOAK'] === '1';
const minutes = (count: number): number => count * 60_000;

const config: ViteUserConfig = {
  test: {
    // A test that passes at the second try is a test that fails: there are no retries anywhere.
    retry: 0,
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          globalSetup: 'test/threads-ahead.ts',
          include: ['test/{unit,tidy,property,electron,renderer}/**/*.test.{ts,tsx}'],
          testTimeout: soak ? minutes(30) : 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // Real processes, real files, real fsync: much of it is waiting for a disk, so two files at a time.
        test: {
          name: 'node',
          globalSetup: 'test/threads-ahead.ts',
          include: ['test/{node,crash}/**/*.test.ts'],
          testTimeout: soak ? minutes(60) : minutes(2),
          hookTimeout: minutes(2),
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Each command is a process of its own. What follows shares one group, so that no processor waits for the last file of another.
        test: {
          name: 'cli',
          globalSetup: 'test/threads-ahead.ts',
          include: ['test/cli/**/*.test.ts'],
          testTimeout: minutes(4),
          hookTimeout: minutes(2),
          sequence: { groupOrder: 1 },
        },
      },
      {
        // A real browser against a real node: two at a time, since each waits for pages, keys and disks more than it works.
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/threads-ahead.ts', 'test/e2e/built-page.ts'],
          testTimeout: soak ? minutes(30) : minutes(6),
          hookTimeout: minutes(3),
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
};

export default config;
