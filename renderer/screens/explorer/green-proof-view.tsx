import type { ReactElement, ReactNode } from 'react';

import { verifyGreenProof } from '../../../src/ledger/proofs/green-proof.ts';
import { greenClaim } from '../../../src/ledger/proofs/green-words.ts';
import { Name } from '../../names/name.tsx';
import { Link } from '../../parts/link.tsx';
import { ProofPanel } from '../../proof/proof-panel.tsx';
import { decodeMoment, momentText } from '../../router/moment.ts';
import { useServices } from '../../services.ts';
import { useRead } from '../../stores/use-read.ts';
import { useLocation } from '../../stores/use-stores.ts';

/** What was Green of an environment, or that nothing was, or that it was recalled: in a proof that stands without this node. */
export function GreenProofView({ envId, back }: { readonly envId: string; readonly back: ReactNode }): ReactElement {
  const { reads } = useServices();
  const { query } = useLocation();
  const at = decodeMoment(query);
  const reading = useRead(
    reads.chain.greenProof.queryOptions({ input: { env_id: envId, ...(at === undefined ? {} : { at }) } }),
  );
  return (
    <>
      <header>
        {back}
        <h2>Proof of Green</h2>
        <span className="clip">
          <Name kind="environment" id={envId} />
        </span>
        <span className="grow" />
        <Link className="button" to={['environments', envId]}>
          Environment
        </Link>
      </header>
      <div className="pane-body">
        <ProofPanel
          reading={reading}
          verify={verifyGreenProof}
          fileName={`green-${envId.replaceAll(/[^A-Za-z0-9._-]/g, '_')}.proof.json`}
          command={{ command: ['proof', 'create'], options: { green: envId, at: momentText(at) } }}
          // Read from what the check found, and from nothing else.
          claim={(_, { verdict }) => (verdict === null ? '' : greenClaim(verdict))}
        />
      </div>
    </>
  );
}
