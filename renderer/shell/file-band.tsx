import type { ReactElement } from 'react';

import { formatCount, formatTime } from '../parts/format.ts';
import { Link } from '../parts/link.tsx';
import { useInspection } from '../stores/use-inspection.ts';
import { confirmedWords } from '../inspection/confirmed-words.ts';

/** While a file is looked at: says so across every screen, up to when it reaches, and whether anybody has confirmed it. */
export function FileBand(): ReactElement | null {
  const inspection = useInspection();
  if (inspection === null) return null;
  const { name, head, trust } = inspection;
  const isConfirmed = trust.confirmed_by !== null;
  return (
    <section className="shell-band file" aria-label="A file is inspected">
      <p className="grow">
        <b>
          You are looking at a file: <span className="mono">{name}</span>
        </b>
        , up to block {formatCount(head.height)} of {formatTime(head.time)}. Nothing here is live; nothing can be
        signed. <span className={`tag ${isConfirmed ? '' : 'warn'}`}>{confirmedWords(trust.confirmed_by)}</span>{' '}
        <span className="soft">{isConfirmed ? '' : 'Only the file says which chain this is.'}</span>
      </p>
      <Link className="button" to={['file']}>
        {isConfirmed ? 'What this rests on' : 'Compare with what you know…'}
      </Link>
    </section>
  );
}
