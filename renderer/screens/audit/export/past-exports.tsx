import type { ReactElement } from 'react';

import type { ExportView } from '../../../../src/api/operator/exports.ts';
import { Age } from '../../../node-parts/age.tsx';
import { ReadingView } from '../../../node-parts/reading-view.tsx';
import { formatBytes } from '../../../parts/format.ts';
import type { Reading } from '../../../stores/use-read.ts';
import { SaveButtons } from './save-buttons.tsx';

const SHOWN_MAX = 20;

/** Those that were made before, newest first. */
export function PastExports({
  reading,
  except,
}: {
  readonly reading: Reading<{ readonly directory: string; readonly exports: readonly ExportView[] }>;
  readonly except: string | null;
}): ReactElement {
  return (
    <ReadingView reading={reading}>
      {({ directory, exports }) => {
        const others = exports.filter(({ name }) => name !== except);
        if (others.length === 0) return null;
        return (
          <section className="section" aria-labelledby="past-exports">
            <h2 id="past-exports">Made before</h2>
            <ul className="past-exports">
              {others.slice(0, SHOWN_MAX).map((file) => (
                <li key={file.name} className="stack">
                  <span>
                    <span className="mono path">{file.name}</span>{' '}
                    <span className="soft">
                      {formatBytes(file.size_bytes)}, <Age time={file.made_at} />
                    </span>
                  </span>
                  <SaveButtons file={file} />
                </li>
              ))}
            </ul>
            <p className="faint">
              {others.length > SHOWN_MAX ? `The newest ${SHOWN_MAX} of ${others.length}. ` : ''}They lie in{' '}
              <span className="mono path">{directory}</span> until you delete them there.
            </p>
          </section>
        );
      }}
    </ReadingView>
  );
}
