import { z } from 'zod';
import type { Hash } from '../../base/bytes.ts';
import type { Json, JsonObject } from '../../base/canonical.ts';
import {
  IDENTIFIER_LENGTH_MAX,
  PROPOSAL_FILE_READS_MAX,
  PROPOSAL_FILE_SIZE_BYTES_MAX,
  PROPOSAL_FILE_TOLD_MAX,
  TEXT_LENGTH_MAX,
} from '../../base/limits.ts';
import { identifier, level } from '../actions/fields.ts';
import { ACTION_TABLE } from '../actions/registry.ts';
import { identityOf, type ChainIdentity } from '../chain-identity.ts';
import { preStateDigest, proposalId } from '../governance/proposal.ts';
import { readValue, type TouchedValue } from '../state/recording-state.ts';
import { proposableAction } from '../governance/settle.ts';
import { NAMESPACES } from '../state/records.ts';
import { isHeldValue } from './held-values.ts';
import type { RollbackTarget } from '../actions/rollback-plan.ts';
import { strangeIn, toldRollbackSchema, type ToldRollback } from './told-rollback.ts';
import {
  chainId,
  decodeDocument,
  encodeDocument,
  era,
  genesis,
  invalid,
  time,
  type DocumentKind,
} from './offline-document.ts';
import { count, hash, json, jsonObject } from '../../base/fields.ts';

/** Free text that others wrote, of any content: shown with its control characters made visible. */
const unsignedText = z.string().max(TEXT_LENGTH_MAX);

const toldSchema = z.strictObject({
  /** A short phrase in the imperative. */
  title: unsignedText,
  proposer_name: unsignedText,
  proposed_at: time,
  /** The block that holds the proposal. */
  block_index: count,
  requirements: z
    .array(z.strictObject({ role: level, needed: count, holders: count, approvals: count, rejections: count }))
    .max(PROPOSAL_FILE_TOLD_MAX),
  votes: z
    .array(
      z.strictObject({
        member_id: z.string().max(IDENTIFIER_LENGTH_MAX),
        name: unsignedText,
        decision: z.enum(['approve', 'reject']),
        reason: unsignedText.nullable(),
        voted_at: time,
      }),
    )
    .max(PROPOSAL_FILE_TOLD_MAX),
  exported_at: time,
  /** Of the chain when it was exported. */
  height: count,
});

const proposalFields = {
  chain_id: chainId,
  genesis,
  era,
  /** The digest of action, payload, expires_at, pre_state and proposer: what an approval signs. */
  proposal_id: hash,
  action: z.string(),
  payload: jsonObject,
  expires_at: time,
  /** The digest of `reads`. */
  pre_state: hash,
  /** Member id. */
  proposer: identifier,
  /** Every value that the action reads or changes, as it was when the proposal was made; null where there was none. */
  reads: z
    .array(z.strictObject({ namespace: z.enum(NAMESPACES), key: z.string(), value: json }))
    .max(PROPOSAL_FILE_READS_MAX),
  /** What the exporting node adds. Nothing binds it: anyone who carried the file could have changed it. */
  told: toldSchema,
};

const proposalFileSchema = z.discriminatedUnion('format', [
  z.strictObject({ format: z.literal('quantum-lock/proposal/v2'), ...proposalFields }),
  /** Of what rests on a past block: it reads nothing, and `rollback` is unsigned like `told`. */
  z.strictObject({ format: z.literal('quantum-lock/proposal/v3'), ...proposalFields, rollback: toldRollbackSchema }),
]);

/** What the exporting node says about the proposal, and the proposal's id does not cover. */
export type ToldOfProposal = z.infer<typeof toldSchema>;

/** A proposal that can be reviewed and signed with no chain available. All of it but `told` and `rollback` is bound by `proposal_id`. */
export type ProposalFile = z.infer<typeof proposalFileSchema>;

const PROPOSAL_FILE: DocumentKind<ProposalFile> = {
  name: 'the proposal file',
  schema: proposalFileSchema,
  sizeBytesMax: PROPOSAL_FILE_SIZE_BYTES_MAX,
};

/** The values of a proposal file as they are before the change. */
export function touchedValues({ reads }: Pick<ProposalFile, 'reads'>): TouchedValue[] {
  return reads.map(({ namespace, key, value }) => ({ namespace, key, before: value }));
}

export interface ProposalFileParts {
  readonly chain: ChainIdentity;
  readonly proposal: {
    readonly proposal_id: Hash;
    readonly action: string;
    readonly payload: JsonObject;
    readonly expires_at: number;
    readonly pre_state: Hash;
    readonly proposer: string;
    readonly reads: readonly Pick<TouchedValue, 'namespace' | 'key'>[];
  };
  /** A value of the state that the proposal was made for. */
  readonly valueOf: (place: Pick<TouchedValue, 'namespace' | 'key'>) => Json | undefined;
  readonly told: ToldOfProposal;
  /** Of a rollback: what it would change now. */
  readonly rollback?: ToldRollback | undefined;
}

/** A proposal and the values that it rests on. @throws DOCUMENT_INVALID where the values are not those it was made for */
export function proposalFileOf({ chain, proposal, valueOf, told, rollback }: ProposalFileParts): ProposalFile {
  const fields = {
    ...identityOf(chain),
    proposal_id: proposal.proposal_id,
    action: proposal.action,
    payload: proposal.payload,
    expires_at: proposal.expires_at,
    pre_state: proposal.pre_state,
    proposer: proposal.proposer,
    reads: proposal.reads.map(({ namespace, key }) => ({ namespace, key, value: valueOf({ namespace, key }) ?? null })),
    told,
  };
  const file: ProposalFile =
    rollback === undefined
      ? { format: 'quantum-lock/proposal/v2', ...fields }
      : { format: 'quantum-lock/proposal/v3', ...fields, rollback };
  assertBound(file);
  return file;
}

/** Canonical JSON and a line end. @throws LIMIT_EXCEEDED, VALUE_NOT_ALLOWED, DOCUMENT_INVALID */
export function encodeProposalFile(file: ProposalFile): string {
  assertBound(file);
  return encodeDocument(PROPOSAL_FILE, file);
}

/**
 * Reads a proposal file from anywhere. What is accepted has the id that its content gives, and a payload that its
 * action takes; the file cannot show whether such a proposal is on a chain.
 * @throws DOCUMENT_INVALID
 */
export function decodeProposalFile(text: string): ProposalFile {
  const file = decodeDocument(PROPOSAL_FILE, text);
  const strange = file.reads.find(({ namespace, key, value }) => !isHeldValue(namespace, key, value));
  if (strange !== undefined)
    throw invalid(
      PROPOSAL_FILE.name,
      `holds a value that no chain has: ${strange.namespace}/${strange.key.slice(0, 80)}`,
    );
  assertBound(file);
  return file;
}

/** What the file of a rollback tells, and the block that it is about; null of any other. */
export function toldRollback(
  file: ProposalFile,
): { readonly told: ToldRollback; readonly target: RollbackTarget } | null {
  // The payload was checked against its action.
  return file.format === 'quantum-lock/proposal/v3'
    ? { told: file.rollback, target: file.payload as unknown as RollbackTarget }
    : null;
}

/** Everything that the proposal's id covers gives that id. */
function assertBound(file: ProposalFile): void {
  const { name } = PROPOSAL_FILE;
  const { action, payload, expires_at, pre_state, proposer } = file;
  if (preStateDigest(file, touchedValues(file).map(readValue)) !== pre_state)
    throw invalid(name, 'contains other values than those that the proposal was made for');
  if (proposalId(file, { action, payload, expires_at, pre_state, proposer }) !== file.proposal_id)
    throw invalid(name, 'does not contain what its proposal id identifies');
  const known = proposableAction(ACTION_TABLE, action);
  if (known === null) throw invalid(name, `is about "${action.slice(0, 64)}", which this version cannot propose`);
  const refusal = known.checkPayload(payload);
  if (refusal !== null) throw invalid(name, `cannot be executed: ${refusal.message}`);
  const rollback = toldRollback(file);
  if ((known.restsOn === 'past') !== (rollback !== null)) throw invalid(name, 'has another format than its action');
  if (rollback === null) return;
  const strange = strangeIn(rollback.told, rollback.target);
  if (strange !== null) throw invalid(name, `tells what no chain has: ${strange.slice(0, 80)}`);
}
