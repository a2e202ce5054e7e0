import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { hash, jsonObject, publicKey, signature } from '../../base/fields.ts';
import { act, follow } from '../procedure.ts';
import { chainIdentity, failure, identifier, time } from '../schemas.ts';
import { affectedProposal, receipt, rejection, stateChange } from '../chain/submission.ts';
import { keyStoreKind, keysView } from './keys.ts';

/** Reviews, their confirmation and their outcome. */

/** How a review is asked for, on every surface that shows it. */
export const reviewWords = z.object({
  /** Stands before the sentence: "If you sign, this happens at once:". */
  lead: z.string(),
  /** Above what changes: "What changes". */
  changes: z.string(),
  /** Of the page's button, which asks for the confirmation: "Sign the approval". */
  ask: z.string(),
  /** Of the confirming surface's button, which does it: "Sign". */
  button: z.string(),
  /** It takes something away that cannot be had back. */
  is_dangerous: z.boolean(),
});
export type ReviewWords = z.infer<typeof reviewWords>;

/** What a person confirms: decoded from the exact bytes that will be signed. */
export const signingReview = z.object({
  review_id: z.string(),
  /** What is asked for: "transaction", "possession". What a surface shows depends on the fields below, never on this. */
  kind: z.string(),
  /** Whether it is submitted to the chain, whose change is shown; what is not changes no more than this machine. */
  on_chain: z.boolean(),
  /** Whether the confirming surface asks for a new passphrase, which an exported key is encrypted under. */
  asks_export_passphrase: z.boolean(),
  words: reviewWords,
  action: z.string(),
  /** One plain sentence: what happens if this is signed. */
  sentence: z.string(),
  signer: z.object({ key_id: identifier, name: z.string(), public_key: publicKey, store: keyStoreKind }),
  ...chainIdentity,
  changes: z.array(stateChange).readonly(),
  /** The proposal that this makes or votes on: what happens when its approvals are complete. */
  proposal: affectedProposal.extend({ fingerprint: z.array(z.string()) }).nullable(),
  /** Things to look at before signing. */
  warnings: z.array(z.string()).readonly(),
  /** Canonical JSON of what is signed. */
  canonical: z.string(),
  digest: hash,
  /** The digest's words: the same in the console, the command line and an exported file. */
  fingerprint: z.array(z.string()),
  expires_at: time,
});
export type SigningReview = z.infer<typeof signingReview>;

/** The key that the asking page shows as acting: where another acts by now, nothing is asked in its name. */
export const actingKeyId = identifier.optional();

/** What a page or a command may ask a signature or a confirmation for. */
export const reviewRequest = z.discriminatedUnion('kind', [
  /** Signed by the acting key and submitted. */
  z.strictObject({
    kind: z.literal('transaction'),
    action: z.string(),
    payload: jsonObject,
    acting_key_id: actingKeyId,
  }),
  /** The acting member's proposal of an action, bound to the state as it is now. */
  z.strictObject({
    kind: z.literal('proposal'),
    action: z.string(),
    payload: jsonObject,
    /** From now; the lifetime of proposals on this chain where it is not given. */
    expires_in_ms: z.int().min(60_000).optional(),
    acting_key_id: actingKeyId,
  }),
  /** The proof that a key of this machine is held, for `member/<id>` or `validator/<id>`. */
  z.strictObject({
    kind: z.literal('possession'),
    key_id: identifier,
    subject: z.string().regex(/^(?:member|validator)\/./),
  }),
  /** A copy of a key of this machine, encrypted under a passphrase that the confirming surface asks for. */
  z.strictObject({ kind: z.literal('export_key'), key_id: identifier }),
  /** Removes a key from this machine permanently. */
  z.strictObject({ kind: z.literal('forget_key'), key_id: identifier }),
]);
export type ReviewRequest = z.infer<typeof reviewRequest>;

export const signatureRequest = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('review'),
    review: signingReview,
    /** The page of the confirming surface to open in a window of its own; null where the host shows a dialog. */
    confirm_url: z.string().nullable(),
  }),
  /** It would be refused by the ledger, so it cannot be signed. */
  z.object({ outcome: z.literal('rejected'), rejection }),
]);
export type SignatureRequest = z.infer<typeof signatureRequest>;

/** What was done, as a heading ("Exported") and a sentence, which the path of a file that was written ends. */
const outcomeWords = { title: z.string(), text: z.string() };

export const signatureOutcome = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('committed'), receipt }),
  /** A signature that is not for the chain: it goes to the program that asked. */
  z.object({ outcome: z.literal('signed'), signature, ...outcomeWords }),
  /** Something was done on this machine; with the file that was written, if one was. */
  z.object({ outcome: z.literal('done'), path: z.string().nullable(), ...outcomeWords }),
  z.object({ outcome: z.literal('rejected'), rejection }),
  z.object({ outcome: z.literal('refused') }),
  /** It waited too long. */
  z.object({ outcome: z.literal('expired') }),
  /** The console's page took it back. */
  z.object({ outcome: z.literal('withdrawn') }),
  /** Executed again before it was signed, it would have done something other than what was shown. */
  z.object({ outcome: z.literal('changed') }),
  z.object({
    outcome: z.literal('failed'),
    error: failure,
  }),
]);
export type SignatureOutcome = z.infer<typeof signatureOutcome>;

/** What every tab of the console shows at all times: who acts, whether signing is unlocked, and what waits to be confirmed. */
export const deskState = z.object({
  keys: keysView,
  /** The reviews that wait, and those that ended a while ago, oldest first. */
  reviews: z.array(
    z.object({
      review_id: z.string(),
      sentence: z.string(),
      signer_name: z.string(),
      expires_at: time,
      /** How it ended; null while it waits. */
      outcome: signatureOutcome.nullable(),
    }),
  ),
});
export type DeskState = z.infer<typeof deskState>;

export const signingProcedures = {
  /** Who acts, what is unlocked and which reviews wait: at once, and whenever one of them changes. */
  desk: follow.output(eventIterator(deskState)),
  /** Step one of signing: what would happen, decoded from the bytes to be signed. */
  requestReview: act.input(reviewRequest).output(signatureRequest),
  /** Another address for the review's window: the one before works in the browser that opened it, once. Null where there is none. */
  confirmAddress: act
    .input(z.strictObject({ review_id: z.string() }))
    .output(z.object({ confirm_url: z.string().nullable() })),
  /** Step two: asks for the confirmation where the host owns a dialog; resolves when it is confirmed and on disk, refused, or expired. */
  awaitSignature: act.input(z.strictObject({ review_id: z.string() })).output(signatureOutcome),
  /** Takes a review back; false where it has ended, or is being signed. */
  withdrawSignature: act.input(z.strictObject({ review_id: z.string() })).output(z.object({ withdrawn: z.boolean() })),
};
