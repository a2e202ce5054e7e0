import { useState, type SyntheticEvent, type ReactElement } from 'react';

import type { HostInfo } from '../../src/api/operator/host.ts';
import { DeedNotice } from '../directory/deed-notice.tsx';
import { DirectoryBrowser } from '../directory/directory-browser.tsx';
import { Command } from '../node-parts/command.tsx';
import { useHostDeed } from './use-host-deed.ts';
import { ActButton } from '../parts/act-button.tsx';

export function OpenChainForm({ host }: { readonly host: HostInfo }): ReactElement {
  const [path, setPath] = useState(host.data_dir);
  const open = useHostDeed();
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    open.ask({ deed: 'open_chain', path });
  };
  return (
    <form className="stack wide card" onSubmit={submit}>
      <div className="field">
        <span className="label">Directory that holds the chain</span>
        <DirectoryBrowser path={path} onPath={setPath} chains />
      </div>
      <DeedNotice deed={open} />
      <div className="row">
        <ActButton missing={path === '' ? 'Choose the directory.' : null} busy={open.waiting !== null}>
          {open.waiting !== null ? 'Waiting…' : 'Open this chain'}
        </ActButton>
        <span className="faint">
          or <Command of={{ command: ['console'], options: { data: path || 'DIR' } }} />
        </span>
      </div>
    </form>
  );
}
