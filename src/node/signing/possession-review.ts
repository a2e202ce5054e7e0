import { encodeHash } from '../../base/bytes.ts';
import { fingerprintWords } from '../../base/fingerprint.ts';
import type { SigningReview } from '../../api/views/operator.ts';
import type { ChainIdentity } from '../../ledger/chain-identity.ts';
import { encodePossession, possessionDigest, type KeySubject } from '../../ledger/governance/possession.ts';
import type { KeyInfo } from '../keys/key-store.ts';

/** What a person reads before a proof of possession is made, and the 32 bytes that are signed for it. */
export function describePossession(
  chain: ChainIdentity,
  { name, public_key: publicKey }: KeyInfo,
  subject: KeySubject,
): Pick<SigningReview, 'sentence' | 'canonical' | 'fingerprint'> & {
  readonly digest: SigningReview['digest'];
  readonly bytes: Uint8Array;
} {
  const bytes = possessionDigest(chain, { publicKey, subject });
  return {
    sentence: `This proves that you hold the key “${name}”, and that it may become the key of ${subjectWords(subject)}. It changes nothing on the chain: a change with this key is proposed and approved apart.`,
    canonical: encodePossession(chain, { publicKey, subject }),
    digest: encodeHash(bytes),
    // The proof is about the key: its words are what people compare.
    fingerprint: [...fingerprintWords(publicKey)],
    bytes,
  };
}

function subjectWords(subject: KeySubject): string {
  const [kind, ...id] = subject.split('/');
  return `${kind === 'member' ? 'the member' : 'the validator'} ${id.join('/')}`;
}
