import { constants } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { QuantumLockError } from '../base/errors.ts';

// Windows has no such flags, and no such files.
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

/**
 * All bytes of a regular file that a page names, up to a limit, read on another thread: a pipe, a terminal or a device is
 * refused before a byte of it is asked for, so that nothing can hold up the host.
 * @throws INPUT_INVALID where it is not there, may not be read, or is no regular file; LIMIT_EXCEEDED
 */
export async function readRegularFile(path: string, sizeBytesMax: number): Promise<Uint8Array> {
  try {
    // Opening a device may already do something.
    if (!(await stat(path)).isFile()) throw notRegular(path);
    const file = await open(path, FLAGS);
    try {
      if (!(await file.stat()).isFile()) throw notRegular(path);
      return await readUpTo(file, path, sizeBytesMax);
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof QuantumLockError) throw cause;
    throw new QuantumLockError('INPUT_INVALID', `${path} cannot be read`, { cause });
  }
}

async function readUpTo(file: FileHandle, path: string, sizeBytesMax: number): Promise<Uint8Array> {
  const bytes = Buffer.alloc(sizeBytesMax + 1);
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, filled);
    if (bytesRead === 0) return bytes.subarray(0, filled);
    filled += bytesRead;
  }
  throw new QuantumLockError('LIMIT_EXCEEDED', `${path} is larger than ${sizeBytesMax} bytes`);
}

function notRegular(path: string): QuantumLockError {
  return new QuantumLockError('INPUT_INVALID', `${path} is not a regular file`);
}
