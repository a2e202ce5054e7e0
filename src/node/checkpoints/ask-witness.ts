import { decodeHex, decodeUtf8, type Hash } from '../../base/bytes.ts';
import { encodeBase64 } from '../../base/base64.ts';
import { WITNESS_ANSWER_SIZE_BYTES_MAX, WITNESS_TIMEOUT_MS } from '../../base/limits.ts';
import { decodeSize } from '../../ledger/checkpoints/checkpoint.ts';
import { cosignedAt, type CosignatureVerifiers } from '../../ledger/checkpoints/cosignature.ts';
import {
  decodeNote,
  decodeSignatureLines,
  signaturesOf,
  type NoteSignature,
} from '../../ledger/checkpoints/signed-note.ts';
import type { PolicyWitness } from '../../ledger/checkpoints/witness-policy.ts';

/** What a witness answered to a checkpoint. */
export type WitnessAnswer =
  | { readonly outcome: 'cosigned'; readonly signatures: readonly NoteSignature[]; readonly at: number }
  /** It continues from another size than it was asked to. */
  | { readonly outcome: 'elsewhere'; readonly size: number }
  /** `isFork`: it saw a log that this one does not continue. */
  | { readonly outcome: 'refused'; readonly problem: string; readonly isFork: boolean };

export interface WitnessQuestion {
  readonly witness: PolicyWitness & { readonly url: string };
  readonly note: string;
  readonly oldSize: number;
  /** That the log of the checkpoint continues that of the old size. */
  readonly path: readonly Hash[];
  readonly verifiers: CosignatureVerifiers;
  readonly signal: AbortSignal;
}

/** One call of `add-checkpoint` (c2sp.org/tlog-witness). Never throws: a witness is another machine. */
export async function askWitness(question: WitnessQuestion): Promise<WitnessAnswer> {
  const { witness, note, oldSize, path } = question;
  const proof = path.map((hash) => `${encodeBase64(decodeHex(hash))}\n`).join('');
  try {
    const response = await fetch(`${witness.url}/add-checkpoint`, {
      method: 'POST',
      body: `old ${oldSize}\n${proof}\n${note}`,
      redirect: 'error',
      signal: AbortSignal.any([question.signal, AbortSignal.timeout(WITNESS_TIMEOUT_MS)]),
    });
    const text = await readAnswer(response);
    if (response.status === 200) return cosigned(question, text);
    const size = response.status === 409 ? decodeSize(text.replace(/\n$/, '')) : null;
    if (size !== null) return { outcome: 'elsewhere', size };
    return refused(`${meaningOf(response.status)}: ${text.trim().slice(0, 200)}`, response.status === OTHER_HISTORY);
  } catch (error) {
    return refused(`it cannot be reached: ${reasonOf(error)}`);
  }
}

function cosigned({ witness, note, verifiers }: WitnessQuestion, text: string): WitnessAnswer {
  // The first is the log's own; those of other keys are left out.
  const signatures = signaturesOf({ signatures: decodeSignatureLines(text) }, witness.key);
  const at = cosignedAt({ text: decodeNote(note).text, signatures }, witness.key, verifiers);
  return at === null
    ? refused('its answer has no cosignature by its key that verifies')
    : { outcome: 'cosigned', signatures, at };
}

async function readAnswer(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const body: AsyncIterable<Uint8Array> | null = response.body;
  if (body === null) return '';
  for await (const part of body) {
    size += part.length;
    if (size > WITNESS_ANSWER_SIZE_BYTES_MAX) throw new Error('its answer is too large');
    parts.push(part);
  }
  return decodeUtf8(Buffer.concat(parts));
}

function refused(problem: string, isFork = false): WitnessAnswer {
  return { outcome: 'refused', problem, isFork };
}

/** That the proof does not lead from what it saw (c2sp.org/tlog-witness). */
const OTHER_HISTORY = 422;

function meaningOf(status: number): string {
  switch (status) {
    case 403:
      return 'it knows another key of this log (403)';
    case 404:
      return 'it does not know this log (404)';
    case OTHER_HISTORY:
      return 'it saw another history of this log (422)';
    default:
      return `it answered ${status}`;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? `${error.message} (${cause.message})` : error.message;
}
