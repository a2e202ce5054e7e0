import type { ReactElement } from 'react';

import type { Posture, PostureCheck } from '../../src/api/chain/governance.ts';
import { formatCount } from '../parts/format.ts';
import { Link } from '../parts/link.tsx';
import { ReadingView } from '../node-parts/reading-view.tsx';
import { useServices } from '../services.ts';
import { useRead } from '../stores/use-read.ts';
import { placeOfCheck } from './check-places.ts';
import { POSTURE_LEVELS, summarizePosture } from './posture-levels.ts';
import './posture.css';

/** Each named check of how safe the present set-up is: what was found, and what to do. The worst comes first. */
export function PosturePanel(): ReactElement {
  const { reads } = useServices();
  const posture = useRead(reads.chain.posture.queryOptions());
  return (
    <section className="pane" aria-label="Posture">
      <header>
        <h2>Security of the current setup</h2>
      </header>
      <div className="pane-body">
        <ReadingView reading={posture}>{(data) => <Checks posture={data} />}</ReadingView>
      </div>
    </section>
  );
}

function Checks({ posture }: { readonly posture: Posture }): ReactElement {
  return (
    <>
      <p className="soft">
        {summarizePosture(posture)} · checked at block {formatCount(posture.height)} and on this machine. What could not
        be checked, or has nothing to check, is never counted as good.
      </p>
      {POSTURE_LEVELS.map(({ level, title, tag, tone }) => {
        const checks = posture.checks.filter((check) => check.level === level);
        return checks.length === 0 ? null : (
          <section key={level} className="section" aria-label={title}>
            <h2>
              {title} <span className="faint">· {checks.length}</span>
            </h2>
            <ul className="checks">
              {checks.map((check) => (
                <Check key={check.code} check={check} tag={tag} tone={tone} />
              ))}
            </ul>
          </section>
        );
      })}
    </>
  );
}

function Check({
  check,
  tag,
  tone,
}: {
  readonly check: PostureCheck;
  readonly tag: string;
  readonly tone: string;
}): ReactElement {
  const place = placeOfCheck(check.code);
  return (
    <li>
      <span className={`tag ${tone}`}>{tag}</span>
      <div className="grow">
        <b>{check.title}</b>
        <p className="soft">{check.finding}</p>
        {check.advice === '' ? null : <p>{check.advice}</p>}
      </div>
      {place === undefined || check.level === 'good' || check.level === 'nothing_to_check' ? null : (
        <Link className="button" to={place.to} query={place.query ?? {}}>
          {place.title}
        </Link>
      )}
    </li>
  );
}
