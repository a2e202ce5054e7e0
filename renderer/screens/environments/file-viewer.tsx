import type { ReactElement } from 'react';

import type { FileView } from '../../../src/api/chain/content.ts';
import type { Hash as HashHex } from '../../../src/base/bytes.ts';
import { formatBytes, formatQuantity } from '../../parts/format.ts';
import { Hash } from '../../parts/hash.tsx';
import { ReadingView } from '../../node-parts/reading-view.tsx';
import { useServices } from '../../services.ts';
import { useRead } from '../../stores/use-read.ts';

export function FileViewer({ stateHash, path }: { readonly stateHash: HashHex; readonly path: string }): ReactElement {
  const { reads } = useServices();
  const file = useRead(reads.chain.file.queryOptions({ input: { state_hash: stateHash, path } }));
  return (
    <ReadingView reading={file}>
      {(data) => (
        <>
          <p className="soft">
            {formatBytes(data.size_bytes)}
            {data.text === null ? '' : `, ${formatQuantity(data.text.split('\n').length, 'line')}`} · content{' '}
            <Hash value={data.content_hash} what="content hash" />
          </p>
          <Content file={data} />
        </>
      )}
    </ReadingView>
  );
}

function Content({ file }: { readonly file: FileView }): ReactElement {
  if (file.kind === 'binary') return <p className="soft">Not text: only its size and hash are shown.</p>;
  if (file.kind === 'too_large' || file.text === null) return <p className="soft">Too large to show here.</p>;
  return (
    <pre className="code" tabIndex={0} aria-label={file.path}>
      {file.text}
    </pre>
  );
}
