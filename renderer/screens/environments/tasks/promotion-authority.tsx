import type { ReactElement } from 'react';

import type { AuthorityView } from '../../../../src/api/chain/governance.ts';
import { formatQuantity } from '../../../parts/format.ts';
import { Link } from '../../../parts/link.tsx';
import { useNode } from '../../../stores/use-stores.ts';
import { peopleWords, progressWords, roleWords } from '../../../proposals/proposal-words.ts';
import { Name } from '../../../names/name.tsx';

/** Said before anything is filled in: who must agree, and whether it is proposed already. */
export function PromotionAuthority({ authority }: { readonly authority: AuthorityView }): ReactElement {
  const { env_id: envId, requirements, possible, obstacle } = authority;
  const rows = useNode((state) => state.proposals?.rows) ?? [];
  const proposed = rows.filter(({ action, env_id }) => action === 'promote_environment' && env_id === envId);
  return (
    <>
      {possible ? null : (
        <p className="notice bad">
          <b>Not now: {obstacle}.</b> Nothing can be promoted until that has changed.
        </p>
      )}
      {requirements.map(({ role, needed, approvers }) => (
        <p key={`${role} ${needed}`} className="notice">
          <b>Protected.</b> It needs {formatQuantity(needed, 'approval')} by {roleWords(role)}: {peopleWords(approvers)}
          . You propose it; it becomes Green in the block of the last approval.
        </p>
      ))}
      {proposed.map((row) => (
        <p key={row.proposal_id} className="notice warn">
          <b>Proposed already</b> by <Name kind="member" id={row.proposer.member_id} name={row.proposer.name} />:{' '}
          {progressWords(row.requirements)} approved.{' '}
          <Link to={['approvals', row.proposal_id]}>Open that proposal</Link>
        </p>
      ))}
    </>
  );
}
