import { useEffect, type ReactElement, type ReactNode } from 'react';

import { trustedKeys } from '../../src/api/trusted-keys.ts';
import type { ProofReport, TrustedKeys } from '../../src/ledger/proofs/report.ts';
import { ReadingView } from '../node-parts/reading-view.tsx';
import { useServices } from '../services.ts';
import { useRead, type Reading } from '../stores/use-read.ts';
import { useChain } from '../stores/use-chain.ts';
import { downloadJson } from '../parts/download.ts';
import { Command } from '../node-parts/command.tsx';
import type { CommandParts } from '../../src/base/command-line.ts';
import { noteCheckedProof } from './checked-proofs.ts';
import { ReportView } from './report-view.tsx';
import { TrustedKeysNote } from './trusted-keys-note.tsx';

interface Props<Proof, Report extends ProofReport> {
  /** One sentence: what the proof claims. */
  readonly claim: (proof: Proof, report: Report) => ReactNode;
  readonly reading: Reading<Proof>;
  readonly verify: (proof: Proof, trusted: TrustedKeys) => Report;
  readonly fileName: string;
  /** Null where the command line has none. */
  readonly command: CommandParts | null;
  /** Other forms that it can be saved in. */
  readonly others?: ReactNode;
}

/** Fetches a proof and checks it here, in the page, with the ledger's own code. */
export function ProofPanel<Proof extends object, Report extends ProofReport>({
  claim,
  reading,
  verify,
  fileName,
  command,
  others,
}: Props<Proof, Report>): ReactElement {
  const { reads } = useServices();
  const chain = useChain();
  const validators = useRead(reads.chain.validators.queryOptions());
  return (
    <>
      <ReadingView reading={validators}>
        {({ validators: trusted }) => (
          <>
            <ReadingView reading={reading}>
              {(proof) => (
                <>
                  {chain !== null && (
                    <Checked proof={proof} trusted={trustedKeys(chain, trusted)} {...{ claim, verify }} />
                  )}
                  <div className="row">
                    <button type="button" className="button" onClick={() => downloadJson(fileName, proof)}>
                      Download the proof
                    </button>
                    <span className="faint">JSON, for any verifier</span>
                  </div>
                  {others}
                  {command === null ? null : (
                    <p className="faint">
                      In a terminal: <Command of={command} />
                    </p>
                  )}
                </>
              )}
            </ReadingView>
            <TrustedKeysNote validators={trusted} />
          </>
        )}
      </ReadingView>
    </>
  );
}

function Checked<Proof, Report extends ProofReport>({
  proof,
  trusted,
  claim,
  verify,
}: Pick<Props<Proof, Report>, 'claim' | 'verify'> & {
  readonly proof: Proof;
  readonly trusted: TrustedKeys;
}): ReactElement {
  const report = verify(proof, trusted);
  useEffect(() => {
    if (report.ok) noteCheckedProof();
  }, [report.ok]);
  return <ReportView claim={claim(proof, report)} report={report} />;
}
