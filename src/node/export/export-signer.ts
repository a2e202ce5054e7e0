import type { PublicKey } from '../../base/bytes.ts';
import type { SignedExport } from '../../ledger/documents/export-manifest.ts';
import { keyPlace, memberPlace } from '../../ledger/state/readers.ts';
import { proveState } from '../query/prove-state.ts';
import { signerAt } from '../recovery/backup-signer.ts';
import type { ChainReader } from '../storage/chain-reader.ts';
import type { ProvedBlock } from '../storage/stored-block.ts';

/** That a key was an active member's at a block, in proofs; null for the key of an active validator. @throws BACKUP_SIGNER_UNKNOWN */
export function provedSigner(reader: ChainReader, block: ProvedBlock, publicKey: PublicKey): SignedExport['member'] {
  const signer = signerAt(reader, block.header.index, publicKey);
  if (signer.kind === 'validator') return null;
  const prove = (key: string): ReturnType<typeof proveState> =>
    proveState(reader, block, { namespace: 'members', key });
  return { key: prove(keyPlace(publicKey)), member: prove(memberPlace(signer.id)) };
}
