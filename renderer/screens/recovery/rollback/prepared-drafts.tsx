import { useEffect, useEffectEvent, useState, type ReactElement } from 'react';

import type { PreparedDraft } from '../../../../src/api/operator/prepared.ts';
import { Age } from '../../../node-parts/age.tsx';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { sentence } from '../../../parts/sentence.ts';
import { useServices } from '../../../services.ts';
import { SigningPanel } from '../../../signing/signing-panel.tsx';
import { useAct } from '../../../stores/use-act.ts';
import { useFrozen } from '../../../stores/use-frozen.ts';
import { useRead } from '../../../stores/use-read.ts';

/** What this machine prepared after a security event. Nothing of it happens before a person signs it. */
export function PreparedDrafts(): ReactElement | null {
  const { reads } = useServices();
  const prepared = useRead(reads.operator.preparedDrafts.queryOptions());
  const frozenSince = useFrozen()?.since ?? null;
  // A freeze that others signed is no draft any more.
  const reload = useEffectEvent(prepared.reload);
  useEffect(() => reload(), [frozenSince]);
  // One that was signed is there no longer; the person who signed it sees the result first.
  const [reviewed, setReviewed] = useState<PreparedDraft | null>(null);
  const waiting = prepared.data?.drafts ?? [];
  const isThere = waiting.some(({ draft_id }) => draft_id === reviewed?.draft_id);
  const drafts = reviewed === null || isThere ? waiting : [reviewed, ...waiting];
  if (drafts.length === 0) return null;
  return (
    <section className="stack" aria-label="Prepared after a security event">
      {drafts.map((draft) => (
        <Prepared
          key={draft.draft_id}
          draft={draft}
          isReviewing={draft.draft_id === reviewed?.draft_id}
          onReview={(isOpen) => setReviewed(isOpen ? draft : null)}
          onChange={prepared.reload}
        />
      ))}
    </section>
  );
}

function Prepared({
  draft: { draft_id, prepared_at, cause, action, payload, title },
  isReviewing,
  onReview,
  onChange,
}: {
  readonly draft: PreparedDraft;
  readonly isReviewing: boolean;
  readonly onReview: (isOpen: boolean) => void;
  readonly onChange: () => void;
}): ReactElement {
  const { client } = useServices();
  const putAway = useAct(async () => {
    await client.operator.dismissPreparedDraft({ draft_id });
    onChange();
  });
  // It is gone once it is signed, and shown until the person has seen the result.
  const forget = useAct(async () => {
    await client.operator.dismissPreparedDraft({ draft_id });
  });
  if (isReviewing)
    return (
      <div className="card">
        <SigningPanel
          request={{ kind: action === 'freeze' ? 'transaction' : 'proposal', action, payload }}
          onBack={() => onReview(false)}
          onDone={forget.run}
          next={
            <button
              type="button"
              className="button primary"
              onClick={() => {
                onReview(false);
                onChange();
              }}
            >
              Done
            </button>
          }
        />
      </div>
    );
  return (
    <div className="notice warn">
      <b>
        {title} is prepared, <Age time={prepared_at} />.
      </b>{' '}
      {sentence(cause.message)} <code>{cause.code}</code> Nothing is signed before you do it.
      <div className="row">
        <button type="button" className="button" onClick={() => onReview(true)}>
          Review…
        </button>
        <button type="button" className="button" disabled={putAway.busy} onClick={putAway.run}>
          Put away
        </button>
      </div>
      {putAway.problem === undefined ? null : <ProblemNotice problem={putAway.problem} />}
    </div>
  );
}
