import { useState, type ReactElement } from 'react';

import type { Identity } from '../../../src/api/operator/keys.ts';
import { isIdentifier } from '../../../src/ledger/actions/fields.ts';
import type { KeySubject } from '../../../src/ledger/governance/possession.ts';
import { encodeKeyCard } from '../../../src/ledger/documents/key-card.ts';
import { keyCardOf, type ProvenKey } from '../../keys/key-card.ts';
import { Possession } from '../../keys/possession.tsx';
import { Choice } from '../../parts/choice.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { IdField } from '../../parts/id-field.tsx';
import { downloadText } from '../../parts/download.ts';
import { Command } from '../../node-parts/command.tsx';
import { useChain } from '../../stores/use-chain.ts';
import { ActButton } from '../../parts/act-button.tsx';

/** Makes a key card: a proof of possession of this key, for the person who proposes it. */
export function ProveKey({ identity }: { readonly identity: Identity }): ReactElement {
  const [kind, setKind] = useState<'member' | 'validator'>('member');
  const [id, setId] = useState('');
  const [asked, setAsked] = useState<KeySubject | null>(null);
  const [proven, setProven] = useState<ProvenKey | null>(null);
  if (proven !== null) return <Card proven={proven} name={identity.name} />;
  if (asked !== null)
    return <Possession identity={identity} subject={asked} onProven={setProven} onBack={() => setAsked(null)} />;
  const isNamed = isIdentifier(id);
  return (
    <form
      className="task-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (isNamed) setAsked(`${kind}/${id}`);
      }}
    >
      <h2>Prove possession of {identity.name}</h2>
      <p className="soft">
        The key signs the id that it will belong to. Give the result, a key card, to the person who proposes it. The
        card contains no secret, and is not valid for another id or another chain.
      </p>
      <fieldset className="stack">
        <legend>Whose key it will be</legend>
        <Choice name="subject" title="A member’s" checked={kind === 'member'} onChoose={() => setKind('member')}>
          To sign transactions and approvals with.
        </Choice>
        <Choice
          name="subject"
          title="A validator’s"
          checked={kind === 'validator'}
          onChoose={() => setKind('validator')}
        >
          To seal blocks with. It must be on the machine that seals.
        </Choice>
      </fieldset>
      <IdField
        hint="As it is, or will be, on the chain."
        placeholder={kind === 'member' ? 'operations-3' : 'authority-2'}
        value={id}
        onValue={setId}
      />
      <div className="row">
        <ActButton missing={isNamed ? null : 'Enter the id.'}>Prove possession…</ActButton>
        <span className="faint grow">
          or{' '}
          <Command
            of={{ command: ['key', 'prove'], operands: [identity.key_id], options: { for: `${kind}/${id || 'ID'}` } }}
          />
        </span>
      </div>
    </form>
  );
}

function Card({ proven, name }: { readonly proven: ProvenKey; readonly name: string }): ReactElement | null {
  const chain = useChain();
  if (chain === null) return null;
  const text = encodeKeyCard(keyCardOf(proven, chain));
  return (
    <>
      <p className="notice good" role="status">
        <b>The key card of {name} is ready.</b> Hand it to the person who proposes {proven.subject}, and compare the
        words of the fingerprint by voice.
      </p>
      <pre className="code" tabIndex={0} aria-label="Key card">
        {text}
      </pre>
      <div className="row">
        <CopyButton text={text} title="Copy the card" />
        <button
          type="button"
          className="button"
          onClick={() => downloadText(`${proven.subject.replace('/', '-')}.key-card.json`, text, 'application/json')}
        >
          Download the card
        </button>
      </div>
    </>
  );
}
