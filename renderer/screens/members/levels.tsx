import type { ReactElement } from 'react';

import type { PolicyView } from '../../../src/api/chain/governance.ts';
import type { MemberView } from '../../../src/api/chain/members.ts';
import { levelHolds, LEVELS, PERMISSIONS, type Level } from '../../../src/ledger/permissions.ts';
import { formatAction, formatLevel, formatQuantity } from '../../parts/format.ts';
import { Link } from '../../parts/link.tsx';
import { ReadingView } from '../../node-parts/reading-view.tsx';
import { PERMISSION_WORDS } from './permission-words.ts';
import { useServices } from '../../services.ts';
import { useRead } from '../../stores/use-read.ts';

/** The four levels and what each may do: every level holds what the one below holds, and more. */
export function Levels(): ReactElement {
  const { reads } = useServices();
  const members = useRead(reads.chain.members.queryOptions());
  const policies = useRead(reads.chain.policies.queryOptions());
  return (
    <section className="pane" aria-label="Levels">
      <header>
        <h2>Levels and permissions</h2>
      </header>
      <div className="pane-body">
        <p className="soft">
          Each level holds what the one below holds, and more. Where a{' '}
          <Link to={['members', 'policies']}>policy asks for approvals</Link>, a permission alone is not enough.
        </p>
        <ReadingView reading={members}>{(data) => <Matrix members={data.members} />}</ReadingView>
        <ReadingView reading={policies}>{(data) => <Meanings policies={data.policies} />}</ReadingView>
      </div>
    </section>
  );
}

function Matrix({ members }: { readonly members: readonly MemberView[] }): ReactElement {
  return (
    <div className="scroll-x">
      <table className="table matrix">
        <thead>
          <tr>
            <th>Level</th>
            {PERMISSIONS.map((permission) => (
              <th key={permission}>{PERMISSION_WORDS[permission].title}</th>
            ))}
            <th>Members today</th>
          </tr>
        </thead>
        <tbody>
          {LEVELS.toReversed().map((level) => (
            <tr key={level}>
              <th scope="row">{formatLevel(level)}</th>
              {PERMISSIONS.map((permission) => (
                <td key={permission}>
                  {levelHolds(level, permission) ? (
                    <span className="yes">
                      <span aria-hidden="true">✓</span>
                      <span className="visually-hidden">yes</span>
                    </span>
                  ) : (
                    <span className="faint">
                      <span aria-hidden="true">–</span>
                      <span className="visually-hidden">no</span>
                    </span>
                  )}
                </td>
              ))}
              <td>{peopleOf(members, level)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const NAMED_MAX = 3;

function peopleOf(members: readonly MemberView[], wanted: Level): string {
  const active = members.filter(({ level, status }) => level === wanted && status === 'active');
  if (active.length === 0) return 'nobody';
  const names = active.slice(0, NAMED_MAX).map(({ name }) => name);
  return active.length > NAMED_MAX
    ? `${names.join(', ')} and ${formatQuantity(active.length - NAMED_MAX, 'other')}`
    : names.join(', ');
}

function Meanings({ policies }: { readonly policies: readonly PolicyView[] }): ReactElement {
  return (
    <section className="section">
      <h2>What each permission is for</h2>
      <dl className="facts">
        {PERMISSIONS.map((permission) => {
          const alone = policies.filter(
            ({ policy, env_id }) => env_id === null && policy.mode === 'direct' && policy.permission === permission,
          );
          return (
            <div key={permission} className="fact">
              <dt>
                {PERMISSION_WORDS[permission].title} <span className="mono">{permission}</span>
              </dt>
              <dd>
                {PERMISSION_WORDS[permission].meaning}
                {alone.length === 0
                  ? ''
                  : `; today alone: ${alone.map(({ action }) => formatAction(action).toLowerCase()).join(', ')}`}
              </dd>
            </div>
          );
        })}
      </dl>
    </section>
  );
}
