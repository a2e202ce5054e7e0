import type { HostInfo } from '../../api/operator/host.ts';
import type { ChainIdentity } from '../../ledger/chain-identity.ts';
import { chainsBeside } from './chains-beside.ts';

interface OpenedChain {
  readonly node: { readonly chain: ChainIdentity };
  readonly sandbox: boolean;
}

/**
 * The open chain as a page is shown it (its era changes, and is in the status); where there is none, those in
 * neighbouring directories.
 */
export function chainInfo(
  opened: OpenedChain | null,
  dataDirectory: string,
): Pick<HostInfo, 'chain' | 'chains_beside'> {
  if (opened === null) return { chain: null, chains_beside: chainsBeside(dataDirectory) };
  const { chain_id, genesis } = opened.node.chain;
  return { chain: { chain_id, genesis, sandbox: opened.sandbox }, chains_beside: [] };
}
