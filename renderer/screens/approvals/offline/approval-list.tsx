import type { ReactElement } from 'react';

import { fingerprintWords } from '../../../../src/base/fingerprint.ts';
import type { Approval } from '../../../../src/ledger/documents/approval.ts';
import { Hash } from '../../../parts/hash.tsx';
import { Link } from '../../../parts/link.tsx';
import { Words } from '../../../parts/words.tsx';
import { useServices } from '../../../services.ts';
import { useRead } from '../../../stores/use-read.ts';

interface Props {
  readonly approvals: readonly Approval[];
  readonly onRemove: (publicKey: string) => void;
}

/** Approvals that were read and are good: whose key, for what. */
export function ApprovalList({ approvals, onRemove }: Props): ReactElement {
  const { reads } = useServices();
  const members = useRead(reads.chain.members.queryOptions());
  const [first] = approvals;
  const nameOf = (key: string): string => {
    if (members.data === undefined) return '…';
    const owner = members.data.members.find(({ keys }) => keys.some(({ public_key }) => public_key === key));
    return owner?.name ?? 'a key that no member of this chain holds';
  };
  return (
    <section className="stack" aria-label="Approvals that were read">
      <ul className="stack">
        {approvals.map(({ public_key: key, reason }) => (
          <li key={key} className="notice good read-approval">
            <span className="grow">
              <b>Approved by {nameOf(key)}.</b> The signature is good. Key <Hash value={key} what="public key" />
              {reason === undefined ? null : <> Reason: “{reason}”</>}
            </span>
            <button type="button" className="button" onClick={() => onRemove(key)}>
              Remove
            </button>
          </li>
        ))}
      </ul>
      {first === undefined ? null : (
        <div className="row">
          <span className="soft">
            Of <Link to={['approvals', first.proposal_id]}>the proposal</Link> with these words:
          </span>
          <Words words={fingerprintWords(first.proposal_id)} label="Fingerprint of the approved proposal" />
        </div>
      )}
    </section>
  );
}
