import type { SealingClock } from '../../../src/node/clock/sealing-clock.ts';
import { onTestFinished } from 'vitest';

import { dataPaths } from '../../../src/node/data-directory/data-paths.ts';
import { EmbeddedEngine } from '../../../src/node/engine/embedded-engine.ts';
import type { CommittedBlock } from '../../../src/node/chain/committed-block.ts';
import { VerifyPool } from '../../../src/node/engine/verify-pool.ts';
import { loadDigestSigner, loadSignatureVerifier } from '../../../src/node/signature-verifier.ts';
import { ChainStore } from '../../../src/node/storage/chain-store.ts';
import { sealingKey } from '../../crash/test-chain.ts';

export interface OpenedEngine {
  readonly engine: EmbeddedEngine;
  readonly store: ChainStore;
  readonly blocks: CommittedBlock[];
  close(): Promise<void>;
}

/** The engine in this thread, on a real store; `wrap` puts a fault between the two. */
export function openedEngine(
  dataDirectory: string,
  options: {
    readonly now?: () => number;
    readonly clock?: SealingClock;
    readonly wrap?: (store: ChainStore) => ChainStore;
    readonly onBlock?: (block: CommittedBlock) => void;
  } = {},
): OpenedEngine {
  const store = ChainStore.open(dataPaths(dataDirectory).chain);
  const pool = new VerifyPool({ chain: store.reader.chain(), threads: 1 });
  const blocks: CommittedBlock[] = [];
  const engine = new EmbeddedEngine({
    store: options.wrap?.(store) ?? store,
    pool,
    key: sealingKey(),
    sign: loadDigestSigner(),
    signatureVerifier: loadSignatureVerifier(),
    now: options.now ?? Date.now,
    ...(options.clock === undefined ? {} : { clock: options.clock }),
    onBlock: (block) => {
      blocks.push(block);
      options.onBlock?.(block);
    },
  });
  let isClosed = false;
  const close = async (): Promise<void> => {
    if (isClosed) return;
    isClosed = true;
    await engine.close();
    store.close();
  };
  onTestFinished(close);
  return { engine, store, blocks, close };
}
