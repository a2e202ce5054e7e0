import { useState, type ReactElement } from 'react';

import type { DifferenceSide } from '../../../../src/api/chain/content.ts';
import type { EnvironmentView } from '../../../../src/api/chain/environments.ts';
import { promotionOf } from '../../../../src/ledger/actions/promote-environment.ts';
import { Hash } from '../../../parts/hash.tsx';
import { ReadingView } from '../../../node-parts/reading-view.tsx';
import { useServices } from '../../../services.ts';
import { useRead } from '../../../stores/use-read.ts';
import { DifferenceView } from '../difference-view.tsx';
import { decodeDraft, draftOf, metadataOptions } from './metadata-draft.ts';
import { MetadataFields } from './metadata-fields.tsx';
import { OpenEnvironment } from './open-environment.tsx';
import { PromotionAuthority } from './promotion-authority.tsx';
import { Task } from '../../../signing/task.tsx';

/** Makes the Blue head canonical: first what changes in Green, then the review. */
export function PromoteTask({ environment }: { readonly environment: EnvironmentView }): ReactElement {
  const { reads } = useServices();
  // What is promoted is what the person looks at, even if Blue moves on meanwhile: the ledger then refuses it.
  const [reviewed] = useState(environment);
  const { env_id, blue, green } = reviewed;
  const [draft, setDraft] = useState(() => draftOf(blue.metadata));
  const decoded = decodeDraft(draft);
  const before: DifferenceSide =
    green === null ? { nothing: true } : { state_hash: green.state_hash, metadata: green.metadata };
  const metadata = decoded.ok ? decoded.metadata : blue.metadata;
  const after: DifferenceSide = { state_hash: blue.state_hash, metadata };
  const authority = useRead(reads.chain.authority.queryOptions({ input: { action: 'promote_environment', env_id } }));
  const byProposal = (authority.data?.requirements.length ?? 0) > 0;
  const difference = useRead(reads.chain.difference.queryOptions({ input: { before, after } }), { keep: true });
  return (
    <Task
      next={<OpenEnvironment envId={env_id} />}
      title={byProposal ? `Propose v${blue.version} for Green` : `Promote v${blue.version} to Green`}
      command={{
        command: ['env', 'promote'],
        options: { id: env_id, ...metadataOptions(draft, draftOf(blue.metadata)), propose: byProposal },
      }}
      {...(byProposal ? { button: 'Review the proposal…' } : {})}
      request={
        decoded.ok && authority.data !== undefined
          ? {
              kind: byProposal ? 'proposal' : 'transaction',
              action: 'promote_environment',
              payload: promotionOf(reviewed, decoded.metadata),
            }
          : { missing: decoded.ok ? 'Who must approve is not known yet.' : 'Correct the metadata.' }
      }
    >
      <ReadingView reading={authority}>{(data) => <PromotionAuthority authority={data} />}</ReadingView>
      {environment.blue.version === blue.version ? null : (
        <p className="notice warn">
          <b>Blue has changed to v{environment.blue.version} since you opened this.</b> The promotion of v{blue.version}{' '}
          would be refused: close it and look at the new version first.
        </p>
      )}
      <section className="section">
        <h3>{green === null ? 'What it puts into Green' : `What it changes in Green v${green.version}`}</h3>
        <ReadingView reading={difference}>
          {(data) => (
            <DifferenceView
              difference={data}
              envId={env_id}
              fileQuery={{ from: green === null ? 'nothing' : 'green', to: 'blue', view: 'difference' }}
            />
          )}
        </ReadingView>
      </section>
      <p className="soft">
        State hash <Hash value={blue.state_hash} what="state hash" />
      </p>
      <details>
        <summary>Change the metadata that Green gets</summary>
        <div className="task-form">
          <MetadataFields draft={draft} onDraft={setDraft} problem={decoded.ok ? undefined : decoded.problem} />
        </div>
      </details>
    </Task>
  );
}
