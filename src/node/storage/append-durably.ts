import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { storageError } from './database.ts';

/** Adds a line to a file, and waits for the disk. @throws STORAGE_FULL, STORAGE_DENIED, STORAGE_READ_ONLY, STORAGE_FAILED */
export function appendDurably(path: string, line: string): void {
  writeDurably(path, 'a', `${line}\n`);
}

/** `w`: as the whole of it. */
export function writeDurably(path: string, flags: 'a' | 'w', text: string): void {
  try {
    const file = openSync(path, flags, 0o600);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw storageError(path, error);
  }
}
