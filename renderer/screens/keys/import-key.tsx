import { useState, type ReactElement } from 'react';

import { DirectoryBrowser } from '../../directory/directory-browser.tsx';
import { NewKeyForm } from '../../keys/new-key-form.tsx';
import { TaskPane } from '../../parts/task-pane.tsx';
import { encodeLocation } from '../../router/location.ts';
import { useServices } from '../../services.ts';

/** Takes in a key from a file on this machine: an encrypted export, or 64 hex digits. The page never sees the key. */
export function ImportKey(): ReactElement {
  const { router } = useServices();
  const [directory, setDirectory] = useState('');
  const [path, setPath] = useState('');
  return (
    <TaskPane back={['keys']} title="Import a key">
      <p className="soft">
        From a file on this machine: an export made with <i>Export encrypted…</i>, or 64 hex digits on the first line.
        The console reads the file itself, and asks for its passphrase in a separate window: neither passes through this
        page.
      </p>
      <NewKeyForm
        button="Import the key"
        busyButton="Importing…"
        missing={path === '' ? 'Choose the file.' : null}
        deed={(place) => ({ deed: 'import_key', path, ...place })}
        onMade={({ key_id }) => router.go(encodeLocation(['keys', key_id]))}
        command={{ command: ['key', 'import'], options: { 'secret-file': path || 'FILE' } }}
      >
        <div className="field">
          <span className="label">File</span>
          <DirectoryBrowser path={directory} onPath={setDirectory} file={path} onFile={setPath} />
        </div>
      </NewKeyForm>
    </TaskPane>
  );
}
