import type { ReactElement } from 'react';

import type { Scan } from '../../../../src/api/operator/directories.ts';
import { formatBytes, formatCount, formatDuration, formatQuantity } from '../../../parts/format.ts';
import { Hash } from '../../../parts/hash.tsx';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { DifferenceView } from '../difference-view.tsx';
import type { ScanProgress, ScanState } from './use-scan.ts';

/** How far the scan is, then what it found. */
export function ScanView({
  state,
  onStop,
  onAccept,
}: {
  readonly state: ScanState;
  readonly onStop: () => void;
  /** Scans again, and takes what may be a secret. */
  readonly onAccept: () => void;
}): ReactElement | null {
  switch (state.at) {
    case 'idle':
      return null;
    case 'failed':
      return (
        <div className="stack">
          <ProblemNotice problem={state.problem} />
          {state.problem.code === 'DIRECTORY_DOUBTFUL' ? (
            <div className="row">
              <span className="soft grow">Every member can read what is stored, and its hash stays permanently.</span>
              <button type="button" className="button" onClick={onAccept}>
                Store them anyway
              </button>
            </div>
          ) : null}
        </div>
      );
    case 'scanning':
      return (
        <div className="stack" role="status">
          <ProgressBar progress={state.progress} />
          <div className="row">
            <span className="soft grow">{progressWords(state.progress)}</span>
            <button type="button" className="button" onClick={onStop}>
              Stop
            </button>
          </div>
        </div>
      );
    case 'done':
      return <ScanResult scan={state.scan} />;
  }
}

function ScanResult({ scan }: { readonly scan: Scan }): ReactElement {
  const version = scan.current === null ? null : scan.current.blue.version;
  return (
    <section className="section stack" aria-label="Content found">
      <h2>{version === null ? 'Content found' : `What would change from Blue v${version}`}</h2>
      <p className="soft">
        {formatQuantity(scan.file_count, 'file')}, {formatBytes(scan.size_bytes)} · state hash{' '}
        <Hash value={scan.state_hash} what="state hash" /> · read {formatBytes(scan.bytes_read)} in{' '}
        {formatDuration(scan.duration_ms)}
        {scan.ignored_count === 0
          ? ''
          : ` · ${formatQuantity(scan.ignored_count, 'entry', 'entries')} excluded by rules`}
      </p>
      <DifferenceView difference={scan.difference} />
    </section>
  );
}

function ProgressBar({ progress }: { readonly progress: ScanProgress | null }): ReactElement {
  const total = progress?.bytes_total ?? null;
  if (progress === null || total === null) return <progress aria-label="Scanning" />;
  return <progress aria-label="Scanning" value={progress.bytes} max={Math.max(1, total)} />;
}

function progressWords(progress: ScanProgress | null): string {
  if (progress === null) return 'Scanning the directory…';
  const files =
    progress.files_total === null
      ? formatQuantity(progress.files, 'file')
      : `${formatCount(progress.files)} of ${formatQuantity(progress.files_total, 'file')}`;
  const bytes =
    progress.bytes_total === null
      ? formatBytes(progress.bytes)
      : `${formatBytes(progress.bytes)} of ${formatBytes(progress.bytes_total)}`;
  return `${files}, ${bytes}`;
}
