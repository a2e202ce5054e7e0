import { useState, type ReactElement } from 'react';

import type { EnvironmentView } from '../../../../src/api/chain/environments.ts';
import type { AuthorityView } from '../../../../src/api/chain/governance.ts';
import { environmentName } from '../../../../src/ledger/actions/environment-metadata.ts';
import { batchOf } from '../../../../src/ledger/actions/batch.ts';
import type { Client } from '../../../bridge/client.ts';
import { Name } from '../../../names/name.tsx';
import { ReadingView } from '../../../node-parts/reading-view.tsx';
import { Link } from '../../../parts/link.tsx';
import { PaneHeader } from '../../../parts/pane-header.tsx';
import { TextField } from '../../../parts/text-field.tsx';
import { roleWords } from '../../../proposals/proposal-words.ts';
import { listFilterOf, SELECTED } from '../../../router/location.ts';
import { useServices } from '../../../services.ts';
import type { SigningRequest } from '../../../signing/signing-step.ts';
import { Task } from '../../../signing/task.tsx';
import { useRead } from '../../../stores/use-read.ts';
import { useLocation } from '../../../stores/use-stores.ts';
import type { Deed } from './deeds.ts';
import { selectedIn, withToggled } from './selection.ts';

interface Selected {
  readonly environment: EnvironmentView;
  readonly authority: AuthorityView;
}

/** One review and one signature for several environments: all of it happens, or nothing. */
export function SeveralTask({ deed }: { readonly deed: Deed }): ReactElement {
  const { client, reads } = useServices();
  const location = useLocation();
  const ids = selectedIn(location);
  const reading = useRead(
    {
      queryKey: [...reads.chain.environment.key(), 'several', deed.action, ids],
      queryFn: ({ signal }) => Promise.all(ids.map((id) => readOne(client, deed, id, signal))),
    },
    { keep: true },
  );
  const kept = listFilterOf(location.query);
  return (
    <>
      <PaneHeader
        back={['environments']}
        title="Several environments"
        action={
          <Link className="button" to={['environments']} query={kept}>
            Close
          </Link>
        }
      />
      <div className="pane-body">
        <ReadingView reading={reading}>
          {(read) => (
            // What was left out is gone at once, and not only when the others have been read again.
            <Decide deed={deed} selected={read.filter(({ environment }) => ids.includes(environment.env_id))} />
          )}
        </ReadingView>
      </div>
    </>
  );
}

async function readOne(client: Client, { action }: Deed, env_id: string, signal: AbortSignal): Promise<Selected> {
  const [environment, authority] = await Promise.all([
    client.chain.environment({ env_id }, { signal }),
    client.chain.authority({ action, env_id }, { signal }),
  ]);
  return { environment, authority };
}

function Decide({ deed, selected }: { readonly deed: Deed; readonly selected: readonly Selected[] }): ReactElement {
  const { query } = useLocation();
  const [reason, setReason] = useState('');
  const fitting = selected.filter(({ environment }) => deed.obstacle(environment) === null);
  const byProposal = fitting.some(({ authority }) => authority.requirements.length > 0);
  const ids = fitting.map(({ environment }) => environment.env_id);
  const request = (): SigningRequest => ({
    kind: byProposal ? 'proposal' : 'transaction',
    ...batchOf(fitting.map(({ environment }) => ({ action: deed.action, payload: deed.payload(environment, reason) }))),
  });
  return (
    <Task
      title={deed.title(fitting.length)}
      next={
        <Link className="button primary" to={['environments']} query={{ ...listFilterOf(query), [SELECTED]: null }}>
          Back to the environments
        </Link>
      }
      command={{
        command: ['env', deed.command],
        options: { id: ids, reason: deed.takesReason ? reason.trim() || null : null, propose: byProposal },
      }}
      {...(byProposal ? { button: 'Review the proposal…' } : {})}
      request={fitting.length === 0 ? { missing: 'Nothing of this can be done now.' } : request()}
    >
      <p className="soft">
        {byProposal
          ? 'One proposal for all of them. It needs the approvals of each, and then all of it happens in one block, or nothing.'
          : 'One review, one signature: all of it happens in one block, or nothing.'}
      </p>
      <SelectedTable deed={deed} selected={selected} />
      {deed.takesReason ? (
        <TextField label="Reason" hint="Written to the chain. Optional." value={reason} onValue={setReason} />
      ) : null}
    </Task>
  );
}

function SelectedTable({
  deed,
  selected,
}: {
  readonly deed: Deed;
  readonly selected: readonly Selected[];
}): ReactElement {
  const { router } = useServices();
  const location = useLocation();
  return (
    <div className="several">
      <table className="table">
        <thead>
          <tr>
            <th>Environment</th>
            <th>What happens</th>
            <th>Who must agree</th>
            <th>
              <span className="visually-hidden">Leave out</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {selected.map(({ environment, authority }) => {
            const { env_id, blue } = environment;
            const obstacle = deed.obstacle(environment);
            return (
              <tr key={env_id}>
                <td>
                  <Link to={['environments', env_id]} query={listFilterOf(location.query)}>
                    <Name kind="environment" id={env_id} name={environmentName(blue.metadata)} byId />
                  </Link>
                </td>
                <td>{obstacle === null ? deed.effect(environment) : <b>Left out. {obstacle}</b>}</td>
                <td>{obstacle === null ? agreementWords(authority) : null}</td>
                <td>
                  <button
                    type="button"
                    className="button quiet"
                    aria-label={`Leave ${env_id} out`}
                    onClick={() => router.go(withToggled(location, env_id), { replace: true })}
                  >
                    ×
                  </button>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function agreementWords({ requirements, obstacle }: AuthorityView): string {
  if (obstacle !== null) return `Not now: ${obstacle}`;
  if (requirements.length === 0) return 'nobody else';
  return requirements
    .map(({ needed, role, approvers }) => `${needed} of ${approvers.length} ${roleWords(role)}`)
    .join(' and ');
}
