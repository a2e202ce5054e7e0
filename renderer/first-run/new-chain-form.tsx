import { isLookalike } from '../../src/base/lookalike.ts';
import { CHAIN_ID_FORM, isChainId } from '../../src/ledger/chain-identity.ts';
import { useState, type SyntheticEvent, type ReactElement } from 'react';

import type { HostInfo } from '../../src/api/operator/host.ts';
import type { KeyStoreKind } from '../../src/api/operator/keys.ts';
import { InputField } from '../parts/input-field.tsx';
import { TextField } from '../parts/text-field.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { useAct } from '../stores/use-act.ts';
import { noteHost } from '../stores/follow-node.ts';
import { useServices } from '../services.ts';
import { KeyStoreChoice } from './key-store-choice.tsx';
import { useHostDeed } from './use-host-deed.ts';
import { DeedNotice } from '../directory/deed-notice.tsx';
import { Command } from '../node-parts/command.tsx';

/** So that no two sandboxes are called the same. */
function randomSuffix(): string {
  return [...crypto.getRandomValues(new Uint8Array(3))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function NewChainForm({ host, sandbox }: { readonly host: HostInfo; readonly sandbox: boolean }): ReactElement {
  const { client, node } = useServices();
  const [chainId, setChainId] = useState(() => (sandbox ? `sandbox-${randomSuffix()}` : ''));
  const [name, setName] = useState('');
  const [store, setStore] = useState<KeyStoreKind>(host.keychain.available ? 'keychain' : 'file');
  const [tried, setTried] = useState(false);
  const chain = {
    chain_id: chainId,
    sandbox,
    ...(sandbox || name.trim() === '' ? {} : { administrator_name: name.trim() }),
  };
  const createHere = useAct(async () => noteHost(node, await client.operator.createChain(chain)));
  const createInFile = useHostDeed();
  const busy = createHere.busy || createInFile.waiting !== null;
  const chainIdProblem = isChainId(chainId) ? undefined : `A chain’s name is ${CHAIN_ID_FORM}.`;
  const alike = host.chains_beside.filter((other) => isLookalike(other, chainId));
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    setTried(true);
    if (chainIdProblem !== undefined) return;
    if (store === 'file') createInFile.ask({ deed: 'create_chain', ...chain });
    else createHere.run();
  };
  return (
    <form className="stack wide card" onSubmit={submit} noValidate>
      <InputField
        label="Name of the chain"
        hint="Part of every signature, so it can never be changed. For example dark-matter-main."
        problem={tried ? chainIdProblem : undefined}
        spellCheck={false}
        autoComplete="off"
        value={chainId}
        onValue={setChainId}
      />
      {alike.map((other) => (
        <p key={other} className="notice warn" role="status">
          <b>Check carefully.</b>{' '}
          {other === chainId
            ? `Another chain on this machine is also called ${other}: people may confuse them.`
            : `This looks like ${other}, which is another chain on this machine.`}
        </p>
      ))}
      {sandbox ? null : (
        <TextField
          label="Your name, as the first administrator"
          hint="Others see it next to what you sign. Optional."
          value={name}
          onValue={setName}
        />
      )}
      <KeyStoreChoice host={host} store={store} onStore={setStore} />
      {store === 'file' ? (
        <p className="soft">Its passphrase is asked for next, in a window that this page cannot see.</p>
      ) : null}
      {createHere.problem === undefined ? null : <ProblemNotice problem={createHere.problem} />}
      <DeedNotice deed={createInFile} />
      <div className="row">
        <button type="submit" className="button primary" disabled={busy}>
          {busy ? 'Creating…' : sandbox ? 'Create the sandbox' : 'Create the chain'}
        </button>
        <span className="faint">
          or{' '}
          <Command
            of={{
              command: ['blockchain', 'init'],
              options: {
                'chain-id': chainId || 'NAME',
                sandbox,
                name: sandbox ? null : name.trim() || null,
                'key-store': store,
              },
            }}
          />
        </span>
      </div>
    </form>
  );
}
