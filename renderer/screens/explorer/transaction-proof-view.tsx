import type { ReactElement, ReactNode } from 'react';

import { decodeBase64 } from '../../../src/base/base64.ts';
import type { Hash as HashHex } from '../../../src/base/bytes.ts';
import { verifyTransactionProof } from '../../../src/ledger/proofs/transaction-proof.ts';
import { downloadBlob, downloadText } from '../../parts/download.ts';
import { formatCount } from '../../parts/format.ts';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { Hash } from '../../parts/hash.tsx';
import { Link } from '../../parts/link.tsx';
import { ProofPanel } from '../../proof/proof-panel.tsx';
import { useServices } from '../../services.ts';
import { useAct } from '../../stores/use-act.ts';
import { useRead } from '../../stores/use-read.ts';
import { useNode } from '../../stores/use-stores.ts';

/** A transaction of the log, with the proof that it is there. */
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
          others={<ForOthers id={id} />}
        />
      </div>
    </>
  );
}

/** The same for programs that know nothing of this one; where this chain names a key that signs checkpoints. */
function ForOthers({ id }: { readonly id: HashHex }): ReactElement | null {
  const { client } = useServices();
  const isSigned = useNode((state) => (state.status?.checkpoint ?? null) !== null);
  const name = `transaction-${id.slice(2, 14)}`;
  const tlog = useAct(async () => {
    const { text } = await client.chain.tlogProof({ id, which: 'newest' });
    downloadText(`${name}.tlog-proof`, text, 'text/plain');
  });
  const receipt = useAct(async () => {
    const { cose } = await client.chain.coseReceipt({ id });
    downloadBlob(`${name}.cose`, new Blob([new Uint8Array(decodeBase64(cose))], { type: 'application/cose' }));
  });
  const problem = tlog.problem ?? receipt.problem;
  if (!isSigned) return null;
  return (
    <>
      <div className="row">
        <button type="button" className="button" disabled={tlog.busy} onClick={tlog.run}>
          Save as tlog-proof
        </button>
        <button type="button" className="button" disabled={receipt.busy} onClick={receipt.run}>
          Save its receipt (COSE)
        </button>
        <span className="faint">for programs of others</span>
      </div>
      {problem === undefined ? null : <ProblemNotice problem={problem} />}
    </>
  );
}
