import { decodeUtf8 } from '../../base/bytes.ts';
import { VERIFY_BATCH_TRANSACTIONS_MAX, VERIFY_HERE_TRANSACTIONS_MAX } from '../../base/limits.ts';
import type { ChainRoot } from '../../ledger/chain-identity.ts';
import type { Rejection } from '../../ledger/rejections.ts';
import { checkTransaction, type CheckedTransaction, type Transaction } from '../../ledger/transactions/transaction.ts';
import { loadSignatureVerifier } from '../signature-verifier.ts';
import { Thread } from '../threads/thread.ts';
import { workerUrl } from '../threads/worker-url.ts';
import { packBytes } from './packed-bytes.ts';
import type { VerifiedBatch, VerifyHandlers } from './verify-worker.ts';

export type Verified = CheckedTransaction | Rejection;

interface Member {
  readonly thread: Thread<VerifyHandlers>;
  busy: number;
}

/** A few threads that check transactions by themselves; batches go to the least busy one. */
export class VerifyPool {
  readonly #members: Member[];
  readonly #chain: ChainRoot;
  readonly #verifyHere = loadSignatureVerifier().verify;
  /** Processor time spent in checks. */
  cpuUs = 0;

  constructor(options: { readonly chain: ChainRoot; readonly threads: number }) {
    this.#chain = options.chain;
    const url = workerUrl(import.meta.url, './verify-worker.ts');
    this.#members = Array.from({ length: options.threads }, () => ({
      thread: new Thread<VerifyHandlers>({ url, name: 'a verify thread', workerData: { chain: options.chain } }),
      busy: 0,
    }));
  }

  get threads(): number {
    return this.#members.length;
  }

  /** Checks transactions in order. The returned bytes are views of one fresh buffer per batch. */
  async verify(all: readonly Uint8Array[]): Promise<Verified[]> {
    if (all.length <= VERIFY_HERE_TRANSACTIONS_MAX && this.#members.every(({ busy }) => busy === 0))
      return this.#verifyAtOnce(all);
    const batches: Promise<Verified[]>[] = [];
    for (let begin = 0; begin < all.length; begin += VERIFY_BATCH_TRANSACTIONS_MAX)
      batches.push(this.#verifyBatch(all.slice(begin, begin + VERIFY_BATCH_TRANSACTIONS_MAX)));
    return (await Promise.all(batches)).flat();
  }

  /** A message to another thread and back takes longer than a few checks. */
  #verifyAtOnce(all: readonly Uint8Array[]): Verified[] {
    const begin = performance.now();
    const verified = all.map((bytes) => checkTransaction(bytes, this.#chain, this.#verifyHere));
    this.cpuUs += (performance.now() - begin) * 1000;
    return verified;
  }

  async #verifyBatch(parts: readonly Uint8Array[]): Promise<Verified[]> {
    const member = this.#members.reduce((least, other) => (other.busy < least.busy ? other : least));
    member.busy += parts.length;
    try {
      // The batch is copied by the message: the bytes here stay for the executor.
      const result = (await member.thread.remote.verify(packBytes(parts))) as VerifiedBatch;
      this.cpuUs += result.cpuUs;
      const verified: Verified[] = [];
      let rejections = 0;
      for (const [position, bytes] of parts.entries()) {
        const refused = result.rejections[rejections];
        if (refused?.position === position) {
          verified.push(refused.rejection);
          rejections++;
          continue;
        }
        verified.push({
          transaction: JSON.parse(decodeUtf8(bytes)) as Transaction,
          id: result.digests.subarray(position * 64, position * 64 + 32),
          leaf: result.digests.subarray(position * 64 + 32, position * 64 + 64),
          bytes,
        });
      }
      return verified;
    } finally {
      member.busy -= parts.length;
    }
  }

  /** After the batches under way. A thread that failed is gone already. */
  async close(): Promise<void> {
    await Promise.all(this.#members.map(({ thread }) => thread.end().catch(() => undefined)));
  }
}
