import type { ScrubStatus } from '../../../../src/api/operator/integrity.ts';
import { useServices } from '../../../services.ts';
import { useRead, type Reading } from '../../../stores/use-read.ts';

/** It moves by itself, without a block. */
const AGAIN_MS = 5_000;

/** How the check in the background stands. */
export function useScrubStatus(): Reading<ScrubStatus> {
  const { reads } = useServices();
  return useRead({ ...reads.operator.scrubStatus.queryOptions(), refetchInterval: AGAIN_MS }, { keep: true });
}
