import type { ReactElement } from 'react';

import { Overlay } from '../../../shell/overlay.tsx';

/** The report as it would be written, in a frame that runs nothing and reaches nothing. */
export function ReportPreview({
  html,
  onClose,
}: {
  readonly html: string;
  readonly onClose: () => void;
}): ReactElement {
  return (
    <Overlay label="Preview of the report" className="report-preview" onClose={onClose}>
      <div className="row">
        <b className="grow">Preview of the report</b>
        <span className="faint">Nobody signed it: it is no document yet.</span>
        <button type="button" className="button" onClick={onClose}>
          Close
        </button>
      </div>
      <iframe title="The report" sandbox="" srcDoc={html} />
    </Overlay>
  );
}
