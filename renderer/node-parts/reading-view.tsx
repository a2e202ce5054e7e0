import type { ReactElement, ReactNode } from 'react';

import type { Reading } from '../stores/use-read.ts';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { Skeleton } from '../parts/skeleton.tsx';

/**
 * What was read, or why not. An answer stays on the page while a newer one is read and while the connection is away: the
 * shell says how old it is.
 */
export function ReadingView<T>({
  reading,
  children,
}: {
  readonly reading: Reading<T>;
  readonly children: (data: T) => ReactNode;
}): ReactElement {
  const { data, problem, reload } = reading;
  const shownProblem = problem?.code === 'CONNECTION_LOST' && data !== undefined ? undefined : problem;
  return (
    <>
      {shownProblem === undefined ? null : <ProblemNotice problem={shownProblem} onRetry={reload} />}
      {data === undefined ? problem === undefined ? <Skeleton /> : null : children(data)}
    </>
  );
}
