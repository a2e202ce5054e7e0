import { useRef, useState, type ReactElement } from 'react';

import type { DirectoryListing } from '../../src/api/operator/directories.ts';
import { ReadingView } from '../node-parts/reading-view.tsx';
import { useRoving } from '../parts/use-roving.ts';
import { useServices } from '../services.ts';
import { useRead } from '../stores/use-read.ts';
import { useNode } from '../stores/use-stores.ts';
import { DeedNotice } from './deed-notice.tsx';
import { useDeed } from './use-deed.ts';

interface Props {
  /** The chosen directory. */
  readonly path: string;
  readonly onPath: (path: string) => void;
  /** Shows which directories hold a chain. */
  readonly chains?: boolean;
  /** Where a file is wanted: the chosen one, and what is shown about it. */
  readonly file?: string;
  readonly onFile?: (path: string) => void;
}

/** Chooses a directory of this machine, or a file in it: by walking through it, by typing, or with the system's own dialog. */
export function DirectoryBrowser({ path, onPath, chains = false, file, onFile }: Props): ReactElement {
  const { client, reads } = useServices();
  const canPick = useNode((state) => state.host?.can_pick_directory ?? false);
  const listing = useRead(reads.operator.browse.queryOptions({ input: path === '' ? {} : { path } }), { keep: true });
  const deed = useDeed(() => listing.reload());
  const isForbidden = listing.problem?.code === 'FOLDER_NOT_GRANTED';
  const pick = async (): Promise<void> => {
    const picked = await client.operator.pickDirectory();
    if (picked.path !== null) onPath(picked.path);
  };
  return (
    <div className="directory">
      <div className="row">
        <PathInput
          key={isForbidden ? path : (listing.data?.path ?? path)}
          path={isForbidden ? path : (listing.data?.path ?? path)}
          onPath={onPath}
        />
        {canPick ? (
          <button type="button" className="button" onClick={() => void pick()}>
            Choose…
          </button>
        ) : null}
      </div>
      <DeedNotice deed={deed} />
      {isForbidden ? (
        <div className="notice">
          <p>
            This page has no permission to read <code className="mono">{path}</code>. You allow it in a window that the
            page cannot reach.
          </p>
          <div className="row">
            <button
              type="button"
              className="button"
              disabled={deed.waiting !== null}
              onClick={() => deed.ask({ deed: 'grant_folder', path })}
            >
              Allow this page to read it…
            </button>
          </div>
        </div>
      ) : (
        <ReadingView reading={listing}>
          {(data) =>
            data.path === '' && data.entries.length === 0 ? (
              <p className="faint">Type the path of a folder. You will be asked whether this page may read it.</p>
            ) : (
              <Entries key={data.path} listing={data} onPath={onPath} chains={chains} file={file} onFile={onFile} />
            )
          }
        </ReadingView>
      )}
    </div>
  );
}

function PathInput({ path, onPath }: { readonly path: string; readonly onPath: (path: string) => void }): ReactElement {
  const [text, setText] = useState(path);
  return (
    <input
      className="input grow mono"
      aria-label="Directory"
      spellCheck={false}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => {
        if (text.trim() !== path) onPath(text.trim());
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter') return;
        event.preventDefault();
        onPath(text.trim());
      }}
    />
  );
}

interface Entry {
  readonly label: string;
  readonly kind: 'directory' | 'file';
  readonly path: string;
  readonly note: string;
}

function Entries({
  listing,
  onPath,
  chains,
  file,
  onFile,
}: {
  readonly listing: DirectoryListing;
  readonly onPath: (path: string) => void;
  readonly chains: boolean;
  readonly file: string | undefined;
  readonly onFile: ((path: string) => void) | undefined;
}): ReactElement {
  const container = useRef<HTMLUListElement>(null);
  const entries = entriesOf(listing, chains);
  const roving = useRoving({ count: entries.length, container });
  return (
    // The list only listens for the arrow keys of its buttons.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <ul
      className="directory-list"
      ref={container}
      aria-label={listing.path === '' ? 'Folders that this page may read' : `In ${listing.path}`}
      onKeyDown={roving.onKeyDown}
    >
      {entries.map(({ label, kind, path, note }, index) => (
        <li key={label}>
          <button
            type="button"
            data-row={index}
            tabIndex={index === roving.active ? 0 : -1}
            aria-disabled={kind === 'file' && onFile === undefined}
            aria-pressed={kind === 'file' && onFile !== undefined ? path === file : undefined}
            onFocus={() => roving.setActive(index)}
            onClick={() => {
              if (kind === 'directory') onPath(path);
              else onFile?.(path);
            }}
          >
            <span className="grow clip">{label}</span>
            <span className="faint">{note}</span>
          </button>
        </li>
      ))}
      {listing.truncated ? (
        <li className="faint">Not everything in this folder is shown: type the path instead.</li>
      ) : null}
    </ul>
  );
}

function entriesOf({ path, parent, entries }: DirectoryListing, chains: boolean): readonly Entry[] {
  const separator = `${path}${entries[0]?.name ?? ''}`.includes('\\') ? '\\' : '/';
  // The folders of the first list are paths themselves.
  const inside = (name: string): string =>
    path === '' ? name : path.endsWith(separator) ? path + name : path + separator + name;
  return [
    ...(parent === null ? [] : [{ label: '..', kind: 'directory' as const, path: parent, note: 'up' }]),
    ...entries
      .filter(({ kind }) => !chains || kind === 'directory')
      .map(({ name, kind, holds_chain }) => ({
        label: kind === 'directory' && !name.endsWith(separator) ? `${name}${separator}` : name,
        kind,
        path: inside(name),
        note: holds_chain && chains ? 'contains a chain' : kind === 'directory' ? '' : 'file',
      })),
  ];
}
