import { decodeHex, encodeHash, encodeUtf8, type Hash } from '../../base/bytes.ts';
import { decodeBase64, encodeBase64 } from '../../base/base64.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { TLOG_PROOF_SIZE_BYTES_MAX } from '../../base/limits.ts';
import { decodeSize } from './checkpoint.ts';
import { decodeNote, encodeNote, type SignedNote } from './signed-note.ts';

/** C2SP tlog-proof: that a transaction is at a place of the log that a checkpoint is of, in one file of text. */
export interface TlogProof {
  /** Canonical bytes of the signed transaction: the leaf. They stand as `extra`, which nothing but the leaf's hash covers. */
  readonly transaction: Uint8Array;
  readonly index: number;
  /** Siblings, from the leaf's upwards. */
  readonly path: readonly Hash[];
  readonly checkpoint: SignedNote;
}

export const TLOG_PROOF_FIRST_LINE = 'c2sp.org/tlog-proof@v1';
/** A log of 2^53 leaves has a path of 53 hashes. */
const PATH_LENGTH_MAX = 63;

export function encodeTlogProof({ transaction, index, path, checkpoint }: TlogProof): string {
  const hashes = path.map((hash) => `${encodeBase64(decodeHex(hash))}\n`).join('');
  const extra = `extra ${encodeBase64(transaction)}`;
  return `${TLOG_PROOF_FIRST_LINE}\n${extra}\nindex ${index}\n${hashes}\n${encodeNote(checkpoint)}`;
}

/** @throws DOCUMENT_INVALID */
export function decodeTlogProof(text: string): TlogProof {
  if (text.length > TLOG_PROOF_SIZE_BYTES_MAX || encodeUtf8(text).length > TLOG_PROOF_SIZE_BYTES_MAX)
    throw invalid(`is larger than ${TLOG_PROOF_SIZE_BYTES_MAX} bytes`);
  const end = text.indexOf('\n\n');
  if (end === -1) throw invalid('has no empty line before its checkpoint');
  const [first, extra = '', place = '', ...hashes] = text.slice(0, end).split('\n');
  if (first !== TLOG_PROOF_FIRST_LINE) throw invalid(`does not begin with ${TLOG_PROOF_FIRST_LINE}`);
  if (!extra.startsWith('extra ')) throw invalid('does not bring the transaction in its extra line');
  const index = place.startsWith('index ') ? decodeSize(place.slice('index '.length)) : null;
  if (index === null) throw invalid('has no index');
  if (hashes.length > PATH_LENGTH_MAX) throw invalid('has a path that no log has');
  return {
    transaction: decodeBase64(extra.slice('extra '.length)),
    index,
    path: hashes.map((line) => {
      const bytes = decodeBase64(line);
      if (bytes.length !== 32) throw invalid('has a hash that is not of 32 bytes');
      return encodeHash(bytes);
    }),
    checkpoint: decodeNote(text.slice(end + 2)),
  };
}

function invalid(what: string): QuantumLockError {
  return new QuantumLockError('DOCUMENT_INVALID', `the tlog-proof ${what}`);
}
