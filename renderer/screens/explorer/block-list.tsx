import type { ReactElement } from 'react';

import type { BlockSummary } from '../../../src/api/chain/blocks.ts';
import type { Client } from '../../bridge/client.ts';
import { Age } from '../../node-parts/age.tsx';
import { formatCount, formatQuantity } from '../../parts/format.ts';
import { HashText } from '../../parts/hash.tsx';
import { Link } from '../../parts/link.tsx';
import { NewRowsButton } from '../../parts/new-rows-button.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { TallList } from '../../parts/tall-list.tsx';
import type { RowProps } from '../../parts/virtual-list.tsx';
import { usePinnedCount } from '../../stores/use-pinned-count.ts';
import { useNode } from '../../stores/use-stores.ts';
import { useRowPages } from '../../stores/use-row-pages.ts';

const ROW_HEIGHT = 36;

/** Every block, newest first. */
export function BlockList({ current }: { readonly current: number | null }): ReactElement {
  const height = useNode((state) => state.height);
  return height === null ? <Skeleton /> : <Rows height={height} current={current} />;
}

function Rows({ height, current }: { readonly height: number; readonly current: number | null }): ReactElement {
  const pages = useRowPages(loadBlocks, indexOf);
  const pinned = usePinnedCount(height + 1, current !== null);
  const top = pinned.count - 1;
  const problem = pages.problem();
  return (
    <>
      {problem === undefined || problem.code === 'CONNECTION_LOST' ? null : (
        <ProblemNotice problem={problem} onRetry={pages.retry} />
      )}
      <div className="list-holder">
        <TallList
          label="Blocks, newest first"
          count={pinned.count}
          rowHeight={ROW_HEIGHT}
          topKey={pinned.topKey}
          current={current === null || current > top ? undefined : top - current}
          onFocusWithin={pinned.noteFocus}
          onRange={(first, last, atTop) => {
            pinned.noteAtTop(atTop);
            pages.want(top - last, top - first);
          }}
          renderRow={(index, row) => (
            <BlockRow index={top - index} block={pages.row(top - index)} current={top - index === current} row={row} />
          )}
        />
        <NewRowsButton count={pinned.fresh} onShow={pinned.showFresh} />
      </div>
    </>
  );
}

function BlockRow({
  index,
  block,
  current,
  row,
}: {
  readonly index: number;
  readonly block: BlockSummary | undefined;
  readonly current: boolean;
  readonly row: RowProps;
}): ReactElement {
  return (
    <Link
      className="item block-row"
      to={['explorer', 'block', String(index)]}
      aria-current={current}
      aria-busy={block === undefined}
      {...row}
    >
      <b className="number">{formatCount(index)}</b>
      <span className="soft clip">{block === undefined ? '' : <Age time={block.timestamp} />}</span>
      <span className="soft clip">
        {block === undefined ? '' : formatQuantity(block.transaction_count, 'transaction')}
      </span>
      <span className="faint">{block === undefined ? '' : <HashText value={block.hash} />}</span>
    </Link>
  );
}

async function loadBlocks(
  client: Client,
  before: number,
  limit: number,
  signal: AbortSignal,
): Promise<readonly BlockSummary[]> {
  return (await client.chain.blocks({ before, limit }, { signal })).blocks;
}

function indexOf(block: BlockSummary): number {
  return block.index;
}
