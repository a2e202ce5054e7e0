import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { onTestFinished } from 'vitest';

import { BlobStore } from '../../../src/node/blobs/blob-store.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';

/** A store that is closed before its directory goes. */
export function temporaryStore(options: { readonly directory?: string; readonly packSizeMax?: number } = {}): {
  store: BlobStore;
  directory: string;
} {
  const directory = options.directory ?? join(temporaryDirectory(), 'blobs');
  const { packSizeMax } = options;
  const store = new BlobStore({ directory, ...(packSizeMax === undefined ? {} : { packSizeMax }) });
  onTestFinished(() => store.close());
  return { store, directory };
}

export type Files = Readonly<Record<string, string | Uint8Array>>;

/** Writes files below a directory, a new one where none is given. */
export function writeFiles(files: Files, directory: string = temporaryDirectory()): string {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  return directory;
}

/** Bytes that are the same at every run and compress to nothing: a xorshift of the seed. */
export function noise(sizeBytes: number, seed: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(sizeBytes / 4));
  let state = seed * 2_654_435_761 + 1;
  for (let index = 0; index < words.length; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[index] = state;
  }
  return new Uint8Array(words.buffer).slice(0, sizeBytes);
}

/** QL_SOAK=1 asks for full-size counts. */
export const soak: boolean = process.env['QL_SOAK'] === '1';

export const MEBIBYTE = 1024 * 1024;
