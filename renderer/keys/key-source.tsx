import { useId, useState, type ReactElement } from 'react';

import { fingerprintWords } from '../../src/base/fingerprint.ts';
import type { ChainIdentity } from '../../src/ledger/chain-identity.ts';
import type { KeySubject } from '../../src/ledger/governance/possession.ts';
import { Choice } from '../parts/choice.tsx';
import { Field } from '../parts/field.tsx';
import { Hash } from '../parts/hash.tsx';
import { Link } from '../parts/link.tsx';
import { Words } from '../parts/words.tsx';
import { useChain } from '../stores/use-chain.ts';
import { readKeyCard, type ProvenKey } from './key-card.ts';
import { Possession } from './possession.tsx';
import { useUnusedKeys } from './use-known-keys.ts';
import './keys-parts.css';
import { CommandElsewhere } from '../node-parts/command.tsx';
import { NameText } from '../names/name.tsx';
import { ActButton } from '../parts/act-button.tsx';

interface Props {
  /** Whose the key will be; null while that is not named. */
  readonly subject: KeySubject | null;
  readonly value: ProvenKey | null;
  readonly onValue: (key: ProvenKey | null) => void;
}

/** Where a new key comes from: a card that its holder made, or a key of this machine. Either way it is proved to be held. */
export function KeySource({ subject, value, onValue }: Props): ReactElement {
  const [from, setFrom] = useState<'card' | 'here'>('card');
  const name = useId();
  if (subject === null) return <p className="soft">Enter the id first: a key is proved for one id only.</p>;
  // A proof for one id is worthless for another.
  const proven = value?.subject === subject ? value : null;
  if (proven !== null) return <Proven proven={proven} onChange={() => onValue(null)} />;
  return (
    <fieldset className="stack">
      <legend>Its key</legend>
      <Choice name={name} title="A key card" checked={from === 'card'} onChoose={() => setFrom('card')}>
        Made by the holder of the key, on their own machine. The key itself never leaves it. Recommended.
      </Choice>
      <Choice name={name} title="A key of this machine" checked={from === 'here'} onChoose={() => setFrom('here')}>
        A key that is not in use yet. You prove its possession here.
      </Choice>
      {from === 'card' ? (
        <CardField key={subject} subject={subject} onKey={onValue} />
      ) : (
        <OwnKey key={subject} subject={subject} onKey={onValue} />
      )}
    </fieldset>
  );
}

function Proven({ proven, onChange }: { readonly proven: ProvenKey; readonly onChange: () => void }): ReactElement {
  return (
    <section className="section proven" aria-label="The key">
      <h2>
        The key is held <span className="faint">· proved for {proven.subject}; compare the words with its holder</span>
      </h2>
      <Words words={fingerprintWords(proven.public_key)} label="Fingerprint of the key" />
      <div className="row">
        <Hash value={proven.public_key} what="public key" />
        <button type="button" className="button quiet" onClick={onChange}>
          Choose another
        </button>
      </div>
    </section>
  );
}

/** How a chain is named where it is not available. */
function chainOptions(chain: ChainIdentity | null): Readonly<Record<string, string>> {
  if (chain === null) return {};
  const { chain_id, genesis, era } = chain;
  return { 'chain-id': chain_id, genesis, ...(era === 0 ? {} : { era: String(era) }) };
}

function CardField({
  subject,
  onKey,
}: {
  readonly subject: KeySubject;
  readonly onKey: (key: ProvenKey) => void;
}): ReactElement {
  const chain = useChain();
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string>();
  const take = (card: string): void => {
    setText(card);
    if (card.trim() === '') return setProblem(undefined);
    if (chain === null) return setProblem('The chain is not loaded yet.');
    const decoded = readKeyCard(card, { chain, subject });
    setProblem(decoded.ok ? undefined : decoded.problem);
    if (decoded.ok) onKey(decoded.key);
  };
  return (
    <>
      <Field
        label="Key card"
        hint={
          <>
            The holder creates it with{' '}
            <CommandElsewhere
              of={{ command: ['key', 'prove'], operands: ['KEY'], options: { for: subject, ...chainOptions(chain) } }}
            />
          </>
        }
        problem={problem}
      >
        {(control) => (
          <textarea
            {...control}
            className="input"
            spellCheck={false}
            placeholder={`{ "format": "quantum-lock/key-card/v2", "subject": "${subject}", … }`}
            value={text}
            onChange={(event) => take(event.target.value)}
          />
        )}
      </Field>
      <Field label="or its file">
        {(control) => (
          <input
            {...control}
            type="file"
            accept=".json,application/json"
            onChange={(event) => {
              const [file] = event.target.files ?? [];
              if (file !== undefined) void file.text().then(take);
            }}
          />
        )}
      </Field>
    </>
  );
}

function OwnKey({
  subject,
  onKey,
}: {
  readonly subject: KeySubject;
  readonly onKey: (key: ProvenKey) => void;
}): ReactElement {
  const unused = useUnusedKeys();
  const [keyId, setKeyId] = useState('');
  const [proving, setProving] = useState(false);
  const chosen = unused?.find(({ key_id }) => key_id === keyId);
  if (unused === undefined) return <p className="soft">Reading the keys…</p>;
  if (unused.length === 0)
    return (
      <p className="notice">
        Every key of this machine is, or was, in use on the chain.{' '}
        <Link to={['keys']} query={{ do: 'create' }}>
          Create a key
        </Link>{' '}
        first, then come back.
      </p>
    );
  if (proving && chosen !== undefined)
    return <Possession identity={chosen} subject={subject} onProven={onKey} onBack={() => setProving(false)} />;
  return (
    <>
      <Field label="Key">
        {(control) => (
          <select {...control} className="input" value={keyId} onChange={(event) => setKeyId(event.target.value)}>
            <option value="">Choose…</option>
            {unused.map(({ key_id, name, public_key }) => (
              <option key={key_id} value={key_id}>
                <NameText kind="key" id={public_key} name={name} /> ·{' '}
                {fingerprintWords(public_key).slice(0, 2).join(' ')} …
              </option>
            ))}
          </select>
        )}
      </Field>
      <div className="row">
        <ActButton
          className="button"
          missing={chosen === undefined ? 'Choose the key.' : null}
          onClick={() => setProving(true)}
        >
          Prove possession…
        </ActButton>
      </div>
    </>
  );
}
