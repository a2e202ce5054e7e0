import { useRef, useState, type ReactElement, type SyntheticEvent } from 'react';

import { CommandElsewhere } from '../../node-parts/command.tsx';
import { Field } from '../../parts/field.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { useServices } from '../../services.ts';
import { useAct } from '../../stores/use-act.ts';

/** A person gives what they know of the chain from another source, and the host compares: nobody has to look closely. */
export function ConfirmTrust({ isConfirmed }: { readonly isConfirmed: boolean }): ReactElement {
  const { client, node } = useServices();
  const [text, setText] = useState('');
  const chosen = useRef<HTMLInputElement>(null);
  const compare = useAct(async () => {
    const inspection = await client.operator.confirmTrust({ text });
    node.setState(({ host }) => ({ host: host === null ? null : { ...host, inspection } }));
    setText('');
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    compare.run();
  };
  return (
    <form className="stack wide" onSubmit={submit}>
      <Field
        label={isConfirmed ? 'Compare with something else' : 'Compare with what you know from another source'}
        hint="The twelve words of the genesis, its hash, or the text of a trust file. Not from this file, nor from the person who gave it to you."
      >
        {(control) => (
          <textarea
            {...control}
            className="input mono"
            rows={3}
            autoComplete="off"
            spellCheck={false}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      {compare.problem === undefined ? null : <ProblemNotice problem={compare.problem} />}
      <div className="row">
        <button type="submit" className="button primary" disabled={compare.busy || text.trim() === ''}>
          Compare
        </button>
        <button type="button" className="button" onClick={() => chosen.current?.click()}>
          Take a trust file…
        </button>
        <input
          ref={chosen}
          type="file"
          hidden
          aria-label="Trust file"
          accept="application/json,.json"
          onChange={(event) => {
            const [file] = event.target.files ?? [];
            event.target.value = '';
            if (file !== undefined) void file.text().then(setText);
          }}
        />
      </div>
      <p className="faint">
        Anyone who runs the chain makes one with <CommandElsewhere of={{ command: ['proof', 'trust'] }} />, which says
        the words too.
      </p>
    </form>
  );
}
