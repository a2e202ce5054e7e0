import type { ReactElement } from 'react';

import type { ScrubArea, ScrubAreaView } from '../../../../src/api/operator/integrity.ts';
import { Age } from '../../../node-parts/age.tsx';
import { JobProgress } from '../../../node-parts/job-progress.tsx';
import { ReadingView } from '../../../node-parts/reading-view.tsx';
import { formatCount } from '../../../parts/format.ts';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { useServices } from '../../../services.ts';
import { useJob } from '../../../stores/use-job.ts';
import { AreaCells, CellsKey } from './area-cells.tsx';
import { useScrubStatus } from './use-scrub-status.ts';

const TITLES: Readonly<Record<ScrubArea, { readonly title: string; readonly text: string }>> = {
  blocks: { title: 'Blocks', text: 'headers, seals and transactions, by their hashes' },
  state: { title: 'State', text: 'the rows of the state tree, by their roots' },
  index: { title: 'Index', text: 'what searches use, against the chain' },
  content: { title: 'Files', text: 'the stored content of environments' },
};

/** What is checked in the background, area by area, as pictures. */
export function BackgroundCheck(): ReactElement {
  const { client } = useServices();
  const status = useScrubStatus();
  const look = useJob('scrub', (_, job) => client.operator.scrub(job), status.reload);
  return (
    <section className="card stack wide" aria-labelledby="background-check">
      <div className="row">
        <h2 id="background-check" className="grow">
          In the background{' '}
          <span className="faint">
            · everything that is stored here is read again and again
            {status.data === undefined
              ? ''
              : `, at ${Math.round(status.data.processor_share * 100)} % of one processor at most`}
          </span>
        </h2>
        <button type="button" className="button" disabled={look.running !== null} onClick={() => look.start()}>
          Look at everything now
        </button>
      </div>
      {look.running === null ? null : <JobProgress job={look.running} />}
      {look.problem === undefined ? null : <ProblemNotice problem={look.problem} />}
      {look.done === null ? null : (
        <p className={`notice ${look.done.ok ? 'good' : 'bad'}`} role="status">
          <b>{look.done.ok ? 'Everything was looked at: nothing is damaged.' : 'Damage was found.'}</b>{' '}
          {look.done.findings.map(({ place, message }) => `${place}: ${message}.`).join(' ')}
        </p>
      )}
      <ReadingView reading={status}>
        {({ areas }) => (
          <>
            <div className="areas">
              {areas.map((area) => (
                <section key={area.area} aria-label={`${TITLES[area.area].title}, in the background`}>
                  <h3>
                    {TITLES[area.area].title} <span className="faint">· {TITLES[area.area].text}</span>
                  </h3>
                  <AreaCells area={area} />
                  <p className="soft">{stateWords(area)}</p>
                </section>
              ))}
            </div>
            <CellsKey area={areas.find(({ area }) => area === 'blocks')} />
          </>
        )}
      </ReadingView>
    </section>
  );
}

function stateWords({ state, done, total, last_pass_at, passes }: ScrubAreaView): ReactElement {
  const last =
    last_pass_at === null ? (
      'no whole pass yet'
    ) : (
      <>
        {passes === 1 ? 'one whole pass' : `${formatCount(passes)} whole passes`}, the last <Age time={last_pass_at} />
      </>
    );
  switch (state) {
    case 'running':
      return (
        <>
          {formatCount(done)} of {formatCount(total)} looked at in this pass · {last}
        </>
      );
    case 'resting':
      return <>resting · {last}</>;
    case 'damaged':
      return <b className="bad-words">damage was found, and the check stopped there · {last}</b>;
  }
}
