import type { AlertRule } from '../alert-rule.ts';

/** A chain that was founded without a question has its passphrase where its keys are. */
export const passphraseBesideKeys: AlertRule = {
  code: 'PASSPHRASE_BESIDE_KEYS',
  forMs: 0,
  isAdvisory: true,
  evaluate: ({ isPassphraseBesideKeys, startedAt }) =>
    isPassphraseBesideKeys
      ? [
          {
            code: 'PASSPHRASE_BESIDE_KEYS',
            severity: 'warning',
            message: 'The passphrase of the encrypted keys lies in the data directory beside them.',
            advice:
              'Good for trying out. For real use keep the keys in the OS keychain, or move keys/passphrase off this machine and type it at each start.',
            since: startedAt,
          },
        ]
      : [],
};
