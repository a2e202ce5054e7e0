import { useContext, type ReactElement } from 'react';

import type { ProposalView } from '../../../src/api/chain/proposals.ts';
import { Name } from '../../names/name.tsx';
import { Command } from '../../node-parts/command.tsx';
import { ActButton } from '../../parts/act-button.tsx';
import { formatMoment, formatTime } from '../../parts/format.ts';
import { Link } from '../../parts/link.tsx';
import { ProseField } from '../../parts/prose-field.tsx';
import { sentence } from '../../parts/sentence.ts';
import { TasksOffered } from '../../parts/tasks-offered.ts';
import { conversationOf } from '../../proposals/conversation.ts';
import { encodeLocation } from '../../router/location.ts';
import { useServices } from '../../services.ts';
import { useNow } from '../../stores/clock.ts';
import type { Standing } from './use-standing.ts';

interface Props {
  readonly proposal: ProposalView;
  readonly standing: Standing;
  /** The comment that is being written. */
  readonly draft: string;
  readonly onDraft: (draft: string) => void;
}

/** What was said and done about the proposal, by whom, and a field to say something in. */
export function Conversation({ proposal, standing, draft, onDraft }: Props): ReactElement {
  const now = useNow();
  const offersTasks = useContext(TasksOffered);
  return (
    <section className="section" aria-labelledby="conversation">
      <h2 id="conversation">Conversation</h2>
      <ol className="conversation" aria-labelledby="conversation">
        {conversationOf(proposal).map(({ at, who, did, text, transactionId }) => (
          <li key={`${transactionId ?? ''} ${who?.member_id ?? ''} ${did}`}>
            <div className="row">
              {who === null ? (
                <span>{sentence(did)}</span>
              ) : (
                <span>
                  <b>
                    <Name kind="member" id={who.member_id} name={who.name} />
                  </b>{' '}
                  {did}
                </span>
              )}
              <span className="grow" />
              <span className="faint" title={formatTime(at)}>
                {formatMoment(at, now)}
              </span>
              {transactionId === null ? null : <Link to={['explorer', 'transaction', transactionId]}>transaction</Link>}
            </div>
            {text === null ? null : <pre className="said">{text}</pre>}
          </li>
        ))}
      </ol>
      {offersTasks && standing.speaks ? (
        <CommentField id={proposal.proposal_id} draft={draft} onDraft={onDraft} />
      ) : null}
    </section>
  );
}

function CommentField({
  id,
  draft,
  onDraft,
}: { readonly id: string } & Pick<Props, 'draft' | 'onDraft'>): ReactElement {
  const { router } = useServices();
  const text = draft.trim();
  return (
    <form
      className="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        router.go(encodeLocation(['approvals', id], { do: 'comment' }));
      }}
    >
      <ProseField
        label="Comment"
        hint="Signed, and written to the chain: everyone can read it. It decides nothing."
        value={draft}
        onValue={onDraft}
      />
      <div className="faint">
        On the command line:{' '}
        <Command
          of={{ command: ['proposal', 'comment'], operands: [id.slice(0, 10)], options: { text: text || 'TEXT' } }}
        />
      </div>
      <div className="row">
        <ActButton className="button" missing={text === '' ? 'Write the comment.' : null}>
          Review the comment…
        </ActButton>
      </div>
    </form>
  );
}
