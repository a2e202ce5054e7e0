import { readFileSync } from 'node:fs';
import { isConfigForeign, recordConfig } from '../config-record.ts';
import { dataPaths } from '../data-directory.ts';
import { findShrunk } from './grown-files.ts';
import { readHeadRecord } from './head-record.ts';

/** A file that is not as this program left it. */
export interface ForeignFile {
  readonly place: string;
  readonly message: string;
}

/** What stands beside the chain and tells of it: logs that were cut or changed, and a configuration that this program did not write. */
export function foreignFiles(dataDirectory: string): readonly ForeignFile[] {
  const { chain, config } = dataPaths(dataDirectory);
  const record = readHeadRecord(chain);
  const shrunk = typeof record === 'string' ? [] : findShrunk(dataDirectory, record.grown);
  const files = shrunk.map((place) => ({
    place,
    message: 'lacks what stood in it, or has it otherwise: it is only ever added to',
  }));
  return isConfigForeign(dataDirectory, readFileSync(config, 'utf8'))
    ? [...files, { place: 'node.json', message: 'is not the configuration that this program wrote last' }]
    : files;
}

/** From now on the configuration is the one that is there: that it was another's is told. */
export function acceptConfig(dataDirectory: string): void {
  recordConfig(dataDirectory, readFileSync(dataPaths(dataDirectory).config, 'utf8'));
}
