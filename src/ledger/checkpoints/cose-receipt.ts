import { decodeHex, encodeHash, equalBytes, type Ed25519Key, type Hash } from '../../base/bytes.ts';
import { isCount } from '../../base/canonical.ts';
import type { ChainRoot } from '../chain-identity.ts';
import { checkpointOrigin } from './checkpoint.ts';
import {
  COSE_ALG_EDDSA,
  COSE_LABELS,
  decodeCbor,
  decodeCoseSign1,
  encodeCbor,
  encodeCoseSign1,
  encodeToBeSigned,
  invalid,
  mapWith,
} from './cose.ts';

/**
 * A transaction with its receipt, as one COSE_Sign1 (RFC 9943): the payload is the canonical bytes of the signed transaction,
 * and the unprotected header holds a receipt of inclusion (RFC 9942, RFC9162_SHA256). What is included is the payload: its
 * RFC 9162 leaf is the log's own leaf, so the receipt leads to the root that the blocks and the checkpoints have.
 */
export interface TransparentTransaction {
  readonly publicKey: Ed25519Key;
  /** The transaction's id: the subject of the statement and of the receipt. */
  readonly subject: Hash;
  readonly transaction: Uint8Array;
  readonly receipt: InclusionReceipt;
}

export interface InclusionReceipt {
  readonly size: number;
  readonly index: number;
  /** Siblings, from the leaf's upwards. */
  readonly path: readonly Hash[];
}

/** Signs with the checkpoint key. */
export type SignEd25519 = (message: Uint8Array) => Uint8Array;

const VDS_RFC9162_SHA256 = 1;
const INCLUSION_PROOFS = -1;
const CWT_ISSUER = 1;
const CWT_SUBJECT = 2;
/** The size is in no other place that the signature covers, and some others would lead to the same root. */
const LOG_SIZE = 'log_size';
const CONTENT_TYPE = 'application/json';
const PATH_LENGTH_MAX = 63;

interface Signer {
  readonly chain: ChainRoot;
  readonly publicKey: Ed25519Key;
  readonly subject: Hash;
}

/** What the statement and the receipt have in common. */
function commonHeader({ chain, publicKey, subject }: Signer): (readonly [number | string, unknown])[] {
  return [
    [COSE_LABELS.alg, COSE_ALG_EDDSA],
    [COSE_LABELS.kid, decodeHex(publicKey)],
    [
      COSE_LABELS.cwtClaims,
      new Map<number, string>([
        [CWT_ISSUER, checkpointOrigin(chain)],
        [CWT_SUBJECT, subject],
      ]),
    ],
  ];
}

function statementHeader(signer: Signer): Uint8Array {
  return encodeCbor(new Map([...commonHeader(signer), [COSE_LABELS.contentType, CONTENT_TYPE]]));
}

function receiptHeader(signer: Signer, size: number): Uint8Array {
  return encodeCbor(new Map([...commonHeader(signer), [COSE_LABELS.vds, VDS_RFC9162_SHA256], [LOG_SIZE, size]]));
}

/** Makes and signs both. `root` is that of the log of `receipt.size` transactions. */
export function encodeTransparentTransaction(
  { publicKey, subject, transaction, receipt }: TransparentTransaction,
  { chain, root, sign }: { readonly chain: ChainRoot; readonly root: Hash; readonly sign: SignEd25519 },
): Uint8Array {
  const signer = { chain, publicKey, subject };
  const proved = receiptHeader(signer, receipt.size);
  const proof = encodeCbor([receipt.size, receipt.index, receipt.path.map(decodeHex)]);
  const inclusion = encodeCoseSign1({
    protectedBytes: proved,
    unprotectedHeader: new Map([[COSE_LABELS.vdp, new Map([[INCLUSION_PROOFS, [proof]]])]]),
    // Detached, so that every reader has to find the root from the leaf.
    payload: null,
    signature: sign(encodeToBeSigned(proved, decodeHex(root))),
  });
  const stated = statementHeader(signer);
  return encodeCoseSign1({
    protectedBytes: stated,
    unprotectedHeader: new Map([[COSE_LABELS.receipts, [inclusion]]]),
    payload: transaction,
    signature: sign(encodeToBeSigned(stated, transaction)),
  });
}

/** A part that was signed, and is not believed before the signature verifies. */
export interface SignedPart {
  readonly protectedBytes: Uint8Array;
  readonly signature: Uint8Array;
}

export interface DecodedTransparentTransaction extends TransparentTransaction {
  readonly statement: SignedPart;
  readonly inclusion: SignedPart;
}

/**
 * Reads one from anywhere. Both headers are exactly what this program writes for that key, subject and size.
 * @throws DOCUMENT_INVALID
 */
export function decodeTransparentTransaction(bytes: Uint8Array, chain: ChainRoot): DecodedTransparentTransaction {
  const statement = decodeCoseSign1(bytes);
  if (statement.payload === null) throw invalid('does not bring the transaction');
  const receipts = mapWith(statement.unprotectedHeader, 'header', [COSE_LABELS.receipts]).get(COSE_LABELS.receipts);
  const receiptBytes = onlyBytes(receipts, 'receipts');
  const inclusion = decodeCoseSign1(receiptBytes);
  if (inclusion.payload !== null) throw invalid('has a payload of its own, which nothing ties to the transaction');
  const signer = { chain, ...readSigner(statement.protectedBytes) };
  if (!equalBytes(statement.protectedBytes, statementHeader(signer)))
    throw invalid('has a statement that says something other than it must');
  const proofs = mapWith(inclusion.unprotectedHeader, 'header', [COSE_LABELS.vdp]).get(COSE_LABELS.vdp);
  const receipt = readInclusion(
    onlyBytes(mapWith(proofs, 'proof', [INCLUSION_PROOFS]).get(INCLUSION_PROOFS), 'proofs'),
  );
  if (!equalBytes(inclusion.protectedBytes, receiptHeader(signer, receipt.size)))
    throw invalid('has a proof of another key, transaction or size than its statement');
  return {
    publicKey: signer.publicKey,
    subject: signer.subject,
    transaction: statement.payload,
    receipt,
    statement,
    inclusion,
  };
}

/** Who signed it, and of what: everything else in the header is compared with what must. */
function readSigner(protectedBytes: Uint8Array): { readonly publicKey: Ed25519Key; readonly subject: Hash } {
  const header = decodeCbor(protectedBytes);
  const { alg, kid, cwtClaims, contentType } = COSE_LABELS;
  const fields = mapWith(header, 'statement', [alg, kid, cwtClaims, contentType]);
  const key = fields.get(kid);
  const subject = mapWith(fields.get(cwtClaims), 'claim', [CWT_ISSUER, CWT_SUBJECT]).get(CWT_SUBJECT);
  if (!(key instanceof Uint8Array) || key.length !== 32) throw invalid('names no Ed25519 key');
  if (typeof subject !== 'string' || !/^0x[0-9a-f]{64}$/.test(subject)) throw invalid('is of no transaction');
  return { publicKey: encodeHash(key) as string as Ed25519Key, subject: subject as Hash };
}

function readInclusion(bytes: Uint8Array): InclusionReceipt {
  const value = decodeCbor(bytes);
  if (!Array.isArray(value) || value.length !== 3) throw invalid('has a proof that is not size, index and path');
  const [size, index, path] = value as readonly unknown[];
  if (!isCount(size) || !isCount(index) || !Array.isArray(path) || path.length > PATH_LENGTH_MAX)
    throw invalid('has a proof that no log has');
  return {
    size,
    index,
    path: path.map((node: unknown) => {
      if (!(node instanceof Uint8Array) || node.length !== 32) throw invalid('has a hash that is not of 32 bytes');
      return encodeHash(node);
    }),
  };
}

function onlyBytes(value: unknown, name: string): Uint8Array {
  if (!Array.isArray(value) || value.length !== 1 || !(value[0] instanceof Uint8Array))
    throw invalid(`has not exactly one of ${name}`);
  return value[0];
}
