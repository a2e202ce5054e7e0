import type { ReactElement } from 'react';

import type { ValidatorView } from '../../../src/api/chain/members.ts';
import { KeyList } from '../../keys/key-list.tsx';
import { Age } from '../../node-parts/age.tsx';
import { Facts } from '../../parts/facts.tsx';
import { formatQuantity, formatTime } from '../../parts/format.ts';
import { Link } from '../../parts/link.tsx';
import { PaneHeader } from '../../parts/pane-header.tsx';
import { useLocation } from '../../stores/use-stores.ts';
import { Rotation } from './rotation/rotation.tsx';
import { useOpenRotation } from './rotation/use-rotation-proposal.ts';
import { StatusTag } from './status-tag.tsx';
import { RemoveValidator } from './tasks/remove-validator.tsx';
import { Name } from '../../names/name.tsx';

/** One validator: what it is, or what is being done to it. */
export function ValidatorDetail({ validator }: { readonly validator: ValidatorView }): ReactElement {
  const { validator_id, status } = validator;
  const task = useLocation().query.get('do');
  return (
    <>
      <PaneHeader
        back={['validators']}
        title={<Name kind="validator" id={validator_id} />}
        action={
          task !== null ? (
            <Link className="button" to={['validators', validator_id]}>
              Close
            </Link>
          ) : status === 'active' ? (
            <Link className="button primary" to={['validators', validator_id]} query={{ do: 'rotate' }}>
              Rotate its key…
            </Link>
          ) : null
        }
      >
        {validator.is_here ? <span className="tag">this node</span> : null}
        <StatusTag status={status} />
      </PaneHeader>
      {task === 'rotate' ? (
        <Rotation validator={validator} />
      ) : (
        <div className="pane-body">
          {task === 'remove' ? <RemoveValidator validator={validator} /> : <Shown validator={validator} />}
        </div>
      )}
    </>
  );
}

function Shown({ validator }: { readonly validator: ValidatorView }): ReactElement {
  const { validator_id, status, is_here } = validator;
  const isActive = status === 'active';
  return (
    <>
      <Facts
        rows={[
          ['Blocks sealed', validator.blocks_sealed === null ? '–' : formatQuantity(validator.blocks_sealed, 'block')],
          [
            'Last seen',
            validator.last_seen === null ? (
              validator.blocks_sealed === null ? (
                '–'
              ) : (
                'never'
              )
            ) : (
              <Age key="seen" time={validator.last_seen} />
            ),
          ],
          ['Added', formatTime(validator.added_at)],
          ['Seals on', is_here ? 'this machine' : 'another machine'],
        ]}
      />
      {isActive ? <OpenRotation validatorId={validator_id} /> : null}
      <section className="section">
        <h2>
          The key that it seals with <span className="faint">· compare these words by voice</span>
        </h2>
        <KeyList keys={validator.keys} whose={validator_id} />
      </section>
      {isActive ? (
        <>
          <section className="section">
            <h2>What rotating its key does</h2>
            <p className="soft">
              Another key takes the place of this one, once enough administrators have approved it. The block that says
              so is still sealed with the present key; every block after it with the new one. The present key is then
              refused permanently, even if somebody else has a copy of it. No block is lost, and sealing does not stop.
            </p>
            <p>
              <Link to={['members', 'who']} query={{ action: 'rotate_validator' }}>
                Who must agree to it?
              </Link>
            </p>
          </section>
          <div className="row">
            <Link className="button danger" to={['validators', validator_id]} query={{ do: 'remove' }}>
              Remove…
            </Link>
          </div>
        </>
      ) : (
        <p className="soft">Removed: blocks that it seals are no longer valid. The blocks that it sealed stay valid.</p>
      )}
    </>
  );
}

/** A rotation that was begun waits for approvals: it can be taken up again. */
function OpenRotation({ validatorId }: { readonly validatorId: string }): ReactElement | null {
  const { proposal } = useOpenRotation(validatorId);
  if (proposal === null || proposal === undefined) return null;
  return (
    <div className="notice row">
      <span className="grow">
        <b>A rotation of its key is proposed</b> by{' '}
        <Name kind="member" id={proposal.proposer.member_id} name={proposal.proposer.name} />, and waits for approvals.
      </span>
      <Link
        className="button"
        to={['validators', validatorId]}
        query={{ do: 'rotate', step: 'approvals', proposal: proposal.proposal_id }}
      >
        Follow it
      </Link>
    </div>
  );
}
