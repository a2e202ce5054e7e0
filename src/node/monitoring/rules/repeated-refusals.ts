import type { AlertRule } from '../alert-rule.ts';
import type { RepeatedRefusals } from '../facts.ts';

/** "10 wrong passphrases in a row were given for the key …". */
export function refusedWords({ name, count }: Pick<RepeatedRefusals, 'name' | 'count'>): string {
  return `${count} wrong passphrases in a row were given for the key "${name}"`;
}

/** Somebody tried again and again to open a key of this machine, with wrong passphrases. Stays until the node starts again. */
export const repeatedRefusals: AlertRule = {
  code: 'REPEATED_REFUSALS',
  forMs: 0,
  isAdvisory: false,
  evaluate: ({ repeatedRefusals: events }) =>
    events.map(({ key_id, at, is_suspended, ...event }) => ({
      code: 'REPEATED_REFUSALS',
      severity: 'warning',
      message: `${refusedWords(event)}${is_suspended ? '; it was suspended on this machine for a while' : ''}.`,
      advice:
        'Find out who tried. If it was not its owner, change the passphrase, and rotate the key if a copy of the key file may be elsewhere: dm member rotate-key.',
      subject: key_id,
      since: at,
    })),
};
