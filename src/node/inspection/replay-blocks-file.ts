import { statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { QuantumLockError } from '../../base/errors.ts';
import { headerHash } from '../../ledger/blocks/block.ts';
import { BEFORE_GENESIS } from '../../ledger/chain-identity.ts';
import { BlockImport, invalidBlock } from '../chain/block-import.ts';
import { dataPaths } from '../data-directory/data-paths.ts';
import { VerifyPool } from '../engine/verify-pool.ts';
import { loadSignatureVerifier } from '../signature-verifier.ts';
import { ChainStore } from '../storage/chain-store.ts';
import { decodeBlockLine, type DecodedBlock } from './decode-block-line.ts';
import type { Laying, LaidOut } from './laid-out.ts';
import { readBlockLines } from './read-block-lines.ts';
import { SealSpans } from './seal-spans.ts';

/**
 * Makes a data directory of an exported chain by replaying it from genesis. Memory does not grow with the chain.
 * @throws CHAIN_INVALID at the first block that is not one; CANCELLED, LIMIT_EXCEEDED, STORAGE_FULL, STORAGE_FAILED
 */
export async function replayBlocksFile(path: string, root: string, laying: Laying): Promise<LaidOut> {
  const sizeBytes = statSync(path).size;
  let replay: OpenReplay | null = null;
  try {
    let index = 0;
    for await (const { text, endBytes } of readBlockLines(path)) {
      if (laying.signal?.aborted === true) throw new QuantumLockError('CANCELLED', 'the inspection was stopped');
      const block = decodeBlockLine(text, index);
      replay ??= await OpenReplay.begin(block, root, laying.verifyThreads);
      await replay.take(block);
      index++;
      laying.onProgress(endBytes, sizeBytes);
    }
    if (replay === null) throw invalidBlock(0, 'the file is empty');
    return {
      seals: replay.seals.list(),
      blocks: index,
      transactions: replay.transactions,
      unsealed: null,
      backups: [],
    };
  } finally {
    await replay?.close();
  }
}

/** The chain so far, and the threads that check signatures for it. */
class OpenReplay {
  readonly seals = new SealSpans();
  transactions = 0;
  readonly #store: ChainStore;
  readonly #pool: VerifyPool;
  readonly #import: BlockImport;

  private constructor(store: ChainStore, pool: VerifyPool) {
    this.#store = store;
    this.#pool = pool;
    this.#import = new BlockImport(store, loadSignatureVerifier().verify);
  }

  /** Which chain it is, the first block says. */
  static async begin({ header }: DecodedBlock, root: string, verifyThreads: number): Promise<OpenReplay> {
    if (header.index !== 0) throw invalidBlock(0, `the file begins with block ${header.index}`);
    const { chain: chainDirectory } = dataPaths(root);
    await mkdir(chainDirectory, { recursive: true, mode: 0o700 });
    const store = ChainStore.create(chainDirectory, header.chain_id);
    const chain = { chain_id: header.chain_id, genesis: headerHash(header, BEFORE_GENESIS) };
    return new OpenReplay(store, new VerifyPool({ chain, threads: verifyThreads }));
  }

  async take({ header, proof, transactions }: DecodedBlock): Promise<void> {
    this.#import.append({ header, proof, transactions: await this.#pool.verify(transactions) });
    this.seals.add(header.index, header.validator, proof);
    this.transactions = header.log_size;
  }

  async close(): Promise<void> {
    this.#store.close();
    await this.#pool.close();
  }
}
