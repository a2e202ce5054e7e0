import { useState, type SyntheticEvent, type ReactElement } from 'react';

import type { HostInfo } from '../../src/api/views/operator.ts';
import { DirectoryBrowser } from '../directory/directory-browser.tsx';
import { Field } from '../parts/field.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { useServices } from '../services.ts';
import { noteHost } from '../stores/follow-node.ts';
import { useAct } from '../stores/use-act.ts';
import { Command } from '../parts/command.tsx';

export function OpenChainForm({ host }: { readonly host: HostInfo }): ReactElement {
  const { client, node } = useServices();
  const [path, setPath] = useState(host.data_dir);
  const [passphrase, setPassphrase] = useState('');
  const open = useAct(async () => {
    noteHost(node, await client.operator.openChain({ path, ...(passphrase === '' ? {} : { passphrase }) }));
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    open.run();
  };
  return (
    <form className="stack wide card" onSubmit={submit}>
      <div className="field">
        <span className="label">Directory that holds the chain</span>
        <DirectoryBrowser path={path} onPath={setPath} chains />
      </div>
      <Field label="Passphrase" hint="Only where its keys are in an encrypted file. Leave empty to be asked later.">
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
      {open.problem === undefined ? null : <ProblemNotice problem={open.problem} />}
      <div className="row">
        <button type="submit" className="button primary" disabled={open.busy || path === ''}>
          {open.busy ? 'Opening…' : 'Open this chain'}
        </button>
        <span className="faint">
          or <Command of={{ command: ['console'], options: { data: path || 'DIR' } }} />
        </span>
      </div>
    </form>
  );
}
