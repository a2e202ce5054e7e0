import type { BackupSchedule } from '../../api/operator/backups.ts';
import type { BackupCopy } from './copies.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * What a schedule no longer keeps of a destination: whole families, a full backup with everything that continues it. The
 * newest so many are kept, and whatever is younger than so many days. Of what continues nothing that is there, nothing is
 * deleted: a person looks at it.
 */
export function copiesToDelete(
  copies: readonly BackupCopy[],
  { keep_fulls, keep_days }: Pick<BackupSchedule, 'keep_fulls' | 'keep_days'>,
  now: number,
): readonly BackupCopy[] {
  const families = familiesOf(copies).toSorted((one, other) => newestOf(other) - newestOf(one));
  return families
    .slice(keep_fulls)
    .filter((family) => newestOf(family) < now - keep_days * DAY_MS)
    .flatMap((family) => family.toSorted((one, other) => other.summary.depth - one.summary.depth));
}

function familiesOf(copies: readonly BackupCopy[]): readonly (readonly BackupCopy[])[] {
  return copies
    .filter(({ summary }) => summary.kind === 'full')
    .map((full) => {
      const family = [full];
      for (const member of family)
        family.push(...copies.filter((copy) => copy.summary.base === member.backup && !family.includes(copy)));
      return family;
    });
}

function newestOf(family: readonly BackupCopy[]): number {
  return Math.max(...family.map(({ summary }) => summary.created_at));
}
