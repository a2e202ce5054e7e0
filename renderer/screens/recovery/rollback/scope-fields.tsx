import { useState, type ReactElement } from 'react';

import { ROLLBACK_SCOPE_MAX } from '../../../../src/base/limits.ts';
import { isEnvironmentId } from '../../../../src/ledger/actions/fields.ts';
import { Name } from '../../../names/name.tsx';
import { EnvironmentInput } from '../../../node-parts/environment-input.tsx';
import { Field } from '../../../parts/field.tsx';
import { ActButton } from '../../../parts/act-button.tsx';

/** All environments, or named ones. */
export function ScopeFields({
  scope,
  onScope,
}: {
  readonly scope: readonly string[] | null;
  readonly onScope: (scope: readonly string[] | null) => void;
}): ReactElement {
  const [typed, setTyped] = useState('');
  const wanted = typed.trim();
  const isFull = scope !== null && scope.length >= ROLLBACK_SCOPE_MAX;
  const add = (): void => {
    if (scope === null || isFull || !isEnvironmentId(wanted)) return;
    onScope([...new Set([...scope, wanted])].sort());
    setTyped('');
  };
  return (
    <fieldset className="row scope-fields">
      <legend className="visually-hidden">Which environments</legend>
      <label className="check">
        <input type="radio" name="rollback-scope" checked={scope === null} onChange={() => onScope(null)} />
        All environments
      </label>
      <label className="check">
        <input
          type="radio"
          name="rollback-scope"
          checked={scope !== null}
          onChange={() => {
            if (scope === null) onScope([]);
          }}
        />
        Only these:
      </label>
      {scope === null ? null : (
        <>
          {scope.map((envId) => (
            <span key={envId} className="scope-one">
              <Name kind="environment" id={envId} />
              <button
                type="button"
                className="icon-button"
                aria-label={`Leave out ${envId}`}
                onClick={() => onScope(scope.filter((each) => each !== envId))}
              >
                ×
              </button>
            </span>
          ))}
          <form
            className="row"
            onSubmit={(event) => {
              event.preventDefault();
              add();
            }}
          >
            <Field
              label={<span className="visually-hidden">Environment to add</span>}
              problem={isFull ? `${ROLLBACK_SCOPE_MAX} can be named at most.` : undefined}
            >
              {(control) => (
                <EnvironmentInput control={control} listId="rollback-scope-ids" value={typed} onValue={setTyped} />
              )}
            </Field>
            <ActButton
              className="button"
              missing={
                isFull ? 'No more can be named.' : isEnvironmentId(wanted) ? null : 'Enter the id of an environment.'
              }
            >
              Add
            </ActButton>
          </form>
        </>
      )}
    </fieldset>
  );
}
