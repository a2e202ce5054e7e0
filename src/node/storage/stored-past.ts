import { LedgerState } from '../../ledger/state/ledger-state.ts';
import { pastBlockOf } from '../../ledger/state/past-blocks.ts';
import type { PastBlocks } from '../../ledger/state/access.ts';
import type { ChainReader } from './chain-reader.ts';
import type { StoredBlock } from './stored-block.ts';

/** The stored blocks up to one, as an execution can go back to them. `height` is asked each time: a head moves on. */
export function storedPast(reader: Pick<ChainReader, 'block'>, height: () => number): PastBlocks {
  return { at: (index) => (index >= 0 && index <= height() ? pastBlockOf(reader.block(index)) : undefined) };
}

/** The state that a stored block left, which knows no later block. */
export function stateAfter(
  reader: Pick<ChainReader, 'block' | 'state'>,
  { header, roots }: Pick<StoredBlock, 'header' | 'roots'>,
): LedgerState {
  return new LedgerState(
    reader.state,
    roots,
    storedPast(reader, () => header.index),
  );
}
