import { useId, useState, type ReactElement } from 'react';

import type { PolicyView } from '../../../../src/api/chain/governance.ts';
import { isEnvironmentId } from '../../../../src/ledger/actions/fields.ts';
import { Field } from '../../../parts/field.tsx';
import { formatAction } from '../../../parts/format.ts';
import { TaskPane } from '../../../parts/task-pane.tsx';
import { Task } from '../../../signing/task.tsx';
import { useLocation } from '../../../stores/use-stores.ts';
import { EnvironmentInput } from '../../../node-parts/environment-input.tsx';
import { policyCommand } from './policy-command.ts';
import { decodePolicyDraft, draftOfPolicy } from './policy-draft.ts';
import { PolicyFields } from './policy-fields.tsx';

const PROMOTE = 'promote_environment';

/** Proposes that one environment needs approvals of its own, as a protected branch does. */
export function ProtectEnvironment({ policies }: { readonly policies: readonly PolicyView[] }): ReactElement {
  const { query } = useLocation();
  const listId = useId();
  const [envId, setEnvId] = useState(query.get('env') ?? '');
  const [action, setAction] = useState(PROMOTE);
  const [draft, setDraft] = useState(() =>
    draftOfPolicy({ mode: 'multisig', role: 'administrator', threshold: { count: 2 } }),
  );
  const actions = policies.filter(
    ({ kind, env_id, action: each }) => kind === 'environment' && env_id === null && each !== 'create_environment',
  );
  const wanted = decodePolicyDraft(draft);
  const env = envId.trim();
  const already = policies.find((one) => one.action === action && one.env_id === env);
  return (
    <TaskPane back={['members', 'policies']} title="Protect an environment">
      <Task
        title="Let more people decide about one environment"
        button="Propose…"
        command={policyCommand(action, env === '' ? 'ID' : env, wanted)}
        next={null}
        request={
          isEnvironmentId(env) && wanted !== null
            ? {
                kind: 'proposal',
                action: 'set_policy',
                payload: { action, env_id: env, policy: { ...wanted } },
              }
            : { missing: wanted === null ? 'Enter how many must approve.' : 'Choose the environment.' }
        }
      >
        <Field label="Environment">
          {(control) => <EnvironmentInput control={control} listId={listId} value={envId} onValue={setEnvId} />}
        </Field>
        <Field label="What needs approvals" hint="Everything else about it stays as it is.">
          {(control) => (
            <select {...control} className="input" value={action} onChange={(event) => setAction(event.target.value)}>
              {actions.map((one) => (
                <option key={one.action} value={one.action}>
                  {formatAction(one.action)}
                </option>
              ))}
            </select>
          )}
        </Field>
        {already === undefined ? null : (
          <p className="notice">It has a policy of its own already: {already.sentence} This one replaces it.</p>
        )}
        <PolicyFields kind="environment" draft={draft} onDraft={setDraft} defaultMeaning={null} approvalsOnly />
      </Task>
    </TaskPane>
  );
}
