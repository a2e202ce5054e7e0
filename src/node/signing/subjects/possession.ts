import { encodeHash } from '../../../base/bytes.ts';
import { fingerprintWords } from '../../../base/fingerprint.ts';
import type { ChainIdentity } from '../../../ledger/chain-identity.ts';
import {
  encodePossession,
  possessionDigest,
  type IntroducedKey,
  type KeySubject,
} from '../../../ledger/governance/possession.ts';
import type { KeyInfo } from '../../keys/key-store.ts';
import type { Signer } from '../../keys/signer.ts';
import type { SigningSubject } from './subject.ts';

/** A key that was proved to be held, and whose it is to be. */
export interface ProvedKey {
  readonly subject: KeySubject;
  readonly key: KeyInfo;
  /** Closed afterwards. */
  readonly signer: Signer;
}

export interface PossessionRequest {
  readonly key: KeyInfo;
  readonly subject: KeySubject;
  readonly chain: ChainIdentity;
  /** Hears of the key once the proof is on record. */
  readonly onProved?: (proved: ProvedKey) => Promise<void>;
}

/** A proof that a key of this machine is held, for a member or validator that is to get it (docs/TECHNICAL_SPEC.md). */
export function possessionSubject({ key, subject, chain, onProved }: PossessionRequest): SigningSubject {
  const { name, public_key: publicKey } = key;
  const digest = possessionDigest(chain, { publicKey, subject });
  return {
    key,
    shown: possessionShown(
      chain,
      { publicKey, subject },
      `This proves that you hold the key “${name}”, and that it may become the key of ${subjectWords(subject)}. It changes nothing on the chain: a change with this key is proposed and approved separately.`,
    ),
    perform: async ({ signer, record }) => {
      record();
      const signature = await signer.sign(digest);
      await onProved?.({ subject, key, signer });
      return {
        outcome: 'signed',
        signature,
        title: 'Proved',
        text: 'The proof went to the console. Nothing has changed on the chain.',
      };
    },
  };
}

/** What a person is shown before any key is proved to be held. */
export function possessionShown(
  chain: ChainIdentity,
  introduced: IntroducedKey,
  sentence: string,
): SigningSubject['shown'] {
  return {
    kind: 'possession',
    on_chain: false,
    asks_export_passphrase: false,
    words: {
      lead: 'If you sign, nothing changes on the chain. The signature proves this:',
      changes: 'What changes',
      ask: 'Sign',
      button: 'Prove',
      is_dangerous: false,
    },
    action: 'possession',
    sentence,
    changes: [],
    proposal: null,
    warnings: [],
    canonical: encodePossession(chain, introduced),
    digest: encodeHash(possessionDigest(chain, introduced)),
    // The proof is about the key: its words are what people compare.
    fingerprint: [...fingerprintWords(introduced.publicKey)],
  };
}

function subjectWords(subject: KeySubject): string {
  const [kind, ...id] = subject.split('/');
  return `${kind === 'member' ? 'the member' : 'the validator'} ${id.join('/')}`;
}
