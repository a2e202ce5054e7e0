import type { ReactElement } from 'react';

import { formatCount } from '../../parts/format.ts';
import { sentence } from '../../parts/sentence.ts';
import { useNode } from '../../stores/use-stores.ts';

/** A busy chain is this far ahead of its index for moments: no reason to say anything. */
const LAG_BLOCKS_MIN = 5;

/** While a search may not find all that there is: why, until when, and what to do. */
export function IndexNotice(): ReactElement | null {
  const index = useNode((state) => state.status?.index ?? null);
  const height = useNode((state) => state.height);
  const indexedHeight = useNode((state) => state.indexedHeight);
  if (index === null || height === null) return null;
  const { failure, unchecked_after: checked } = index;
  if (failure !== null)
    return (
      <p className="notice bad" role="status">
        <b>The index fails, so a search may not find the newest transactions.</b> {sentence(failure.message)}{' '}
        {failure.advice} The whole log without filters is read from the chain itself. The index can be rebuilt: stop the
        node, delete index.db from its data directory, and start it.
      </p>
    );
  if (indexedHeight !== null && height - indexedHeight >= LAG_BLOCKS_MIN)
    return (
      <p className="notice warn" role="status">
        <b>The index is catching up</b>, at block {formatCount(indexedHeight)} of {formatCount(height)}: newer
        transactions are not found yet.
      </p>
    );
  if (checked !== null)
    return (
      <p className="notice" role="status">
        <b>The index is being checked against the chain</b>
        {checked < 0 ? '' : `, up to block ${formatCount(checked)} of ${formatCount(height)} so far`}: until that is
        done, a transaction that is missing from it would not be found. What is found is correct: it was read from the
        chain.
      </p>
    );
  return null;
}
