import { decodeHex, encodeHash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import type { ConsistencyProof } from '../../ledger/proofs/consistency-proof.ts';
import { consistencyPath, verifyConsistency } from '../../ledger/log/log.ts';
import { dataPaths } from '../data-directory/data-paths.ts';
import { misfit } from '../storage/block-check.ts';
import { ChainReader, type ReadingOptions } from '../storage/chain-reader.ts';
import { sealedHeader } from './query-context.ts';

/**
 * That the log at one height is the beginning of the log at another; without the later height, of the newest that has its proof.
 * @throws NOT_FOUND, PROOF_PENDING, INPUT_INVALID where they are in the wrong order
 */
export function proveConsistency(
  dataDirectory: string,
  heights: { readonly earlier: number; readonly later: number | null },
  reading: ReadingOptions = {},
): ConsistencyProof {
  const { reader, database } = ChainReader.open(dataPaths(dataDirectory).chain, { pageCacheCount: 64, ...reading });
  try {
    const earlier = reader.provedBlock(heights.earlier);
    const later = heights.later === null ? reader.provedHead() : reader.provedBlock(heights.later);
    if (earlier.header.index > later.header.index)
      throw new QuantumLockError('INPUT_INVALID', `block ${heights.earlier} is not before block ${later.header.index}`);
    const path = consistencyPath(reader.log, earlier.header.log_size, later.header.log_size);
    const [first, second] = [earlier.header, later.header];
    const isWhole = verifyConsistency({
      first: first.log_size,
      second: second.log_size,
      firstRoot: decodeHex(first.log_root),
      secondRoot: decodeHex(second.log_root),
      path,
    });
    if (!isWhole)
      throw misfit('the log', `does not make the roots that blocks ${first.index} and ${second.index} name`);
    return { earlier: sealedHeader(earlier), later: sealedHeader(later), path: path.map(encodeHash) };
  } finally {
    database.close();
  }
}
