import { decodeHex, encodeHash, encodeHex, type Ed25519Key, type Signature } from '../../../base/bytes.ts';
import { fingerprintWords } from '../../../base/fingerprint.ts';
import type { ChainIdentity } from '../../../ledger/chain-identity.ts';
import { CHECKPOINT_SUBJECT, encodePossession, possessionDigest } from '../../../ledger/governance/possession.ts';
import { checkpointKeyIn } from '../../checkpoints/checkpoint-key.ts';
import type { KeyInfo } from '../../keys/key-store.ts';
import type { SigningSubject } from './subject.ts';

/** A proof that the checkpoint key is held that follows from a key of this machine, for the chain that is to name it. */
export function checkpointPossessionSubject({
  key,
  publicKey,
  chain,
}: {
  readonly key: KeyInfo;
  readonly publicKey: Ed25519Key;
  readonly chain: ChainIdentity;
}): SigningSubject {
  const introduced = { publicKey, subject: CHECKPOINT_SUBJECT } as const;
  const digest = possessionDigest(chain, introduced);
  return {
    key,
    shown: {
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
      sentence: `This proves that you hold the checkpoint key of “${key.name}”, and that the chain may name it. It changes nothing on the chain: the key is proposed and approved separately.`,
      changes: [],
      proposal: null,
      warnings: [],
      canonical: encodePossession(chain, introduced),
      digest: encodeHash(digest),
      fingerprint: [...fingerprintWords(publicKey)],
    },
    perform: ({ signer, record }) => {
      record();
      const signature = encodeHex(checkpointKeyIn(signer).sign(decodeHex(encodeHash(digest)))) as Signature;
      return Promise.resolve({
        outcome: 'signed',
        signature,
        title: 'Proved',
        text: 'The proof went to the command that asked for it. Nothing has changed on the chain.',
      });
    },
  };
}
