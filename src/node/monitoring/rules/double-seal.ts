import type { AlertRule } from '../alert-rule.ts';

/**
 * Two blocks at one height: this machine has recorded the seal of one, and the chain has the other. The node refuses to seal on it
 * (`historyChanged` tells that too); this says what it may mean.
 */
export const doubleSeal: AlertRule = {
  code: 'DOUBLE_SEAL',
  forMs: 0,
  isAdvisory: false,
  evaluate: ({ historyFault }) =>
    historyFault?.context['reason'] === 'rewritten'
      ? [
          {
            code: 'DOUBLE_SEAL',
            severity: 'critical',
            message: `Two different blocks ${String(historyFault.context['seen_index'])} were made: ${String(historyFault.context['seen_hash'])} was seen here, and the chain has ${String(historyFault.context['hash'])}.`,
            advice:
              'Either the directory was restored from a copy and continued, or a second node seals with the same key. Stop every node with this key, keep both copies, and compare them before an administrator accepts one: dm blockchain accept-history.',
          },
        ]
      : [],
};
