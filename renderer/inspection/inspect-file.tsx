import { useState, type ReactElement } from 'react';

import type { InspectEvent } from '../../src/api/operator/inspection.ts';
import { DirectoryBrowser } from '../directory/directory-browser.tsx';
import { Command } from '../node-parts/command.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { useServices } from '../services.ts';
import { useAct } from '../stores/use-act.ts';

type Shown = Extract<InspectEvent, { readonly type: 'done' }>;

/** Chooses a backup, an exported chain or a data directory, has it verified, and links to the page that shows it. */
export function InspectFile(): ReactElement {
  const { client } = useServices();
  const [directory, setDirectory] = useState('');
  const [file, setFile] = useState('');
  const [percent, setPercent] = useState<number | null>(null);
  const [shown, setShown] = useState<Shown | null>(null);
  const path = file === '' ? directory : file;
  const check = useAct(async () => {
    setShown(null);
    try {
      for await (const event of await client.operator.inspectFile({ path })) {
        if (event.type === 'progress') setPercent(Math.floor((100 * event.done) / Math.max(1, event.total)));
        if (event.type === 'done') setShown(event);
      }
    } finally {
      setPercent(null);
    }
  });
  return (
    <section className="card stack wide" aria-labelledby="inspect-file">
      <h2 id="inspect-file">Look at a file</h2>
      <p className="soft">
        A backup, a chain that was exported, or a data directory. It is verified first, and stays as it is; then a page
        of its own shows it, in which nothing is live and nothing can be signed. This chain is not touched by it.
      </p>
      <div className="field">
        <span className="label">File or directory</span>
        <DirectoryBrowser
          path={directory}
          onPath={(chosen) => {
            setDirectory(chosen);
            setFile('');
          }}
          file={file}
          onFile={setFile}
        />
      </div>
      {check.problem === undefined ? null : <ProblemNotice problem={check.problem} />}
      {shown === null ? null : (
        <div className="notice good" role="status">
          <b>{shown.name} agrees with itself.</b> Whose chain it is, you compare there.
          <div className="row">
            <a className="button primary" href={shown.url} target="_blank" rel="noreferrer">
              Open its page
            </a>
            <span className="faint">The link opens once.</span>
          </div>
        </div>
      )}
      <div className="row">
        <button type="button" className="button primary" disabled={check.busy || path === ''} onClick={check.run}>
          {check.busy ? `Verifying…${percent === null ? '' : ` ${percent} %`}` : 'Verify and show…'}
        </button>
        <span className="faint grow">
          or{' '}
          <Command of={{ command: ['inspect'], operands: [path === '' ? 'FILE' : path], options: { console: true } }} />
        </span>
      </div>
    </section>
  );
}
