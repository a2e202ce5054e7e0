import type { ReactElement } from 'react';

import { useDroppedFiles } from '../check/use-handed-files.ts';
import { useNode } from '../stores/use-stores.ts';
import './dropping.css';

/** Says what becomes of files that are held over the page. */
export function Dropping(): ReactElement | null {
  const isOver = useDroppedFiles();
  const isDesktop = useNode((state) => state.host?.host === 'electron');
  if (!isOver) return null;
  return (
    <div className="dropping" role="status">
      Drop a proof, a receipt or an export here to check it, a proposal to open it, or approvals to import them. The
      page looks at them by itself. A backup or an exported chain{' '}
      {isDesktop ? 'opens in a window of its own.' : 'is opened under Recovery, “Look at a file”.'}
    </div>
  );
}
