import type { ReactElement } from 'react';

import { Age } from '../node-parts/age.tsx';
import { Link } from '../parts/link.tsx';
import { sentence } from '../parts/sentence.ts';
import { useServices } from '../services.ts';
import { useOpenProposal } from '../stores/use-open-proposal.ts';
import { useRead } from '../stores/use-read.ts';
import { useFrozen } from '../stores/use-frozen.ts';
import { Name } from '../names/name.tsx';

/** While the chain is frozen: says so across every screen, with who, why, since when, and what still works. */
export function FreezeBand(): ReactElement | null {
  const { reads } = useServices();
  const frozen = useFrozen();
  const unfreezing = useOpenProposal('unfreeze');
  const members = useRead(frozen === null ? null : reads.chain.members.queryOptions());
  if (frozen === null) return null;
  const name = members.data?.members.find(({ member_id }) => member_id === frozen.member_id)?.name ?? frozen.member_id;
  return (
    <section className="shell-band bad" aria-label="The chain is frozen">
      <p className="grow">
        <b>The chain is frozen.</b> {sentence(frozen.reason)}{' '}
        <b>
          <Name kind="member" id={frozen.member_id} name={name} />
        </b>
        , <Age time={frozen.since} />.{' '}
        <span>
          No environment can change. Members, validators and policies can, by proposal; everything can be read and
          verified.
        </span>
      </p>
      {unfreezing === null ? (
        <Link className="button" to={['approvals']} query={{ do: 'unfreeze' }}>
          Propose to unfreeze…
        </Link>
      ) : (
        <Link className="button" to={['approvals', unfreezing.proposal_id]}>
          Unfreezing is proposed
        </Link>
      )}
    </section>
  );
}
