import { useId, useState, type ReactElement, type ReactNode } from 'react';

import type { BlockView as BlockData } from '../../../src/api/chain/blocks.ts';
import { Facts } from '../../parts/facts.tsx';
import { formatAction, formatBytes, formatCount, formatQuantity, formatTime } from '../../parts/format.ts';
import { Hash, HashText } from '../../parts/hash.tsx';
import { Link } from '../../parts/link.tsx';
import { ReadingView } from '../../node-parts/reading-view.tsx';
import { useServices } from '../../services.ts';
import { useRead } from '../../stores/use-read.ts';
import { useNode } from '../../stores/use-stores.ts';

const TRANSACTIONS_PAGE = 200;

/** A block under its own field names, as it is hashed and exchanged. */
export function BlockView({ index, back }: { readonly index: number; readonly back: ReactNode }): ReactElement {
  const { reads } = useServices();
  const height = useNode((state) => state.height) ?? index;
  const [offset, setOffset] = useState(0);
  const reading = useRead(
    reads.chain.block.queryOptions({ input: { at: { index }, offset, limit: TRANSACTIONS_PAGE } }),
    { keep: true },
  );
  return (
    <>
      <header>
        {back}
        <h2>Block {formatCount(index)}</h2>
        <span className="grow" />
        {index === 0 ? null : (
          <Link className="button" to={['explorer', 'block', String(index - 1)]}>
            ← Previous
          </Link>
        )}
        {index >= height ? null : (
          <Link className="button" to={['explorer', 'block', String(index + 1)]}>
            Next →
          </Link>
        )}
      </header>
      <div className="pane-body">
        <ReadingView reading={reading}>
          {(block) => (
            <>
              <BlockFacts block={block} />
              <Transactions block={block} offset={offset} onOffset={setOffset} />
            </>
          )}
        </ReadingView>
      </div>
    </>
  );
}

function BlockFacts({ block }: { readonly block: BlockData }): ReactElement {
  const hashRow = (name: string, value: string): readonly [string, ReactNode] => [
    name,
    <Hash key={name} value={value} what={name} />,
  ];
  return (
    <section className="field-names" aria-label="Fields">
      <Facts
        rows={[
          ['index', formatCount(block.index)],
          ['timestamp', `${block.timestamp} · ${formatTime(block.timestamp)}`],
          hashRow('hash', block.hash),
          hashRow('previous_hash', block.previous_hash),
          ['validator', block.validator],
          [
            'proof',
            block.proof === null ? (
              'final; its proof has not arrived yet'
            ) : (
              <span key="proof">
                {block.proof.type} by <Hash value={block.proof.public_key} what="public key" />, signature{' '}
                <Hash value={block.proof.signature} what="signature" />
              </span>
            ),
          ],
          hashRow('transactions_root', block.transactions_root),
          ['log_size', formatCount(block.log_size)],
          hashRow('log_root', block.log_root),
          hashRow('state_root', block.state_root),
          ['chain_id', block.chain_id],
          ['era', block.era],
          ['version', block.version],
        ]}
      />
      <p className="faint">{formatBytes(block.size_bytes)} in all</p>
    </section>
  );
}

function Transactions({
  block,
  offset,
  onOffset,
}: {
  readonly block: BlockData;
  readonly offset: number;
  readonly onOffset: (offset: number) => void;
}): ReactElement {
  const range = useId();
  const last = offset + block.transactions.length;
  return (
    <section className="section" aria-labelledby="block-transactions">
      <h2 id="block-transactions">
        transactions <span className="faint">· {formatQuantity(block.transaction_count, 'transaction')}</span>
      </h2>
      <table className="table">
        <thead>
          <tr>
            <th className="number">Log</th>
            <th>Action</th>
            <th>Id</th>
            <th>Signer</th>
          </tr>
        </thead>
        <tbody>
          {block.transactions.map((transaction, position) => {
            const id = block.transaction_ids[position] ?? '';
            return (
              <tr key={id}>
                <td className="number soft">{formatCount(block.first_log_index + offset + position)}</td>
                <td>
                  <Link to={['explorer', 'transaction', id]}>{formatAction(transaction.action)}</Link>
                </td>
                <td>
                  <HashText value={id} />
                </td>
                <td>
                  <HashText value={transaction.signer} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {block.transaction_count <= TRANSACTIONS_PAGE ? null : (
        <div className="row">
          <button
            type="button"
            className="button"
            disabled={offset === 0}
            aria-describedby={range}
            onClick={() => onOffset(Math.max(0, offset - TRANSACTIONS_PAGE))}
          >
            Earlier
          </button>
          <button
            type="button"
            className="button"
            disabled={last >= block.transaction_count}
            aria-describedby={range}
            onClick={() => onOffset(last)}
          >
            Later
          </button>
          <span className="faint" id={range}>
            {formatCount(offset + 1)} to {formatCount(last)} of {formatCount(block.transaction_count)}
          </span>
        </div>
      )}
    </section>
  );
}
