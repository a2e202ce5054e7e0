import { useState, type ReactElement } from 'react';

import type { PolicyView } from '../../../../src/api/chain/governance.ts';
import { formatAction } from '../../../parts/format.ts';
import { Link } from '../../../parts/link.tsx';
import { PaneHeader } from '../../../parts/pane-header.tsx';
import { ReadingView } from '../../../node-parts/reading-view.tsx';
import { useServices } from '../../../services.ts';
import { Task } from '../../../signing/task.tsx';
import { useRead } from '../../../stores/use-read.ts';
import { AuthorityAnswer } from '../who.tsx';
import { decodePolicyDraft, draftOfPolicy } from './policy-draft.ts';
import { PolicyFields } from './policy-fields.tsx';
import { policyCommand } from './policy-command.ts';
import { policyName } from './policy-name.ts';

interface Props {
  readonly policy: PolicyView;
  readonly policies: readonly PolicyView[];
  readonly task: string | null;
}

/** One policy: who decides today, and how that can be changed. */
export function PolicyDetail({ policy, policies, task }: Props): ReactElement {
  const open = policyName(policy);
  return (
    <>
      <PaneHeader
        back={['members', 'policies']}
        title={titleOf(policy)}
        action={
          task === null ? (
            <Link className="button primary" to={['members', 'policies']} query={{ open, do: 'set' }}>
              Set policy…
            </Link>
          ) : (
            <Link className="button" to={['members', 'policies']} query={{ open }}>
              Close
            </Link>
          )
        }
      >
        {policy.is_default ? <span className="faint">default</span> : <span className="tag blue">set</span>}
      </PaneHeader>
      <div className="pane-body">
        {task === 'set' ? (
          <SetPolicy policy={policy} policies={policies} />
        ) : task === 'unprotect' && policy.env_id !== null ? (
          <Unprotect policy={policy} policies={policies} />
        ) : (
          <Shown policy={policy} />
        )}
      </div>
    </>
  );
}

function titleOf({ action, env_id }: PolicyView): string {
  return env_id === null ? formatAction(action) : `${formatAction(action)} ${env_id}`;
}

function Shown({ policy: { action, env_id, sentence, kind } }: { readonly policy: PolicyView }): ReactElement {
  const { reads } = useServices();
  const authority = useRead(reads.chain.authority.queryOptions({ input: { action, env_id } }));
  const open = policyName({ action, env_id });
  return (
    <>
      <p className="soft">{sentence}</p>
      <ReadingView reading={authority}>{(view) => <AuthorityAnswer authority={view} />}</ReadingView>
      {env_id === null ? null : (
        <div className="row">
          <Link className="button" to={['environments', env_id]}>
            Open {env_id}
          </Link>
          <Link className="button danger" to={['members', 'policies']} query={{ open, do: 'unprotect' }}>
            Unprotect…
          </Link>
        </div>
      )}
      {kind === 'governance' ? (
        <p className="soft">
          A change of this policy must be approved as this policy asks, before and after the change: no threshold can be
          bypassed.
        </p>
      ) : env_id === null ? (
        <p className="soft">
          For one environment it can be decided otherwise:{' '}
          <Link to={['members', 'policies']} query={{ do: 'protect' }}>
            protect an environment…
          </Link>
        </p>
      ) : null}
    </>
  );
}

/** What the policy of the action is, where this environment has none of its own. */
function generalOf(policies: readonly PolicyView[], { action, env_id }: PolicyView): string {
  if (env_id === null) return 'The default, which applies when the chain sets no policy for the action.';
  return policies.find((one) => one.action === action && one.env_id === null)?.sentence ?? '';
}

function SetPolicy({
  policy: { action, env_id, kind, policy, is_default },
  policies,
}: Omit<Props, 'task'>): ReactElement {
  const [draft, setDraft] = useState(() => draftOfPolicy(policy));
  const wanted = decodePolicyDraft(draft);
  const isChanged = wanted !== null && JSON.stringify(wanted) !== JSON.stringify(policy);
  return (
    <Task
      title={`Set the policy: ${formatAction(action).toLowerCase()}${env_id === null ? '' : ` ${env_id}`}`}
      button="Propose…"
      command={policyCommand(action, env_id, wanted)}
      next={null}
      request={
        isChanged
          ? { kind: 'proposal', action: 'set_policy', payload: { action, env_id, policy: { ...wanted } } }
          : { missing: wanted === null ? 'Enter how many must approve.' : 'Nothing is changed yet.' }
      }
    >
      <PolicyFields
        kind={kind}
        draft={draft}
        onDraft={setDraft}
        defaultMeaning={is_default ? null : generalOf(policies, { action, env_id } as PolicyView)}
      />
    </Task>
  );
}

function Unprotect({ policy, policies }: Omit<Props, 'task'>): ReactElement {
  const { action, env_id } = policy;
  return (
    <Task
      title={`Unprotect ${env_id ?? ''}`}
      button="Propose…"
      command={policyCommand(action, env_id, { mode: 'default' })}
      next={null}
      request={{ kind: 'proposal', action: 'set_policy', payload: { action, env_id, policy: { mode: 'default' } } }}
    >
      <p className="notice warn">
        <b>Fewer may have to agree then.</b> “{formatAction(action)}” follows the general policy again for {env_id}:{' '}
        {generalOf(policies, policy)}
      </p>
    </Task>
  );
}
