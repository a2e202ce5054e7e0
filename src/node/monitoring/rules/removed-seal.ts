import type { AlertRule } from '../alert-rule.ts';

/** A stored block is sealed by a validator, or with a key, that the chain had removed before it. It is never served. */
export const removedSeal: AlertRule = {
  code: 'SEAL_BY_REMOVED_KEY',
  forMs: 0,
  isAdvisory: false,
  evaluate: ({ chainDamage }) =>
    chainDamage?.context['reason'] === 'removed_key'
      ? [
          {
            code: 'SEAL_BY_REMOVED_KEY',
            severity: 'critical',
            message: `${String(chainDamage.context['place'])} is sealed with a key that the chain had removed before it.`,
            advice:
              'Somebody holds that key and wrote to this directory. Keep the directory as evidence, restore the chain from a backup on another machine, and find out where the key was.',
          },
        ]
      : [],
};
