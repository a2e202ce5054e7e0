import type { ReactElement } from 'react';

/** Stands where an answer will be; appears only after 200 ms (parts.css). */
export function Skeleton({ lines = 5 }: { readonly lines?: number }): ReactElement {
  return (
    <div className="skeleton" role="status" aria-label="Reading">
      {Array.from({ length: lines }, (_, index) => (
        <i key={index} />
      ))}
    </div>
  );
}
