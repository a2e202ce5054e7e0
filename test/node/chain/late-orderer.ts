import { onTestFinished } from 'vitest';

import { decodeHex } from '../../../src/base/bytes.ts';
import type { BlockProof } from '../../../src/ledger/blocks/block-proof.ts';
import { checkTransaction, isRejection } from '../../../src/ledger/transactions/transaction.ts';
import { ChainHead } from '../../../src/node/chain/chain-head.ts';
import type { MadeBlock } from '../../../src/node/chain/make-block.ts';
import { StageClock } from '../../../src/node/chain/stage-clock.ts';
import { dataPaths } from '../../../src/node/data-directory/data-paths.ts';
import { loadDigestSigner, loadSignatureVerifier } from '../../../src/node/signature-verifier.ts';
import { ChainStore } from '../../../src/node/storage/chain-store.ts';
import { sealingKey } from '../../crash/test-chain.ts';

const { verify } = loadSignatureVerifier();

/** Orders transactions as an engine does whose proofs come late: a block is final first, and the next one brings its proof. */
export class LateOrderer {
  readonly store: ChainStore;
  readonly head: ChainHead;

  private constructor(dataDirectory: string, unprovedMax: number) {
    this.store = ChainStore.open(dataPaths(dataDirectory).chain, { unprovedMax });
    this.head = new ChainHead(this.store);
  }

  static open(dataDirectory: string, unprovedMax = 1): LateOrderer {
    const orderer = new LateOrderer(dataDirectory, unprovedMax);
    onTestFinished(() => orderer.close());
    return orderer;
  }

  decide(...transactions: readonly Uint8Array[]): MadeBlock {
    const candidates = transactions.map((bytes) => {
      const checked = checkTransaction(bytes, this.head.chain, verify);
      if (isRejection(checked)) throw new Error(checked.message);
      return checked;
    });
    const { validatorId } = sealingKey();
    const timestamp = this.head.leastTime + 5;
    const { block } = this.head.decide(candidates, { verify, validatorId, timestamp, stages: new StageClock() });
    if (block === null) throw new Error('no block was decided');
    return block;
  }

  /** Decides a block, makes it final and goes on from it; its proof has not arrived. */
  finalise(...transactions: readonly Uint8Array[]): MadeBlock {
    const block = this.decide(...transactions);
    this.store.finalise(block.header.index);
    this.head.adopt(block);
    return block;
  }

  /** The proof of a final block, as it arrives from elsewhere. */
  proofOf(height: number): BlockProof {
    const { publicKey, secret } = sealingKey();
    const signature = loadDigestSigner()(decodeHex(this.store.reader.block(height).hash), secret);
    return { type: 'seal', public_key: publicKey, signature };
  }

  prove(height: number): void {
    this.store.prove(height, this.proofOf(height));
  }

  close(): void {
    this.store.close();
  }
}
