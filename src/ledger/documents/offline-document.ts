import { z } from 'zod';
import { encodeUtf8, type Hash } from '../../base/bytes.ts';
import { decodeCanonicalText, encodeCanonicalText, type Json } from '../../base/canonical.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { parseStrictJson } from '../../base/strict-json.ts';
import { describeIssues } from '../governance/action.ts';
import { CHAIN_ID_FORM, isChainId, isGenesis } from '../chain-identity.ts';

/** What the documents that travel by hand have in common: canonical JSON on one line, taken from anywhere. */

/** Fields of those documents. */
export const chainId = z.string().refine(isChainId, `a chain id: ${CHAIN_ID_FORM}`);
export const genesis = z.custom<Hash>(isGenesis, 'the hash of a block 0: 0x and 64 lower-case hex digits');
export const era = z.int().min(0);
export const time = z.int().min(0);

export interface DocumentKind<Document> {
  /** What it is called where it does not fit: "the proposal file". */
  readonly name: string;
  readonly schema: z.ZodType<Document>;
  readonly sizeBytesMax: number;
}

export function invalid(name: string, what: string, cause?: unknown): QuantumLockError {
  return new QuantumLockError('DOCUMENT_INVALID', `${name} ${what}`, { cause });
}

/** One line, as a file has it. @throws LIMIT_EXCEEDED, VALUE_NOT_ALLOWED */
export function encodeDocument<Document>({ name, sizeBytesMax }: DocumentKind<Document>, document: Document): string {
  const text = `${encodeCanonicalText(document)}\n`;
  if (encodeUtf8(text).length > sizeBytesMax)
    throw new QuantumLockError('LIMIT_EXCEEDED', `${name} would be larger than ${sizeBytesMax} bytes`);
  return text;
}

/**
 * Reads a document from text of any origin. What is accepted has exactly the schema's fields and is canonical, so that
 * no byte of it is read over; only white space around it is.
 * @throws DOCUMENT_INVALID
 */
export function decodeDocument<Document>(kind: DocumentKind<Document>, text: string): Document {
  const { name } = kind;
  assertSize(kind, text);
  const line = text.trim();
  let value: unknown;
  try {
    value = decodeCanonicalText(line);
  } catch (cause) {
    throw invalid(name, `is not canonical JSON: ${cause instanceof Error ? cause.message : 'unreadable'}`, cause);
  }
  const document = checkDocument(kind, value);
  // A field that the schema did not see, such as one named __proto__, would be lost here.
  if (encodeCanonicalText(document) !== line) throw invalid(name, 'contains unknown content');
  return document;
}

/**
 * Reads one in any form of JSON: what is pasted, typed or saved by another tool, and proved by its content. Check it next.
 * @throws DOCUMENT_INVALID
 */
export function parseDocument<Document>(kind: DocumentKind<Document>, text: string): Json {
  assertSize(kind, text);
  try {
    return parseStrictJson(text);
  } catch (cause) {
    throw invalid(kind.name, `is ${cause instanceof Error ? cause.message : 'not JSON'}`, cause);
  }
}

/** @throws DOCUMENT_INVALID */
export function assertSize<Document>({ name, sizeBytesMax }: DocumentKind<Document>, text: string): void {
  if (text.length > sizeBytesMax || encodeUtf8(text).length > sizeBytesMax)
    throw invalid(name, `is larger than ${sizeBytesMax} bytes`);
}

/** @throws DOCUMENT_INVALID */
export function checkDocument<Document>({ name, schema }: DocumentKind<Document>, value: unknown): Document {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalid(name, `does not fit: ${describeIssues(parsed.error)}`);
}
