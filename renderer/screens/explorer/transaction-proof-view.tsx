import type { ReactElement, ReactNode } from 'react';

import type { Hash as HashHex } from '../../../src/base/bytes.ts';
import { verifyTransactionProof } from '../../../src/ledger/proofs/transaction-proof.ts';
import { formatCount } from '../../parts/format.ts';
import { Hash } from '../../parts/hash.tsx';
import { Link } from '../../parts/link.tsx';
import { ProofPanel } from '../../proof/proof-panel.tsx';
import { useServices } from '../../services.ts';
import { useRead } from '../../stores/use-read.ts';

export function TransactionProofView({ id, back }: { readonly id: HashHex; readonly back: ReactNode }): ReactElement {
  const { reads } = useServices();
  const reading = useRead(reads.chain.transactionProof.queryOptions({ input: { id } }));
  return (
    <>
      <header>
        {back}
        <h2>Proof of inclusion</h2>
        <Hash value={id} what="transaction id" />
        <span className="grow" />
        <Link className="button" to={['explorer', 'transaction', id]}>
          Transaction
        </Link>
      </header>
      <div className="pane-body">
        <ProofPanel
          reading={reading}
          verify={verifyTransactionProof}
          fileName={`transaction-${id.slice(2, 14)}.proof.json`}
          command={{ command: ['blockchain', 'inspect'], options: { transaction: id } }}
          claim={(proof) => (
            <>
              This transaction is at position {formatCount(proof.log_index)} of the log that block{' '}
              {formatCount(proof.sealed.header.index)} seals.
            </>
          )}
        />
      </div>
    </>
  );
}
