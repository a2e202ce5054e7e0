import { useState, type ReactNode } from 'react';

import type { Hash } from '../../../src/base/bytes.ts';
import { Link } from '../../parts/link.tsx';
import { SigningPanel } from '../../signing/signing-panel.tsx';

interface Props {
  readonly proposalId: Hash;
  readonly draft: string;
  readonly onBack: () => void;
  /** Told once it is on the chain. */
  readonly onDone: () => void;
  /** Where nothing is written: the address was opened again. */
  readonly children: ReactNode;
}

/** The signature of a comment: of what was written when it was asked for, also once the field is empty again. */
export function CommentReview({ proposalId, draft, onBack, onDone, children }: Props): ReactNode {
  const [text] = useState(() => draft.trim());
  if (text === '') return children;
  return (
    <SigningPanel
      request={{ kind: 'transaction', action: 'comment', payload: { proposal_id: proposalId, text } }}
      onBack={onBack}
      onDone={onDone}
      next={
        <Link className="button primary" to={['approvals', proposalId]}>
          Open the proposal
        </Link>
      }
    />
  );
}
