import { useState, type ReactElement, type SyntheticEvent } from 'react';

import type { KeyStoreKind } from '../../../src/api/views/operator.ts';
import { KeyStoreChoice } from '../../first-run/key-store-choice.tsx';
import { NewPassphrase, passphraseProblem } from '../../first-run/new-passphrase.tsx';
import { Field } from '../../parts/field.tsx';
import { Link } from '../../parts/link.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { encodeLocation } from '../../router/location.ts';
import { useServices } from '../../services.ts';
import { readKeys } from '../../stores/follow-node.ts';
import { useAct } from '../../stores/use-act.ts';
import { useNode } from '../../stores/use-stores.ts';

/** Makes a key on this machine. The chain learns of it only when an administrator adds its member. */
export function CreateKey(): ReactElement {
  const { client, node, router } = useServices();
  const host = useNode((state) => state.host);
  const keyFile = useNode((state) => state.keys?.key_file ?? 'open');
  const [name, setName] = useState('');
  const [passphrase, setPassphrase] = useState({ first: '', second: '' });
  const [tried, setTried] = useState(false);
  const [store, setStore] = useState<KeyStoreKind>(host?.keychain.available === true ? 'keychain' : 'file');
  const create = useAct(async () => {
    const secret = store === 'file' && keyFile !== 'open' ? { passphrase: passphrase.first } : {};
    const made = await client.operator.createKey({ name: name.trim(), store, ...secret });
    await readKeys(client, node);
    router.go(encodeLocation(['keys', made.key_id]));
  });
  const isNewFile = store === 'file' && keyFile === 'absent';
  const newSecretProblem = isNewFile ? passphraseProblem(passphrase) : undefined;
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    setTried(true);
    if (newSecretProblem === undefined) create.run();
  };
  return (
    <>
      <header>
        <Link className="button quiet back" to={['keys']}>
          ← All
        </Link>
        <h2>New key</h2>
        <span className="grow" />
        <Link className="button" to={['keys']}>
          Close
        </Link>
      </header>
      <form className="pane-body" onSubmit={submit}>
        <Field label="Name" hint="To tell it from your other keys; only this machine knows it.">
          {(control) => (
            <input
              {...control}
              className="input"
              autoComplete="off"
              maxLength={100}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        {host === null ? null : <KeyStoreChoice host={host} store={store} onStore={setStore} />}
        {isNewFile ? (
          <NewPassphrase value={passphrase} onValue={setPassphrase} problem={tried ? newSecretProblem : undefined} />
        ) : null}
        {store === 'file' && keyFile === 'locked' ? (
          <Field label="Passphrase" hint="Of the encrypted file. It is opened for this key, and locked again.">
            {(control) => (
              <input
                {...control}
                className="input"
                type="password"
                autoComplete="current-password"
                value={passphrase.first}
                onChange={(event) => setPassphrase({ first: event.target.value, second: '' })}
              />
            )}
          </Field>
        ) : null}
        {create.problem === undefined ? null : <ProblemNotice problem={create.problem} />}
        <div className="row">
          <button type="submit" className="button primary" disabled={create.busy || name.trim() === ''}>
            {create.busy ? 'Creating…' : 'Create the key'}
          </button>
          <span className="faint">
            or{' '}
            <code className="command">
              npx dm key create --name {name.trim() === '' ? 'NAME' : JSON.stringify(name.trim())}
            </code>
          </span>
        </div>
      </form>
    </>
  );
}
