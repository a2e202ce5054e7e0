import { useState, type ReactElement } from 'react';

import { isIdentifier } from '../../../../src/ledger/actions/fields.ts';
import type { ProvenKey } from '../../../keys/key-card.ts';
import { KeySource } from '../../../keys/key-source.tsx';
import { Field } from '../../../parts/field.tsx';
import { Link } from '../../../parts/link.tsx';
import { Task } from '../../../signing/task.tsx';

/** Proposes that another machine may seal blocks too. */
export function AddValidator(): ReactElement {
  const [id, setId] = useState('');
  const [key, setKey] = useState<ProvenKey | null>(null);
  const isNamed = isIdentifier(id);
  const subject = isNamed ? (`validator/${id}` as const) : null;
  const proven = key !== null && key.subject === subject ? key : null;
  return (
    <>
      <header>
        <Link className="button quiet back" to={['validators']}>
          ← All
        </Link>
        <h2>New validator</h2>
        <span className="grow" />
        <Link className="button" to={['validators']}>
          Close
        </Link>
      </header>
      <div className="pane-body">
        <Task
          title="Add a validator"
          button="Propose…"
          command={{ command: ['validator', 'add'], options: { id: id || 'ID', key: '@CARD' } }}
          next={null}
          request={
            proven === null
              ? null
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
          <Field
            label="Id"
            hint="How the chain calls it. It can never be changed or used again."
            problem={
              id === '' || isNamed ? undefined : 'Letters, digits, dot, dash and underscore; a letter or digit first.'
            }
          >
            {(control) => (
              <input
                {...control}
                className="input mono"
                spellCheck={false}
                autoComplete="off"
                placeholder="authority-2"
                value={id}
                onChange={(event) => setId(event.target.value.trim())}
              />
            )}
          </Field>
          <KeySource subject={subject} value={key} onValue={setKey} />
        </Task>
      </div>
    </>
  );
}
