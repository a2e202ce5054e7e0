import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeUtf8, encodeHex } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { UPDATE_DOWNLOAD_TIMEOUT_MS, UPDATE_MANIFEST_SIZE_BYTES_MAX, UPDATE_TIMEOUT_MS } from '../../base/limits.ts';
import { guardStorage } from '../data-directory/storage-errors.ts';
import { refused, type UpdateFile } from './update-manifest.ts';

/** Where updates are: the address of the signed manifest, whose files are beside it. @throws INPUT_INVALID */
export function feedUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isLoopback = url?.protocol === 'http:' && ['127.0.0.1', '[::1]'].includes(url.hostname);
  if (url === null || (url.protocol !== 'https:' && !isLoopback))
    throw new QuantumLockError('INPUT_INVALID', 'the feed of updates has no https address');
  return url;
}

/** The signed manifest, as it was answered. Nothing is told to the feed but that it is asked. @throws UPDATE_REFUSED, UPDATE_UNREACHABLE */
export async function fetchManifest(feed: URL, signal: AbortSignal): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of answered(feed, UPDATE_MANIFEST_SIZE_BYTES_MAX, timed(signal, UPDATE_TIMEOUT_MS)))
    parts.push(part);
  try {
    return decodeUtf8(Buffer.concat(parts));
  } catch (cause) {
    throw refused('the manifest of the update is damaged', cause);
  }
}

/**
 * Downloads a file of a manifest that was verified, and returns its path once all of it is on disk and has its size and digest. What
 * does not is not kept. A file of an earlier update is removed.
 * @throws UPDATE_REFUSED, UPDATE_UNREACHABLE, STORAGE_FULL, STORAGE_DENIED, STORAGE_FAILED
 */
export async function downloadUpdate(
  { name, size, sha256 }: UpdateFile,
  { feed, folder, signal }: { readonly feed: URL; readonly folder: string; readonly signal: AbortSignal },
): Promise<string> {
  const unfinished = join(folder, 'unfinished');
  const file = guardStorage(folder, () => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return openSync(unfinished, 'wx', 0o600);
  });
  const digest = createHash('sha256');
  let written = 0;
  try {
    for await (const part of answered(new URL(name, feed), size, timed(signal, UPDATE_DOWNLOAD_TIMEOUT_MS))) {
      guardStorage(folder, () => writeFileSync(file, part));
      digest.update(part);
      written += part.length;
    }
    guardStorage(folder, () => fsyncSync(file));
  } finally {
    closeSync(file);
    if (written !== size) rmSync(unfinished, { force: true });
  }
  if (written !== size) throw refused(`${name} has ${written} bytes, and its manifest says ${size}`);
  if (encodeHex(digest.digest()) !== sha256) {
    rmSync(unfinished, { force: true });
    throw refused(`${name} is another file than its manifest says`);
  }
  const path = join(folder, name);
  guardStorage(folder, () => renameSync(unfinished, path));
  return path;
}

function timed(signal: AbortSignal, timeoutMs: number): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
}

/** What is answered, in parts; not a byte beyond what is taken. */
async function* answered(
  url: URL,
  sizeBytesMax: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  let size = 0;
  try {
    const response = await fetch(url, { redirect: 'error', signal, credentials: 'omit' });
    if (response.status !== 200) throw new Error(`it answered ${response.status}`);
    const body: AsyncIterable<Uint8Array> | null = response.body;
    for await (const part of body ?? []) {
      size += part.length;
      if (size > sizeBytesMax) throw refused(`what ${url.host} answers is larger than it may be`);
      yield part;
    }
  } catch (cause) {
    if (cause instanceof QuantumLockError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new QuantumLockError('UPDATE_UNREACHABLE', `no update was taken from ${url.host}: ${reason}`, { cause });
  }
}
