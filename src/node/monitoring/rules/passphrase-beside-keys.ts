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
            message: 'The passphrase of the encrypted keys is in the data directory next to them.',
            advice:
              'This is acceptable for trying the program out. For production use, keep the keys in the OS keychain, or move keys/passphrase off this machine and type it at each start.',
            since: startedAt,
          },
        ]
      : [],
};
