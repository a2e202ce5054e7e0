import { useState, type ReactElement } from 'react';

import type { Scan } from '../../../../src/api/operator/directories.ts';
import { isEnvironmentId, optionalText } from '../../../../src/ledger/actions/fields.ts';
import { IdField } from '../../../parts/id-field.tsx';
import { TaskPane } from '../../../parts/task-pane.tsx';
import { DirectoryTask } from './directory-task.tsx';
import { decodeDraft, EMPTY_DRAFT, metadataOptions } from './metadata-draft.ts';
import { MetadataFields } from './metadata-fields.tsx';
import { NoteField } from './note-field.tsx';
import { OpenEnvironment } from './open-environment.tsx';
import { Task } from '../../../signing/task.tsx';

/** Registers a directory as a new Blue environment. */
export function RegisterTask(): ReactElement {
  const [envId, setEnvId] = useState('');
  const [path, setPath] = useState('');
  const [draft, setDraft] = useState(EMPTY_DRAFT);
  const [note, setNote] = useState('');
  const [scan, setScan] = useState<Scan | null>(null);
  const decoded = decodeDraft(draft);
  const ready = scan !== null && decoded.ok && isEnvironmentId(envId);
  return (
    <TaskPane back={['environments']} title="New environment" tags={<span className="tag blue">Blue v1</span>}>
      <Task
        next={<OpenEnvironment envId={envId} />}
        title="Register a directory"
        command={{
          command: ['env', 'create'],
          options: {
            id: envId || 'ID',
            path: scan?.path ?? (path || 'DIR'),
            ...metadataOptions(draft),
            note: note.trim() || null,
          },
        }}
        request={
          ready
            ? {
                kind: 'transaction',
                action: 'create_environment',
                payload: {
                  env_id: envId,
                  state_hash: scan.state_hash,
                  metadata: decoded.metadata,
                  file_count: scan.file_count,
                  size_bytes: scan.size_bytes,
                  ...optionalText('note', note),
                },
              }
            : { missing: missingOf({ hasId: isEnvironmentId(envId), hasScan: scan !== null }) }
        }
      >
        <p className="soft">
          Its hash is written to the chain as Blue, experimental. The files themselves stay on this machine.
        </p>
        <IdField
          hint="The id that scripts use. It can never be changed or used again."
          placeholder="cartpole"
          value={envId}
          onValue={setEnvId}
          isValid={isEnvironmentId}
          form="Letters, digits, dot, dash and underscore, with slashes between parts; each part begins with a letter or digit."
        />
        <DirectoryTask
          path={path}
          onPath={setPath}
          envId={undefined}
          metadata={decoded.ok ? decoded.metadata : undefined}
          onScan={setScan}
        >
          <MetadataFields draft={draft} onDraft={setDraft} problem={decoded.ok ? undefined : decoded.problem} />
          <NoteField value={note} onValue={setNote} />
        </DirectoryTask>
      </Task>
    </TaskPane>
  );
}

function missingOf({ hasId, hasScan }: { readonly hasId: boolean; readonly hasScan: boolean }): string {
  if (!hasId) return 'Enter the id.';
  return hasScan ? 'Correct the metadata.' : 'Scan the directory first.';
}
