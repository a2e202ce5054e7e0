import { useEffect, useEffectEvent, type ReactElement, type ReactNode } from 'react';

import type { Scan } from '../../../../src/api/operator/directories.ts';
import { DirectoryBrowser } from '../../../directory/directory-browser.tsx';
import { ScanView } from './scan-view.tsx';
import { useScan } from './use-scan.ts';
import type { Metadata } from './metadata-draft.ts';
import { ActButton } from '../../../parts/act-button.tsx';

interface Props {
  readonly path: string;
  readonly onPath: (path: string) => void;
  readonly envId: string | undefined;
  readonly metadata: Metadata | undefined;
  /** Null whenever what was scanned is no longer what is asked for. */
  readonly onScan: (scan: Scan | null) => void;
  readonly children?: ReactNode;
}

/** Chooses a directory, scans it, and shows what is there before anything can be signed. */
export function DirectoryTask({ path, onPath, envId, metadata, onScan, children }: Props): ReactElement {
  const { state, start, stop } = useScan();
  const tell = useEffectEvent(onScan);
  useEffect(() => {
    tell(state.at === 'done' ? state.scan : null);
  }, [state]);
  const missing = path === '' ? 'Choose the directory.' : metadata === undefined ? 'Correct the metadata.' : null;
  const scan = (more: { readonly accept_doubtful?: true }): void => {
    if (metadata !== undefined) start({ path, metadata, ...(envId === undefined ? {} : { env_id: envId }), ...more });
  };
  return (
    <>
      <div className="field">
        <span className="label">Directory</span>
        <DirectoryBrowser
          path={path}
          onPath={(next) => {
            stop();
            onPath(next);
          }}
        />
      </div>
      {children}
      <div className="row">
        <ActButton className="button" missing={missing} busy={state.at === 'scanning'} onClick={() => scan({})}>
          {state.at === 'done' ? 'Scan again' : 'Scan this directory'}
        </ActButton>
        <span className="faint grow">
          Hashes the files and keeps their content here. Nothing is written to the chain yet.
        </span>
      </div>
      <ScanView state={state} onStop={stop} onAccept={() => scan({ accept_doubtful: true })} />
    </>
  );
}
