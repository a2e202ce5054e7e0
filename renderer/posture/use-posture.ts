import type { Posture } from '../../src/api/chain/governance.ts';
import { useServices } from '../services.ts';
import { useLiveRead } from '../stores/use-live-read.ts';
import type { Reading } from '../stores/use-read.ts';

/** It looks at keys, policies and backups: nothing that changes within seconds. */
const INTERVAL_MS = 10_000;

export function usePosture(): Reading<Posture> {
  const { client } = useServices();
  return useLiveRead('posture', (signal) => client.chain.posture(undefined, { signal }), { intervalMs: INTERVAL_MS });
}
