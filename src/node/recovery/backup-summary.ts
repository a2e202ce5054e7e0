import { z } from 'zod';
import { count, hash } from '../../base/fields.ts';
import { BACKUP_CHAIN_FILES_MAX } from '../../base/limits.ts';
import { isChainId } from '../../ledger/chain-identity.ts';
import { chainEnd, type BackupManifest } from './backup-format.ts';

/** What is known of a backup without its parts: what retention, a next increment and a person who chooses one need. */
export const backupSummary = z.strictObject({
  chain_id: z.custom<string>(isChainId, 'the name of a chain'),
  genesis: hash,
  kind: z.enum(['full', 'incremental']),
  /** As in the manifest. */
  base: hash.nullable(),
  depth: count.max(BACKUP_CHAIN_FILES_MAX),
  /** The first block that is in it. */
  from_height: count,
  to: chainEnd,
  has_content: z.boolean(),
  created_at: count,
});
export type BackupSummary = z.infer<typeof backupSummary>;

export function summaryOf(manifest: BackupManifest): BackupSummary {
  const { chain_id, genesis, kind, base, depth, from, to, content, created_at } = manifest;
  return {
    chain_id,
    genesis,
    kind,
    base,
    depth,
    from_height: from === null ? 0 : from.height + 1,
    to,
    has_content: content !== null,
    created_at,
  };
}

/** What the file of a backup is called in a destination. */
export function backupName(
  { chain_id, kind, to }: Pick<BackupSummary, 'chain_id' | 'kind' | 'to'>,
  backup: string,
): string {
  return `${chain_id}-${String(to.height).padStart(10, '0')}-${kind}-${backup.slice(2, 18)}.backup`;
}
