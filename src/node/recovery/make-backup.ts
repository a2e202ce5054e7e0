import { withBackupThread } from './backup-thread.ts';
import type { SignManifest } from './backup-format.ts';
import type { WrittenFile } from './backup-sink.ts';
import type { EncryptRequest } from './encrypt-backup.ts';
import type { BackupFollower, BackupRequest, MadeBackup } from './write-backup.ts';

/**
 * Makes one backup, on a thread of its own, beside whatever runs. It is in its place when this resolves; else nothing is.
 * @throws as {@link BackupWriter.begin} and what signing throws
 */
export function makeBackup(
  request: BackupRequest,
  { sign, ...follower }: BackupFollower & { readonly sign: SignManifest },
): Promise<MadeBackup> {
  return withBackupThread(follower, async (remote, signal) => {
    const manifest = await remote.begin(request, signal);
    return remote.finish(await sign(manifest));
  });
}

/** As {@link encryptBackup}, on a thread of its own: encrypting takes a processor for as long as it lasts. */
export function encryptOnThread(request: EncryptRequest, follower: BackupFollower): Promise<WrittenFile> {
  return withBackupThread(follower, (remote, signal) => remote.encrypt(request, signal));
}
