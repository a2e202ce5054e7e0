import { z } from 'zod';
import { jsonObject } from '../../base/fields.ts';
import { act, ask } from '../procedure.ts';
import { time } from '../schemas.ts';

/** What this machine has prepared for people after a security event. Nothing of it is signed, or sent, before a person does. */

export const preparedDraft = z.object({
  draft_id: z.string(),
  prepared_at: time,
  /** The event: the code of its alert, and what was found. */
  cause: z.object({ code: z.string(), message: z.string() }),
  /** `freeze`: an administrator signs it alone. `rollback`: it is proposed. */
  action: z.enum(['freeze', 'rollback']),
  /** Whole: as it would be signed, or proposed. */
  payload: jsonObject,
  /** "Freeze the chain". */
  title: z.string(),
});
export type PreparedDraft = z.infer<typeof preparedDraft>;

export const preparedProcedures = {
  /** Newest first; empty where nothing waits. A freeze is dropped once the chain is frozen, by this draft or another. */
  preparedDrafts: ask.output(z.object({ drafts: z.array(preparedDraft) })),
  /** Puts one away: it was signed, or is not wanted. */
  dismissPreparedDraft: act.input(z.strictObject({ draft_id: z.string() })).output(z.object({})),
};
