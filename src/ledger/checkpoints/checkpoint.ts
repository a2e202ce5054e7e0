import { decodeHex, encodeHash, encodeUtf8, type Ed25519Key, type Hash } from '../../base/bytes.ts';
import { decodeBase64, encodeBase64 } from '../../base/base64.ts';
import { QuantumLockError } from '../../base/errors.ts';
import type { ChainRoot } from '../chain-identity.ts';
import type { VerifyEd25519 } from '../crypto/ed25519.ts';
import { failStep, type ProofCheck } from '../proofs/report.ts';
import { keyForSize, type CheckpointKeySpan } from '../proofs/checkpoint-key-span.ts';
import { NOTE_SIGNATURE_TYPES, signaturesOf, type NoteKey, type SignedNote } from './signed-note.ts';

/** C2SP tlog-checkpoint: the size and the root of a log, as the text of a note that its key signs. */
export interface Checkpoint {
  /** Which log it is of. */
  readonly origin: string;
  /** Transactions. */
  readonly size: number;
  readonly root: Hash;
}

/** The log of a chain as others know it. The genesis is in it: no two chains have the same, whatever they are called. */
export function checkpointOrigin({ chain_id, genesis }: ChainRoot): string {
  return `quantum-lock/${chain_id}/${genesis.slice(2)}`;
}

/** The checkpoint key as signed-note names it: by the origin. */
export function checkpointNoteKey(chain: ChainRoot, publicKey: Ed25519Key): NoteKey {
  return { name: checkpointOrigin(chain), type: NOTE_SIGNATURE_TYPES.ed25519, publicKey: decodeHex(publicKey) };
}

export function encodeCheckpoint({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${encodeBase64(decodeHex(root))}\n`;
}

/** The text of a note as a checkpoint. Lines beyond the third, which nobody can check, are refused. @throws DOCUMENT_INVALID */
export function decodeCheckpoint(text: string): Checkpoint {
  const [origin, sizeText, rootText, ...rest] = text.split('\n');
  if (
    origin === undefined ||
    origin === '' ||
    sizeText === undefined ||
    rootText === undefined ||
    rest.join('\n') !== ''
  )
    throw invalid('does not have the three lines that it must have');
  if (rest.length !== 1) throw invalid('does not end with one line end');
  const size = decodeSize(sizeText);
  if (size === null) throw invalid('has no size that a log can have');
  const root = decodeBase64(rootText);
  if (root.length !== 32) throw invalid('has no root of 32 bytes');
  return { origin, size, root: encodeHash(root) };
}

/** A count as C2SP writes it; null for anything else. */
export function decodeSize(text: string): number | null {
  const size = /^(?:0|[1-9]\d{0,15})$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(size) ? size : null;
}

/** The steps that check a note as a checkpoint of a chain, by the key that its size asks for. */
export function checkpointSteps(
  note: SignedNote,
  trusted: { readonly chain: ChainRoot; readonly keys: readonly CheckpointKeySpan[]; readonly verify: VerifyEd25519 },
): readonly ProofCheck[] {
  return [
    [
      'Checkpoint',
      () => {
        const { origin, size, root } = decodeCheckpoint(note.text);
        if (origin !== checkpointOrigin(trusted.chain)) failStep(`it is of another log: ${origin}`);
        return `a log of ${size} transactions with root ${root}`;
      },
    ],
    [
      'Signature of the log',
      () => {
        const { size } = decodeCheckpoint(note.text);
        const span = keyForSize(trusted.keys, size);
        if (span === undefined) failStep(`no checkpoint key is known for a log of ${size} transactions`);
        const key = checkpointNoteKey(trusted.chain, span.public_key);
        const signatures = signaturesOf(note, key);
        if (signatures.length === 0) failStep(`it is not signed by ${span.public_key}`);
        if (signatures.length > 1) failStep('it is signed more than once by the same key');
        // One that does not verify makes the whole note worthless (signed-note, "Signatures").
        const isSigned = signatures.every(({ signature }) =>
          trusted.verify(signature, encodeUtf8(note.text), key.publicKey),
        );
        if (!isSigned) failStep('the signature does not verify');
        return `signed by ${span.public_key}`;
      },
    ],
  ];
}

function invalid(what: string): QuantumLockError {
  return new QuantumLockError('DOCUMENT_INVALID', `the checkpoint ${what}`);
}
