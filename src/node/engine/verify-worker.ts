import { parentPort, workerData } from 'node:worker_threads';
import { defined } from '../../base/assert.ts';
import type { ChainRoot } from '../../ledger/chain-identity.ts';
import { checkTransaction, isRejection } from '../../ledger/transactions/transaction.ts';
import type { Rejection } from '../../ledger/rejections.ts';
import { loadSignatureVerifier } from '../signature-verifier.ts';
import { Transfer } from '../threads/port-messages.ts';
import { serveOwner } from '../threads/serve-port.ts';
import { unpackBytes, type PackedBytes } from './packed-bytes.ts';

/** Checks transactions by themselves, off the validator's thread. */

export interface VerifiedBatch {
  /** 64 bytes a transaction: id, then leaf. Zero where it was refused. */
  readonly digests: Uint8Array<ArrayBuffer>;
  readonly rejections: readonly { readonly position: number; readonly rejection: Rejection }[];
  /** Processor time of the batch. */
  readonly cpuUs: number;
}

export type VerifyHandlers = {
  readonly verify: (batch: PackedBytes) => Transfer;
};

const { chain } = workerData as { chain: ChainRoot };
const verifier = loadSignatureVerifier();

function verifyBatch(batch: PackedBytes): Transfer {
  const begin = performance.now();
  const parts = unpackBytes(batch);
  const digests = new Uint8Array(parts.length * 64);
  const rejections: { position: number; rejection: Rejection }[] = [];
  for (const [position, bytes] of parts.entries()) {
    const checked = checkTransaction(bytes, chain, verifier.verify);
    if (isRejection(checked)) {
      rejections.push({ position, rejection: checked });
      continue;
    }
    digests.set(checked.id, position * 64);
    digests.set(checked.leaf, position * 64 + 32);
  }
  const result: VerifiedBatch = { digests, rejections, cpuUs: (performance.now() - begin) * 1000 };
  return new Transfer(result, [digests.buffer]);
}

serveOwner(defined(parentPort, 'parent port'), { verify: verifyBatch } satisfies VerifyHandlers);
