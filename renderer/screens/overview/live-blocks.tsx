import { useState, type ReactElement } from 'react';

import type { BlockSummary } from '../../../src/api/chain/blocks.ts';
import { Age } from '../../node-parts/age.tsx';
import { formatCount } from '../../parts/format.ts';
import { HashText } from '../../parts/hash.tsx';
import { Link } from '../../parts/link.tsx';
import { useNode } from '../../stores/use-stores.ts';
import { Name } from '../../names/name.tsx';

const ROWS = 10;

/** The newest blocks. While the pointer or the focus is on them they stand still, so that none slips away from a click. */
export function LiveBlocks(): ReactElement {
  const blocks = useNode((state) => state.recentBlocks);
  const [held, setHeld] = useState<readonly BlockSummary[] | null>(null);
  const shown = (held ?? blocks).slice(0, ROWS);
  const missed = held === null ? 0 : Math.max(0, (blocks[0]?.index ?? 0) - (held[0]?.index ?? 0));
  return (
    // The handlers only notice where the person is; nothing can be done by them.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section
      className="card"
      aria-labelledby="live-blocks"
      onPointerEnter={() => setHeld(blocks)}
      onPointerLeave={() => setHeld(null)}
      onFocus={() => setHeld((before) => before ?? blocks)}
      onBlur={() => setHeld(null)}
    >
      <h2 id="live-blocks">
        Blocks as they arrive{' '}
        <span className="faint">{missed === 0 ? '' : `· ${formatCount(missed)} new since you opened this page`}</span>
      </h2>
      <table className="table">
        <thead>
          <tr>
            <th>Block</th>
            <th>When</th>
            <th>Validator</th>
            <th className="number">Transactions</th>
            <th>Hash</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((block) => (
            <tr key={block.index}>
              <td>
                <Link to={['explorer', 'block', String(block.index)]}>{formatCount(block.index)}</Link>
              </td>
              <td className="soft">
                <Age time={block.timestamp} />
              </td>
              <td className="clip">
                <Name kind="validator" id={block.validator} />
              </td>
              <td className="number">{formatCount(block.transaction_count)}</td>
              <td className="soft">
                <HashText value={block.hash} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {blocks.length === 1 ? (
        <p className="soft note">
          Only genesis is here. The first transaction makes the next block:{' '}
          <Link to={['environments']} query={{ do: 'register' }}>
            register an environment
          </Link>
          .
        </p>
      ) : null}
    </section>
  );
}
