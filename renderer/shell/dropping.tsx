import type { ReactElement } from 'react';

import { useDroppedFiles } from '../check/use-handed-files.ts';
import './dropping.css';

/** Says what becomes of files that are held over the page. */
export function Dropping(): ReactElement | null {
  if (!useDroppedFiles()) return null;
  return (
    <div className="dropping" role="status">
      Drop a proof, a receipt or an export here to check it, a proposal to open it, or approvals to import them. The
      page looks at them by itself.
    </div>
  );
}
