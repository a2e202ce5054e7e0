import type { ReactElement, ReactNode } from 'react';

import type { RequirementView } from '../../src/api/chain/governance.ts';
import { formatCount, formatQuantity } from '../parts/format.ts';
import { roleWords } from './proposal-words.ts';

/** More would be too narrow to count. */
const SEGMENTS_MAX = 24;

/** How far one requirement is: a segment for each approval that it asks for. */
export function RequirementProgress({
  requirement: { role, needed, holders, approvals, rejections },
  children,
}: {
  readonly requirement: RequirementView;
  readonly children?: ReactNode;
}): ReactElement {
  const given = Math.min(approvals, needed);
  return (
    <div className="requirement">
      <div className="row">
        <span>
          <b>
            {formatCount(approvals)} of {formatCount(needed)}
          </b>{' '}
          {needed === 1 ? 'approval' : 'approvals'} by {roleWords(role)}
        </span>
        <span className="faint">
          · {formatCount(holders)} {holders === 1 ? 'member' : 'members'} may vote
          {rejections === 0 ? '' : `, ${formatQuantity(rejections, 'rejection')}`}
        </span>
        <span className="grow" />
        {children}
      </div>
      <div className="segments" aria-hidden="true">
        {needed > SEGMENTS_MAX ? (
          <progress max={needed} value={given} />
        ) : (
          Array.from({ length: needed }, (_, index) => <i key={index} data-given={index < given} />)
        )}
      </div>
    </div>
  );
}
