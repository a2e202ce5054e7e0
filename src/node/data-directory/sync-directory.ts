import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Makes a new entry or a rename in the directory durable. Windows has no such call, and does it on its own. */
export function syncDirectory(directory: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(directory, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
