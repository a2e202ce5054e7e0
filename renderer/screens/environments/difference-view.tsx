import type { ReactElement, ReactNode } from 'react';

import type { Difference, FileChange } from '../../../src/api/chain/content.ts';
import { Changed } from '../../parts/changed.tsx';
import { formatQuantity } from '../../parts/format.ts';
import { Link } from '../../parts/link.tsx';
import type { QueryValues } from '../../router/location.ts';
import { ChangeList } from './change-list.tsx';
import { modeOf, sizeOf } from './change-words.ts';

interface Props {
  readonly difference: Difference;
  /** Where a file's own difference is shown; absent where there is none, as before a registration. */
  readonly envId?: string;
  readonly fileQuery?: QueryValues;
}

/** So many files have a row each in the table; more are shown by folder. */
const FILES_IN_TABLE_MAX = 24;

/** Metadata and files that differ. The signs say what the colours repeat. */
export function DifferenceView({ difference, envId, fileQuery }: Props): ReactElement {
  const { metadata, files, files_known, files_unchanged } = difference;
  if (metadata.length === 0 && files.length === 0) {
    return (
      <p className="soft">
        {files_known
          ? `Nothing differs: ${formatQuantity(files_unchanged, 'file')} and all metadata are the same.`
          : 'The metadata is the same. The files are not on this machine, so they can only be compared by their state hash.'}
      </p>
    );
  }
  const inTable = files.length <= FILES_IN_TABLE_MAX ? files : [];
  const hasBefore = metadata.some(({ before }) => before !== undefined) || inTable.some(({ kind }) => kind !== 'added');
  return (
    <>
      <table className="difference" data-before={hasBefore} hidden={metadata.length + inTable.length === 0}>
        <thead className="visually-hidden">
          <tr>
            <th>Value or file</th>
            <th>Before</th>
            <th>After</th>
          </tr>
        </thead>
        <tbody>
          {metadata.map(({ path, before, after }) => (
            <tr key={`metadata ${path}`}>
              <th scope="row">{path}</th>
              <Changed name={path} before={before} after={after} />
            </tr>
          ))}
          {inTable.map((change) => (
            <tr key={`file ${change.path}`}>
              <th scope="row">
                {envId === undefined ? (
                  change.path
                ) : (
                  <Link to={['environments', envId]} query={{ ...fileQuery, file: change.path }}>
                    {change.path}
                  </Link>
                )}
              </th>
              <FileCells change={change} />
            </tr>
          ))}
        </tbody>
      </table>
      {inTable === files ? null : <ChangeList files={files} envId={envId} fileQuery={fileQuery} />}
      {files_known && files_unchanged === 0 ? null : (
        <p className="faint">
          {files_known
            ? `${formatQuantity(files_unchanged, 'file')} unchanged.`
            : 'The files of one side are not on this machine: only their hashes can be compared.'}
        </p>
      )}
    </>
  );
}

function FileCells({ change }: { readonly change: FileChange }): ReactNode {
  const { kind, before, after, lines_added, lines_removed } = change;
  switch (kind) {
    case 'added':
      return (
        <>
          <td className="none">–</td>
          <td className="added">+ new file, {sizeOf(after)}</td>
        </>
      );
    case 'removed':
      return (
        <>
          <td className="removed">− file, {sizeOf(before)}</td>
          <td className="none">–</td>
        </>
      );
    case 'mode':
      return <Changed before={modeOf(before)} after={modeOf(after)} />;
    case 'changed':
      return lines_added === null || lines_removed === null ? (
        <Changed before={sizeOf(before)} after={sizeOf(after)} />
      ) : (
        <>
          <td className="removed">− {formatQuantity(lines_removed, 'line')}</td>
          <td className="added">+ {formatQuantity(lines_added, 'line')}</td>
        </>
      );
  }
}
