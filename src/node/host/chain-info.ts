import type { HostInfo } from '../../api/views/operator.ts';
import type { ChainIdentity } from '../../ledger/chain-identity.ts';

/** The open chain as a page is told of it. Its era changes, and is in the status. */
export function chainInfo({ chain_id, genesis }: ChainIdentity, sandbox: boolean): NonNullable<HostInfo['chain']> {
  return { chain_id, genesis, sandbox };
}
