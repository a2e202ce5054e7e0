import { QuantumLockError } from '../../base/errors.ts';
import { identityOf, isSameChain, type ChainIdentity } from '../../ledger/chain-identity.ts';
import type { ContractClient } from '../session.ts';

/** What a signature that is made now must be for. */
export async function chainOf(client: ContractClient): Promise<ChainIdentity> {
  return identityOf(await client.chain.status());
}

/** @throws INPUT_INVALID where a document is for another chain, or for another era of this one */
export function assertSameChain(what: string, document: ChainIdentity, here: ChainIdentity): void {
  if (isSameChain(document, here)) return;
  if (document.genesis === here.genesis && document.chain_id === here.chain_id)
    throw new QuantumLockError(
      'INPUT_INVALID',
      `${what} is for era ${document.era} of the chain, which is in ${here.era}`,
      {
        advice: 'The clock of the chain was reset meanwhile: what was signed before is void. Have it signed again.',
      },
    );
  throw new QuantumLockError(
    'INPUT_INVALID',
    document.chain_id === here.chain_id
      ? `${what} is for another chain that is also called ${here.chain_id}`
      : `${what} is for the chain ${document.chain_id}, not ${here.chain_id}`,
    { advice: 'Name the data directory of that chain with --data.' },
  );
}
