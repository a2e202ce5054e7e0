import type { ReactElement } from 'react';

import type { ExportView } from '../../../../src/api/operator/exports.ts';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { useServices } from '../../../services.ts';
import { useAct } from '../../../stores/use-act.ts';
import { saveExport } from './save-export.ts';

/** Saves the file, and the manifest that has to go with it where it is another file. */
export function SaveButtons({ file }: { readonly file: ExportView }): ReactElement {
  return (
    <div className="row">
      <Save name={file.name} title="Save the file" />
      {file.manifest_name === null ? null : <Save name={file.manifest_name} title="Save its manifest" />}
    </div>
  );
}

function Save({ name, title }: { readonly name: string; readonly title: string }): ReactElement {
  const { client } = useServices();
  const { busy, problem, run } = useAct(() => saveExport(client, name));
  return (
    <>
      <button type="button" className="button" disabled={busy} onClick={run}>
        {busy ? 'Saving…' : title}
      </button>
      {problem === undefined ? null : <ProblemNotice problem={problem} />}
    </>
  );
}
