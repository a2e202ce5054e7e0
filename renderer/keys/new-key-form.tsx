import { useState, type ReactElement, type ReactNode, type SyntheticEvent } from 'react';

import type { DeedInput } from '../../src/api/operator/deeds.ts';
import type { Identity, KeyStoreKind } from '../../src/api/operator/keys.ts';
import { KeyStoreChoice } from '../first-run/key-store-choice.tsx';
import { DeedNotice } from '../directory/deed-notice.tsx';
import { useDeed } from '../directory/use-deed.ts';
import { TextField } from '../parts/text-field.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { useServices } from '../services.ts';
import { readKeys } from '../stores/follow-node.ts';
import { useAct } from '../stores/use-act.ts';
import { useNode } from '../stores/use-stores.ts';
import { Command } from '../node-parts/command.tsx';
import type { CommandParts } from '../../src/base/command-line.ts';
import { ActButton } from '../parts/act-button.tsx';

/** Where a key goes that comes onto this machine. */
interface KeyPlace {
  readonly name: string;
  readonly store: KeyStoreKind;
}

interface Props {
  readonly initialName?: string;
  readonly button: string;
  readonly busyButton: string;
  /** What else has to be filled in before; null where nothing is missing. */
  readonly missing?: string | null;
  /** How it comes here by a person's confirmation; a key is made where this is left out. */
  readonly deed?: (place: KeyPlace) => DeedInput;
  readonly onMade: (identity: Identity) => void;
  /** Its name and store are added. */
  readonly command: CommandParts;
  readonly children?: ReactNode;
}

/** A name and a store, for a key that is made here or taken in. What the store needs is asked for where this page cannot see it. */
export function NewKeyForm({
  initialName = '',
  button,
  busyButton,
  missing = null,
  deed,
  onMade,
  command,
  children,
}: Props): ReactElement {
  const { client, node } = useServices();
  const host = useNode((state) => state.host);
  const keyFile = useNode((state) => state.keys?.key_file ?? 'open');
  const [name, setName] = useState(initialName);
  const [store, setStore] = useState<KeyStoreKind>(host?.keychain.available === true ? 'keychain' : 'file');
  const place: KeyPlace = { name: name.trim(), store };
  const finish = async (keyId: string): Promise<void> => {
    await readKeys(client, node);
    const made = node.getState().keys?.identities.find(({ key_id }) => key_id === keyId);
    if (made !== undefined) onMade(made);
  };
  const create = useAct(async () => finish((await client.operator.createKey(place)).key_id));
  const asked = useDeed(({ key_id }) => void (key_id === null ? null : finish(key_id)));
  const busy = create.busy || asked.waiting !== null;
  const needsPassphrase = store === 'file' && keyFile !== 'open';
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (deed !== undefined) asked.ask(deed(place));
    else if (needsPassphrase) asked.ask({ deed: 'create_key', name: place.name });
    else create.run();
  };
  return (
    <form className="task-form" onSubmit={submit}>
      {children}
      <TextField
        label="Name"
        hint="To distinguish it from your other keys. Only this machine knows the name."
        lengthMax={100}
        value={name}
        onValue={setName}
      />
      {host === null ? null : <KeyStoreChoice host={host} store={store} onStore={setStore} />}
      {needsPassphrase ? (
        <p className="soft">
          {keyFile === 'absent' ? 'The new file’s passphrase' : 'The passphrase of the encrypted file'} is asked for
          next, in a window that this page cannot see.
        </p>
      ) : null}
      {create.problem === undefined ? null : <ProblemNotice problem={create.problem} />}
      <DeedNotice deed={asked} />
      <div className="row">
        <ActButton missing={missing ?? (name.trim() === '' ? 'Enter a name.' : null)} busy={busy}>
          {busy ? busyButton : button}
        </ActButton>
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
