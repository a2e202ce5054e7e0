import { useState, type ReactElement, type ReactNode, type SyntheticEvent } from 'react';

import { NAMESPACES, type Namespace } from '../../../src/ledger/state/records.ts';
import { Facts } from '../../parts/facts.tsx';
import { Field } from '../../parts/field.tsx';
import { formatCount, formatTime } from '../../parts/format.ts';
import { Hash } from '../../parts/hash.tsx';
import { JsonView } from '../../parts/json-view.tsx';
import { Link } from '../../parts/link.tsx';
import { ReadingView } from '../../node-parts/reading-view.tsx';
import { encodeLocation } from '../../router/location.ts';
import { useServices } from '../../services.ts';
import { useRead } from '../../stores/use-read.ts';
import { useLocation } from '../../stores/use-stores.ts';
import { MomentFields } from '../../parts/moment-fields.tsx';
import { decodeMoment, momentQuery } from '../../router/moment.ts';
import { NameText } from '../../names/name.tsx';

const KEYS_OFFERED_MAX = 200;

interface Props {
  readonly namespace: Namespace;
  /** Empty while none is chosen. */
  readonly entryKey: string;
  readonly back: ReactNode;
}

/** Any value of the state, now, at a height, or at a time. */
export function StateView({ namespace, entryKey, back }: Props): ReactElement {
  return (
    <>
      <header>
        {back}
        <h2>State</h2>
        <span className="grow" />
        {entryKey === '' ? null : <ProofLink namespace={namespace} entryKey={entryKey} />}
      </header>
      <div className="pane-body">
        <StateForm key={`${namespace} ${entryKey}`} namespace={namespace} entryKey={entryKey} />
        {entryKey === '' ? (
          <p className="soft">Choose a key to see its value.</p>
        ) : (
          <StateEntry namespace={namespace} entryKey={entryKey} />
        )}
      </div>
    </>
  );
}

function ProofLink({
  namespace,
  entryKey,
}: {
  readonly namespace: Namespace;
  readonly entryKey: string;
}): ReactElement {
  return (
    <Link
      className="button"
      to={['explorer', 'proof', 'state', namespace, entryKey]}
      query={momentQuery(useLocation().query)}
    >
      Proof
    </Link>
  );
}

function StateForm({
  namespace,
  entryKey,
}: {
  readonly namespace: Namespace;
  readonly entryKey: string;
}): ReactElement {
  const { reads, router } = useServices();
  const { query } = useLocation();
  const [chosen, setChosen] = useState<Namespace>(namespace);
  const [key, setKey] = useState(entryKey);
  const [moment, setMoment] = useState(momentQuery(query));
  const keys = useRead(reads.chain.stateKeys.queryOptions({ input: { namespace: chosen, limit: KEYS_OFFERED_MAX } }), {
    keep: true,
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    router.go(encodeLocation(['explorer', 'state', chosen, ...(key === '' ? [] : [key])], moment));
  };
  return (
    <form className="state-form" onSubmit={submit}>
      <Field label="Namespace">
        {(control) => (
          <select
            {...control}
            className="input"
            value={chosen}
            onChange={(event) => {
              const next = NAMESPACES.find((each) => each === event.target.value);
              if (next !== undefined) setChosen(next);
            }}
          >
            {NAMESPACES.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        )}
      </Field>
      <Field label="Key">
        {(control) => (
          <>
            <input
              {...control}
              className="input mono"
              list="state-keys"
              spellCheck={false}
              autoComplete="off"
              value={key}
              onChange={(event) => setKey(event.target.value)}
            />
            <datalist id="state-keys">
              {keys.data?.keys.map((each) => (
                <option key={each} value={each}>
                  <NameText kind="entry" id={each} />
                </option>
              ))}
            </datalist>
          </>
        )}
      </Field>
      <MomentFields moment={moment} onMoment={setMoment} />
      <button type="submit" className="button primary">
        Show
      </button>
    </form>
  );
}

function StateEntry({
  namespace,
  entryKey,
}: {
  readonly namespace: Namespace;
  readonly entryKey: string;
}): ReactElement {
  const { reads } = useServices();
  const at = decodeMoment(useLocation().query);
  const reading = useRead(
    reads.chain.state.queryOptions({ input: { namespace, key: entryKey, ...(at === undefined ? {} : { at }) } }),
  );
  return (
    <ReadingView reading={reading}>
      {(entry) => (
        <>
          <Facts
            rows={[
              ['Namespace', entry.namespace],
              [
                'Key',
                <span key="key" className="mono">
                  {entry.key}
                </span>,
              ],
              ['At block', `${formatCount(entry.height)}, ${formatTime(entry.block_time)}`],
              ['state_root', <Hash key="root" value={entry.state_root} what="state root" />],
            ]}
          />
          {entry.value === null ? (
            <p className="notice">
              <b>There was no such entry</b> at block {formatCount(entry.height)}. Its absence can be proved too.
            </p>
          ) : (
            <JsonView value={entry.value} label="Value" />
          )}
        </>
      )}
    </ReadingView>
  );
}
