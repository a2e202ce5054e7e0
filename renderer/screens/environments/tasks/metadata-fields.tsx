import type { ReactElement } from 'react';

import { Field } from '../../../parts/field.tsx';
import type { MetadataDraft } from './metadata-draft.ts';

interface Props {
  readonly draft: MetadataDraft;
  readonly onDraft: (draft: MetadataDraft) => void;
  readonly problem: string | undefined;
}

/** Name and description as fields; whatever else there is as JSON. */
export function MetadataFields({ draft, onDraft, problem }: Props): ReactElement {
  return (
    <>
      <Field label="Name" hint="As people call it. Optional.">
        {(control) => (
          <input
            {...control}
            className="input"
            value={draft.name}
            onChange={(event) => onDraft({ ...draft, name: event.target.value })}
          />
        )}
      </Field>
      <Field label="Description" hint="What it is for. Optional.">
        {(control) => (
          <input
            {...control}
            className="input"
            value={draft.description}
            onChange={(event) => onDraft({ ...draft, description: event.target.value })}
          />
        )}
      </Field>
      <details open={draft.rest !== ''}>
        <summary>More metadata</summary>
        <Field label="As a JSON object" hint="Whole numbers only; write fractions as text." problem={problem}>
          {(control) => (
            <textarea
              {...control}
              className="input"
              spellCheck={false}
              placeholder='{ "max_steps": 400 }'
              value={draft.rest}
              onChange={(event) => onDraft({ ...draft, rest: event.target.value })}
            />
          )}
        </Field>
      </details>
    </>
  );
}
