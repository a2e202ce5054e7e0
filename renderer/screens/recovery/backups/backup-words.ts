import type { BackupView, DestinationView } from '../../../../src/api/operator/backups.ts';

/** How well something is, as a pill shows it. */
export interface Health {
  readonly tone: 'good' | 'warn' | 'bad';
  readonly words: string;
  /** What the words speak of; null where there is no moment to name. */
  readonly time: number | null;
}

/** Nothing counts as good that was not read back and checked against its digests; of what is encrypted, its bytes were. */
export function healthOfCopy({
  verified,
  is_restorable,
  encrypted_to,
}: Pick<BackupView, 'verified' | 'is_restorable' | 'encrypted_to'>): Health {
  if (!is_restorable) return { tone: 'bad', words: 'its base is missing', time: null };
  if (verified === null) return { tone: 'warn', words: 'never verified', time: null };
  return verified.ok
    ? { tone: 'good', words: encrypted_to === null ? 'verified' : 'bytes verified', time: verified.at }
    : { tone: 'bad', words: 'damaged, found', time: verified.at };
}

/** Of a destination: of its newest backup. */
export function healthOfDestination({ problem, backups }: Pick<DestinationView, 'problem' | 'backups'>): Health {
  if (problem !== null) return { tone: 'bad', words: 'cannot be reached', time: null };
  const [newest] = backups;
  return newest === undefined ? { tone: 'warn', words: 'nothing there yet', time: null } : healthOfCopy(newest);
}
