import type { AlertRule } from '../alert-rule.ts';

/** No native library checks signatures on this platform. */
export const slowSignatures: AlertRule = {
  code: 'SLOW_SIGNATURES',
  forMs: 0,
  isAdvisory: false,
  evaluate: ({ sealing, startedAt }) => {
    if (sealing === null) return null;
    if (sealing.signatureVerifier !== 'noble') return [];
    return [
      {
        code: 'SLOW_SIGNATURES',
        severity: 'warning',
        message: 'Signatures are checked in JavaScript, about 30 times slower than natively.',
        advice: 'This platform has no prebuilt libsecp256k1; expect a few hundred transactions a second.',
        since: startedAt,
      },
    ];
  },
};
