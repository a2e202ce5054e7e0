import { useState, type ReactElement } from 'react';

import { DirectoryBrowser } from '../../directory/directory-browser.tsx';
import { NewKeyForm } from '../../keys/new-key-form.tsx';
import { Field } from '../../parts/field.tsx';
import { encodeLocation } from '../../router/location.ts';
import { useServices } from '../../services.ts';
import { KeyTaskHeader } from './key-task-header.tsx';

/** Takes in a key from a file on this machine: an encrypted export, or 64 hex digits. The page never sees the key. */
export function ImportKey(): ReactElement {
  const { client, router } = useServices();
  const [directory, setDirectory] = useState('');
  const [path, setPath] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const secret = passphrase === '' ? {} : { export_passphrase: passphrase };
  return (
    <>
      <KeyTaskHeader title="Import a key" />
      <div className="pane-body">
        <p className="soft">
          From a file on this machine: an export made with <i>Export encrypted…</i>, or 64 hex digits on the first line.
          The console reads the file itself; the key never passes through this page.
        </p>
        <NewKeyForm
          button="Import the key"
          busyButton="Importing…"
          ready={path !== ''}
          make={(place) => client.operator.importKey({ ...place, path, ...secret })}
          onMade={({ key_id }) => router.go(encodeLocation(['keys', key_id]))}
          command={{ command: ['key', 'import'], options: { 'secret-file': path || 'FILE' } }}
        >
          <div className="field">
            <span className="label">File</span>
            <DirectoryBrowser path={directory} onPath={setDirectory} file={path} onFile={setPath} />
          </div>
          <Field label="Passphrase of the export" hint="The one that it was exported under. Empty for 64 hex digits.">
            {(control) => (
              <input
                {...control}
                className="input"
                type="password"
                autoComplete="off"
                value={passphrase}
                onChange={(event) => setPassphrase(event.target.value)}
              />
            )}
          </Field>
        </NewKeyForm>
      </div>
    </>
  );
}
