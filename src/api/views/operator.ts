import { z } from 'zod';
import { chainIdentity, identifier, time } from '../schemas.ts';
import { count, hash, json, jsonObject, publicKey, signature } from '../../base/fields.ts';
import { receipt, rejection } from './chain.ts';
import { difference, environmentRecord } from './environments.ts';

/** What only the operator at this machine may see and do: keys, signing, directories, node control. */

export const keyStoreKind = z.enum(['keychain', 'file']);
export type KeyStoreKind = z.infer<typeof keyStoreKind>;

/** A file or folder of this machine. */
const localPath = z.string().min(1).max(4096);
export const keyName = z.string().min(1).max(100);

export const hostInfo = z.object({
  host: z.enum(['electron', 'local_page']),
  version: z.string(),
  platform: z.string(),
  data_dir: z.string(),
  /** The open chain, or null on first run. */
  chain: z.object({ chain_id: z.string(), genesis: hash, sandbox: z.boolean() }).nullable(),
  /** Why no chain is open though one is there; null otherwise. */
  problem: z.object({ code: z.string(), message: z.string(), advice: z.string() }).nullable(),
  /** While no chain is open: the names of chains in the directories beside, so that a new one is called otherwise. */
  chains_beside: z.array(z.string()),
  /** Whether the OS keychain answers, tried for real. */
  keychain: z.object({ available: z.boolean(), name: z.string(), reason: z.string().nullable() }),
  /** How a signature is confirmed here. */
  confirmation: z.enum(['dialog', 'window']),
  can_pick_directory: z.boolean(),
});
export type HostInfo = z.infer<typeof hostInfo>;

export const identity = z.object({
  key_id: identifier,
  name: z.string(),
  public_key: publicKey,
  /** Words for comparing by voice. */
  fingerprint: z.array(z.string()),
  store: keyStoreKind,
  created_at: time,
  /** The identity that acts now. */
  acting: z.boolean(),
  /** What the chain says of this key; null where it knows it not. */
  member: z.object({ member_id: identifier, name: z.string(), level: z.string(), status: z.string() }).nullable(),
  validator_id: identifier.nullable(),
});
export type Identity = z.infer<typeof identity>;

export const keysView = z.object({
  identities: z.array(identity),
  /** What a new key in the encrypted file needs: a new passphrase, its passphrase, or nothing more. */
  key_file: z.enum(['absent', 'locked', 'open']),
  /** The one key that signs without its passphrase or code for a while, and until when; null where each signature asks. */
  unlocked_key_id: identifier.nullable(),
  unlocked_until: time.nullable(),
});
export type KeysView = z.infer<typeof keysView>;

export const directoryListing = z.object({
  path: z.string(),
  parent: z.string().nullable(),
  entries: z.array(z.object({ name: z.string(), kind: z.enum(['directory', 'file']), holds_chain: z.boolean() })),
  truncated: z.boolean(),
});
export type DirectoryListing = z.infer<typeof directoryListing>;

export const scan = z.object({
  path: z.string(),
  state_hash: hash,
  file_count: count,
  size_bytes: count,
  /** Bytes that were read again; unchanged files cost only a look at their metadata. */
  bytes_read: count,
  /** Entries left out: by the fixed list, or by rules in the directory itself. */
  ignored_count: count,
  duration_ms: z.number(),
  /** What the chain has of this environment, if an env_id was given and exists. */
  current: environmentRecord.nullable(),
  /** Against the current Blue version, or against nothing. */
  difference,
});
export type Scan = z.infer<typeof scan>;

export const scanEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('progress'),
    files: count,
    files_total: count.nullable(),
    bytes: count,
    bytes_total: count.nullable(),
  }),
  z.object({ type: z.literal('done'), scan }),
]);
export type ScanEvent = z.infer<typeof scanEvent>;

/** One changed value of the state, as executing the transaction on a copy found it. */
export const stateChange = z.object({
  namespace: z.string(),
  key: z.string(),
  /** Dotted path inside the value; empty for the whole value. */
  path: z.string(),
  before: json.optional(),
  after: json.optional(),
  /**
   * `after` is known only when it happens, and stands here as it would be now: the block's time, or the id of the
   * transaction that executes it.
   */
  set_at_commit: z.enum(['time', 'transaction', 'approvals']).optional(),
});
export type StateChange = z.infer<typeof stateChange>;

/** What executing a transaction on a copy of the newest state gives. */
export const simulation = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('applied'),
    sentence: z.string(),
    changes: z.array(stateChange).readonly(),
    warnings: z.array(z.string()).readonly(),
    /** The proposal that it makes or votes on: what that would do, and what it is known by. */
    proposal: z
      .object({
        proposal_id: hash,
        sentence: z.string(),
        changes: z.array(stateChange).readonly(),
        /** Whether this very signature makes it happen. */
        happens_now: z.boolean(),
      })
      .nullable(),
  }),
  z.object({ outcome: z.literal('rejected'), rejection }),
]);

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
  proposal: z
    .object({
      proposal_id: hash,
      sentence: z.string(),
      changes: z.array(stateChange).readonly(),
      happens_now: z.boolean(),
      fingerprint: z.array(z.string()),
    })
    .nullable(),
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
  /** Removes a key from this machine for good. */
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

/** What was done, as a heading ("Exported") and a sentence. */
const outcomeWords = { title: z.string(), text: z.string() };

export const signatureOutcome = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('committed'), receipt }),
  /** A signature that is not for the chain: it goes to whoever asked. */
  z.object({ outcome: z.literal('signed'), signature, ...outcomeWords }),
  /** Something was done on this machine; with the file that was written, if one was. */
  z.object({ outcome: z.literal('done'), path: z.string().nullable(), ...outcomeWords }),
  z.object({ outcome: z.literal('rejected'), rejection }),
  z.object({ outcome: z.literal('refused') }),
  /** It waited too long. */
  z.object({ outcome: z.literal('expired') }),
  /** The console's page took it back. */
  z.object({ outcome: z.literal('withdrawn') }),
  /** Executed once more before it was signed, it would have done something else than what was shown. */
  z.object({ outcome: z.literal('changed') }),
  z.object({
    outcome: z.literal('failed'),
    error: z.object({ code: z.string(), message: z.string(), advice: z.string() }),
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

export const verifyFinding = z.object({
  /** Where: "block 12", "transaction 40", "state page 7", "blob 0x…". */
  place: z.string(),
  message: z.string(),
});
export const verifyEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('progress'),
    phase: z.enum(['storage', 'blocks', 'state', 'index', 'blobs']),
    done: count,
    total: count,
  }),
  z.object({
    type: z.literal('done'),
    ok: z.boolean(),
    height: count,
    blocks: count,
    transactions: count,
    state_pages: count,
    /** A block that was decided, has no seal yet and follows from the chain; the next start seals it. */
    unsealed_block: count.nullable(),
    blobs: count,
    duration_ms: z.number(),
    findings: z.array(verifyFinding),
    /** Versions that the chain names, and how many have their files here (see `contentView`). */
    content: z.object({ versions: count, present: count, partly: count, lost: count, never: count }),
    /** What is worth telling and is no failure. */
    notes: z.array(verifyFinding),
  }),
]);
export type VerifyEvent = z.infer<typeof verifyEvent>;
export type VerifyFinding = z.infer<typeof verifyFinding>;

/** What the page asks of this machine, not of the chain. A person confirms it, and gives the passphrases that it needs. */
export const deedInput = z.discriminatedUnion('deed', [
  /** The page may list and read below this folder. */
  z.strictObject({ deed: z.literal('grant_folder'), path: localPath }),
  z.strictObject({ deed: z.literal('open_chain'), path: localPath }),
  /** Opens the encrypted key file, so that the validator can seal. */
  z.strictObject({ deed: z.literal('unlock_keys') }),
  /** A new chain whose keys are in the encrypted file. */
  z.strictObject({
    deed: z.literal('create_chain'),
    chain_id: z.string(),
    sandbox: z.boolean(),
    administrator_name: z.string().optional(),
  }),
  /** A new key in the encrypted file. */
  z.strictObject({ deed: z.literal('create_key'), name: keyName }),
  /** Takes in a key from a file that the page may read: an encrypted export, or 64 hex digits. */
  z.strictObject({ deed: z.literal('import_key'), path: localPath, name: keyName, store: keyStoreKind }),
]);
export type DeedInput = z.infer<typeof deedInput>;
export type DeedKind = DeedInput['deed'];
export const deedRequest = z.object({
  deed_id: z.string(),
  sentence: z.string(),
  /** Where a person confirms it; null where the host asks by itself. */
  confirm_url: z.string().nullable(),
});
export const deedOutcome = z.discriminatedUnion('outcome', [
  /** With the key that was made or taken in, if one was. */
  z.object({ outcome: z.literal('done'), key_id: identifier.nullable() }),
  z.object({ outcome: z.literal('refused') }),
  z.object({ outcome: z.literal('expired') }),
  /** The page took it back. */
  z.object({ outcome: z.literal('withdrawn') }),
  z.object({
    outcome: z.literal('failed'),
    error: z.object({ code: z.string(), message: z.string(), advice: z.string() }),
  }),
]);
export type DeedOutcome = z.infer<typeof deedOutcome>;
