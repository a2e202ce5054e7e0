import type { MemberView } from '../../../src/api/chain/members.ts';
import { useServices } from '../../services.ts';
import { useLiveRead } from '../../stores/use-live-read.ts';
import type { Reading } from '../../stores/use-read.ts';

export function useMembers(): Reading<{ readonly members: readonly MemberView[] }> {
  const { client } = useServices();
  return useLiveRead('members', (signal) => client.chain.members(undefined, { signal }));
}
