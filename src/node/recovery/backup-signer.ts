import { decodeHex, type PublicKey } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import type { KeyRecord, MemberRecord, ValidatorKeyRecord, ValidatorRecord } from '../../ledger/state/records.ts';
import { keyPlace, memberPlace } from '../../ledger/state/readers.ts';
import type { VerifySignature } from '../../ledger/crypto/signature.ts';
import type { ChainReader } from '../storage/chain-reader.ts';
import { invalidBackup, manifestDigest, type SignedManifest } from './backup-format.ts';

/** Who signed a backup, as the chain that is in it knows them. */
export interface BackupSigner {
  readonly kind: 'validator' | 'member';
  readonly id: string;
  readonly public_key: PublicKey;
}

/** Whether the signature is one over the manifest: whose key it is, the chain says. @throws BACKUP_INVALID */
export function assertSigned({ manifest, public_key, signature }: SignedManifest, verify: VerifySignature): void {
  if (verify(decodeHex(signature), manifestDigest(manifest), decodeHex(public_key))) return;
  throw invalidBackup('manifest', 'is not the one that was signed');
}

/**
 * Whose key signed, by the state of the chain at `height`, which is where the backup ends: a validator or member who was
 * active then.
 * @throws BACKUP_SIGNER_UNKNOWN
 */
export function signerAt(reader: ChainReader, height: number, publicKey: PublicKey): BackupSigner {
  const signer = findSigner(reader, height, publicKey);
  if (signer !== null) return signer;
  throw new QuantumLockError(
    'BACKUP_SIGNER_UNKNOWN',
    `the backup is signed with ${publicKey}, which at block ${height} is the key of no active validator or member of its chain`,
    { context: { place: 'manifest', public_key: publicKey } },
  );
}

/** As above; null where it was nobody's who was active then. */
export function findSigner(reader: ChainReader, height: number, publicKey: PublicKey): BackupSigner | null {
  return validatorAt(reader, height, publicKey) ?? memberAt(reader, height, publicKey);
}

function validatorAt(reader: ChainReader, height: number, publicKey: PublicKey): BackupSigner | null {
  const key = read<ValidatorKeyRecord>(reader, { height, namespace: 'validators', place: keyPlace(publicKey) });
  if (key === null) return null;
  const { validator_id } = key;
  const validator = read<ValidatorRecord>(reader, { height, namespace: 'validators', place: validator_id });
  const isActive = validator?.status === 'active' && validator.public_key === publicKey;
  return isActive ? { kind: 'validator', id: validator_id, public_key: publicKey } : null;
}

function memberAt(reader: ChainReader, height: number, publicKey: PublicKey): BackupSigner | null {
  const key = read<KeyRecord>(reader, { height, namespace: 'members', place: keyPlace(publicKey) });
  if (key?.status !== 'active') return null;
  const member = read<MemberRecord>(reader, { height, namespace: 'members', place: memberPlace(key.member_id) });
  return member?.status === 'active' ? { kind: 'member', id: key.member_id, public_key: publicKey } : null;
}

function read<T>(
  reader: ChainReader,
  {
    height,
    namespace,
    place,
  }: { readonly height: number; readonly namespace: 'members' | 'validators'; readonly place: string },
): T | null {
  const text = reader.stateText(height, namespace, place);
  return text === undefined ? null : (JSON.parse(text) as T);
}
