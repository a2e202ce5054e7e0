import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import type { Permission } from '../ledger/permissions.ts';
import { identifier, moment, namespace, pageLimit } from './schemas.ts';
import { count, hash, jsonObject } from '../base/fields.ts';
import * as chain from './views/chain.ts';
import * as environments from './views/environments.ts';
import * as governance from './views/governance.ts';
import * as members from './views/members.ts';
import * as operator from './views/operator.ts';
import * as proofs from './views/proofs.ts';

/**
 * The one contract: each procedure's name, input, output, kind and the permission that it needs. Every door (the page's
 * bridge, HTTP, the SDK, the command line) is made from this table.
 */
export interface ProcedureMeta {
  readonly kind: 'query' | 'command' | 'stream';
  /** `operator`: only the person at this machine, never over a network. */
  readonly permission: Permission | 'operator';
}

const define = oc.$meta<ProcedureMeta>({ kind: 'query', permission: 'operator' });
const read = define.meta({ kind: 'query', permission: 'read_blockchain' });
const watch = define.meta({ kind: 'stream', permission: 'read_blockchain' });
const ask = define.meta({ kind: 'query', permission: 'operator' });
const act = define.meta({ kind: 'command', permission: 'operator' });
const follow = define.meta({ kind: 'stream', permission: 'operator' });

export const contract = {
  /** What a network client may call, under its member's permissions. */
  chain: {
    status: read.output(chain.status),
    events: watch.output(eventIterator(chain.chainEvent)),
    metrics: read.input(z.strictObject({ minutes: z.int().min(1).max(1440) })).output(chain.metrics),
    /** Newest first, from `before` downwards (exclusive). */
    blocks: read
      .input(z.strictObject({ before: count.optional(), limit: pageLimit }))
      .output(z.object({ blocks: z.array(chain.blockSummary), height: count })),
    block: read
      .input(
        z.strictObject({
          at: z.union([z.strictObject({ index: count }), z.strictObject({ hash })]),
          offset: count.default(0),
          limit: pageLimit.default(200),
        }),
      )
      .output(chain.blockView),
    transaction: read.input(z.strictObject({ id: hash })).output(chain.transactionView),
    /** Canonical JSON of a signed transaction. Answers when it is on disk; sending it twice gives the same receipt. */
    submit: define
      .meta({ kind: 'command', permission: 'write_blue_state' })
      .input(z.strictObject({ transaction: z.string() }))
      .output(
        z.discriminatedUnion('outcome', [
          z.object({ outcome: z.literal('committed'), receipt: chain.receipt }),
          z.object({ outcome: z.literal('rejected'), rejection: chain.rejection }),
        ]),
      ),
    /** Canonical JSON of an unsigned transaction: what it would do now. Changes nothing. */
    simulate: read.input(z.strictObject({ unsigned: z.string() })).output(operator.simulation),
    /** Newest first. `before_log_index` (exclusive) may be any position: without a filter it gives random access. */
    audit: read
      .input(z.strictObject({ filter: chain.auditFilter, before_log_index: count.optional(), limit: pageLimit }))
      .output(chain.auditPage),
    /** How many match, counted up to a bound; `exact` is false where the bound was reached. */
    auditCount: read
      .input(z.strictObject({ filter: chain.auditFilter }))
      .output(z.object({ count, exact: z.boolean() })),
    search: read
      .input(z.strictObject({ text: z.string().min(1).max(200) }))
      .output(z.object({ results: z.array(chain.searchResult) })),

    /** Ordered by env_id; `zone` green leaves out what was never promoted. */
    environments: read
      .input(
        z.strictObject({
          zone: z.enum(['blue', 'green']),
          text: z.string().max(200).optional(),
          archived: z.boolean().default(false),
          after: z.string().optional(),
          limit: pageLimit,
        }),
      )
      .output(environments.environmentPage),
    environment: read.input(z.strictObject({ env_id: identifier, at: moment })).output(environments.environmentView),
    lineage: read.input(z.strictObject({ env_id: identifier })).output(environments.lineage),
    files: read
      .input(z.strictObject({ state_hash: hash }))
      .output(z.object({ files: z.array(environments.fileEntry), known: z.boolean() })),
    file: read.input(z.strictObject({ state_hash: hash, path: z.string() })).output(environments.fileView),
    /** Whether the stored files of a version are here and whole: reads them. */
    content: read.input(z.strictObject({ state_hash: hash })).output(environments.contentView),
    difference: read
      .input(z.strictObject({ before: environments.differenceSide, after: environments.differenceSide }))
      .output(environments.difference),
    fileDifference: read
      .input(
        z.strictObject({ before_state_hash: hash.nullable(), after_state_hash: hash.nullable(), path: z.string() }),
      )
      .output(environments.fileDifference),

    state: read.input(z.strictObject({ namespace, key: z.string().max(300), at: moment })).output(proofs.stateEntry),
    stateKeys: read
      .input(z.strictObject({ namespace, at: moment, limit: pageLimit }))
      .output(z.object({ keys: z.array(z.string()), truncated: z.boolean(), height: count })),
    transactionProof: read.input(z.strictObject({ id: hash })).output(proofs.transactionProof),
    stateProof: read
      .input(z.strictObject({ namespace, key: z.string().max(300), at: moment }))
      .output(proofs.stateProof),

    members: read.output(z.object({ members: z.array(members.memberView) })),
    validators: read.output(z.object({ validators: z.array(members.validatorView) })),
    policies: read.output(z.object({ policies: z.array(governance.policyView) })),
    /** Who could do this today, and how many must agree. */
    authority: read
      .input(z.strictObject({ action: z.string(), env_id: identifier.nullable() }))
      .output(governance.authorityView),
    posture: read.output(governance.posture),

    proposals: read
      .input(z.strictObject({ state: z.enum(['open', 'ended']), offset: count.default(0), limit: pageLimit }))
      .output(governance.proposalPage),
    proposal: read.input(z.strictObject({ proposal_id: hash })).output(governance.proposalView),
    /** The proposal as a file that can be reviewed and signed without a network (docs/TECHNICAL_SPEC.md). */
    proposalFile: read.input(z.strictObject({ proposal_id: hash })).output(z.object({ text: z.string() })),
    /** What a proposal by this member would be bound to, and would do now. Changes nothing. */
    draft: read
      .input(z.strictObject({ action: z.string(), payload: jsonObject, proposer: identifier }))
      .output(governance.draft),
  },

  /** Local only: never served on a socket other than the console's own page on loopback. */
  operator: {
    host: ask.output(operator.hostInfo),
    /** A new chain whose keys are in the keychain; with keys in the encrypted file it is a deed. */
    createChain: act
      .input(z.strictObject({ chain_id: z.string(), sandbox: z.boolean(), administrator_name: z.string().optional() }))
      .output(operator.hostInfo),
    /** Tries again to open the chain of this data directory. From a terminal, another one; a page asks for that with requestDeed. */
    openChain: act.input(z.strictObject({ path: z.string() })).output(operator.hostInfo),
    /** What a person confirms on a surface that the page cannot script, and gives passphrases for. @throws REVIEWS_LIMITED */
    requestDeed: act.input(operator.deedInput).output(operator.deedRequest),
    /** Asks for the confirmation where the host does so by itself; resolves when it is done, refused, withdrawn or expired. */
    awaitDeed: act.input(z.strictObject({ deed_id: z.string() })).output(operator.deedOutcome),
    /** Takes it back; false where it has ended, or is being done. */
    withdrawDeed: act.input(z.strictObject({ deed_id: z.string() })).output(z.object({ withdrawn: z.boolean() })),
    /** A new link that signs one browser in. From a terminal alone. */
    consoleLink: act.output(z.object({ url: z.string(), public_url: z.string() })),
    /** A folder that the page may look into; without a path, which those are. */
    browse: ask.input(z.strictObject({ path: z.string().optional() })).output(operator.directoryListing),
    pickDirectory: act.output(z.object({ path: z.string().nullable() })),

    keys: ask.output(operator.keysView),
    /** A key in the keychain, or in the encrypted file where that needs no passphrase; else it is a deed. */
    createKey: act
      .input(z.strictObject({ name: operator.keyName, store: operator.keyStoreKind }))
      .output(operator.identity),
    /**
     * Lets this node seal with a key of this machine once the chain names it: the first step of a rotation. The passphrase is
     * taken from a terminal alone; in a page, proving the key does the same.
     */
    prepareSealingKey: act
      .input(z.strictObject({ key_id: identifier, passphrase: z.string().optional() }))
      .output(z.object({ key_id: identifier })),
    /** Who acts, what is unlocked and which reviews wait: at once, and whenever one of them changes. */
    desk: follow.output(eventIterator(operator.deskState)),
    selectIdentity: act.input(z.strictObject({ key_id: identifier })).output(operator.keysView),
    lockSession: act.output(operator.keysView),

    /** Hashes a directory and stores its content; nothing is put on the chain. */
    scanDirectory: follow
      .input(
        z.strictObject({
          path: z.string(),
          env_id: identifier.optional(),
          metadata: jsonObject.optional(),
          /** Reads every file again, and mends what is stored of it. */
          thorough: z.boolean().optional(),
          /** The person has seen which files may be secrets, or have names that other systems cannot keep. */
          accept_doubtful: z.boolean().optional(),
        }),
      )
      .output(eventIterator(operator.scanEvent)),
    /** Step one of signing: what would happen, decoded from the bytes to be signed. */
    requestReview: act.input(operator.reviewRequest).output(operator.signatureRequest),
    /** Another address for the review's window: the one before works in the browser that opened it, once. Null where there is none. */
    confirmAddress: act
      .input(z.strictObject({ review_id: z.string() }))
      .output(z.object({ confirm_url: z.string().nullable() })),
    /** Step two: asks for the confirmation where the host owns a dialog; resolves when it is confirmed and on disk, refused, or expired. */
    awaitSignature: act.input(z.strictObject({ review_id: z.string() })).output(operator.signatureOutcome),

    /** Takes a review back; false where it has ended, or is being signed. */
    withdrawSignature: act
      .input(z.strictObject({ review_id: z.string() }))
      .output(z.object({ withdrawn: z.boolean() })),

    verify: follow.output(eventIterator(operator.verifyEvent)),
  },
} as const;
