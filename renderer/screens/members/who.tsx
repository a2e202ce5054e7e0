import { useId, type ReactElement } from 'react';

import type { AuthorityView, PolicyView } from '../../../src/api/chain/governance.ts';
import { Field } from '../../parts/field.tsx';
import { formatAction } from '../../parts/format.ts';
import { ReadingView } from '../../node-parts/reading-view.tsx';
import { encodeLocation } from '../../router/location.ts';
import { useServices } from '../../services.ts';
import { useRead } from '../../stores/use-read.ts';
import { useSettled } from '../../stores/use-settled.ts';
import { useLocation } from '../../stores/use-stores.ts';
import { EnvironmentInput } from '../../node-parts/environment-input.tsx';
import { PersonList } from './person-list.tsx';

/** The emergency brake has no policy to set, and is asked about most. */
const FREEZE = 'freeze';
const FIRST_ASKED = 'promote_environment';
const TYPING_PAUSE_MS = 200;

/** "Who could do this today, and how many must agree?" Answered by the node, from the newest state. */
export function Who(): ReactElement {
  const { reads } = useServices();
  const policies = useRead(reads.chain.policies.queryOptions());
  return (
    <section className="pane" aria-label="Who could do what">
      <header>
        <h2>Who could do what today, and how many must agree?</h2>
      </header>
      <div className="pane-body">
        <ReadingView reading={policies}>{(data) => <Question policies={data.policies} />}</ReadingView>
      </div>
    </section>
  );
}

function Question({ policies }: { readonly policies: readonly PolicyView[] }): ReactElement {
  const { router } = useServices();
  const { query } = useLocation();
  const general = policies.filter(({ env_id }) => env_id === null);
  const wanted = query.get('action');
  const action = wanted === FREEZE || general.some((one) => one.action === wanted) ? (wanted ?? '') : FIRST_ASKED;
  const isEnvironment = general.find((one) => one.action === action)?.kind === 'environment';
  const envId = query.get('env') ?? '';
  const asked = useSettled(envId.trim(), TYPING_PAUSE_MS);
  const ask = (change: { readonly action?: string; readonly env?: string }): void =>
    router.go(encodeLocation(['members', 'who'], { action, env: envId, ...change }), { replace: true });
  const listId = useId();
  return (
    <>
      <div className="question">
        <Field label="Who could">
          {(control) => (
            <select
              {...control}
              className="input"
              value={action}
              onChange={(event) => ask({ action: event.target.value })}
            >
              <optgroup label="Environments">
                {general
                  .filter(({ kind }) => kind === 'environment')
                  .map((one) => (
                    <option key={one.action} value={one.action}>
                      {formatAction(one.action)}
                    </option>
                  ))}
              </optgroup>
              <optgroup label="Governance">
                {general
                  .filter(({ kind }) => kind === 'governance')
                  .map((one) => (
                    <option key={one.action} value={one.action}>
                      {formatAction(one.action)}
                    </option>
                  ))}
                <option value={FREEZE}>Freeze the chain</option>
              </optgroup>
            </select>
          )}
        </Field>
        {isEnvironment ? (
          <Field label="of environment" hint="Empty: any environment without a policy of its own.">
            {(control) => (
              <EnvironmentInput control={control} listId={listId} value={envId} onValue={(env) => ask({ env })} />
            )}
          </Field>
        ) : null}
      </div>
      <Answer action={action} envId={isEnvironment && asked !== '' ? asked : null} />
    </>
  );
}

function Answer({ action, envId }: { readonly action: string; readonly envId: string | null }): ReactElement {
  const { reads } = useServices();
  const authority = useRead(reads.chain.authority.queryOptions({ input: { action, env_id: envId } }));
  return (
    <div className="stack wide" aria-live="polite">
      <ReadingView reading={authority}>{(view) => <AuthorityAnswer authority={view} />}</ReadingView>
    </div>
  );
}

/** Who can do it: the sentence, then the names. */
export function AuthorityAnswer({ authority }: { readonly authority: AuthorityView }): ReactElement {
  const { sentence, alone, requirements, proposers, possible, obstacle } = authority;
  return (
    <>
      {possible ? null : (
        <p className="notice warn">
          <b>Not now: {obstacle}.</b>
        </p>
      )}
      <p className="sentence">{sentence}</p>
      <div className="columns">
        {requirements.map(({ role, needed, approvers }) => (
          <PersonList
            key={`${role} ${needed}`}
            title={`Whose approvals count · ${needed} needed`}
            people={approvers}
            nobody="Nobody: it cannot be done today."
          />
        ))}
        {requirements.length > 0 && alone.length === 0 ? null : (
          <PersonList title="Can do it at once, alone" people={alone} nobody="Nobody: it cannot be done today." />
        )}
        <PersonList title="May propose it" people={proposers} nobody="Nobody." />
      </div>
    </>
  );
}
