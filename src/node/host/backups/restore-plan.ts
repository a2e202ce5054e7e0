import { basename } from 'node:path';
import type { BackupSource, RestorePlan } from '../../../api/operator/backups.ts';
import { QuantumLockError } from '../../../base/errors.ts';
import { readTarget, assertMayRestore } from '../../recovery/restore-target.ts';
import { NO_KEYS } from '../../recovery/encryption.ts';
import { inOrder } from '../../recovery/extract-backup.ts';
import { isEncryptedBackup, openBackup } from '../../recovery/open-backup.ts';
import type { OpenedBackup } from '../../recovery/opened-backup.ts';
import { manifestHash, type BackupManifest } from '../../recovery/backup-format.ts';
import { withScratch } from '../../recovery/private-scratch.ts';
import { findLine } from '../../recovery/verify-copy.ts';
import { missingKeysOf } from '../../recovery/restored-keys.ts';
import type { BackupHost } from './backup-host.ts';
import { destinationOf } from './host-destinations.ts';

interface Planned {
  readonly name: string;
  readonly size: number;
  readonly manifest: BackupManifest;
}

/** What a restore into the host's directory would do, by the manifests alone. @throws BACKUP_INVALID, BACKUP_BASE_MISSING, NOT_FOUND */
export async function planRestore(host: BackupHost, source: BackupSource): Promise<RestorePlan> {
  const planned = await manifestsOf(host, source);
  const newest = planned.at(-1);
  if (newest === undefined) throw new QuantumLockError('INPUT_INVALID', 'nothing was named to be restored');
  const { chain_id, genesis, to } = newest.manifest;
  const target = readTarget(host.dataDirectory);
  const seen = Math.max(target.height ?? -1, target.seenHeight ?? -1);
  return {
    chain_id,
    genesis,
    backups: planned.map(({ name, manifest }) => ({
      backup: manifestHash(manifest),
      name,
      created_at: manifest.created_at,
      from_height: manifest.from === null ? 0 : manifest.from.height + 1,
      to_height: manifest.to.height,
    })),
    size_bytes: planned.reduce((sum, { size }) => sum + size, 0),
    has_content: planned.some(({ manifest }) => manifest.content !== null),
    is_encrypted: source.from === 'files' && source.paths.some(isEncryptedBackup),
    height: to.height,
    head_hash: to.hash,
    present_height: target.height,
    blocks_lost: Math.max(0, seen - to.height),
    needs_acceptance: seen > to.height || (seen === to.height && target.hashAt(seen) !== to.hash),
    missing_keys: [...(await missingKeysOf(host.dataDirectory, host.keyring))],
    problem: problemOf(() => assertMayRestore(host.dataDirectory, target, { chain_id, genesis })),
  };
}

async function manifestsOf(host: BackupHost, source: BackupSource): Promise<readonly Planned[]> {
  if (source.from === 'destination') return findLine(await destinationOf(host, source.destination_id), source.backup);
  return withScratch(host.dataDirectory, async (scratch) => {
    const opened: OpenedBackup[] = [];
    try {
      for (const path of source.paths) opened.push(await openBackup(path, { keys: NO_KEYS, scratch }));
      return inOrder(opened).map(({ path, signed: { manifest } }) => ({
        name: basename(path),
        size: manifest.parts.reduce((sum, { size }) => sum + size, 0),
        manifest,
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
    if (!(error instanceof QuantumLockError)) throw error;
    const { code, message, advice } = error;
    return { code, message, advice };
  }
}
