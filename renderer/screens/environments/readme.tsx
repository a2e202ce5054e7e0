import { useMemo, useState, type ReactElement } from 'react';

import type { FileEntry } from '../../../src/api/chain/content.ts';
import type { Hash } from '../../../src/base/bytes.ts';
import { Markdown } from '../../markdown/markdown.tsx';
import { parseMarkdown, README_LIMITS } from '../../markdown/parse-markdown.ts';
import { ReadingView } from '../../node-parts/reading-view.tsx';
import { encodeLocation } from '../../router/location.ts';
import { useServices } from '../../services.ts';
import { useRead } from '../../stores/use-read.ts';
import { readmeOf } from './readme-of.ts';
import type { Version } from './versions.ts';

interface Props {
  readonly envId: string;
  readonly version: Version;
  readonly stateHash: Hash;
}

/** What the files of a version say of it, where one of them is there for that. */
export function Readme({ envId, version, stateHash }: Props): ReactElement | null {
  const { reads } = useServices();
  const { data } = useRead(reads.chain.files.queryOptions({ input: { state_hash: stateHash } }), { keep: true });
  const readme = data === undefined || !data.known ? null : readmeOf(data.files);
  if (data === undefined || readme === null) return null;
  return (
    <section className="section" aria-labelledby="readme">
      <h2 id="readme">
        {readme.path} <span className="faint">· of {version.label}, in its author’s words</span>
      </h2>
      <Content key={readme.content_hash} {...{ envId, version, stateHash, readme }} files={data.files} />
    </section>
  );
}

function Content({
  envId,
  version,
  stateHash,
  readme,
  files,
}: Props & { readonly readme: FileEntry; readonly files: readonly FileEntry[] }): ReactElement {
  const { reads } = useServices();
  const file = useRead(reads.chain.file.queryOptions({ input: { state_hash: stateHash, path: readme.path } }));
  const paths = useMemo(() => new Set(files.map(({ path }) => path)), [files]);
  const hrefOf = (path: string): string | null =>
    paths.has(path) ? encodeLocation(['environments', envId], { to: version.key, file: path }) : null;
  const openFile = <a href={hrefOf(readme.path) ?? undefined}>Open the file</a>;
  return (
    <ReadingView reading={file}>
      {({ text, kind }) =>
        text === null ? (
          <p className="soft">
            {kind === 'binary' ? 'It is not text.' : 'It is too large to show here.'} {openFile}
          </p>
        ) : (
          <Text text={text} path={readme.path} hrefOf={hrefOf} openFile={openFile} />
        )
      }
    </ReadingView>
  );
}

/** A screen's worth at first: what can be done, and with what, stands below it. */
const GLANCE = { lengthMax: 1_200, nodesMax: 80 };

function Text({
  text,
  path,
  hrefOf,
  openFile,
}: {
  readonly text: string;
  readonly path: string;
  readonly hrefOf: (path: string) => string | null;
  readonly openFile: ReactElement;
}): ReactElement {
  const [isWhole, setWhole] = useState(false);
  const tree = useMemo(() => parseMarkdown(text, isWhole ? README_LIMITS : GLANCE), [text, isWhole]);
  return (
    <>
      <Markdown tree={tree} path={path} hrefOf={hrefOf} />
      {!tree.isCut ? null : isWhole ? (
        <p className="soft">The rest is too much to show here. {openFile}</p>
      ) : (
        <p className="row">
          <button type="button" className="button" onClick={() => setWhole(true)}>
            Show all of it
          </button>
        </p>
      )}
    </>
  );
}
