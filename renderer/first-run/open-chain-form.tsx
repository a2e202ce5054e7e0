import { useState, type SyntheticEvent, type ReactElement } from 'react';

import type { HostInfo } from '../../src/api/views/operator.ts';
import { DeedNotice } from '../directory/deed-notice.tsx';
import { DirectoryBrowser } from '../directory/directory-browser.tsx';
import { useDeed } from '../directory/use-deed.ts';
import { useServices } from '../services.ts';
import { noteHost } from '../stores/follow-node.ts';
import { Command } from '../parts/command.tsx';

export function OpenChainForm({ host }: { readonly host: HostInfo }): ReactElement {
  const { client, node } = useServices();
  const [path, setPath] = useState(host.data_dir);
  const open = useDeed(() => {
    client.operator.host().then(
      (opened) => noteHost(node, opened),
      () => undefined,
    );
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    open.ask('open_chain', path);
  };
  return (
    <form className="stack wide card" onSubmit={submit}>
      <div className="field">
        <span className="label">Directory that holds the chain</span>
        <DirectoryBrowser path={path} onPath={setPath} chains />
      </div>
      <DeedNotice deed={open} />
      <div className="row">
        <button type="submit" className="button primary" disabled={open.waiting !== null || path === ''}>
          {open.waiting !== null ? 'Waiting…' : 'Open this chain'}
        </button>
        <span className="faint">
          or <Command of={{ command: ['console'], options: { data: path || 'DIR' } }} />
        </span>
      </div>
    </form>
  );
}
