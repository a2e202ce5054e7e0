import type { ReactElement } from 'react';

import type { InspectionView } from '../../../src/api/operator/inspection.ts';
import { Heading } from '../../node-parts/heading.tsx';
import { Name } from '../../names/name.tsx';
import { Facts } from '../../parts/facts.tsx';
import { formatCount, formatQuantity, formatTime } from '../../parts/format.ts';
import { Hash } from '../../parts/hash.tsx';
import { Link } from '../../parts/link.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { useInspection } from '../../stores/use-inspection.ts';
import { useNode } from '../../stores/use-stores.ts';
import { confirmedWords } from '../../inspection/confirmed-words.ts';
import { FileAlerts } from './file-alerts.tsx';
import { ConfirmTrust } from './confirm-trust.tsx';
import { SealTable } from './seal-table.tsx';
import './file.css';

/** The file that is looked at: what it is, what was found of it, and what the answers rest on. */
export function File(): ReactElement {
  const inspection = useInspection();
  if (inspection === null) return <Skeleton />;
  const { trust, limits } = inspection;
  return (
    <>
      <Heading title="This file">
        {formatQuantity(inspection.verified.blocks, 'block')} with{' '}
        {formatQuantity(inspection.verified.transactions, 'transaction')}, each replayed from genesis, every signature
        and seal checked
      </Heading>
      <div className="file-columns">
        <section className="card" aria-labelledby="rests-on">
          <h2 id="rests-on">
            What this rests on{' '}
            <span className={`tag ${trust.confirmed_by === null ? 'warn' : 'green'}`}>
              {confirmedWords(trust.confirmed_by)}
            </span>
          </h2>
          <Sentences of={trust.rests_on} />
          <ConfirmTrust isConfirmed={trust.confirmed_by !== null} />
        </section>
        <div className="stack wide">
          <FileFacts inspection={inspection} />
          <section className="card" aria-labelledby="file-limits">
            <h2 id="file-limits">What it cannot show</h2>
            <Sentences of={limits} />
          </section>
          <FileAlerts />
        </div>
      </div>
      <SealTable seals={inspection.seals} />
    </>
  );
}

function Sentences({ of: sentences }: { readonly of: readonly string[] }): ReactElement {
  return (
    <ul className="file-sentences">
      {sentences.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  );
}

const KIND_WORDS: Readonly<Record<InspectionView['kind'], string>> = {
  backup: 'a backup',
  blocks: 'an exported chain',
  data_directory: 'a copy of a data directory',
  chain_directory: 'a copy of a chain’s database',
};

function FileFacts({
  inspection: { kind, path, head, backups },
}: {
  readonly inspection: InspectionView;
}): ReactElement {
  const chain = useNode((state) => state.host?.chain ?? null);
  return (
    <section className="card" aria-labelledby="file-facts">
      <h2 id="file-facts">What it says</h2>
      <Facts
        rows={[
          [
            'File',
            <span key="path" className="mono wrap">
              {path}
            </span>,
          ],
          ['Kind', KIND_WORDS[kind]],
          ...backups.map(({ name, created_at, signer }) => {
            const made = (
              <span key={name}>
                {formatTime(created_at)}, signed by {signer.kind} <Name kind={signer.kind} id={signer.id} />
              </span>
            );
            return [backups.length === 1 ? 'Made' : name, made] as const;
          }),
          ['Chain', <b key="chain">{chain?.chain_id}</b>],
          ['Genesis', chain === null ? null : <Hash key="genesis" value={chain.genesis} what="genesis hash" />],
          [
            'Newest block',
            <span key="head">
              <Link to={['explorer', 'block', String(head.height)]}>{formatCount(head.height)}</Link> of{' '}
              {formatTime(head.time)}
            </span>,
          ],
          ['Its hash', <Hash key="hash" value={head.hash} what="head hash" />],
        ]}
      />
    </section>
  );
}
