import type { ReactElement } from 'react';

import { Field } from '../../../parts/field.tsx';
import { TextField } from '../../../parts/text-field.tsx';
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
      <TextField
        label="Name"
        hint="The name that people see. Optional."
        value={draft.name}
        onValue={(name) => onDraft({ ...draft, name })}
      />
      <TextField
        label="Description"
        hint="What it is for. Optional."
        value={draft.description}
        onValue={(description) => onDraft({ ...draft, description })}
      />
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
