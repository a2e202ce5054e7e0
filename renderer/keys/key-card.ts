import { isPublicKey, isSignature, type PublicKey, type Signature } from '../../src/base/bytes.ts';
import { verifyPossession, type KeySubject } from '../../src/ledger/governance/possession.ts';

/** A public key with the proof that somebody holds it, as it is handed over: made by `dm key prove`, or on the Keys screen. */
export interface KeyCard {
  readonly format: typeof KEY_CARD_FORMAT;
  readonly chain_id: string;
  readonly subject: string;
  readonly public_key: PublicKey;
  readonly proof: Signature;
}

/** A key that can be proposed for one subject. */
export interface ProvenKey {
  readonly subject: KeySubject;
  readonly public_key: PublicKey;
  readonly proof: Signature;
}

export const KEY_CARD_FORMAT = 'quantum-lock/key-card/v1';
/** A card has about 400 characters; whatever is far longer is another file. */
const CARD_LENGTH_MAX = 4_096;

export type DecodedCard =
  | { readonly ok: true; readonly key: ProvenKey }
  | { readonly ok: false; readonly problem: string };

/** The key that a card's text brings to this chain for this subject, or why it brings none. */
export function decodeKeyCard(
  text: string,
  wanted: { readonly chainId: string; readonly subject: KeySubject },
): DecodedCard {
  const problem = (why: string): DecodedCard => ({ ok: false, problem: why });
  if (text.length > CARD_LENGTH_MAX) return problem('This is far longer than a key card.');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return problem('This is not a key card: it is not JSON.');
  }
  if (typeof value !== 'object' || value === null) return problem('This is not a key card.');
  const { format, chain_id, subject, public_key, proof } = value as Partial<Record<keyof KeyCard, unknown>>;
  if (format !== KEY_CARD_FORMAT) return problem(`This is not a key card: its format is not ${KEY_CARD_FORMAT}.`);
  if (chain_id !== wanted.chainId)
    return problem(`This card is for another chain: ${told(chain_id)}, not ${wanted.chainId}.`);
  if (subject !== wanted.subject)
    return problem(`This card proves the key for ${told(subject)}, not for ${wanted.subject}.`);
  if (!isPublicKey(public_key)) return problem('Its public key is not one: 0x02… or 0x03…, 66 hex digits.');
  if (!isSignature(proof)) return problem('Its proof is not a signature.');
  const key = { subject: wanted.subject, public_key, proof };
  return isHeld(key, wanted.chainId)
    ? { ok: true, key }
    : problem('Its proof does not verify: nobody showed that this key is held.');
}

/** Whether the proof shows, on this chain, that somebody holds the key for its subject. */
export function isHeld({ subject, public_key, proof }: ProvenKey, chainId: string): boolean {
  return verifyPossession(chainId, { publicKey: public_key, subject, proof });
}

export function encodeKeyCard({ subject, public_key, proof }: ProvenKey, chainId: string): KeyCard {
  return { format: KEY_CARD_FORMAT, chain_id: chainId, subject, public_key, proof };
}

const TOLD_LENGTH_MAX = 60;

function told(value: unknown): string {
  return typeof value === 'string' && value !== '' ? `“${value.slice(0, TOLD_LENGTH_MAX)}”` : 'nothing that it names';
}
