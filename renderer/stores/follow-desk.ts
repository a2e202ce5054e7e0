import type { StoreApi } from 'zustand/vanilla';

import type { Client } from '../bridge/client.ts';
import type { NodeState } from './node-state.ts';

/** Who acts, what is unlocked and which reviews wait, as the host tells every tab whenever one of them changes. */
export async function followDesk(client: Client, node: StoreApi<NodeState>, signal: AbortSignal): Promise<void> {
  for await (const { keys, reviews } of await client.operator.desk(undefined, { signal }))
    node.setState({ keys, reviews, keysProblem: null });
}
