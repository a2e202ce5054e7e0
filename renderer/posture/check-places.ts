interface Place {
  readonly title: string;
  readonly to: readonly string[];
}

const PLACES: readonly (readonly [words: RegExp, place: Place])[] = [
  [/BACKUP|RESTORE/, { title: 'Open Recovery', to: ['recovery'] }],
  [/INTEGRITY|VERIF/, { title: 'Open Integrity', to: ['integrity'] }],
  [/POLIC|THRESHOLD|PROTECT|MAJORITY/, { title: 'Open the policies', to: ['members', 'policies'] }],
  [/VALIDATOR|SEAL|ROTAT/, { title: 'Open Validators', to: ['validators'] }],
  [/PROPOSAL|FREEZE|FROZEN|APPROVAL/, { title: 'Open Approvals', to: ['approvals'] }],
  [/KEY|PASSPHRASE|STORE|MACHINE/, { title: 'Open Keys', to: ['keys'] }],
  [/MEMBER|ADMINISTRATOR|ACTIVITY/, { title: 'Open the members', to: ['members'] }],
];

/** The screen where what a check speaks of is done; undefined where there is none. */
export function placeOfCheck(code: string): Place | undefined {
  const wanted = code.toUpperCase();
  return PLACES.find(([words]) => words.test(wanted))?.[1];
}
