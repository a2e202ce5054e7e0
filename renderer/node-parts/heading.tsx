import { useEffect, type ReactElement, type ReactNode } from 'react';

import { shownText } from '../text/shown-text.ts';
import { useInspection } from '../stores/use-inspection.ts';
import { useWaiting } from '../stores/use-waiting.ts';

/** The head of a screen: its name, one line of what is true now, and the one thing to do next. The tab counts what waits. */
export function Heading({
  title,
  children,
  actions,
}: {
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}): ReactElement {
  const waiting = useWaiting().mine.length;
  const file = useInspection()?.name;
  const whose = file === undefined ? 'Quantum-Lock' : `file ${shownText(file)}`;
  useEffect(() => {
    document.title = `${waiting === 0 ? '' : `(${waiting}) `}${shownText(title)} · ${whose}`;
  }, [title, waiting, whose]);
  return (
    <div className="heading">
      <h1>{title}</h1>
      <p>{children}</p>
      <span className="grow" />
      {actions}
    </div>
  );
}
