import { useState, type ReactElement } from 'react';

import type { EnvironmentView } from '../../../../src/api/chain/environments.ts';
import type { Scan } from '../../../../src/api/operator/directories.ts';
import { optionalText } from '../../../../src/ledger/actions/fields.ts';
import { DirectoryTask } from './directory-task.tsx';
import { decodeDraft, draftOf, metadataOptions } from './metadata-draft.ts';
import { MetadataFields } from './metadata-fields.tsx';
import { NoteField } from './note-field.tsx';
import { OpenEnvironment } from './open-environment.tsx';
import { Task } from '../../../signing/task.tsx';

/** Makes the next Blue version from a directory. */
export function UpdateTask({ environment }: { readonly environment: EnvironmentView }): ReactElement {
  // What is replaced is what the person looked at: where Blue moves on meanwhile, the ledger refuses it.
  const [reviewed] = useState(environment);
  const { env_id, blue } = reviewed;
  const [path, setPath] = useState('');
  const [draft, setDraft] = useState(() => draftOf(blue.metadata));
  const [note, setNote] = useState('');
  const [scan, setScan] = useState<Scan | null>(null);
  const decoded = decodeDraft(draft);
  return (
    <Task
      next={<OpenEnvironment envId={env_id} />}
      title={`Update ${env_id} to v${blue.version + 1}`}
      command={{
        command: ['env', 'update'],
        options: {
          id: env_id,
          path: scan?.path ?? (path || 'DIR'),
          ...metadataOptions(draft, draftOf(blue.metadata)),
          note: note.trim() || null,
        },
      }}
      request={
        scan !== null && decoded.ok
          ? {
              kind: 'transaction',
              action: 'update_environment',
              payload: {
                env_id,
                base_version: blue.version,
                state_hash: scan.state_hash,
                metadata: decoded.metadata,
                file_count: scan.file_count,
                size_bytes: scan.size_bytes,
                ...optionalText('note', note),
              },
            }
          : { missing: scan === null ? 'Scan the directory first.' : 'Correct the metadata.' }
      }
    >
      {environment.blue.version === blue.version ? null : (
        <p className="notice warn">
          <b>Blue has changed to v{environment.blue.version} since you opened this.</b> An update of v{blue.version}{' '}
          would be refused: close it and look at the new version first.
        </p>
      )}
      <p className="soft">
        Blue gets a new version with the current content of the directory. Green stays as it is until it is promoted.
      </p>
      <DirectoryTask
        path={path}
        onPath={setPath}
        envId={env_id}
        metadata={decoded.ok ? decoded.metadata : undefined}
        onScan={setScan}
      >
        <MetadataFields draft={draft} onDraft={setDraft} problem={decoded.ok ? undefined : decoded.problem} />
        <NoteField value={note} onValue={setNote} />
      </DirectoryTask>
    </Task>
  );
}
