import type { QueryValues } from '../router/location.ts';

interface Place {
  readonly title: string;
  readonly to: readonly string[];
  readonly query?: QueryValues;
}

const PLACES: Readonly<Record<string, Place>> = {
  ADMINISTRATORS: { title: 'Add a member…', to: ['members'], query: { do: 'add' } },
  THRESHOLDS: { title: 'Open the policies', to: ['members', 'policies'] },
  EVERYONE_NEEDED: { title: 'Open the policies', to: ['members', 'policies'] },
  KEYS_PER_MEMBER: { title: 'Open the members', to: ['members'] },
  ONE_MACHINE: { title: 'Open the members', to: ['members'] },
  KEY_AGE: { title: 'Open the members', to: ['members'] },
  BACKUPS: { title: 'Open the backups', to: ['recovery', 'backups'] },
  VALIDATORS: { title: 'Open Validators', to: ['validators'] },
  PROTECTED_GREEN: { title: 'Protect one…', to: ['members', 'policies'], query: { do: 'protect' } },
};

/** The screen where what a check speaks of is done; undefined where there is none. */
export function placeOfCheck(code: string): Place | undefined {
  return PLACES[code];
}
