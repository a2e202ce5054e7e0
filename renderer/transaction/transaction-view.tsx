import type { ReactElement, ReactNode } from 'react';

import type { TransactionView as TransactionData } from '../../src/api/chain/transactions.ts';
import type { Hash as HashHex } from '../../src/base/bytes.ts';
import { Facts } from '../parts/facts.tsx';
import { formatAction, formatBytes, formatCount, formatTime } from '../parts/format.ts';
import { Hash } from '../parts/hash.tsx';
import { JsonView } from '../parts/json-view.tsx';
import { Link } from '../parts/link.tsx';
import { ReadingView } from '../node-parts/reading-view.tsx';
import { useServices } from '../services.ts';
import { useRead } from '../stores/use-read.ts';
import { Name } from '../names/name.tsx';

const ZONES = { blue_state: 'Blue', green_state: 'Green', governance: 'governance' } as const;

/** One transaction: what it did first, then who signed it, then the bytes. */
export function TransactionView({ id, back }: { readonly id: HashHex; readonly back?: ReactNode }): ReactElement {
  const { reads } = useServices();
  const reading = useRead(reads.chain.transaction.queryOptions({ input: { id } }));
  return (
    <>
      <header>
        {back}
        <h2>Transaction</h2>
        <Hash value={id} what="transaction id" />
        <span className="grow" />
        <Link className="button" to={['explorer', 'proof', 'transaction', id]}>
          Proof
        </Link>
      </header>
      <div className="pane-body">
        <ReadingView reading={reading}>{(data) => <Content transaction={data} />}</ReadingView>
      </div>
    </>
  );
}

function Content({ transaction: data }: { readonly transaction: TransactionData }): ReactElement {
  return (
    <>
      <div>
        <p className="sentence">{data.summary}</p>
        <p className="soft">
          {formatTime(data.block_time)}, by{' '}
          {data.member_id === null ? (
            'a key of no member'
          ) : (
            <Name kind="member" id={data.member_id} name={data.member_name} />
          )}
        </p>
      </div>
      <Facts
        rows={[
          ['Action', formatAction(data.action)],
          ['From, to', `${ZONES[data.sender]} → ${ZONES[data.recipient]}`],
          [
            'Environment',
            data.env_id === null ? null : (
              <Link key="env" to={['environments', data.env_id]}>
                <Name kind="environment" id={data.env_id} />
              </Link>
            ),
          ],
          [
            'Block',
            <Link key="block" to={['explorer', 'block', String(data.block_index)]}>
              {formatCount(data.block_index)}
            </Link>,
          ],
          ['Position in the log', formatCount(data.log_index)],
          ['Signer', <Hash key="signer" value={data.signer} what="public key" />],
          ['Signature', <Hash key="signature" value={data.transaction.signature} what="signature" />],
          ['Signed at', formatTime(data.transaction.timestamp)],
          ['Nonce', String(data.transaction.nonce)],
          ['Size', formatBytes(data.size_bytes)],
        ]}
      />
      <section className="section">
        <h2>Payload</h2>
        <JsonView value={data.transaction.payload} label="Payload" />
      </section>
      <p className="row">
        <Link to={['explorer', 'transaction', data.id]}>Open in the explorer</Link>
        {data.member_id === null ? null : (
          <>
            <span className="faint">·</span>
            <Link to={['audit']} query={{ signer: data.member_id }}>
              All that <Name kind="member" id={data.member_id} name={data.member_name} /> signed
            </Link>
          </>
        )}
      </p>
    </>
  );
}
