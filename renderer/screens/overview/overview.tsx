import type { ReactElement } from 'react';

import { Age } from '../../node-parts/age.tsx';
import { formatCount } from '../../parts/format.ts';
import { Heading } from '../../node-parts/heading.tsx';
import { Link } from '../../parts/link.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { useNode } from '../../stores/use-stores.ts';
import { Alerts } from './alerts.tsx';
import { ChainFacts } from './chain-facts.tsx';
import { FirstSteps } from './first-steps/first-steps.tsx';
import { LiveBlocks } from './live-blocks.tsx';
import { MetricsCharts } from './metrics-charts.tsx';
import { NeedsSomeone } from './needs-someone.tsx';
import { StatusCards } from './status-cards.tsx';
import './overview.css';

export function Overview(): ReactElement {
  const status = useNode((state) => state.status);
  const statusAt = useNode((state) => state.statusAt);
  const problem = useNode((state) => state.statusProblem);
  if (status === null) {
    return (
      <>
        <Heading title="Overview" />
        {problem === null ? <Skeleton /> : <ProblemNotice problem={problem} />}
      </>
    );
  }
  return (
    <>
      <Heading title="Overview">
        {status.verified === null ? (
          <>
            never checked in full on this machine · <Link to={['recovery', 'integrity']}>check now</Link>
          </>
        ) : (
          <>
            {status.verified.ok ? 'everything verified to block' : 'damage found below block'}{' '}
            {formatCount(status.verified.height)} · last full check <Age time={status.verified.time} />
          </>
        )}
      </Heading>
      {problem === null ? null : (
        <div className="stack">
          <ProblemNotice problem={problem} />
          {statusAt === null ? null : (
            <p className="soft">
              Everything below shows the state of <Age time={statusAt} />.
            </p>
          )}
        </div>
      )}
      {status.sandbox ? <FirstSteps /> : null}
      <StatusCards status={status} />
      <MetricsCharts />
      <div className="overview-lower">
        <LiveBlocks />
        <div className="stack wide">
          <NeedsSomeone />
          <Alerts alerts={problem === null ? status.alerts : null} />
          <ChainFacts status={status} />
        </div>
      </div>
    </>
  );
}
