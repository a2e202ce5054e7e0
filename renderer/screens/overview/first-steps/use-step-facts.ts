import { isProofChecked } from '../../../proof/checked-proofs.ts';
import { useServices } from '../../../services.ts';
import { useRead } from '../../../stores/use-read.ts';
import { useWaiting } from '../../../stores/use-waiting.ts';
import type { StepFacts } from './steps.ts';

/** Enough to find one that was executed among those that ended. */
const ENDED_ROWS = 100;

/** How far this sandbox came, from the chain itself and this machine's backups; null until all of it was read. */
export function useStepFacts(): StepFacts | null {
  const { reads } = useServices();
  const { chain, operator } = reads;
  const environments = useRead(chain.environments.queryOptions({ input: { zone: 'blue', archived: true, limit: 1 } }));
  const open = useWaiting();
  const ended = useRead(chain.proposals.queryOptions({ input: { state: 'ended', limit: ENDED_ROWS } }));
  const backups = useRead(operator.backups.queryOptions());
  const drills = useRead(operator.drills.queryOptions());
  if (!open.known || [environments, ended, backups, drills].some(({ data }) => data === undefined)) return null;
  return {
    registered: (environments.data?.blue_count ?? 0) > 0,
    promoted: (environments.data?.green_count ?? 0) + (environments.data?.recalled_count ?? 0) > 0,
    proposed: open.total + (ended.data?.total ?? 0) > 0,
    approved: ended.data?.proposals.some(({ status }) => status === 'executed') === true,
    proofChecked: isProofChecked(),
    backedUp: backups.data?.destinations.some((one) => one.backups.length > 0) === true,
    rehearsed: drills.data?.drills.some(({ ok }) => ok) === true,
  };
}
