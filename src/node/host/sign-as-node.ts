import type { Hash } from '../../base/bytes.ts';
import { encodeCanonicalText } from '../../base/canonical.ts';
import type { ExportManifest } from '../../ledger/documents/export-manifest.ts';
import { readConfigFile } from '../data-directory/node-config.ts';
import { appendToSigningLog } from '../data-directory/signing-log.ts';
import type { SignedStatement, StatementToSign } from '../engine/statement.ts';
import type { BackupCard } from '../recovery/backup-card.ts';
import type { BackupManifest } from '../recovery/backup-format.ts';
import type { DrillStatement } from '../recovery/drill-statement.ts';
import type { QuantumNode } from '../quantum-node.ts';

/** What of a host signs for the node. */
export interface SigningHost {
  readonly dataDirectory: string;
  readonly options: { readonly now: () => number };
  /** @throws NODE_STOPPED while no chain is open */
  readonly node: Pick<QuantumNode, 'signStatement'>;
}

/** By the validator of this node, without a person: it states what this node has, and changes nothing. On record first. */
export async function signAsNode(
  { dataDirectory, options, node }: SigningHost,
  kind: StatementToSign['kind'],
  {
    stated,
    digest,
  }: { readonly stated: BackupManifest | BackupCard | DrillStatement | ExportManifest; readonly digest: Hash },
): Promise<SignedStatement> {
  appendToSigningLog(dataDirectory, {
    time: options.now(),
    review_id: 'automatic',
    digest,
    key_id: readConfigFile(dataDirectory).validator.key_id,
    action: kind,
  });
  return node.signStatement({ kind, era: stated.era, text: encodeCanonicalText(stated) });
}
