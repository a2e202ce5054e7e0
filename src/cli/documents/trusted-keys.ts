import { trustedKeys } from '../../api/trusted-keys.ts';
import { PROPOSAL_FILE_SIZE_BYTES_MAX } from '../../base/limits.ts';
import { decodeTrustFile } from '../../ledger/documents/trust-file.ts';
import type { TrustedKeys } from '../../ledger/proofs/report.ts';
import { readInputText } from '../../node/read-input-file.ts';
import type { CommandContext } from '../context.ts';

/** Whom a check trusts: what a trust file says, or else the chain in the data directory. @throws DOCUMENT_INVALID, DATA_DIR_EMPTY */
export async function readTrustedKeys(context: CommandContext, trustFile: string | undefined): Promise<TrustedKeys> {
  if (trustFile !== undefined) return decodeTrustFile(readInputText(trustFile, PROPOSAL_FILE_SIZE_BYTES_MAX));
  return context.withSession('read', async (client) => {
    const { validators } = await client.chain.validators();
    return trustedKeys(await client.chain.status(), validators);
  });
}
