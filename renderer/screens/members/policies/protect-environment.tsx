import { useId, useState, type ReactElement } from 'react';

import type { PolicyView } from '../../../../src/api/chain/governance.ts';
import { batchOf } from '../../../../src/ledger/actions/batch.ts';
import { isEnvironmentId } from '../../../../src/ledger/actions/fields.ts';
import { Field } from '../../../parts/field.tsx';
import { Name } from '../../../names/name.tsx';
import { formatAction, formatQuantity } from '../../../parts/format.ts';
import { TaskPane } from '../../../parts/task-pane.tsx';
import { environmentsIn } from '../../../router/environments-in.ts';
import { Task } from '../../../signing/task.tsx';
import { useLocation } from '../../../stores/use-stores.ts';
import { EnvironmentInput } from '../../../node-parts/environment-input.tsx';
import { policyCommand, protectCommand } from './policy-command.ts';
import { decodePolicyDraft, draftOfPolicy } from './policy-draft.ts';
import { PolicyFields } from './policy-fields.tsx';

const PROMOTE = 'promote_environment';

/** Proposes that one environment needs approvals of its own, as a protected branch does. */
export function ProtectEnvironment({ policies }: { readonly policies: readonly PolicyView[] }): ReactElement {
  const { query } = useLocation();
  const listId = useId();
  const named = environmentsIn(query, 'env');
  const isSeveral = named.length > 1;
  const [envId, setEnvId] = useState(named[0] ?? '');
  const [action, setAction] = useState(PROMOTE);
  const [draft, setDraft] = useState(() =>
    draftOfPolicy({ mode: 'multisig', role: 'administrator', threshold: { count: 2 } }),
  );
  const actions = policies.filter(
    ({ kind, env_id, action: each }) => kind === 'environment' && env_id === null && each !== 'create_environment',
  );
  const wanted = decodePolicyDraft(draft);
  const env = envId.trim();
  const ids = isSeveral ? named : isEnvironmentId(env) ? [env] : [];
  const already = policies.filter((one) => one.action === action && one.env_id !== null && ids.includes(one.env_id));
  return (
    <TaskPane back={['members', 'policies']} title={isSeveral ? 'Protect environments' : 'Protect an environment'}>
      <Task
        title={
          isSeveral
            ? `Let more people decide about ${formatQuantity(named.length, 'environment')}`
            : 'Let more people decide about one environment'
        }
        button="Propose…"
        command={isSeveral ? protectCommand(named, wanted) : policyCommand(action, env === '' ? 'ID' : env, wanted)}
        next={null}
        request={
          ids.length > 0 && wanted !== null
            ? {
                kind: 'proposal',
                ...batchOf(
                  ids.map((env_id) => ({ action: 'set_policy', payload: { action, env_id, policy: { ...wanted } } })),
                ),
              }
            : { missing: wanted === null ? 'Enter how many must approve.' : 'Choose the environment.' }
        }
      >
        {isSeveral ? (
          <>
            <p className="soft">
              One proposal for all of them: once it is approved, a promotion of each needs these approvals.
            </p>
            <ul className="row" aria-label="Environments">
              {named.map((id) => (
                <li key={id} className="tag">
                  <Name kind="environment" id={id} />
                </li>
              ))}
            </ul>
          </>
        ) : (
          <>
            <Field label="Environment">
              {(control) => <EnvironmentInput control={control} listId={listId} value={envId} onValue={setEnvId} />}
            </Field>
            <Field label="What needs approvals" hint="Everything else about it stays as it is.">
              {(control) => (
                <select
                  {...control}
                  className="input"
                  value={action}
                  onChange={(event) => setAction(event.target.value)}
                >
                  {actions.map((one) => (
                    <option key={one.action} value={one.action}>
                      {formatAction(one.action)}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          </>
        )}
        {already.map((one) => (
          <p key={one.env_id} className="notice">
            {isSeveral
              ? `${one.env_id ?? ''} has a policy of its own already: `
              : 'It has a policy of its own already: '}
            {one.sentence} This one replaces it.
          </p>
        ))}
        <PolicyFields kind="environment" draft={draft} onDraft={setDraft} defaultMeaning={null} approvalsOnly />
      </Task>
    </TaskPane>
  );
}
