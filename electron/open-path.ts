import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';

import type { OpenedThing } from '../src/api/operator/opened.ts';
import { QuantumLockError } from '../src/base/errors.ts';
import { OPENED_FILE_SIZE_BYTES_MAX } from '../src/base/limits.ts';
import { guardStorage } from '../src/node/data-directory/storage-errors.ts';
import { recogniseSource } from '../src/node/inspection/source-kind.ts';
import type { Dialog } from './electron-api.ts';
import { showRefusal } from './refusal.ts';

export interface PathOpeners {
  /** Of a backup, an exported chain or a data directory: a window of its own. */
  readonly inspect: (path: string) => void;
  /** Of anything else: the page looks what it is. */
  readonly hand: (file: Extract<OpenedThing, { readonly kind: 'file' }>) => void;
  readonly dialog: Dialog;
  readonly log: (line: string) => void;
}

/** Opens what the person opens with this application where it belongs, by what is in it; what cannot be opened is told. */
export function openPath(path: string, { inspect, hand, dialog, log }: PathOpeners): void {
  try {
    if (isChain(path)) inspect(path);
    else hand({ kind: 'file', name: basename(path), content: readWhole(path).toString('base64') });
  } catch (error) {
    log(`${path} is not opened: ${error instanceof Error ? error.message : String(error)}`);
    showRefusal(dialog, { title: `${basename(path)} cannot be opened`, error });
  }
}

/** Opens a path that a page says was dropped on it. Only where a whole chain is there: anything else the page was given itself. */
export function openDropped(path: string, inspect: PathOpeners['inspect']): void {
  try {
    if (isChain(path)) inspect(path);
  } catch {
    // The page has the file, and says what is wrong with it.
  }
}

/** @throws INPUT_INVALID where nothing is there, STORAGE_DENIED */
function isChain(path: string): boolean {
  try {
    recogniseSource(path);
    return true;
  } catch (error) {
    // A directory without a chain is refused in those words.
    if (error instanceof QuantumLockError && error.code === 'FILE_UNKNOWN' && statSync(path).isFile()) return false;
    throw error;
  }
}

/** @throws LIMIT_EXCEEDED, STORAGE_DENIED, STORAGE_FAILED */
function readWhole(path: string): Buffer {
  if (statSync(path).size > OPENED_FILE_SIZE_BYTES_MAX)
    throw new QuantumLockError(
      'LIMIT_EXCEEDED',
      `${basename(path)} is larger than ${OPENED_FILE_SIZE_BYTES_MAX} bytes`,
      {
        advice: 'Drop it on the window of the console: the page reads large files itself.',
      },
    );
  return guardStorage(path, () => readFileSync(path));
}
