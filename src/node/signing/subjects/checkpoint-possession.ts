import type { Ed25519Key } from '../../../base/bytes.ts';
import type { ChainIdentity } from '../../../ledger/chain-identity.ts';
import { CHECKPOINT_SUBJECT } from '../../../ledger/governance/possession.ts';
import { checkpointKeyIn, proveCheckpointKey } from '../../checkpoints/checkpoint-key.ts';
import type { KeyInfo } from '../../keys/key-store.ts';
import { possessionShown } from './possession.ts';
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
  return {
    key,
    shown: possessionShown(
      chain,
      { publicKey, subject: CHECKPOINT_SUBJECT },
      `This proves that you hold the checkpoint key of “${key.name}”, and that the chain may name it. It changes nothing on the chain: the key is proposed and approved separately.`,
    ),
    perform: ({ signer, record }) => {
      record();
      return Promise.resolve({
        outcome: 'signed',
        signature: proveCheckpointKey(checkpointKeyIn(signer), chain),
        title: 'Proved',
        text: 'The proof went to the command that asked for it. Nothing has changed on the chain.',
      });
    },
  };
}
