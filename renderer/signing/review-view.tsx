import type { ReactElement } from 'react';

import type { SigningReview } from '../../src/api/operator/signing.ts';
import { genesisWords } from '../../src/base/fingerprint.ts';
import { formatDuration, formatTime } from '../parts/format.ts';
import { Hash } from '../parts/hash.tsx';
import { Words } from '../parts/words.tsx';
import { useNow } from '../stores/clock.ts';
import { ChangeTable } from './change-table.tsx';
import { Name } from '../names/name.tsx';

const STORE_WORDS = { keychain: 'OS keychain', file: 'encrypted file' } as const;

/** What changes, before who, why and how: everything here was decoded from the bytes that will be signed. */
export function ReviewView({ review }: { readonly review: SigningReview }): ReactElement {
  const { on_chain: isOnChain, proposal, words } = review;
  return (
    <>
      <div>
        <p className="soft">{words.lead}</p>
        <p className="sentence">{proposal?.sentence ?? review.sentence}</p>
        {proposal === null ? null : <p className="soft">Your signature: {review.sentence}</p>}
      </div>
      {isOnChain ? (
        <div className="section">
          <h2>{words.changes}</h2>
          <ChangeTable changes={proposal?.changes ?? review.changes} />
        </div>
      ) : null}
      {review.warnings.map((warning) => (
        <p key={warning} className="notice warn">
          <b>Check carefully.</b> {warning}
        </p>
      ))}
      <div className="section">
        <h2>
          {proposal === null ? 'Fingerprint of exactly what you sign' : 'Fingerprint of the proposal'}{' '}
          <span className="faint">
            {proposal === null ? (
              '· the same words in the command line and in the confirming window'
            ) : (
              <>
                · the same words in the confirming window, in <code>dm proposal show</code> and in the exported file
              </>
            )}
          </span>
        </h2>
        <Words words={proposal?.fingerprint ?? review.fingerprint} label="Fingerprint" />
      </div>
      <Signer review={review} />
      <details>
        <summary>Canonical bytes</summary>
        <div className="stack">
          {proposal === null ? null : (
            <>
              <p className="soft">What this signature itself writes:</p>
              <ChangeTable changes={review.changes} />
              <p className="soft">The words of these bytes, beside those of the proposal:</p>
              <Words words={review.fingerprint} label="Fingerprint of the bytes" />
            </>
          )}
          <p className="soft">
            SHA-256 with the chain&rsquo;s tag: <Hash value={review.digest} what="digest" />
          </p>
          <pre className="code" tabIndex={0} aria-label="Canonical bytes">
            {review.canonical}
          </pre>
        </div>
      </details>
    </>
  );
}

function Signer({
  review: { signer, chain_id, genesis, expires_at },
}: {
  readonly review: SigningReview;
}): ReactElement {
  const now = useNow();
  return (
    <p className="soft">
      As{' '}
      <b>
        <Name kind="key" id={signer.public_key} name={signer.name} />
      </b>{' '}
      ({STORE_WORDS[signer.store]}), key <Hash value={signer.public_key} what="public key" />, on chain{' '}
      <Name kind="chain" id={chain_id} /> (<span className="mono">{genesisWords(genesis)}</span>) ·{' '}
      <span title={formatTime(expires_at)}>
        {expires_at > now ? `this review expires in ${formatDuration(expires_at - now)}` : 'this review has expired'}
      </span>
    </p>
  );
}
