import { encodeUtf8 } from '../../base/bytes.ts';
import { encodeCanonicalText } from '../../base/canonical.ts';
import { BLOCK_TRANSACTIONS_MAX } from '../../base/limits.ts';
import { decodeHeader, type BlockHeader } from '../../ledger/blocks/block.ts';
import { decodeProof, type BlockProof } from '../../ledger/blocks/block-proof.ts';
import { invalidBlock } from '../chain/block-import.ts';
import { encodeBlockLine } from '../verify/export-blocks.ts';

/** A line of an exported chain: the exact bytes that were hashed and signed. */
export interface DecodedBlock {
  readonly header: BlockHeader;
  readonly proof: BlockProof;
  readonly transactions: readonly Uint8Array[];
}

/** @param index that the block should have @throws CHAIN_INVALID where it is not the one way to write that block */
export function decodeBlockLine(line: string, index: number): DecodedBlock {
  let texts: { readonly header: string; readonly proof: string; readonly transactions: readonly Uint8Array[] };
  let decoded: DecodedBlock;
  try {
    texts = textsOf(line);
    decoded = {
      header: decodeHeader(texts.header),
      proof: decodeProof(texts.proof),
      transactions: texts.transactions,
    };
  } catch (error) {
    throw invalidBlock(index, `its line is none of an exported chain (${error instanceof Error ? error.message : ''})`);
  }
  if (encodeBlockLine(texts) !== `${line}\n`) throw invalidBlock(index, 'its line is not written in canonical form');
  return decoded;
}

function textsOf(line: string): Parameters<typeof encodeBlockLine>[0] {
  const { header, proof, transactions } = JSON.parse(line) as Readonly<Record<string, unknown>>;
  if (!Array.isArray(transactions) || transactions.length > BLOCK_TRANSACTIONS_MAX)
    throw new Error('transactions are missing or too many');
  return {
    header: encodeCanonicalText(header),
    proof: encodeCanonicalText(proof),
    transactions: transactions.map((transaction) => encodeUtf8(encodeCanonicalText(transaction))),
  };
}
