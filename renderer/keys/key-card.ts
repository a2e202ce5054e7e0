import type { PublicKey, Signature } from '../../src/base/bytes.ts';
import { identityOf, type ChainIdentity } from '../../src/ledger/chain-identity.ts';
import { verifyPossession, type KeySubject } from '../../src/ledger/governance/possession.ts';
import { decodeKeyCard, type KeyCard } from '../../src/ledger/documents/key-card.ts';
import { describeProblem } from '../bridge/problem.ts';
import { sentence } from '../parts/sentence.ts';
import { chainMismatch } from './chain-mismatch.ts';

/** A key that can be proposed for one subject: with the proof that somebody holds it. */
export interface ProvenKey {
  readonly subject: KeySubject;
  readonly public_key: PublicKey;
  readonly proof: Signature;
}

export type ReadCard =
  | { readonly ok: true; readonly key: ProvenKey }
  | { readonly ok: false; readonly problem: string };

/** The key that a card's text brings to this chain for this subject, or why it brings none. */
export function readKeyCard(
  text: string,
  wanted: { readonly chain: ChainIdentity; readonly subject: KeySubject },
): ReadCard {
  let card: KeyCard;
  try {
    card = decodeKeyCard(text);
  } catch (error) {
    return { ok: false, problem: sentence(describeProblem(error).message) };
  }
  const { subject, public_key, proof } = card;
  const problem = chainMismatch('This card', card, wanted.chain);
  if (problem !== null) return { ok: false, problem };
  if (subject !== wanted.subject)
    return { ok: false, problem: `This card proves the key for ${subject}, not for ${wanted.subject}.` };
  return { ok: true, key: { subject, public_key, proof } };
}

/** Whether the proof shows, on this chain, that somebody holds the key for its subject. */
export function isHeld({ subject, public_key, proof }: ProvenKey, chain: ChainIdentity): boolean {
  return verifyPossession(chain, { publicKey: public_key, subject, proof });
}

/** What is given to the person who proposes the key. */
export function keyCardOf({ subject, public_key, proof }: ProvenKey, chain: ChainIdentity): KeyCard {
  return { format: 'quantum-lock/key-card/v2', ...identityOf(chain), subject, public_key, proof };
}
