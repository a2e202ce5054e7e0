import { useState, type ReactElement } from 'react';

import { DeedNotice } from '../../../directory/deed-notice.tsx';
import { DirectoryBrowser } from '../../../directory/directory-browser.tsx';
import { useDeed } from '../../../directory/use-deed.ts';
import { Command } from '../../../node-parts/command.tsx';
import { JobProgress } from '../../../node-parts/job-progress.tsx';
import { HexText } from '../../../parts/hex-text.tsx';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { useServices } from '../../../services.ts';
import { useJob } from '../../../stores/use-job.ts';
import { useScrubStatus } from './use-scrub-status.ts';
import { ActButton } from '../../../parts/act-button.tsx';

/** While damage stands: where, what that means, and how it is repaired. */
export function Damage({ onChange }: { readonly onChange: () => void }): ReactElement | null {
  const { client } = useServices();
  const status = useScrubStatus();
  const changed = (): void => {
    status.reload();
    onChange();
  };
  const repair = useJob('repair', (_, job) => client.operator.repairChain(job), changed);
  const deed = useDeed(changed);
  const [path, setPath] = useState('');
  const [file, setFile] = useState<string>();
  const [isChoosing, setChoosing] = useState(false);
  const damage = status.data?.damage ?? null;
  const report = repair.done?.report ?? null;
  if (damage === null && repair.running === null && repair.done === null && repair.problem === undefined) return null;
  return (
    <section className="stack" aria-label="Damage">
      {damage === null ? null : (
        <div className="notice bad" role="alert">
          <b>Stored data is damaged: {damage.place}.</b> <HexText text={damage.message} />
          <p>
            Nothing is sealed while this stands, so nothing is built on it. Repair takes what is whole, makes the rest
            again from blocks and transactions, and keeps the damaged file aside. Rows that follow from no others have
            to come from a copy: a backup, an exported chain, or another data directory.
          </p>
          {repair.running === null && status.data?.can_repair === true ? (
            <div className="row">
              <button type="button" className="button" onClick={() => repair.start()}>
                Repair
              </button>
              <button type="button" className="button" onClick={() => setChoosing(!isChoosing)}>
                Repair with a copy…
              </button>
              <span>
                or <Command of={{ command: ['blockchain', 'repair'] }} />
              </span>
            </div>
          ) : null}
        </div>
      )}
      {isChoosing ? (
        <div className="card stack">
          <h2>The copy to take rows from</h2>
          <DirectoryBrowser path={path} onPath={setPath} file={file ?? ''} onFile={setFile} />
          <div className="row">
            <ActButton
              missing={(file ?? path) === '' ? 'Choose the copy.' : null}
              onClick={() => deed.ask({ deed: 'repair_chain', path: file ?? path })}
            >
              Repair from it…
            </ActButton>
            <button type="button" className="button" onClick={() => setChoosing(false)}>
              Close
            </button>
          </div>
          <DeedNotice deed={deed} />
        </div>
      ) : null}
      {repair.running === null ? null : <JobProgress job={repair.running} />}
      {repair.problem === undefined ? null : <ProblemNotice problem={repair.problem} />}
      {report === null ? null : (
        <div
          className={`notice ${report.outcome === 'repaired' || report.outcome === 'filled' ? 'good' : 'bad'}`}
          role="status"
        >
          {report.words.map((line) => (
            <p key={line}>
              <HexText text={line} />
            </p>
          ))}
        </div>
      )}
    </section>
  );
}
