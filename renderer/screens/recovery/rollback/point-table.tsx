import type { ReactElement } from 'react';

import type { RecoveryPoint, RollbackAim } from '../../../../src/api/chain/recovery.ts';
import { Name } from '../../../names/name.tsx';
import { formatCount, formatTime } from '../../../parts/format.ts';
import { Link } from '../../../parts/link.tsx';
import { pointWords } from './point-words.ts';

/** The points of the timeline, newest first, each to be gone back to or before exactly. */
export function PointTable({
  points,
  onAim,
}: {
  /** Oldest first. */
  readonly points: readonly RecoveryPoint[];
  readonly onAim: (aim: RollbackAim) => void;
}): ReactElement {
  return (
    <div className="scroll-x">
      <table className="table">
        <thead>
          <tr>
            <th>What</th>
            <th>Who</th>
            <th>When</th>
            <th>Block</th>
            <th>Go back to</th>
          </tr>
        </thead>
        <tbody>
          {points.toReversed().map((point) => {
            const { log_index, position, member, time, block_index, kind, env_id, label } = point;
            const words = pointWords(point);
            return (
              <tr key={`${log_index} ${position}`}>
                <td>{words}</td>
                <td>{member === null ? '–' : <Name kind="member" id={member.member_id} name={member.name} />}</td>
                <td>{formatTime(time)}</td>
                <td>
                  <Link to={['explorer', 'block', String(block_index)]}>{formatCount(block_index)}</Link>
                </td>
                <td>
                  <span className="segmented">
                    <button
                      type="button"
                      aria-label={`Before ${words}`}
                      disabled={block_index === 0}
                      onClick={() => onAim({ height: block_index - 1 })}
                    >
                      before it
                    </button>
                    <button
                      type="button"
                      aria-label={`After ${words}`}
                      onClick={() =>
                        onAim(
                          kind === 'checkpoint' && env_id !== null && label !== null
                            ? { env_id, checkpoint: label }
                            : { height: block_index },
                        )
                      }
                    >
                      after it
                    </button>
                  </span>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
