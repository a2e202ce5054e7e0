import type { ReactElement } from 'react';

import { UNKNOWN } from '../parts/format.ts';
import { Link } from '../parts/link.tsx';
import { useServices } from '../services.ts';
import { useRead } from '../stores/use-read.ts';
import { countLevel, goodWords, summarizePosture } from './posture-levels.ts';

/** Security of the current setup, in one figure that leads to the checks. */
export function PostureCard(): ReactElement {
  const { reads } = useServices();
  const { data, problem } = useRead(reads.chain.posture.queryOptions());
  const tone =
    data === undefined ? '' : countLevel(data, 'bad') > 0 ? 'bad' : countLevel(data, 'look') > 0 ? 'warn' : '';
  return (
    <div className="card stat">
      <h2>
        <Link to={['members', 'posture']}>Posture</Link>
      </h2>
      <b className={`figure ${tone}`}>{data === undefined ? UNKNOWN : goodWords(data)}</b>
      <p>{data !== undefined ? summarizePosture(data) : problem === undefined ? 'reading…' : 'could not be read'}</p>
    </div>
  );
}
