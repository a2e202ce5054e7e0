import type { ReactElement, ReactNode } from 'react';

import { trustedKeys } from '../../src/api/trusted-keys.ts';
import type { ProofReport, TrustedKeys } from '../../src/ledger/proofs/report.ts';
import { Hash } from '../parts/hash.tsx';
import { HexText } from '../parts/hex-text.tsx';
import { ReadingView } from '../node-parts/reading-view.tsx';
import { Link } from '../parts/link.tsx';
import { Words } from '../parts/words.tsx';
import { useServices } from '../services.ts';
import { useRead, type Reading } from '../stores/use-read.ts';
import { useInspection } from '../stores/use-inspection.ts';
import { useChain } from '../stores/use-chain.ts';
import { downloadJson } from '../parts/download.ts';
import { Command } from '../node-parts/command.tsx';
import type { CommandParts } from '../../src/base/command-line.ts';
import { Name } from '../names/name.tsx';

interface Props<Proof> {
  /** One sentence: what the proof claims. */
  readonly claim: (proof: Proof) => ReactNode;
  readonly reading: Reading<Proof>;
  readonly verify: (proof: Proof, trusted: TrustedKeys) => ProofReport;
  readonly fileName: string;
  /** Null where the command line has none. */
  readonly command: CommandParts | null;
}

/** Fetches a proof and checks it here, in the page, with the ledger's own code. */
export function ProofPanel<Proof extends object>({
  claim,
  reading,
  verify,
  fileName,
  command,
}: Props<Proof>): ReactElement {
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
                    <Report claim={claim(proof)} report={verify(proof, trustedKeys(chain, trusted))} />
                  )}
                  <div className="row">
                    <button type="button" className="button" onClick={() => downloadJson(fileName, proof)}>
                      Download the proof
                    </button>
                    <span className="faint">JSON, for any verifier</span>
                  </div>
                  {command === null ? null : (
                    <p className="faint">
                      In a terminal: <Command of={command} />
                    </p>
                  )}
                </>
              )}
            </ReadingView>
            <section className="section">
              <h2>Keys that this check trusts</h2>
              <p className="soft">
                <WhereKeysComeFrom />
              </p>
              <ul className="stack">
                {trusted.flatMap(({ validator_id: id, keys }) =>
                  keys.map(({ public_key: key, fingerprint, status }) => (
                    <li key={key} className="stack">
                      <span>
                        <b>
                          <Name kind="validator" id={id} />
                        </b>{' '}
                        <Hash value={key} what="public key" />
                        {status === 'retired' ? <span className="faint"> its key for earlier blocks</span> : null}
                      </span>
                      <Words words={fingerprint} label={`Fingerprint of ${id}, ${status}`} />
                    </li>
                  )),
                )}
              </ul>
            </section>
          </>
        )}
      </ReadingView>
    </>
  );
}

function WhereKeysComeFrom(): ReactElement {
  const inspection = useInspection();
  if (inspection === null)
    return (
      <>
        They come from this node. Compare the words with those that the validator&rsquo;s operator reads out. Then you
        do not have to trust the node.
      </>
    );
  if (inspection.trust.confirmed_by === null)
    return (
      <>
        They come from the file, which nobody has confirmed: the check shows that the proof fits the file, and no more.{' '}
        <Link to={['file']}>Compare it with what you know</Link>.
      </>
    );
  return (
    <>
      They come from the file, by the chain that you confirmed. <Link to={['file']}>What that rests on</Link>.
    </>
  );
}

function Report({ claim, report }: { readonly claim: ReactNode; readonly report: ProofReport }): ReactElement {
  const isOfFileAlone = useInspection()?.trust.confirmed_by === null;
  return (
    <>
      <div className={`notice ${!report.ok ? 'bad' : isOfFileAlone ? 'warn' : 'good'}`} role="status">
        <b>
          {!report.ok
            ? 'Not proved.'
            : isOfFileAlone
              ? 'Proved from the file alone, which nobody has confirmed.'
              : 'Proved by this page itself.'}
        </b>{' '}
        {report.ok ? claim : 'A step of the check failed: do not rely on this claim.'}
      </div>
      <ol className="proof-steps" aria-label="Steps of the check">
        {report.steps.map(({ step, ok, detail }) => (
          <li key={step}>
            <span className={`tag ${ok ? 'green' : 'bad'}`}>{ok ? 'holds' : 'fails'}</span>
            <span className="grow">
              <b>{step}</b>
              <small>
                <HexText text={detail} />
              </small>
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}
