import { basename, dirname } from 'node:path';
import type { BackupSource, RestorePlan } from '../../../api/operator/backups.ts';
import { QuantumLockError } from '../../../base/errors.ts';
import { readTarget, assertMayRestore } from '../../recovery/restore-target.ts';
import { NO_KEYS } from '../../recovery/encryption.ts';
import { inOrder } from '../../recovery/extract-backup.ts';
import { openBackup } from '../../recovery/open-backup.ts';
import type { OpenedBackup } from '../../recovery/opened-backup.ts';
import type { Hash } from '../../../base/bytes.ts';
import { summaryOf, type BackupSummary } from '../../recovery/backup-summary.ts';
import { findLine } from '../../recovery/verify-copy.ts';
import { withScratch } from '../../recovery/with-scratch.ts';
import { missingKeysOf } from '../../recovery/restored-keys.ts';
import type { BackupHost } from './backup-host.ts';
import { destinationOf } from './host-destinations.ts';

interface Planned {
  readonly name: string;
  readonly size: number;
  readonly backup: Hash;
  readonly summary: BackupSummary;
  readonly isEncrypted: boolean;
}

/** What a restore into the host's directory would do, by the manifests alone, or by the cards of what is encrypted. @throws BACKUP_INVALID, BACKUP_BASE_MISSING, NOT_FOUND */
export async function planRestore(host: BackupHost, source: BackupSource): Promise<RestorePlan> {
  const planned = await plannedOf(host, source);
  const newest = planned.at(-1);
  if (newest === undefined) throw new QuantumLockError('INPUT_INVALID', 'nothing was named to be restored');
  const { chain_id, genesis, to } = newest.summary;
  const target = readTarget(host.dataDirectory);
  const { seen } = target;
  const lost = seen === null ? 0 : Math.max(0, seen.height - to.height);
  return {
    chain_id,
    genesis,
    backups: planned.map(({ name, backup, summary }) => ({
      backup,
      name,
      created_at: summary.created_at,
      from_height: summary.from_height,
      to_height: summary.to.height,
    })),
    is_encrypted: planned.some(({ isEncrypted }) => isEncrypted),
    size_bytes: planned.reduce((sum, { size }) => sum + size, 0),
    has_content: planned.some(({ summary }) => summary.has_content),
    height: to.height,
    head_hash: to.hash,
    present_height: target.height,
    blocks_lost: lost,
    needs_acceptance: lost > 0 || (seen?.height === to.height && seen.hash !== to.hash),
    missing_keys: [...(await missingKeysOf(host.dataDirectory, host.keyring))],
    problem: problemOf(() => assertMayRestore(host.dataDirectory, target, { chain_id, genesis })),
  };
}

async function plannedOf(host: BackupHost, source: BackupSource): Promise<readonly Planned[]> {
  if (source.from === 'destination') {
    const destination = await destinationOf(host, source.destination_id);
    const line = await findLine(destination, source.backup, host.dataDirectory);
    return line.map(({ name, size, backup, summary, card }) => ({
      name,
      size,
      backup,
      summary,
      isEncrypted: card !== null,
    }));
  }
  return withScratch(dirname(host.dataDirectory), async (scratch) => {
    const opened: OpenedBackup[] = [];
    try {
      for (const path of source.paths) opened.push(await openBackup(path, { keys: NO_KEYS, scratch }));
      return inOrder(opened).map(({ path, backup, signed: { manifest } }) => ({
        name: basename(path),
        size: manifest.parts.reduce((sum, { size }) => sum + size, 0),
        backup,
        summary: summaryOf(manifest),
        isEncrypted: false,
      }));
    } finally {
      for (const each of opened) await each.close();
    }
  });
}

function problemOf(check: () => void): RestorePlan['problem'] {
  try {
    check();
    return null;
  } catch (error) {
    if (error instanceof QuantumLockError) return error.toFailure();
    throw error;
  }
}
