import { useState, type SyntheticEvent, type ReactElement } from 'react';

import { Field } from '../parts/field.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { useServices } from '../services.ts';
import { noteHost } from '../stores/follow-node.ts';
import { useAct } from '../stores/use-act.ts';

/** The keys are in an encrypted file: the validator can seal again once the passphrase is given. */
export function UnlockForm(): ReactElement {
  const { client, node } = useServices();
  const [passphrase, setPassphrase] = useState('');
  const unlock = useAct(async () => noteHost(node, await client.operator.unlockKeys({ passphrase })));
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    unlock.run();
  };
  return (
    <form className="stack wide card" onSubmit={submit}>
      <Field label="Passphrase" hint="The validator starts to seal blocks as soon as its key is unlocked.">
        {(control) => (
          <input
            {...control}
            className="input"
            type="password"
            autoComplete="current-password"
            value={passphrase}
            onChange={(event) => setPassphrase(event.target.value)}
          />
        )}
      </Field>
      {unlock.problem === undefined ? null : <ProblemNotice problem={unlock.problem} />}
      <div className="row">
        <button type="submit" className="button primary" disabled={unlock.busy || passphrase === ''}>
          {unlock.busy ? 'Unlocking…' : 'Unlock the keys'}
        </button>
      </div>
    </form>
  );
}
