import type { ReactElement } from 'react';

import type { FileEntry } from '../../../src/api/chain/content.ts';
import type { EnvironmentView } from '../../../src/api/chain/environments.ts';
import type { Hash } from '../../../src/base/bytes.ts';
import { formatBytes, formatCount } from '../../parts/format.ts';
import { HashText } from '../../parts/hash.tsx';
import { Link } from '../../parts/link.tsx';
import { ReadingView } from '../../node-parts/reading-view.tsx';
import { useServices } from '../../services.ts';
import { useRead } from '../../stores/use-read.ts';
import { FileRows } from './file-rows.tsx';
import type { Version } from './versions.ts';

interface Props {
  readonly environment: EnvironmentView;
  readonly version: Version;
  readonly stateHash: Hash;
}

/** The files that a state hash stands for. */
export function FileList({ environment, version, stateHash }: Props): ReactElement {
  const { reads } = useServices();
  const files = useRead(reads.chain.files.queryOptions({ input: { state_hash: stateHash } }), { keep: true });
  return (
    <section className="section" aria-labelledby="files">
      <h2 id="files">
        Files of {version.label}{' '}
        <span className="faint">{files.data?.known === true ? `· ${formatCount(files.data.files.length)}` : ''}</span>
      </h2>
      <ReadingView reading={files}>
        {(data) =>
          data.known ? (
            <Rows files={data.files} envId={environment.env_id} version={version} />
          ) : (
            <p className="soft">
              The content is not on this machine: the chain contains only its hash. Register the directory here, or
              restore the blobs from a backup, to see it.
            </p>
          )
        }
      </ReadingView>
    </section>
  );
}

function Rows({
  files,
  envId,
  version,
}: {
  readonly files: readonly FileEntry[];
  readonly envId: string;
  readonly version: Version;
}): ReactElement {
  return (
    <FileRows
      label={`Files of ${version.label}`}
      count={files.length}
      keyOf={(index) => files[index]?.path ?? String(index)}
      renderRow={(index, row) => {
        const file = files[index];
        return file === undefined ? null : (
          <Link className="file-row" to={['environments', envId]} query={{ to: version.key, file: file.path }} {...row}>
            <span className="mono clip grow">{file.path}</span>
            {file.mode === 0o755 ? <span className="tag">executable</span> : null}
            <span className="soft number">{formatBytes(file.size_bytes)}</span>
            <span className="faint">
              <HashText value={file.content_hash} />
            </span>
          </Link>
        );
      }}
    />
  );
}
