import { useMemo, useState, type KeyboardEvent, type ReactElement } from 'react';

import type { FileChange } from '../../../src/api/chain/content.ts';
import { formatCount, formatQuantity } from '../../parts/format.ts';
import { Link } from '../../parts/link.tsx';
import type { RowProps } from '../../parts/virtual-list.tsx';
import type { QueryValues } from '../../router/location.ts';
import {
  CHANGE_KINDS,
  changeKindOf,
  changeRowsOf,
  changeTreeOf,
  countChanges,
  type ChangeCounts,
  type ChangeKind,
  type ChangeRow,
} from './change-tree.ts';
import { changeWords } from './change-words.ts';
import { FileRows } from './file-rows.tsx';

/** More than these are shown by folder at first. */
const OPEN_FILES_MAX = 200;
const INDENT = 16;
const NONE: ReadonlySet<string> = new Set();

const SIGNS: Readonly<Record<ChangeKind, string>> = { added: '+', changed: '~', removed: '−' };
const TONES: Readonly<Record<ChangeKind, string>> = { added: 'added', changed: 'soft', removed: 'removed' };

interface Props {
  readonly files: readonly FileChange[];
  /** Where a file's own difference is shown; absent where there is none, as before a registration. */
  readonly envId?: string | undefined;
  readonly fileQuery?: QueryValues | undefined;
}

/** Any number of changed files: how many of which kind, and the folders that they are in. */
export function ChangeList({ files, envId, fileQuery }: Props): ReactElement {
  const [kind, setKind] = useState<ChangeKind | null>(null);
  const [sought, setSought] = useState('');
  /** Folders that are not as they are at first. */
  const [turned, setTurned] = useState(NONE);
  const counts = useMemo(() => countChanges(files), [files]);
  const shown = useMemo(() => files.filter((file) => isShown(file, kind, sought)), [files, kind, sought]);
  const tree = useMemo(() => changeTreeOf(shown), [shown]);
  const opensAll = shown.length <= OPEN_FILES_MAX;
  const rows = changeRowsOf(tree, (path) => opensAll !== turned.has(path));
  const turn = (path: string): void =>
    setTurned((before) =>
      before.has(path) ? new Set([...before].filter((each) => each !== path)) : new Set([...before, path]),
    );
  const narrow = (nextKind: ChangeKind | null, nextSought: string): void => {
    setKind(nextKind);
    setSought(nextSought);
    setTurned(NONE);
  };
  return (
    <div className="stack">
      <div className="row change-choice">
        <span className="segmented" role="group" aria-label="Which changes">
          <button type="button" aria-pressed={kind === null} onClick={() => narrow(null, sought)}>
            All {formatCount(files.length)}
          </button>
          {CHANGE_KINDS.map((each) => (
            <button
              type="button"
              key={each}
              aria-pressed={kind === each}
              disabled={counts[each] === 0}
              onClick={() => narrow(each, sought)}
            >
              {SIGNS[each]} {formatCount(counts[each])} {each}
            </button>
          ))}
        </span>
        <input
          className="input"
          type="search"
          placeholder="Part of a path"
          aria-label="Find a changed file"
          value={sought}
          onChange={(event) => narrow(kind, event.target.value)}
        />
      </div>
      {rows.length === 0 ? (
        <p className="soft" role="status">
          No changed file has that in its path.
        </p>
      ) : (
        <FileRows
          label={`${formatQuantity(shown.length, 'changed file')}, by folder`}
          count={rows.length}
          keyOf={(index) => `${rows[index]?.kind} ${rows[index]?.path}`}
          renderRow={(index, row) => {
            const shownRow = rows[index];
            if (shownRow === undefined) return null;
            return shownRow.kind === 'folder' ? (
              <Folder of={shownRow} row={row} onTurn={turn} />
            ) : (
              <File of={shownRow} row={row} envId={envId} fileQuery={fileQuery} />
            );
          }}
        />
      )}
    </div>
  );
}

function isShown(file: FileChange, kind: ChangeKind | null, sought: string): boolean {
  return (kind === null || changeKindOf(file) === kind) && file.path.toLowerCase().includes(sought.toLowerCase());
}

type RowOf<Kind extends ChangeRow['kind']> = Extract<ChangeRow, { readonly kind: Kind }>;

function Folder({
  of: { path, name, depth, counts, isOpen },
  row,
  onTurn,
}: {
  readonly of: RowOf<'folder'>;
  readonly row: RowProps;
  readonly onTurn: (path: string) => void;
}): ReactElement {
  const onKeyDown = ({ key }: KeyboardEvent): void => {
    if (key === (isOpen ? 'ArrowLeft' : 'ArrowRight')) onTurn(path);
  };
  return (
    <button
      type="button"
      className="file-row"
      aria-expanded={isOpen}
      style={{ paddingLeft: 8 + depth * INDENT }}
      onClick={() => onTurn(path)}
      onKeyDown={onKeyDown}
      {...row}
    >
      <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span>
      <span className="mono clip grow">{name}/</span>
      <Counts of={counts} />
    </button>
  );
}

function Counts({ of: counts }: { readonly of: ChangeCounts }): ReactElement {
  return (
    <>
      {CHANGE_KINDS.filter((kind) => counts[kind] > 0).map((kind) => (
        <span key={kind} className={`number ${TONES[kind]}`}>
          {SIGNS[kind]} {formatCount(counts[kind])}
          <span className="visually-hidden"> {kind}</span>
        </span>
      ))}
    </>
  );
}

function File({
  of: { path, name, depth, change },
  row,
  envId,
  fileQuery,
}: {
  readonly of: RowOf<'file'>;
  readonly row: RowProps;
} & Omit<Props, 'files'>): ReactElement {
  const kind = changeKindOf(change);
  const content = (
    <>
      <span className={TONES[kind]} aria-hidden="true">
        {SIGNS[kind]}
      </span>
      <span className="mono clip grow" title={path}>
        {name}
      </span>
      <span className={`number ${TONES[kind]}`}>
        <span className="visually-hidden">{kind}, </span>
        {changeWords(change)}
      </span>
    </>
  );
  const style = { paddingLeft: 8 + depth * INDENT };
  return envId === undefined ? (
    <span className="file-row" style={style} {...row}>
      {content}
    </span>
  ) : (
    <Link className="file-row" style={style} to={['environments', envId]} query={{ ...fileQuery, file: path }} {...row}>
      {content}
    </Link>
  );
}
