import type { Hash } from '../../base/bytes.ts';
import type { CosignatureVerifiers } from '../../ledger/checkpoints/cosignature.ts';
import { cosignedAt } from '../../ledger/checkpoints/cosignature.ts';
import { decodeNote, encodeNote, noteKeyId, type SignedNote } from '../../ledger/checkpoints/signed-note.ts';
import { isQuorum, type PolicyWitness, type WitnessPolicy } from '../../ledger/checkpoints/witness-policy.ts';
import { askWitness, type WitnessAnswer } from './ask-witness.ts';
import type { SeenByWitness } from './kept-checkpoints.ts';

/** Why a witness did not cosign, as a person is told; `isFork`: it saw a log that this one does not continue. */
export interface WitnessProblem {
  readonly message: string;
  readonly isFork: boolean;
}

export interface RoundResult {
  /** The checkpoint with every cosignature that there is of it. */
  readonly note: string;
  readonly seen: SeenByWitness;
  readonly problems: ReadonlyMap<string, WitnessProblem>;
  readonly isWitnessed: boolean;
}

export interface RoundOptions {
  readonly policy: WitnessPolicy;
  readonly verifiers: CosignatureVerifiers;
  readonly seen: SeenByWitness;
  readonly grown: (sizes: { readonly first: number; readonly second: number }) => Promise<readonly Hash[]>;
  readonly signal: AbortSignal;
}

/** A witness by its key: the name in a policy may be given to another. */
export function witnessId({ key }: Pick<PolicyWitness, 'key'>): string {
  return `${key.name}+${noteKeyId(key).toString(16).padStart(8, '0')}`;
}

/** Shows a checkpoint to every witness that has not cosigned it. */
export async function askWitnesses(
  checkpoint: { readonly note: string; readonly size: number },
  options: RoundOptions,
): Promise<RoundResult> {
  const { policy, verifiers } = options;
  const own = decodeNote(checkpoint.note);
  const asked = policy.witnesses.filter(
    (one): one is PolicyWitness & { readonly url: string } =>
      one.url !== null && cosignedAt(own, one.key, verifiers) === null,
  );
  // What stands below the note already is not sent on: a witness asks for the log's own signature alone.
  const bare = encodeNote({ text: own.text, signatures: own.signatures.slice(0, 1) });
  const answers = await Promise.all(
    asked.map(async (witness) => [witness, await converse(witness, { ...checkpoint, note: bare }, options)] as const),
  );
  const signatures = [...own.signatures];
  const seen: Record<string, SeenByWitness[string]> = { ...options.seen };
  const problems = new Map<string, WitnessProblem>();
  for (const [witness, answer] of answers) {
    if (answer.outcome === 'cosigned') {
      signatures.push(...answer.signatures);
      seen[witnessId(witness)] = { size: checkpoint.size, at: answer.at * 1000 };
    } else problems.set(witness.name, problemOf(answer, checkpoint.size));
  }
  const note: SignedNote = { text: own.text, signatures };
  return { note: encodeNote(note), seen, problems, isWitnessed: isWitnessed(note, policy, verifiers) };
}

/** Whether enough witnesses cosigned it. */
export function isWitnessed(note: SignedNote, policy: WitnessPolicy, verifiers: CosignatureVerifiers): boolean {
  const cosigned = policy.witnesses.filter(({ key }) => cosignedAt(note, key, verifiers) !== null);
  return isQuorum(policy, new Set(cosigned.map(({ name }) => name)));
}

/** Asks from the size that the witness is remembered to have seen; and where it says another, again from that. */
async function converse(
  witness: PolicyWitness & { readonly url: string },
  { note, size }: { readonly note: string; readonly size: number },
  { seen, grown, verifiers, signal }: RoundOptions,
): Promise<WitnessAnswer> {
  const ask = async (oldSize: number): Promise<WitnessAnswer> =>
    askWitness({
      witness,
      note,
      oldSize,
      path: await grown({ first: oldSize, second: size }),
      verifiers,
      signal,
    });
  const remembered = seen[witnessId(witness)]?.size ?? 0;
  const first = await ask(remembered <= size ? remembered : 0);
  return first.outcome === 'elsewhere' && first.size <= size ? ask(first.size) : first;
}

function problemOf(answer: Exclude<WitnessAnswer, { outcome: 'cosigned' }>, size: number): WitnessProblem {
  if (answer.outcome === 'elsewhere')
    return {
      message: `it saw a log of ${answer.size} transactions, and this one has ${size}`,
      isFork: answer.size > size,
    };
  return { message: answer.problem, isFork: answer.isFork };
}
