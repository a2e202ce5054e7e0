import type { ReactElement } from 'react';

import type { PolicyView } from '../../../../src/api/chain/governance.ts';
import { formatAction } from '../../../parts/format.ts';
import { LinkList } from '../../../parts/link-list.tsx';
import { policyName } from './policy-name.ts';
import { Name } from '../../../names/name.tsx';

/** The policies in words: governance, then environments, then those with one of their own. */
export function PolicyList({
  policies,
  current,
}: {
  readonly policies: readonly PolicyView[];
  readonly current: string | undefined;
}): ReactElement {
  const groups = [
    { title: 'Governance', rows: policies.filter(({ kind, env_id }) => kind === 'governance' && env_id === null) },
    { title: 'Environments', rows: policies.filter(({ kind, env_id }) => kind === 'environment' && env_id === null) },
    { title: 'Environments with a policy of their own', rows: policies.filter(({ env_id }) => env_id !== null) },
  ];
  return (
    <div className="policy-groups">
      {groups.map(({ title, rows }) => (
        <section key={title} aria-label={title}>
          <h2>{title}</h2>
          {rows.length === 0 ? (
            <p className="soft">None: every environment follows the policies above.</p>
          ) : (
            <LinkList
              label={title}
              items={rows}
              keyOf={policyName}
              placeOf={(policy) => ({ to: ['members', 'policies'], query: { open: policyName(policy) } })}
              current={current}
            >
              {(policy) => (
                <>
                  <span className="grow">
                    <b>
                      {policy.env_id === null ? (
                        formatAction(policy.action)
                      ) : (
                        <>
                          <Name kind="environment" id={policy.env_id} />: {formatAction(policy.action).toLowerCase()}
                        </>
                      )}
                    </b>
                    <small>{policy.sentence}</small>
                  </span>
                  {policy.is_default ? (
                    <span className="faint">default</span>
                  ) : (
                    <span className="tag blue">{policy.env_id === null ? 'set' : 'protected'}</span>
                  )}
                </>
              )}
            </LinkList>
          )}
        </section>
      ))}
    </div>
  );
}
