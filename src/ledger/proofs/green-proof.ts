import { decodeHex, encodeHash, equalBytes, isHash, type Hash } from '../../base/bytes.ts';
import { encodeCanonicalText, isCount } from '../../base/canonical.ts';
import { isEnvironmentId } from '../actions/fields.ts';
import { verifyWithNoble, type VerifySignature } from '../crypto/signature.ts';
import { recallPlace, removedPlace } from '../state/readers.ts';
import { asksForContent, greenAnswer, isAskedFor, type AskedContent, type GreenStatus } from '../state/green-status.ts';
import type { GreenVersion, RecallRecord, RollbackMark } from '../state/records.ts';
import { decodeEnvironmentRecord, decodeRecall, decodeRemoved } from './green-record.ts';
import {
  failStep,
  onlyFields,
  runProofSteps,
  runSteps,
  sealSteps,
  type ProofCheck,
  type ProofReport,
  type SealedHeader,
  type TrustedKeys,
} from './report.ts';
import { entryRoot, stateSteps, type StateEntryProof, type StateProof } from './state-proof.ts';

export const GREEN_PROOF_FORMAT = 'quantum-lock/green/v1';

/**
 * What was Green of an environment in the state of a block, and that this was the state at a time: TECHNICAL_SPEC.md §10. It says
 * nothing by itself: whether something was Green is found in the record that it proves.
 */
export interface GreenProof extends AskedContent {
  readonly format: typeof GREEN_PROOF_FORMAT;
  readonly env_id: string;
  /** The time that is asked about, Unix milliseconds; null where the block itself is. */
  readonly at: number | null;
  /** Of the environment's record: that it had this one, or none. */
  readonly record: StateProof;
  /** Where it had none: of what a rollback keeps of it, in the same state. */
  readonly removed: StateEntryProof | null;
  /** Of the newest recall of what is asked about, where the record names a later one of something else. */
  readonly recall: StateEntryProof | null;
  /** The block after it: the state held until then. Null where there was none yet. */
  readonly next: SealedHeader | null;
}

/** What a proof shows. Nothing in it is the proof's own word. */
export interface GreenVerdict {
  readonly status: GreenStatus;
  readonly env_id: string;
  readonly asked: AskedContent;
  readonly at: number | null;
  /** Whose state it is. `time` is by the chain's clock of that era. */
  readonly block: { readonly height: number; readonly hash: Hash; readonly era: number; readonly time: number };
  /** From its time on the state may be another; null where none was known: then all of this is as of `block`. */
  readonly next: { readonly height: number; readonly time: number } | null;
  readonly exists: boolean;
  readonly archived_at: number | null;
  /** What was Green there, whatever was asked about. */
  readonly green: GreenVersion | null;
  /** That what is asked about was taken back; null unless the status says so. */
  readonly recall: RecallRecord | null;
  /** The newest recall there, whatever was asked about. */
  readonly recalled: RecallRecord | null;
  /** The rollback that gave the record back, or took it away. */
  readonly rollback: RollbackMark | null;
}

export interface GreenReport extends ProofReport {
  /** Null unless every step holds. */
  readonly verdict: GreenVerdict | null;
}

export interface GreenCheckOptions {
  readonly verify?: VerifySignature;
  /** Sealed headers that were found right under the same trust, as canonical text: each is checked once. */
  readonly seals?: Set<string>;
}

const FIELDS = ['format', 'env_id', 'at', 'state_hash', 'version', 'record', 'removed', 'recall', 'next'];
const ENTRY_FIELDS = ['key', 'value', 'siblings', 'other_leaf'];

/** Checks a proof against the keys that the caller trusts, and finds what it shows. Never throws. */
export function verifyGreenProof(
  proof: GreenProof,
  trusted: TrustedKeys,
  { verify = verifyWithNoble, seals = new Set() }: GreenCheckOptions = {},
): GreenReport {
  const found: { answer: Answer | null } = { answer: null };
  const question = runProofSteps(proof, () => [['Question', () => checkQuestion(proof)]]);
  if (!question.ok) return { ...question, verdict: null };
  const report = runSteps([
    ...stateSteps(proof.record),
    [
      'Answer',
      () => {
        found.answer = answerOf(proof);
        return `${proof.env_id}: ${found.answer.status}`;
      },
    ],
    ...once(proof.record.sealed, trusted, { verify, seals }),
    ['Time', () => checkTime(proof)],
    ...(proof.next === null
      ? []
      : once(proof.next, trusted, { verify, seals }).map(([step, run]): ProofCheck => [
          `${step} of the next block`,
          run,
        ])),
  ]);
  const steps = [...question.steps, ...report.steps];
  return { ok: report.ok, steps, verdict: report.ok && found.answer !== null ? verdictOf(proof, found.answer) : null };
}

/** What is answered, before it is known whose block it is. */
type Answer = Omit<GreenVerdict, 'env_id' | 'asked' | 'at' | 'block' | 'next'>;

function checkQuestion(proof: GreenProof): string {
  onlyFields(proof, FIELDS);
  if (proof.format !== GREEN_PROOF_FORMAT) failStep('the format is another');
  if (typeof proof.env_id !== 'string' || !isEnvironmentId(proof.env_id)) failStep('that is no id of an environment');
  if (proof.at !== null && !isCount(proof.at)) failStep('the time is none');
  if (proof.state_hash !== null && !isHash(proof.state_hash)) failStep('the state hash is none');
  if (proof.version !== null && !(isCount(proof.version) && proof.version >= 1)) failStep('the version is none');
  for (const part of [proof.record, proof.removed ?? {}, proof.recall ?? {}, proof.next ?? {}])
    if (typeof part !== 'object' || part === null) failStep('a part of it is not an object');
  const { namespace, key } = proof.record;
  if (namespace !== 'environments' || key !== proof.env_id) failStep('the proved record is of something else');
  return `${asksForContent(proof) ? 'this content' : 'anything'} of ${proof.env_id}`;
}

function answerOf(proof: GreenProof): Answer {
  const { record, removed, recall } = proof;
  const there = record.value === null ? null : decodeEnvironmentRecord(record.value);
  if (there !== null && there.env_id !== proof.env_id) failStep('the record is of another environment');
  if ((there === null) !== (removed !== null))
    failStep('what a rollback keeps belongs to an environment that is not there, and to no other');
  if (removed !== null) checkEntry(proof, removed, removedPlace(proof.env_id));
  const kept = removed === null || removed.value === null ? null : decodeRemoved(removed.value);
  const known = { green: there?.green ?? null, recalled: (there ?? kept)?.recalled ?? null };
  const newest = greenAnswer(proof, known, null);
  const earlier = recall === null ? null : earlierRecall(proof, recall);
  if (earlier !== null && newest.status !== 'not_green') failStep('an earlier recall decides nothing here');
  return {
    ...greenAnswer(proof, known, earlier),
    exists: there !== null,
    archived_at: there?.archived_at ?? null,
    green: known.green,
    recalled: known.recalled,
    rollback: (there ?? kept)?.rollback ?? null,
  };
}

/** A recall that the record does not name. @throws CHAIN_INVALID */
function earlierRecall(proof: GreenProof, entry: StateEntryProof): RecallRecord {
  if (!asksForContent(proof)) failStep('the newest recall is in the record');
  if (entry.value === null) failStep('that something was not recalled needs no proof of its own');
  const recall = decodeRecall(entry.value);
  checkEntry(proof, entry, recallPlace(proof.env_id, recall.promotion));
  if (!isAskedFor(proof, recall)) failStep('the recall is of something else');
  return recall;
}

/** That an entry is of this key, and of the same state. */
function checkEntry({ record }: GreenProof, entry: StateEntryProof, key: string): void {
  onlyFields(entry, ENTRY_FIELDS);
  if (entry.key !== key) failStep(`the proved key is not ${key}`);
  const root = record.namespace_roots.find(({ namespace }) => namespace === 'environments')?.root;
  if (root === undefined || !equalBytes(entryRoot(entry), decodeHex(root)))
    failStep(`${key} does not lead to the namespace root ${root ?? encodeHash(new Uint8Array(32))}`);
}

/** That the state was this one at the time that is asked about. */
function checkTime({ at, record, next }: GreenProof): string {
  const { header, hash } = record.sealed;
  if (next !== null) {
    const { index, previous_hash: previous } = next.header;
    if (index !== header.index + 1 || previous !== hash) failStep('the next block does not follow');
  }
  if (at === null) return `as of block ${header.index}`;
  if (at < header.timestamp) failStep(`block ${header.index} is later than the time`);
  if (next === null) return `as of block ${header.index}: the proof knows no later one`;
  if (at >= next.header.timestamp) failStep(`at that time there was block ${next.header.index} already`);
  return `between block ${header.index} and block ${next.header.index}`;
}

function once(
  sealed: SealedHeader,
  trusted: TrustedKeys,
  { verify, seals }: Required<GreenCheckOptions>,
): readonly ProofCheck[] {
  let text: string | null = null;
  const steps = sealSteps(sealed, trusted, verify);
  return steps.map(([step, run], position): ProofCheck => [
    step,
    () => {
      text ??= encodeCanonicalText(sealed);
      if (seals.has(text)) return 'as in a proof before it';
      const detail = run();
      if (position === steps.length - 1) seals.add(text);
      return detail;
    },
  ]);
}

function verdictOf({ env_id, at, state_hash, version, record, next }: GreenProof, answer: Answer): GreenVerdict {
  const { header, hash } = record.sealed;
  return {
    env_id,
    asked: { state_hash, version },
    at,
    block: { height: header.index, hash, era: header.era, time: header.timestamp },
    next: next === null ? null : { height: next.header.index, time: next.header.timestamp },
    ...answer,
  };
}
