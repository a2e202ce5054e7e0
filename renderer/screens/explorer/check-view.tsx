import { useEffect, useRef, useState, type ReactElement, type ReactNode } from 'react';
import { useStore } from 'zustand';

import { trustedKeys } from '../../../src/api/trusted-keys.ts';
import type { TrustedKeys } from '../../../src/ledger/proofs/report.ts';
import { describeProblem, type Problem } from '../../bridge/problem.ts';
import { checkFiles } from '../../check/hand-files.ts';
import { checkHanded, type CheckedFile } from '../../check/check-handed.ts';
import { ReadingView } from '../../node-parts/reading-view.tsx';
import { formatBytes } from '../../parts/format.ts';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { ReportView } from '../../proof/report-view.tsx';
import { TrustedKeysNote } from '../../proof/trusted-keys-note.tsx';
import { useServices } from '../../services.ts';
import { useChain } from '../../stores/use-chain.ts';
import { useRead } from '../../stores/use-read.ts';

/** Checks a proof, a receipt or an export that a person hands over, in the page itself. */
export function CheckView({ back }: { readonly back: ReactNode }): ReactElement {
  const services = useServices();
  const { reads } = services;
  const handed = useStore(services.page, (state) => state.handed);
  const chain = useChain();
  const validators = useRead(reads.chain.validators.queryOptions());
  const checkpointKeys = useRead(reads.chain.checkpointKeys.queryOptions());
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <header>
        {back}
        <h2>Check a document</h2>
      </header>
      <div className="pane-body stack">
        <p>
          A proof, a receipt, or an export of this chain: drop it anywhere on the page, or choose it. The page checks it
          by itself and sends it nowhere. An export that is not JSON Lines has a manifest beside it: take both files.
        </p>
        <div className="row">
          <button type="button" className="button primary" onClick={() => input.current?.click()}>
            Choose files…
          </button>
          <input
            ref={input}
            type="file"
            multiple
            hidden
            aria-label="Files to check"
            onChange={(event) => {
              checkFiles(services, [...(event.target.files ?? [])]);
              event.target.value = '';
            }}
          />
        </div>
        <ReadingView reading={validators}>
          {({ validators: trusted }) => (
            <>
              <ReadingView reading={checkpointKeys}>
                {({ keys }) =>
                  handed?.to !== 'check' || chain === null ? null : (
                    <Checking key={handed.id} files={handed.files} trusted={trustedKeys(chain, trusted, keys)} />
                  )
                }
              </ReadingView>
              <TrustedKeysNote validators={trusted} />
            </>
          )}
        </ReadingView>
      </div>
    </>
  );
}

function Checking({
  files,
  trusted,
}: {
  readonly files: readonly File[];
  readonly trusted: TrustedKeys;
}): ReactElement {
  const [found, setFound] = useState<CheckedFile | null>(null);
  const [problem, setProblem] = useState<Problem>();
  const [done, setDone] = useState(0);
  // What is trusted is read again now and then; a check rests on what was trusted when it began.
  const [kept] = useState(trusted);
  useEffect(() => {
    const abort = new AbortController();
    const { signal } = abort;
    checkHanded(files, kept, { signal, onProgress: setDone }).then(
      (checked) => signal.aborted || setFound(checked),
      (error: unknown) => signal.aborted || setProblem(describeProblem(error)),
    );
    return () => abort.abort();
  }, [files, kept]);
  const name = files.map((file) => file.name).join(', ');
  const size = files.reduce((sum, file) => sum + file.size, 0);
  if (problem !== undefined) return <ProblemNotice problem={problem} />;
  if (found === null)
    return (
      <section className="stack" aria-label="The check">
        <p role="status">
          Checking <b>{name}</b>: {formatBytes(done)} of {formatBytes(size)}
        </p>
        <progress aria-label="Checked" value={done} max={Math.max(1, size)} />
        <Skeleton />
      </section>
    );
  return (
    <section className="stack" aria-label="The check">
      <h3>
        {found.what}: {found.name}
      </h3>
      <ReportView
        report={found.report}
        claim={found.shows.map((sentence) => (
          <span key={sentence}>{sentence} </span>
        ))}
      />
    </section>
  );
}
