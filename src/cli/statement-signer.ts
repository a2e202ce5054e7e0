import type { PublicKey, Signature } from '../base/bytes.ts';
import { encodeCanonicalText } from '../base/canonical.ts';
import type { ExportManifest } from '../ledger/documents/export-manifest.ts';
import type { BackupManifest } from '../node/recovery/backup-format.ts';
import type { DrillStatement } from '../node/recovery/drill-statement.ts';
import { statementSubject } from '../node/signing/subjects/statement.ts';
import type { CommandContext } from './context.ts';

export interface StatementWords<Stated> {
  /** As `signing.log` calls it. */
  readonly kind: 'backup' | 'drill' | 'export';
  readonly sentenceOf: (stated: Stated) => string;
  readonly digestOf: (stated: Stated) => Uint8Array;
}

/**
 * What signs a statement by the acting key: typing the command is the confirmation. The key is opened first, so that nothing is
 * made that cannot be signed.
 */
export async function statementSigner<Stated extends BackupManifest | DrillStatement | ExportManifest>(
  context: CommandContext,
  { kind, sentenceOf, digestOf }: StatementWords<Stated>,
): Promise<(stated: Stated) => Promise<{ readonly public_key: PublicKey; readonly signature: Signature }>> {
  const key = await context.signingKey();
  await context.openKeyFileFor(key);
  return async (stated) => {
    const { chain_id, genesis, era } = stated;
    const subject = statementSubject({
      key,
      kind,
      sentence: sentenceOf(stated),
      canonical: encodeCanonicalText(stated),
      digest: digestOf(stated),
    });
    const signature = await context.signHere(subject, { chain: { chain_id, genesis, era } });
    return { public_key: key.public_key, signature };
  };
}
