import type { AlertRule } from '../alert-rule.ts';

/** The chain was opened for reading, and its newest block was decided and never sealed. */
export const blockUnsealed: AlertRule = {
  code: 'BLOCK_UNSEALED',
  forMs: 0,
  isAdvisory: false,
  evaluate: ({ unsealed }) =>
    unsealed === null
      ? []
      : [
          {
            code: 'BLOCK_UNSEALED',
            severity: 'warning',
            message: `Block ${unsealed.index} is written and has no seal: the chain ends at block ${unsealed.index - 1}.`,
            advice:
              'The node was stopped while it sealed. The next start executes the block again, and seals it if the result is the same.',
          },
        ],
};
