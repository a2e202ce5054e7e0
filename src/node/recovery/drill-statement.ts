import { z } from 'zod';
import { decodeHex, encodeHash, encodeUtf8, type Hash, type PublicKey, type Signature } from '../../base/bytes.ts';
import { decodeCanonicalText, encodeCanonicalText } from '../../base/canonical.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { count, hash, publicKey, signature } from '../../base/fields.ts';
import { isChainId, isEra } from '../../ledger/chain-identity.ts';
import { digest } from '../../ledger/crypto/digest.ts';
import type { VerifySignature } from '../../ledger/crypto/signature.ts';

/** What a rehearsal of a restore found, signed by the person or node that ran it, and checked on any machine (docs/TECHNICAL_SPEC.md). */
const FORMAT = 'quantum-lock/drill/v1';

const statementSchema = z.strictObject({
  format: z.literal(FORMAT),
  chain_id: z.custom<string>(isChainId, 'the name of a chain'),
  genesis: hash,
  era: z.custom<number>(isEra, 'an era'),
  /** When it began, Unix milliseconds. */
  at: count,
  ok: z.boolean(),
  /** The backups that were restored, oldest first: each file as it lay there, and the digest of its manifest. */
  backups: z.array(z.strictObject({ name: z.string(), size: count, file_digest: hash, backup: hash })).min(1),
  /** The chain that came out; null where none did. */
  restored: z
    .strictObject({
      height: count,
      hash,
      state_root: hash,
      log_size: count,
      log_root: hash,
      blocks: count,
      transactions: count,
    })
    .nullable(),
  duration_ms: count,
  /** What was wrong, and where. Content that was lost before the backup was made is told too, and is no failure. */
  findings: z.array(z.strictObject({ place: z.string(), message: z.string() })),
  software: z.string(),
});
export type DrillStatement = z.infer<typeof statementSchema>;

const signedSchema = z.strictObject({ statement: statementSchema, public_key: publicKey, signature });
export interface SignedDrill {
  readonly statement: DrillStatement;
  readonly public_key: PublicKey;
  readonly signature: Signature;
}

/** What is signed: 32 bytes. */
export function drillDigest(statement: DrillStatement): Uint8Array {
  return digest('drill', statement, encodeUtf8(encodeCanonicalText(statement)));
}

export function drillHash(statement: DrillStatement): Hash {
  return encodeHash(drillDigest(statement));
}

/** Canonical JSON and a line end. */
export function encodeDrill(drill: SignedDrill): string {
  return `${encodeCanonicalText(drill)}\n`;
}

/** Exactly as it was written. @throws DOCUMENT_INVALID */
export function decodeDrill(text: string): SignedDrill {
  try {
    if (!text.endsWith('}\n')) throw new QuantumLockError('DOCUMENT_INVALID', 'it was cut off or added to');
    return signedSchema.parse(decodeCanonicalText(text.slice(0, -1)));
  } catch (cause) {
    throw new QuantumLockError(
      'DOCUMENT_INVALID',
      `the statement is damaged, or is none: ${cause instanceof Error ? cause.message.slice(0, 200) : ''}`,
      { cause },
    );
  }
}

/** Whom a reader trusts with a statement: of which chain, and with which keys. */
export interface TrustedSigners {
  readonly genesis: Hash;
  readonly publicKeys: readonly string[];
}

/** @throws DOCUMENT_INVALID where it is not signed as it stands, or not by one of those who are trusted */
export function assertDrill(drill: SignedDrill, trusted: TrustedSigners, verify: VerifySignature): void {
  const { statement, public_key, signature: signed } = drill;
  const refuse = (why: string): QuantumLockError => new QuantumLockError('DOCUMENT_INVALID', `the statement ${why}`);
  if (statement.genesis !== trusted.genesis)
    throw refuse(`is of another chain: its genesis is ${statement.genesis}, and not ${trusted.genesis}`);
  if (!trusted.publicKeys.includes(public_key)) throw refuse(`is signed with ${public_key}, which is not trusted`);
  if (!verify(decodeHex(signed), drillDigest(statement), decodeHex(public_key)))
    throw refuse('is not the one that was signed');
}
