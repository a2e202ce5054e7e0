import { TRUST_FILE_SIZE_BYTES_MAX } from '../../base/limits.ts';
import { decodeTrustFile } from '../../ledger/documents/trust-file.ts';
import type { TrustedKeys } from '../../ledger/proofs/report.ts';
import { readInputText } from '../../node/read-input-file.ts';
import type { CommandContext } from '../context.ts';
import { ownKeys } from './own-keys.ts';

/** Whom a proof is checked against: those whom a trust file names, or where there is none what the chain in the data directory says. */
export async function readTrust(context: CommandContext, path: string | undefined): Promise<TrustedKeys> {
  return path === undefined ? context.withSession('read', ({ chain }) => ownKeys(chain)) : readTrustFile(path);
}

/** @throws DOCUMENT_INVALID */
export function readTrustFile(path: string): ReturnType<typeof decodeTrustFile> {
  return decodeTrustFile(readInputText(path, TRUST_FILE_SIZE_BYTES_MAX));
}
