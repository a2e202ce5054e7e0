import type { BackupsView } from '../../../../src/api/operator/backups.ts';
import { useServices } from '../../../services.ts';
import { useRead, type Reading } from '../../../stores/use-read.ts';

/** Destinations are other disks and machines: they are looked at seldom, and whenever something was done with them. */
const AGAIN_MS = 30_000;

/** Where backups go, how they fare, and when the next one is due. */
export function useBackups(): Reading<BackupsView> {
  const { reads } = useServices();
  return useRead({ ...reads.operator.backups.queryOptions(), refetchInterval: AGAIN_MS }, { keep: true });
}
