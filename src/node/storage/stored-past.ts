import { pastBlockOf } from '../../ledger/state/past-blocks.ts';
import type { PastBlocks } from '../../ledger/state/access.ts';
import type { ChainReader } from './chain-reader.ts';

/** The stored blocks up to one, as an execution can go back to them. `height` is asked each time: a head moves on. */
export function storedPast(reader: Pick<ChainReader, 'block'>, height: () => number): PastBlocks {
  return { at: (index) => (index >= 0 && index <= height() ? pastBlockOf(reader.block(index)) : undefined) };
}
