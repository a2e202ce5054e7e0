import type { ReactElement } from 'react';

import type { SigningReview } from '../../src/api/views/operator.ts';
import { formatDuration, formatTime } from '../parts/format.ts';
import { Hash } from '../parts/hash.tsx';
import { Words } from '../parts/words.tsx';
import { useNow } from '../stores/clock.ts';
import { ChangeTable } from './change-table.tsx';

const STORE_WORDS = { keychain: 'OS keychain', file: 'encrypted file' } as const;

/** What changes, before who, why and how: everything here was decoded from the bytes that will be signed. */
export function ReviewView({ review }: { readonly review: SigningReview }): ReactElement {
  const now = useNow();
  return (
    <>
      <div>
        <p className="soft">If you sign, this happens at once:</p>
        <p className="sentence">{review.sentence}</p>
      </div>
      <div className="section">
        <h2>What changes</h2>
        <ChangeTable changes={review.changes} />
      </div>
      {review.warnings.map((warning) => (
        <p key={warning} className="notice warn">
          <b>Look closer.</b> {warning}
        </p>
      ))}
      <div className="section">
        <h2>
          Fingerprint of exactly what you sign{' '}
          <span className="faint">· the same words in the command line and in the confirming window</span>
        </h2>
        <Words words={review.fingerprint} label="Fingerprint" />
      </div>
      <p className="soft">
        As <b>{review.signer.name}</b> ({STORE_WORDS[review.signer.store]}), key{' '}
        <Hash value={review.signer.public_key} what="public key" />, on chain {review.chain_id} ·{' '}
        <span title={formatTime(review.expires_at)}>
          {review.expires_at > now ? `expires in ${formatDuration(review.expires_at - now)}` : 'expired'}
        </span>
      </p>
      <details>
        <summary>Canonical bytes</summary>
        <div className="stack">
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
