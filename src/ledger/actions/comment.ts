import { z } from 'zod';
import type { Json } from '../../base/canonical.ts';
import { hash } from '../../base/fields.ts';
import { MEMBER_COMMENTS_MAX, PROPOSAL_COMMENTS_MAX } from '../../base/limits.ts';
import { defineAction, type Action, type ActionTable } from '../governance/action.ts';
import { hasSay } from '../governance/settle.ts';
import { levelHolds } from '../permissions.ts';
import { reject, type Rejection } from '../rejections.ts';
import type { StateAccess } from '../state/access.ts';
import { commentCountPlace, commentPlace, readCommentCount, readMember, readProposal } from '../state/readers.ts';
import type { CommentCount, CommentRecord, MemberRecord, ProposalRecord } from '../state/records.ts';
import { text } from './fields.ts';
import { CONTROL } from './governance.ts';
import { shortProposal } from './proposal-words.ts';

/**
 * Anyone who may propose something, or vote on this, may say something of it. Who may only read may not: each word takes room
 * in the state for ever.
 */
function maySpeak(
  state: Parameters<typeof hasSay>[0],
  actions: ActionTable,
  proposal: ProposalRecord,
  { level }: MemberRecord,
): boolean {
  return levelHolds(level, 'write_blue_state') || hasSay(state, actions, proposal, level);
}

/** A number one higher, where there is room for one more. */
function counted(
  state: Pick<StateAccess, 'get'>,
  place: string,
  { most, of }: { readonly most: number; readonly of: string },
): CommentCount | Rejection {
  const count = readCommentCount(state, place) + 1;
  return count > most ? reject('COMMENTS_FULL', `${most} ${of}`) : { count };
}

/**
 * Says something of a proposal, for everyone and for ever. It neither votes nor changes what is voted on, and it can be said of
 * one that has ended too: why it went wrong belongs to it. The state holds which transactions are comments, and the log
 * what they say.
 */
export function defineComment(actions: ActionTable): Action {
  return defineAction({
    ...CONTROL,
    name: 'comment',
    subject: 'A comment',
    payload: z.strictObject({ proposal_id: hash, text }),
    title: ({ proposal_id }) => `Comment on proposal ${shortProposal(proposal_id)}`,
    summarize: ({ proposal_id, text: said }) => `Commented on proposal ${shortProposal(proposal_id)}: ${said}`,
    ofProposal: { done: 'Commented on', quoted: ({ text: said }) => said },
    describe({ proposal_id, text: said }, before) {
      const proposal = readProposal(before, proposal_id);
      const title = proposal === undefined ? undefined : actions.find(proposal.action)?.title(proposal.payload);
      const about = `${title === undefined ? '' : `“${title}”, `}proposal ${shortProposal(proposal_id)},`;
      return `Your comment on ${about} is recorded for everyone and cannot be taken back. It neither approves nor rejects. It says: “${said}”.`;
    },
    apply({ state, timestamp, transactionId, actor }, { proposal_id }) {
      const proposal = readProposal(state, proposal_id);
      if (proposal === undefined) return reject('PROPOSAL_NOT_FOUND', proposal_id);
      const member = readMember(state, actor.memberId) as MemberRecord;
      if (!maySpeak(state, actions, proposal, member))
        return reject(
          'PERMISSION_MISSING',
          `a comment needs write_blue_state, or a vote; ${member.name} is ${member.level}`,
        );
      const [all, own] = [commentCountPlace(proposal_id), commentCountPlace(proposal_id, member.member_id)];
      const inAll = counted(state, all, { most: PROPOSAL_COMMENTS_MAX, of: 'in all' });
      if ('code' in inAll) return inAll;
      const ofMember = counted(state, own, { most: MEMBER_COMMENTS_MAX, of: `by ${member.name}` });
      if ('code' in ofMember) return ofMember;
      const comment: CommentRecord = {
        member_id: member.member_id,
        commented_at: timestamp,
        transaction_id: transactionId,
      };
      state.put('proposals', all, inAll as unknown as Json);
      state.put('proposals', own, ofMember as unknown as Json);
      state.put('proposals', commentPlace(proposal_id, inAll.count), comment as unknown as Json);
      return null;
    },
  });
}
