import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { count, hash } from '../../base/fields.ts';
import { environmentId } from '../../ledger/actions/fields.ts';
import { follow } from '../procedure.ts';

/** What the person opens from outside the page: a link, a notification, an entry of a menu. */

/** Something of the chain that can be shown. It names what is to be seen, and nothing that is to be done. */
export const shownThing = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('environment'), env_id: environmentId }),
  z.strictObject({ kind: z.literal('proposal'), proposal_id: hash }),
  z.strictObject({ kind: z.literal('block'), index: count }),
  z.strictObject({ kind: z.literal('transaction'), transaction_id: hash }),
  z.strictObject({ kind: z.literal('approvals') }),
  z.strictObject({ kind: z.literal('overview') }),
]);
export type ShownThing = z.infer<typeof shownThing>;

/** A file that holds no whole chain, in base64: the page looks what it is, and shows it. */
const openedFile = z.strictObject({ kind: z.literal('file'), name: z.string(), content: z.string() });

export const openedThing = z.discriminatedUnion('kind', [...shownThing.options, openedFile]);
export type OpenedThing = z.infer<typeof openedThing>;

export const openedProcedures = {
  /** Each thing that the person opens, as it comes; what was opened before a page listened, first. Each is told once. */
  opened: follow.output(eventIterator(openedThing)),
};
