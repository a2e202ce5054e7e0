import { QuantumLockError } from '../../base/errors.ts';
import { decodeHeader } from '../../ledger/blocks/block.ts';
import { decodeProof } from '../../ledger/blocks/block-proof.ts';
import { verifyChainAt } from '../verify/verify-node.ts';
import type { Laying, LaidOut } from './laid-out.ts';
import { SealSpans } from './seal-spans.ts';

/** Verifies a chain that was copied, from genesis, and gathers whose keys sealed it. @throws CHAIN_INVALID, CANCELLED */
export async function verifyLaidOut(
  chainDirectory: string,
  { verifyThreads, onProgress, signal }: Laying,
): Promise<Omit<LaidOut, 'backups'>> {
  const seals = new SealSpans();
  const { findings, blocks, transactions, unsealed } = await verifyChainAt(
    chainDirectory,
    {
      verifyThreads,
      onProgress: ({ phase, done, total }) => {
        if (phase === 'blocks') onProgress(done, total);
      },
      signal,
    },
    {
      onBlock: ({ header, proof }) => {
        const { index, validator } = decodeHeader(header);
        seals.add(index, validator, decodeProof(proof));
        return Promise.resolve();
      },
    },
  );
  const [first] = findings;
  if (first !== undefined)
    throw new QuantumLockError('CHAIN_INVALID', `${first.place}: ${first.message}`, {
      context: { place: first.place },
    });
  return { seals: seals.list(), blocks, transactions, unsealed };
}
