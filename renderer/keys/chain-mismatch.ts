import { isSameChain, type ChainIdentity } from '../../src/ledger/chain-identity.ts';

/** Why a document is for another chain, or another era of this one; null where it is for this. */
export function chainMismatch(what: string, document: ChainIdentity, here: ChainIdentity): string | null {
  if (isSameChain(document, here)) return null;
  if (document.genesis === here.genesis && document.chain_id === here.chain_id)
    return `${what} is for era ${document.era} of the chain. Its clock was reset after that: the chain is now in era ${here.era}.`;
  return document.chain_id === here.chain_id
    ? `${what} is for another chain that is also called ${here.chain_id}.`
    : `${what} is for another chain: ${document.chain_id}, not ${here.chain_id}.`;
}
