import { readNodeConfig } from '../data-directory/node-config.ts';
import { dataPaths } from '../data-directory/data-paths.ts';
import { VerifyPool } from '../engine/verify-pool.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { decodeUtf8 } from '../../base/bytes.ts';
import { loadSignatureVerifier } from '../signature-verifier.ts';
import { ChainReader } from '../storage/chain-reader.ts';
import { verifyChain, type VerifiedBlock } from './verify-chain.ts';

export interface ExportBlocksOptions {
  readonly dataDirectory: string;
  /** The newest block that was seen final: a chain that ends before it is damaged. */
  readonly finalHeight?: number | undefined;
  readonly verifyThreads: number;
  /** Takes one line, and resolves when there is room for the next. */
  readonly write: (line: string) => Promise<void>;
  readonly onProgress: (done: number, total: number) => void;
  readonly signal?: AbortSignal | undefined;
  /** So many final blocks at the chain's end may wait for their proof; none where it is left out. */
  readonly unprovedMax?: number;
}

export interface ExportedBlocks {
  readonly blocks: number;
  readonly transactions: number;
  /** Final blocks that are left out, because their proofs have not arrived yet. */
  readonly unproved: number;
}

/**
 * The whole chain, a line for each block that has its proof, in the bytes that were hashed and signed. It is replayed while it is
 * written: a block leaves only after everything up to it was found right.
 * @throws CHAIN_INVALID where it ends at a block that is not, STORAGE_CORRUPT where it is shorter than it was
 */
export async function exportBlocks(options: ExportBlocksOptions): Promise<ExportedBlocks> {
  const { dataDirectory, finalHeight, verifyThreads, unprovedMax = 0 } = options;
  readNodeConfig(dataDirectory);
  const { chain: chainDirectory } = dataPaths(dataDirectory);
  const { reader, database } = ChainReader.open(chainDirectory, { pageCacheCount: 16, unprovedMax, finalHeight });
  const pool = new VerifyPool({ chain: reader.chain(), threads: verifyThreads });
  try {
    let [blocks, transactions] = [0, 0];
    reader.height();
    const { findings, blocks: final } = await verifyChain({
      chainDirectory,
      pool,
      verifier: loadSignatureVerifier(),
      onProgress: ({ phase, done, total }) => {
        if (phase === 'blocks') options.onProgress(done, total);
      },
      onBlock: async (block) => {
        await options.write(encodeBlockLine(block));
        blocks += 1;
        transactions += block.transactions.length;
      },
      unprovedMax,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    const [first] = findings;
    if (first !== undefined)
      throw new QuantumLockError(
        'CHAIN_INVALID',
        `the export ends after ${blocks} blocks: ${first.place}: ${first.message}`,
        {
          context: { place: first.place, blocks },
        },
      );
    // It may have been cut while it was replayed.
    reader.height();
    return { blocks, transactions, unproved: final - blocks };
  } finally {
    database.close();
    await pool.close();
  }
}

/** Canonical JSON of canonical JSON: each part is in its line byte for byte as it is stored. */
export function encodeBlockLine({ header, proof, transactions }: VerifiedBlock): string {
  return `{"header":${header},"proof":${proof},"transactions":[${transactions.map(decodeUtf8).join(',')}]}\n`;
}
