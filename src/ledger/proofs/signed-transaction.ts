import { encodeHash, type Hash } from '../../base/bytes.ts';
import type { ChainRoot } from '../chain-identity.ts';
import type { VerifySignature } from '../crypto/signature.ts';
import { checkTransaction, isRejection } from '../transactions/transaction.ts';
import { failStep } from './report.ts';

/**
 * That the bytes are a signed transaction of the chain, with a step's words for it. This says nothing of whether they are in its log.
 * @throws what is wrong
 */
export function checkSigned(
  bytes: Uint8Array,
  chain: ChainRoot,
  verify: VerifySignature,
): { readonly id: Hash; readonly words: string } {
  const checked = checkTransaction(bytes, chain, verify);
  if (isRejection(checked)) failStep(checked.message);
  const id = encodeHash(checked.id);
  return { id, words: `signed by ${checked.transaction.signer}; id ${id}` };
}
