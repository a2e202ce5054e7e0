import type { ReactElement } from 'react';

import type { FieldControl } from '../parts/field.tsx';
import { useServices } from '../services.ts';
import { useRead } from '../stores/use-read.ts';
import { useSettled } from '../stores/use-settled.ts';
import { NameText } from '../names/name.tsx';

const SUGGESTED_MAX = 30;
const TYPING_PAUSE_MS = 150;

/** The id of an environment, with those that there are as suggestions. */
export function EnvironmentInput({
  control,
  listId,
  value,
  onValue,
}: {
  readonly control: FieldControl;
  readonly listId: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
}): ReactElement {
  const { reads } = useServices();
  const text = useSettled(value.trim(), TYPING_PAUSE_MS);
  const found = useRead(
    reads.chain.environments.queryOptions({
      input: { zone: 'blue', limit: SUGGESTED_MAX, ...(text === '' ? {} : { text }) },
    }),
    { keep: true },
  );
  return (
    <>
      <input
        {...control}
        className="input mono"
        list={listId}
        spellCheck={false}
        autoComplete="off"
        placeholder="grid-maze"
        value={value}
        onChange={(event) => onValue(event.target.value)}
      />
      <datalist id={listId}>
        {found.data?.environments.map(({ env_id, name }) => (
          <option key={env_id} value={env_id}>
            <NameText kind="environment" id={env_id} name={name} />
          </option>
        ))}
      </datalist>
    </>
  );
}
