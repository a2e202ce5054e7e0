import { encodeHash, type Hash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { decodeHeader, headerDigest } from '../../ledger/blocks/block.ts';
import type { ChainReader } from '../storage/chain-reader.ts';
import type { PresentChain } from './history-check.ts';

/**
 * Asks about the chain that is there, at one moment of it: beside a validator a block that was decided becomes final at any time, and
 * would be found neither as the one nor as the other.
 * @throws STORAGE_CORRUPT
 */
export function askPresentChain<T>(reader: ChainReader, ask: (chain: PresentChain) => T): T {
  return reader.atOneMoment(() => ask(presentChain(reader)));
}

function presentChain(reader: ChainReader): PresentChain {
  const { header } = reader.head();
  return {
    genesis: reader.block(0).hash,
    height: header.index,
    proved_height: reader.provedHeightOrNone(),
    log_size: header.log_size,
    hashAt(height) {
      if (height <= header.index) return reader.block(height).hash;
      const waiting = reader.decided();
      return waiting?.height === height ? hashOfHeader(waiting.row.header, reader) : null;
    },
  };
}

/** Null for what is no header: it is no block, whatever was decided there. */
export function hashOfHeader(text: string, reader: ChainReader): Hash | null {
  try {
    return encodeHash(headerDigest(decodeHeader(text), reader.chain()));
  } catch (error) {
    if (error instanceof QuantumLockError) return null;
    throw error;
  }
}
