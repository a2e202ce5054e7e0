import { useState, type ReactElement, type ReactNode, type SyntheticEvent } from 'react';

import type { Identity, KeyStoreKind } from '../../src/api/views/operator.ts';
import { KeyStoreChoice } from '../first-run/key-store-choice.tsx';
import { NewPassphrase, passphraseProblem } from '../first-run/new-passphrase.tsx';
import { Field } from '../parts/field.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { useServices } from '../services.ts';
import { readKeys } from '../stores/follow-node.ts';
import { useAct } from '../stores/use-act.ts';
import { useNode } from '../stores/use-stores.ts';
import { Command } from '../parts/command.tsx';
import type { CommandParts } from '../../src/base/command-line.ts';

/** What a key that comes onto this machine needs beside itself. */
export interface KeyPlace {
  readonly name: string;
  readonly store: KeyStoreKind;
  readonly passphrase?: string;
}

interface Props {
  readonly initialName?: string;
  readonly button: string;
  readonly busyButton: string;
  /** Whether what else there is to fill in is there. */
  readonly ready?: boolean;
  readonly make: (place: KeyPlace) => Promise<Identity>;
  readonly onMade: (identity: Identity) => void;
  /** Its name and store are added. */
  readonly command: CommandParts;
  readonly children?: ReactNode;
}

/** A name, a store, and the passphrase that the store asks for: for a key that is made here or taken in. */
export function NewKeyForm({
  initialName = '',
  button,
  busyButton,
  ready = true,
  make,
  onMade,
  command,
  children,
}: Props): ReactElement {
  const { client, node } = useServices();
  const host = useNode((state) => state.host);
  const keyFile = useNode((state) => state.keys?.key_file ?? 'open');
  const [name, setName] = useState(initialName);
  const [passphrase, setPassphrase] = useState({ first: '', second: '' });
  const [tried, setTried] = useState(false);
  const [store, setStore] = useState<KeyStoreKind>(host?.keychain.available === true ? 'keychain' : 'file');
  const isNewFile = store === 'file' && keyFile === 'absent';
  const newSecretProblem = isNewFile ? passphraseProblem(passphrase) : undefined;
  const act = useAct(async () => {
    const secret = store === 'file' && keyFile !== 'open' ? { passphrase: passphrase.first } : {};
    const made = await make({ name: name.trim(), store, ...secret });
    await readKeys(client, node);
    onMade(made);
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    setTried(true);
    if (newSecretProblem === undefined) act.run();
  };
  return (
    <form className="task-form" onSubmit={submit}>
      {children}
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
      {act.problem === undefined ? null : <ProblemNotice problem={act.problem} />}
      <div className="row">
        <button type="submit" className="button primary" disabled={act.busy || !ready || name.trim() === ''}>
          {act.busy ? busyButton : button}
        </button>
        <span className="faint grow">
          or{' '}
          <Command
            of={{ ...command, options: { ...command.options, name: name.trim() || 'NAME', 'key-store': store } }}
          />
        </span>
      </div>
    </form>
  );
}
