import type { ReactElement, ReactNode } from 'react';

/** What cannot go wrong at a step, said before anything is done. */
export function Assurance({ children }: { readonly children: ReactNode }): ReactElement {
  return (
    <aside className="assurance" aria-label="What cannot go wrong">
      <ul>{children}</ul>
    </aside>
  );
}
