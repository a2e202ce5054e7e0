import { useEffect, type ReactElement, type ReactNode } from 'react';

/** The head of a screen: its name, one line of what is true now, and the one thing to do next. */
export function Heading({
  title,
  children,
  actions,
}: {
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}): ReactElement {
  useEffect(() => {
    document.title = `${title} · Quantum-Lock`;
  }, [title]);
  return (
    <div className="heading">
      <h1>{title}</h1>
      <p>{children}</p>
      <span className="grow" />
      {actions}
    </div>
  );
}
