import { randomBytes } from 'node:crypto';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { QuantumLockError, systemCodeOf } from '../../../base/errors.ts';
import { readRange } from '../../data-directory/read-range.ts';
import { storageError } from '../../data-directory/storage-errors.ts';
import { syncDirectory } from '../../data-directory/sync-directory.ts';
import { BACKUP_NAME, type Destination, type StoredFile } from './destination.ts';

/** A folder, or what is mounted there. It is never made: a mount that is not there would be a folder of this disk. */
export function folderDestination({ id, path }: { readonly id: string; readonly path: string }): Destination {
  const failed = (error: unknown): Error => failureAt(path, error);
  return {
    id,
    place: path,
    async list(): Promise<readonly StoredFile[]> {
      try {
        const names = (await readdir(path)).filter((name) => BACKUP_NAME.test(name));
        return await Promise.all(names.map(async (name) => ({ name, size: (await stat(join(path, name))).size })));
      } catch (error) {
        throw failed(error);
      }
    },
    async put(from, name, signal) {
      const temporary = join(path, `${name}.${randomBytes(6).toString('hex')}.new`);
      try {
        await pipeline(
          createReadStream(from),
          createWriteStream(temporary, { flags: 'wx', mode: 0o600, flush: true }),
          ...(signal === undefined ? [] : [{ signal }]),
        );
        await rename(temporary, join(path, name));
        syncDirectory(path);
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => undefined);
        if (signal?.aborted === true) throw new QuantumLockError('CANCELLED', 'it was stopped', { cause: error });
        throw failed(error);
      }
    },
    async read(name, range) {
      try {
        const file = await open(join(path, name), 'r');
        try {
          return await readRange(file, range);
        } finally {
          await file.close();
        }
      } catch (error) {
        throw failed(error);
      }
    },
    async remove(name) {
      await rm(join(path, name)).catch((error: unknown) => {
        throw failed(error);
      });
    },
  };
}

function failureAt(path: string, error: unknown): Error {
  if (systemCodeOf(error) === 'ENOENT')
    return new QuantumLockError('DESTINATION_FAILED', `${path} is not there, or the file in it is not`, {
      cause: error,
    });
  return storageError(path, error);
}
