import { z } from 'zod';
import { OFFLINE_NOTE_SIZE_BYTES_MAX } from '../../base/limits.ts';
import { isIdentifier } from '../actions/fields.ts';
import { identityOf, type ChainIdentity } from '../chain-identity.ts';
import { possessionDigest, verifyPossession, type KeySubject } from '../governance/possession.ts';
import { publicKeyOf, signDigest } from '../crypto/signature.ts';
import {
  chainId,
  checkDocument,
  encodeDocument,
  era,
  genesis,
  invalid,
  parseDocument,
  type DocumentKind,
} from './offline-document.ts';
import { publicKey, signature } from '../../base/fields.ts';

const SUBJECT_PATTERN = /^(?:member|validator)\/(?<id>.+)$/;

export function isKeySubject(text: string): text is KeySubject {
  return isIdentifier(SUBJECT_PATTERN.exec(text)?.groups?.['id'] ?? '');
}

const keyCardSchema = z.strictObject({
  format: z.literal('quantum-lock/key-card/v2'),
  chain_id: chainId,
  genesis,
  era,
  /** Whose key it is to be. */
  subject: z.custom<KeySubject>(
    (value) => typeof value === 'string' && isKeySubject(value),
    'member/ID or validator/ID',
  ),
  public_key: publicKey,
  /** That somebody holds the key and means it for this subject on this chain. */
  proof: signature,
});

/** What a newcomer hands to the members who add it: a public key, and the proof that it is held. No secret is in it. */
export type KeyCard = z.infer<typeof keyCardSchema>;

const KEY_CARD: DocumentKind<KeyCard> = {
  name: 'the key card',
  schema: keyCardSchema,
  sizeBytesMax: OFFLINE_NOTE_SIZE_BYTES_MAX,
};

/** Signs with a 32-byte secret. @throws KEY_INVALID */
export function makeKeyCard(
  { chain, subject }: { readonly chain: ChainIdentity; readonly subject: KeySubject },
  secret: Uint8Array,
): KeyCard {
  const key = publicKeyOf(secret);
  return {
    format: 'quantum-lock/key-card/v2',
    ...identityOf(chain),
    subject,
    public_key: key,
    proof: signDigest(possessionDigest(chain, { publicKey: key, subject }), secret),
  };
}

/** Canonical JSON and a line end. */
export function encodeKeyCard(card: KeyCard): string {
  return encodeDocument(KEY_CARD, card);
}

/**
 * Reads a key card from anywhere, in any form of JSON: it is pasted and typed, and its proof covers all that it says.
 * @throws DOCUMENT_INVALID
 */
export function decodeKeyCard(text: string): KeyCard {
  const card = checkDocument(KEY_CARD, parseDocument(KEY_CARD, text));
  const { subject, public_key, proof } = card;
  if (!verifyPossession(card, { publicKey: public_key, subject, proof }))
    throw invalid(KEY_CARD.name, 'does not prove that anybody holds its key');
  return card;
}
