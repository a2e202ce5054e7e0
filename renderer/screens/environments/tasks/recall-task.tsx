import { useState, type ReactElement } from 'react';

import type { EnvironmentView } from '../../../../src/api/chain/environments.ts';
import { EnvironmentInput } from '../../../node-parts/environment-input.tsx';
import { Field } from '../../../parts/field.tsx';
import { ReasonField } from '../../../parts/reason-field.tsx';
import { TextField } from '../../../parts/text-field.tsx';
import { useServices } from '../../../services.ts';
import { Task } from '../../../signing/task.tsx';
import { useRead } from '../../../stores/use-read.ts';
import { OpenEnvironment } from './open-environment.tsx';

type Successor = NonNullable<NonNullable<EnvironmentView['recalled']>['superseded_by']>;

/** Takes back what is Green, without going back in time. */
export function RecallTask({ environment }: { readonly environment: EnvironmentView }): ReactElement {
  // What is recalled is what the person looks at; the ledger refuses it where Green has changed meanwhile.
  const [{ env_id, green }] = useState(environment);
  if (green === null) return <p className="notice">Nothing of it is Green: there is nothing to recall.</p>;
  return <Recalling envId={env_id} green={green} />;
}

function Recalling({
  envId,
  green,
}: {
  readonly envId: string;
  readonly green: NonNullable<EnvironmentView['green']>;
}): ReactElement {
  const { reads } = useServices();
  const [reason, setReason] = useState('');
  const [successorId, setSuccessorId] = useState('');
  const [version, setVersion] = useState('');
  const [emergency, setEmergency] = useState(false);
  // An emergency asks for one administrator instead.
  const authority = useRead(
    reads.chain.authority.queryOptions({ input: { action: 'recall_environment', env_id: envId } }),
  );
  const byProposal = !emergency && (authority.data?.requirements.length ?? 0) > 0;
  const given = reason.trim();
  const successor = successorOf(successorId.trim(), version.trim());
  return (
    <Task
      next={<OpenEnvironment envId={envId} />}
      title={byProposal ? `Propose to recall v${green.version} from Green` : `Recall v${green.version} from Green`}
      button={byProposal ? 'Review the proposal…' : 'Review the recall…'}
      dangerous
      command={{
        command: ['env', 'recall'],
        operands: [envId],
        options: {
          reason: given || 'TEXT',
          'superseded-by':
            successor === null || successor === 'incomplete' ? null : `${successor.env_id}@${successor.version}`,
          emergency,
          propose: byProposal,
        },
      }}
      request={
        given === '' || successor === 'incomplete' || authority.data === undefined
          ? { missing: missingOf(given, successor) }
          : {
              kind: byProposal ? 'proposal' : 'transaction',
              action: 'recall_environment',
              payload: {
                env_id: envId,
                green_version: green.version,
                state_hash: green.state_hash,
                reason: given,
                superseded_by: successor,
                emergency,
              },
            }
      }
    >
      <div className="notice bad">
        <b>Green v{green.version} is taken back, and stays on record as recalled, with your reason.</b>
        <ul className="effects">
          <li>Anyone who asks whether it is Green is told that it was recalled, since when and why.</li>
          <li>This promotion never becomes Green again, not by a rollback either. A version can be promoted again.</li>
          <li>Its content, versions, checkpoints and history stay.</li>
        </ul>
      </div>
      <ReasonField
        hint="What is wrong with it. Anyone who used it reads this; it stays on the chain."
        value={reason}
        onValue={setReason}
      />
      <div className="row">
        <Field label="Superseded by" hint="An environment to use in its place. Optional; it may be this one.">
          {(control) => (
            <EnvironmentInput
              control={control}
              listId="superseded-by"
              value={successorId}
              onValue={(value) => {
                setSuccessorId(value);
                if (value.trim() === '') setVersion('');
              }}
            />
          )}
        </Field>
        <TextField
          label="Version of it"
          placeholder="2"
          problem={
            successor === 'incomplete' ? 'Give both the environment and a version, a whole number from 1.' : undefined
          }
          value={version}
          onValue={setVersion}
        />
      </div>
      <label className="check">
        <input type="checkbox" checked={emergency} onChange={(event) => setEmergency(event.target.checked)} />
        <span>Emergency: one administrator decides it alone, at once. It is written down as such.</span>
      </label>
    </Task>
  );
}

/** What is to be used in its place; null where nothing is named. */
function successorOf(envId: string, version: string): Successor | null | 'incomplete' {
  if (envId === '' && version === '') return null;
  return envId !== '' && /^[1-9]\d{0,8}$/.test(version) ? { env_id: envId, version: Number(version) } : 'incomplete';
}

function missingOf(reason: string, successor: ReturnType<typeof successorOf>): string {
  if (reason === '') return 'Give the reason.';
  return successor === 'incomplete' ? 'Complete what supersedes it.' : 'Who must approve is not known yet.';
}
