import type { ReactElement } from 'react';

import type { VoteView } from '../../../src/api/chain/proposals.ts';
import { formatTimeShort } from '../../parts/format.ts';
import { Hash } from '../../parts/hash.tsx';
import { Link } from '../../parts/link.tsx';
import { useNow } from '../../stores/clock.ts';
import { Name } from '../../names/name.tsx';

/** Who voted, when, with which key, and whether it counts now. */
export function VotesTable({ votes }: { readonly votes: readonly VoteView[] }): ReactElement {
  const now = useNow();
  if (votes.length === 0) return <p className="soft">Nobody has voted yet.</p>;
  return (
    <div className="votes">
      <table className="table">
        <thead>
          <tr>
            <th>Who</th>
            <th>Vote</th>
            <th>When</th>
            <th>Key</th>
            <th>Recorded in</th>
          </tr>
        </thead>
        <tbody>
          {votes.map((vote) => (
            <tr key={vote.member.member_id}>
              <td>
                <b>
                  <Name kind="member" id={vote.member.member_id} name={vote.member.name} />
                </b>
                {vote.carried_by === null ? null : (
                  <small>
                    signed elsewhere, imported by{' '}
                    <Name kind="member" id={vote.carried_by.member_id} name={vote.carried_by.name} />
                  </small>
                )}
              </td>
              <td>
                <span className={`tag ${vote.decision === 'approve' ? 'green' : 'bad'}`}>
                  {vote.decision === 'approve' ? 'approved' : 'rejected'}
                </span>
                {vote.counts ? null : (
                  <small className="bad-words">does not count: the member, or the key, is no longer active</small>
                )}
                {vote.reason === null ? null : <small>“{vote.reason}”</small>}
              </td>
              <td>{formatTimeShort(vote.voted_at, now)}</td>
              <td>
                <Hash value={vote.public_key} what="public key" />
              </td>
              <td>
                <Link to={['explorer', 'transaction', vote.transaction_id]}>transaction</Link>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
