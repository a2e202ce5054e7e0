import { afterEach, beforeAll } from 'vitest';

import { defined } from '../../src/base/assert.ts';
import { confirmReview, type Confirming } from './confirm-review.ts';
import { openBench, SeededConsole, type LookOptions, type OpenPage } from './seeded-console.ts';

/** A console on a seeded chain that all tests of a file share, each with a page of its own, and each leaving it as it was found. */
export interface SeededSuite {
  readonly sandbox: SeededConsole;
  /** Of the test that runs. */
  readonly open: OpenPage;
  openConsole(look?: LookOptions): Promise<void>;
  /** Confirms in the window of its own what the button asks for. */
  confirm(button: string, more?: Partial<Confirming>): Promise<void>;
}

export function seededSuite(): SeededSuite {
  let sandbox: SeededConsole | null = null;
  let open: OpenPage | null = null;
  const suite: SeededSuite = {
    get sandbox() {
      return defined(sandbox, 'the console of the suite');
    },
    get open() {
      return defined(open, 'the page of the test');
    },
    openConsole: async (look = {}) => {
      open = await suite.sandbox.open(look);
    },
    confirm: (button, more = {}) =>
      confirmReview({ ...suite.open, signingCode: suite.sandbox.signingCode, ...more }, button),
  };
  beforeAll(async () => {
    const bench = await openBench();
    sandbox = await SeededConsole.start(bench);
    return async () => {
      await suite.sandbox.close();
      await bench.close();
    };
  });
  afterEach(async () => {
    await suite.open.close();
    await suite.sandbox.settle();
  });
  return suite;
}
