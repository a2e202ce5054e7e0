import type { PublicKey } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import type { SignerProof } from '../../ledger/documents/export-manifest.ts';
import { keyPlace, memberPlace } from '../../ledger/state/readers.ts';
import { proveState } from '../query/prove-state.ts';
import { findSigner } from '../recovery/backup-signer.ts';
import type { ChainReader } from '../storage/chain-reader.ts';

/** That a key is an active validator's or member's now, at the newest block that has its proof. @throws ACCESS_DENIED */
export function provedSigner(reader: ChainReader, publicKey: PublicKey): SignerProof {
  const block = reader.provedHead();
  const { header, hash, proof } = block;
  const sealed = { header, hash, proof };
  const signer = findSigner(reader, header.index, publicKey);
  if (signer === null)
    throw new QuantumLockError(
      'ACCESS_DENIED',
      `${publicKey} is the key of no active member or validator of this chain`,
      {
        advice: 'Export as one who is: who checks an export asks the chain who signed it.',
      },
    );
  if (signer.kind === 'validator') return { sealed, member: null };
  const prove = (key: string): ReturnType<typeof proveState> =>
    proveState(reader, block, { namespace: 'members', key });
  return { sealed, member: { key: prove(keyPlace(publicKey)), member: prove(memberPlace(signer.id)) } };
}
