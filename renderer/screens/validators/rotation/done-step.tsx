import type { ReactElement } from 'react';

import type { Hash } from '../../../../src/base/bytes.ts';
import type { ProposalView } from '../../../../src/api/chain/proposals.ts';
import type { ValidatorView } from '../../../../src/api/chain/members.ts';
import { formatCount } from '../../../parts/format.ts';
import { Hash as HashButton } from '../../../parts/hash.tsx';
import { Link } from '../../../parts/link.tsx';
import { ReadingView } from '../../../node-parts/reading-view.tsx';
import { useServices } from '../../../services.ts';
import { useRead } from '../../../stores/use-read.ts';
import { useNode } from '../../../stores/use-stores.ts';
import { useProposal } from './use-rotation-proposal.ts';

/** Step 5: since when the new key seals, seen in the blocks themselves, and what is left to do. */
export function DoneStep({
  validator,
  proposalId,
}: {
  readonly validator: ValidatorView;
  readonly proposalId: Hash | null;
}): ReactElement {
  const reading = useProposal(proposalId);
  if (proposalId === null) return <p className="soft">Choose the rotation on the Approvals screen.</p>;
  return (
    <ReadingView reading={reading}>
      {(proposal) =>
        proposal.status === 'executed' && proposal.closed_block !== null ? (
          <Done validator={validator} proposal={proposal} closedBlock={proposal.closed_block} />
        ) : (
          <p className="notice warn">It is not executed.</p>
        )
      }
    </ReadingView>
  );
}

function Done({
  validator,
  proposal,
  closedBlock,
}: {
  readonly validator: ValidatorView;
  readonly proposal: ProposalView;
  readonly closedBlock: number;
}): ReactElement {
  const { validator_id } = validator;
  const named = proposal.payload['public_key'];
  const newKey = typeof named === 'string' ? named : '';
  const identities = useNode((state) => state.keys?.identities) ?? [];
  const replaced = validator.keys.find(
    ({ status, retired_at }) => status === 'retired' && retired_at === proposal.closed_at,
  );
  const held = identities.find(({ public_key }) => public_key === newKey);
  const old = identities.find(({ public_key }) => public_key === replaced?.public_key);
  return (
    <>
      <p className="notice good" role="status">
        <b>
          {validator_id} seals with its new key since block {formatCount(closedBlock + 1)}.
        </b>{' '}
        Block {formatCount(closedBlock)}, which says so, is the last that the old key sealed.
      </p>
      <Seal newKey={newKey} first={closedBlock + 1} />
      {replaced === undefined ? null : (
        <p>
          The old key <HashButton value={replaced.public_key} what="old public key" /> is refused: a block that it seals
          from now on is valid nowhere.
        </p>
      )}
      <section className="section">
        <h2>What is left to do</h2>
        <ul className="stack">
          {held === undefined ? null : (
            <li className="row">
              <span className="grow">Keep a copy of the new key elsewhere: without it this node cannot seal.</span>
              <Link className="button" to={['keys', held.key_id]} query={{ do: 'export' }}>
                Export it encrypted…
              </Link>
            </li>
          )}
          {old === undefined ? null : (
            <li className="row">
              <span className="grow">The old key is still on this machine, and is no longer needed.</span>
              <Link className="button" to={['keys', old.key_id]} query={{ do: 'forget' }}>
                Remove it…
              </Link>
            </li>
          )}
        </ul>
      </section>
      <div className="row">
        <Link className="button primary" to={['validators', validator_id]}>
          Open {validator_id}
        </Link>
        <Link className="button" to={['approvals', proposal.proposal_id]}>
          The proposal
        </Link>
        <Link className="button" to={['recovery', 'integrity']}>
          Check the whole chain
        </Link>
      </div>
    </>
  );
}

/** The seal of the first block after the change, read from that block. */
function Seal({ newKey, first }: { readonly newKey: string; readonly first: number }): ReactElement {
  const { reads } = useServices();
  const isThere = useNode((state) => (state.height ?? 0) >= first);
  const reading = useRead(
    isThere ? reads.chain.block.queryOptions({ input: { at: { index: first }, limit: 1 } }) : null,
  );
  if (!isThere)
    return (
      <p className="soft">
        No block was sealed after it. The next one, {formatCount(first)}, carries the seal of the new key.
      </p>
    );
  return (
    <ReadingView reading={reading}>
      {({ proof }) => (
        <p>
          {proof === null ? (
            <>Block {formatCount(first)} is final; its proof has not arrived yet.</>
          ) : proof.public_key === newKey ? (
            <>
              <span className="tag green">seen</span> Block {formatCount(first)} carries the seal of{' '}
              <HashButton value={newKey} what="new public key" />.
            </>
          ) : (
            <>
              <span className="tag bad">not as expected</span> Block {formatCount(first)} carries the seal of{' '}
              <HashButton value={proof.public_key} what="public key" />.
            </>
          )}{' '}
          <Link to={['explorer', 'block', String(first)]}>Open the block</Link>
        </p>
      )}
    </ReadingView>
  );
}
