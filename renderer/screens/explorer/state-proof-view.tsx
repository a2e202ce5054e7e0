import type { ReactElement, ReactNode } from 'react';

import { verifyStateProof } from '../../../src/ledger/proofs/state-proof.ts';
import type { Namespace } from '../../../src/ledger/state/records.ts';
import { formatCount, formatTime } from '../../parts/format.ts';
import { Link } from '../../parts/link.tsx';
import { ProofPanel } from '../../proof/proof-panel.tsx';
import { useServices } from '../../services.ts';
import { useRead } from '../../stores/use-read.ts';
import { useLocation } from '../../stores/use-stores.ts';
import { decodeMoment, momentQuery, momentText, type Moment } from '../../router/moment.ts';
import type { CommandParts } from '../../../src/base/command-line.ts';

interface Props {
  readonly namespace: Namespace;
  readonly entryKey: string;
  readonly back: ReactNode;
}

/** The command line reads environments; other namespaces have no command of their own. */
function inspectCommand(envId: string, at: Moment | undefined): CommandParts {
  return { command: ['blockchain', 'inspect'], options: { state: envId, at: momentText(at) } };
}

export function StateProofView({ namespace, entryKey, back }: Props): ReactElement {
  const { reads } = useServices();
  const { query } = useLocation();
  const at = decodeMoment(query);
  const reading = useRead(
    reads.chain.stateProof.queryOptions({ input: { namespace, key: entryKey, ...(at === undefined ? {} : { at }) } }),
  );
  return (
    <>
      <header>
        {back}
        <h2>Proof of state</h2>
        <span className="mono clip">
          {namespace}/{entryKey}
        </span>
        <span className="grow" />
        <Link className="button" to={['explorer', 'state', namespace, entryKey]} query={momentQuery(query)}>
          Value
        </Link>
      </header>
      <div className="pane-body">
        <ProofPanel
          reading={reading}
          verify={verifyStateProof}
          fileName={`${namespace}-${entryKey.replaceAll(/[^A-Za-z0-9._-]/g, '_')}.proof.json`}
          command={namespace === 'environments' ? inspectCommand(entryKey, at) : null}
          claim={({ key, value, sealed: { header } }) => (
            <>
              At block {formatCount(header.index)}, {formatTime(header.timestamp)}, {key}{' '}
              {value === null ? 'did not exist.' : 'had exactly this value.'}
            </>
          )}
        />
        {reading.data === undefined || reading.data.value === null ? null : (
          <details>
            <summary>The proved value</summary>
            <pre className="code" tabIndex={0} aria-label="The proved value">
              {reading.data.value}
            </pre>
          </details>
        )}
      </div>
    </>
  );
}
