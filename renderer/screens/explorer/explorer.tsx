import type { ReactElement } from 'react';

import { isHash } from '../../../src/base/bytes.ts';
import { NAMESPACES, type Namespace } from '../../../src/ledger/state/records.ts';
import { CHECK_PLACE } from '../../check/hand-files.ts';
import { Empty } from '../../node-parts/empty.tsx';
import { Heading } from '../../node-parts/heading.tsx';
import { Link } from '../../parts/link.tsx';
import type { Location } from '../../router/location.ts';
import { useLocation } from '../../stores/use-stores.ts';
import { TransactionView } from '../../transaction/transaction-view.tsx';
import { CheckView } from './check-view.tsx';
import { BlockList } from './block-list.tsx';
import { BlockView } from './block-view.tsx';
import { GreenProofView } from './green-proof-view.tsx';
import { CheckpointsView } from './checkpoints-view.tsx';
import { LookUp } from './look-up.tsx';
import { StateView } from './state-view.tsx';
import { StateProofView } from './state-proof-view.tsx';
import { TransactionProofView } from './transaction-proof-view.tsx';
import './explorer.css';

/** Anything on the chain by its number, hash or key, and the proof of it. */
export function Explorer(): ReactElement {
  const location = useLocation();
  const open = location.segments.length > 1;
  const index = location.segments[1] === 'block' ? Number(location.segments[2]) : Number.NaN;
  return (
    <>
      <Heading title="Explorer" actions={<LookUp />}>
        blocks, transactions, state and their proofs
      </Heading>
      <div className="split explorer" data-open={open}>
        <section className="pane master" aria-label="Blocks">
          <header>
            <h2>Blocks</h2>
            <span className="grow" />
            <Link to={['explorer', 'checkpoints']}>Checkpoints</Link>
            <Link to={CHECK_PLACE}>Check a document</Link>
            <Link to={['explorer', 'state', 'environments']}>State at any time</Link>
          </header>
          <BlockList current={Number.isInteger(index) ? index : null} />
        </section>
        <section className="pane detail" aria-label="Opened">
          <Opened location={location} />
        </section>
      </div>
    </>
  );
}

const BACK = (
  <Link className="button quiet back" to={['explorer']}>
    ← Blocks
  </Link>
);

function Opened({ location: { segments } }: { readonly location: Location }): ReactElement {
  const [, kind, first, ...rest] = segments;
  switch (kind) {
    case undefined:
      return (
        <Empty title="Choose a block" command={{ command: ['blockchain', 'inspect'], options: { block: '12' } }}>
          Or find a transaction by its id, or any value of the state at any height.
        </Empty>
      );
    case 'block':
      if (first !== undefined && /^\d{1,15}$/.test(first))
        return <BlockView key={first} index={Number(first)} back={BACK} />;
      break;
    case 'transaction':
      if (isHash(first)) return <TransactionView key={first} id={first} back={BACK} />;
      break;
    case 'checkpoints':
      return <CheckpointsView back={BACK} />;
    case 'check':
      return <CheckView back={BACK} />;
    case 'state':
      if (isNamespace(first)) return <StateView namespace={first} entryKey={rest.join('/')} back={BACK} />;
      break;
    case 'proof':
      if (first === 'transaction' && isHash(rest[0]))
        return <TransactionProofView key={rest[0]} id={rest[0]} back={BACK} />;
      if (first === 'green' && rest.length > 0) return <GreenProofView envId={rest.join('/')} back={BACK} />;
      if (first === 'state' && isNamespace(rest[0]))
        return <StateProofView namespace={rest[0]} entryKey={rest.slice(1).join('/')} back={BACK} />;
      break;
    default:
  }
  return (
    <Empty title="This is not the address of anything on the chain">
      Blocks have a number; transactions have an id of 0x and 64 hex digits; values of the state have a namespace and a
      key.
    </Empty>
  );
}

function isNamespace(text: string | undefined): text is Namespace {
  return NAMESPACES.some((namespace) => namespace === text);
}
