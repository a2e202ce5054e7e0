import { useState, type ReactElement } from 'react';

import { MEMBER_KEYS_MAX } from '../../../../src/base/limits.ts';
import { fingerprintWords } from '../../../../src/base/fingerprint.ts';
import { isIdentifier } from '../../../../src/ledger/actions/fields.ts';
import type { Level } from '../../../../src/ledger/permissions.ts';
import type { ProvenKey } from '../../../keys/key-card.ts';
import { KeySource } from '../../../keys/key-source.tsx';
import { Hash } from '../../../parts/hash.tsx';
import { IdField } from '../../../parts/id-field.tsx';
import { TaskPane } from '../../../parts/task-pane.tsx';
import { TextField } from '../../../parts/text-field.tsx';
import { Task } from '../../../signing/task.tsx';
import { LevelField } from './level-field.tsx';

/** Proposes a new member with the keys that it proved to hold. */
export function AddMember(): ReactElement {
  const [id, setId] = useState('');
  const [name, setName] = useState('');
  const [level, setLevel] = useState<Level>('blue_state');
  const [keys, setKeys] = useState<readonly ProvenKey[]>([]);
  const subject = isIdentifier(id) ? (`member/${id}` as const) : null;
  // A proof for another id is worthless.
  const proven = keys.filter((key) => key.subject === subject);
  const ready = subject !== null && name.trim() !== '' && proven.length > 0;
  const add = (key: ProvenKey): void =>
    setKeys([...proven.filter(({ public_key }) => public_key !== key.public_key), key]);
  return (
    <TaskPane back={['members']} title="New member">
      <Task
        title="Add a member"
        button="Propose…"
        command={{
          command: ['member', 'add'],
          options: { id: id || 'ID', name: name.trim() || 'NAME', level, key: '@CARD' },
        }}
        next={null}
        request={
          ready
            ? {
                kind: 'proposal',
                action: 'add_member',
                payload: {
                  member_id: id,
                  name: name.trim(),
                  level,
                  keys: proven.map(({ public_key, proof }) => ({ public_key, proof })),
                },
              }
            : { missing: missingOf({ hasId: subject !== null, hasName: name.trim() !== '' }) }
        }
      >
        <IdField
          hint="A person’s or a program’s. It can never be changed or given to anybody else."
          placeholder="operations-3"
          value={id}
          onValue={setId}
        />
        <TextField label="Name" hint="As others see it." placeholder="Operations 3" value={name} onValue={setName} />
        <LevelField level={level} onLevel={setLevel} />
        {proven.length === 0 ? null : (
          <section className="section proven" aria-label="Keys of the new member">
            <h2>
              Proved to be held <span className="faint">· compare the words with the holder</span>
            </h2>
            <ul className="stack">
              {proven.map(({ public_key }) => (
                <li key={public_key} className="row">
                  <Hash value={public_key} what="public key" />
                  <span className="mono grow">{fingerprintWords(public_key).join(' ')}</span>
                  <button
                    type="button"
                    className="button quiet"
                    onClick={() => setKeys(proven.filter((key) => key.public_key !== public_key))}
                  >
                    Remove
                  </button>
                </li>
              ))}
            </ul>
          </section>
        )}
        {proven.length >= MEMBER_KEYS_MAX ? null : (
          <MoreKeys key={proven.length} subject={subject} first={proven.length === 0} onKey={add} />
        )}
      </Task>
    </TaskPane>
  );
}

function MoreKeys({
  subject,
  first,
  onKey,
}: {
  readonly subject: `member/${string}` | null;
  readonly first: boolean;
  readonly onKey: (key: ProvenKey) => void;
}): ReactElement {
  const [open, setOpen] = useState(first);
  if (!open)
    return (
      <div>
        <button type="button" className="button" onClick={() => setOpen(true)}>
          Another key…
        </button>
      </div>
    );
  return (
    <KeySource
      subject={subject}
      value={null}
      onValue={(key) => {
        if (key !== null) onKey(key);
      }}
    />
  );
}

function missingOf({ hasId, hasName }: { readonly hasId: boolean; readonly hasName: boolean }): string {
  if (!hasId) return 'Enter the id.';
  return hasName ? 'Add a key with the proof that it is held.' : 'Enter the name.';
}
