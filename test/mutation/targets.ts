/** An area of the product, and the tests that are to notice whatever changes in it. */
export interface Target {
  readonly name: string;
  readonly source: string;
  readonly tests: readonly string[];
}

const LEDGER_TESTS = [
  'test/unit/ledger/**/*.test.ts',
  'test/property/governance-model.test.ts',
  'test/property/replay-window.test.ts',
];

/** What must not change unseen: who may do what, what is signed, where keys lie, and who is let in. */
export const TARGETS: readonly Target[] = [
  { name: 'governance', source: 'src/ledger/governance/*.ts', tests: LEDGER_TESTS },
  { name: 'actions', source: 'src/ledger/actions/*.ts', tests: LEDGER_TESTS },
  {
    name: 'signing',
    source: 'src/node/signing/**/*.ts',
    tests: ['test/node/signing/*.test.ts', 'test/node/doors/confirm/*.test.ts'],
  },
  { name: 'keys', source: 'src/node/keys/*.ts', tests: ['test/node/keys/*.test.ts'] },
  {
    name: 'doors',
    source: 'src/node/doors/**/*.ts',
    tests: ['test/node/doors/**/*.test.ts'],
  },
  {
    name: 'host',
    source: 'src/node/host/*.ts',
    tests: ['test/node/host/*.test.ts', 'test/node/governance/*.test.ts'],
  },
];
