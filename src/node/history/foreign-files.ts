import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { QuantumLockError } from '../../base/errors.ts';
import { isConfigForeign, recordConfig } from '../data-directory/config-record.ts';
import { dataPaths } from '../data-directory/data-paths.ts';
import { CONSOLE_LOCK, NODE_LOCK } from '../data-directory/data-lock.ts';
import { assertHoldsNothing } from '../storage/database.ts';
import { findShrunk } from './grown-files.ts';
import { readHeadRecord } from './head-record.ts';

/** A file that is not as this program left it. */
export interface ForeignFile {
  readonly place: string;
  readonly message: string;
}

/**
 * What is next to the chain and describes it: logs that were cut or changed, and a configuration that this program did
 * not write.
 */
export function foreignFiles(dataDirectory: string): readonly ForeignFile[] {
  const { chain, config } = dataPaths(dataDirectory);
  const record = readHeadRecord(chain);
  const shrunk = typeof record === 'string' ? [] : findShrunk(dataDirectory, record.grown);
  const files: ForeignFile[] = shrunk.map((place) => ({
    place,
    message: 'lost or changed earlier content: this program only ever adds to it',
  }));
  if (isConfigForeign(dataDirectory, readFileSync(config, 'utf8')))
    files.push({ place: 'node.json', message: 'is not the configuration that this program wrote last' });
  return [...files, ...[NODE_LOCK, CONSOLE_LOCK].flatMap((name) => lockFault(dataDirectory, name))];
}

/** Nothing is kept in a lock; one that a running process holds is not looked at. */
function lockFault(dataDirectory: string, name: string): readonly ForeignFile[] {
  try {
    assertHoldsNothing(join(dataDirectory, name));
    return [];
  } catch (error) {
    if (!(error instanceof QuantumLockError) || error.code !== 'STORAGE_CORRUPT') throw error;
    return [{ place: name, message: 'is not empty, but a lock file always is' }];
  }
}

/** From now on the configuration is the one that is there: that another program wrote it is reported. */
export function acceptConfig(dataDirectory: string): void {
  recordConfig(dataDirectory, readFileSync(dataPaths(dataDirectory).config, 'utf8'));
}
