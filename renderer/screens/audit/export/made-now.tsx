import type { ReactElement } from 'react';

import type { ExportEvent } from '../../../../src/api/operator/exports.ts';
import { Command } from '../../../node-parts/command.tsx';
import { Facts } from '../../../parts/facts.tsx';
import { formatBytes, formatCount, formatQuantity } from '../../../parts/format.ts';
import { Hash } from '../../../parts/hash.tsx';
import { SaveButtons } from './save-buttons.tsx';

/** An export that was just made: what is in it, where it is, and how it is checked. */
export function MadeNow({ made }: { readonly made: Extract<ExportEvent, { readonly type: 'done' }> }): ReactElement {
  const { export: file, manifest, rows, from_block: from, to_block: to, checkpoint } = made;
  return (
    <section className="stack" aria-label="The export that was made">
      <p className="notice good" role="status">
        <b>The export is made and signed.</b>
      </p>
      <Facts
        rows={[
          [
            'File',
            <span key="file" className="mono path">
              {file.path}
            </span>,
          ],
          ['Size', formatBytes(file.size_bytes)],
          ['Holds', formatQuantity(rows, file.kind === 'blocks' ? 'block' : 'transaction')],
          ['Blocks looked at', `${formatCount(from)} to ${formatCount(to)}`],
          ['Checkpoint', <Hash key="checkpoint" value={checkpoint} what="hash of the last block" />],
          ['Manifest', <Hash key="manifest" value={manifest} what="digest of the manifest" />],
        ]}
      />
      <SaveButtons file={file} />
      <p className="faint">
        To check it: <Command of={{ command: ['audit', 'verify'], operands: [file.path] }} />
      </p>
    </section>
  );
}
