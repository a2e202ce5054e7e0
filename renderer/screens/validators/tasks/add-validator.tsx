import { useState, type ReactElement } from 'react';

import { isIdentifier } from '../../../../src/ledger/actions/fields.ts';
import type { ProvenKey } from '../../../keys/key-card.ts';
import { KeySource } from '../../../keys/key-source.tsx';
import { IdField } from '../../../parts/id-field.tsx';
import { TaskPane } from '../../../parts/task-pane.tsx';
import { Task } from '../../../signing/task.tsx';

/** Proposes that another machine may seal blocks too. */
export function AddValidator(): ReactElement {
  const [id, setId] = useState('');
  const [key, setKey] = useState<ProvenKey | null>(null);
  const subject = isIdentifier(id) ? (`validator/${id}` as const) : null;
  const proven = key !== null && key.subject === subject ? key : null;
  return (
    <TaskPane back={['validators']} title="New validator">
      <Task
        title="Add a validator"
        button="Propose…"
        command={{ command: ['validator', 'add'], options: { id: id || 'ID', key: '@CARD' } }}
        next={null}
        request={
          proven === null
            ? { missing: 'Enter the id, and add its key with the proof that it is held.' }
            : {
                kind: 'proposal',
                action: 'add_validator',
                payload: { validator_id: id, public_key: proven.public_key, proof: proven.proof },
              }
        }
      >
        <p className="soft">
          Once it is approved, a block that this key sealed is valid from the next block on. Nothing changes before
          that.
        </p>
        <IdField
          hint="The id on the chain. It can never be changed or used again."
          placeholder="authority-2"
          value={id}
          onValue={setId}
        />
        <KeySource subject={subject} value={key} onValue={setKey} />
      </Task>
    </TaskPane>
  );
}
