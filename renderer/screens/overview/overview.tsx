import type { ReactElement } from 'react';

import { Age } from '../../parts/age.tsx';
import { formatCount } from '../../parts/format.ts';
import { Heading } from '../../parts/heading.tsx';
import { Link } from '../../parts/link.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { useNode } from '../../stores/use-stores.ts';
import { Alerts } from './alerts.tsx';
import { ChainFacts } from './chain-facts.tsx';
import { LiveBlocks } from './live-blocks.tsx';
import { MetricsCharts } from './metrics-charts.tsx';
import { NeedsSomeone } from './needs-someone.tsx';
import { StatusCards } from './status-cards.tsx';
import './overview.css';

export function Overview(): ReactElement {
  const status = useNode((state) => state.status);
  if (status === null) {
    return (
      <>
        <Heading title="Overview" />
        <Skeleton />
      </>
    );
  }
  return (
    <>
      <Heading title="Overview">
        {status.verified === null ? (
          <>
            never checked in full on this machine · <Link to={['integrity']}>check now</Link>
          </>
        ) : (
          <>
            {status.verified.ok ? 'everything verified to block' : 'damage found below block'}{' '}
            {formatCount(status.verified.height)} · last full check <Age time={status.verified.time} />
          </>
        )}
      </Heading>
      <StatusCards status={status} />
      <MetricsCharts />
      <div className="overview-lower">
        <LiveBlocks />
        <div className="stack wide">
          <NeedsSomeone />
          <Alerts alerts={status.alerts} />
          <ChainFacts status={status} />
        </div>
      </div>
    </>
  );
}
