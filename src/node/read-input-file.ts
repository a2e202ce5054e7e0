import { closeSync, constants, openSync, readSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { decodeUtf8 } from '../base/bytes.ts';
import { QuantumLockError, systemCodeOf } from '../base/errors.ts';
import { readRange } from './data-directory/read-range.ts';

/** What editors of other systems put before text in UTF-8. */
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const STANDARD_INPUT = 0;
/** Its names where it is not opened again: a socket cannot be, and what was read of a pipe is gone. */
const STANDARD_INPUT_NAMES: ReadonlySet<string> = new Set(['-', '/dev/stdin', '/dev/fd/0', '/proc/self/fd/0']);

/**
 * All bytes of a file that somebody names but a byte-order mark, up to a limit; a pipe is read to its end. `-` is
 * standard input.
 * @throws INPUT_INVALID where there is none, it is a folder, or may not be read; LIMIT_EXCEEDED
 */
export function readInputFile(path: string, sizeBytesMax: number): Uint8Array {
  const isStandard = STANDARD_INPUT_NAMES.has(path);
  const name = isStandard ? 'standard input' : path;
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    const file = isStandard ? STANDARD_INPUT : openSync(path, 'r');
    try {
      const buffer = Buffer.alloc(64 * 1024);
      for (let read = readSync(file, buffer); read > 0 && size <= sizeBytesMax; read = readSync(file, buffer)) {
        chunks.push(Buffer.from(buffer.subarray(0, read)));
        size += read;
      }
    } finally {
      if (file !== STANDARD_INPUT) closeSync(file);
    }
  } catch (cause) {
    throw new QuantumLockError('INPUT_INVALID', whyUnread(name, cause), { cause });
  }
  return asInput(Buffer.concat(chunks), { name, sizeBytesMax });
}

// Windows has no such flags, and no such files.
const REGULAR_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

/**
 * As {@link readInputFile}, for a file that a page names: on another thread, and of a regular file alone. A pipe, a terminal
 * or a device is refused before a byte of it is asked for, so that nothing can hold up the host.
 * @throws INPUT_INVALID, LIMIT_EXCEEDED
 */
export async function readRegularFile(path: string, sizeBytesMax: number): Promise<Uint8Array> {
  try {
    // Opening a device may already do something.
    if (!(await stat(path)).isFile()) throw notRegular(path);
    const file = await open(path, REGULAR_FLAGS);
    try {
      if (!(await file.stat()).isFile()) throw notRegular(path);
      return asInput(await readRange(file, { begin: 0, end: sizeBytesMax + 1 }), { name: path, sizeBytesMax });
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof QuantumLockError) throw cause;
    throw new QuantumLockError('INPUT_INVALID', whyUnread(path, cause), { cause });
  }
}

function notRegular(path: string): QuantumLockError {
  return new QuantumLockError('INPUT_INVALID', `${path} is not a regular file`);
}

/** @throws LIMIT_EXCEEDED */
function asInput(
  bytes: Buffer,
  { name, sizeBytesMax }: { readonly name: string; readonly sizeBytesMax: number },
): Uint8Array {
  if (bytes.length > sizeBytesMax)
    throw new QuantumLockError('LIMIT_EXCEEDED', `${name} is larger than ${sizeBytesMax} bytes`);
  return bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)
    ? bytes.subarray(BYTE_ORDER_MARK.length)
    : bytes;
}

/** As {@link readInputFile}, as text in UTF-8. */
export function readInputText(path: string, sizeBytesMax: number): string {
  const bytes = readInputFile(path, sizeBytesMax);
  try {
    return decodeUtf8(bytes);
  } catch (cause) {
    throw new QuantumLockError('INPUT_INVALID', `${path} is not text in UTF-8`, { cause });
  }
}

function whyUnread(name: string, cause: unknown): string {
  const code = systemCodeOf(cause);
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `there is no file ${name}`;
    case 'EISDIR':
      return `${name} is a folder, not a file`;
    case 'EACCES':
    case 'EPERM':
      return `${name} may not be read: permission denied`;
    default:
      return `${name} cannot be read${typeof code === 'string' ? `: ${code}` : ''}`;
  }
}
