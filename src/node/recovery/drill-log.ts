import { join } from 'node:path';
import { QuantumLockError } from '../../base/errors.ts';
import { appendLines, readLines } from '../data-directory/durable-files.ts';
import { decodeDrill, drillHash, encodeDrill, type SignedDrill } from './drill-statement.ts';

/** `<data>/drills.log`: the signed statement of each rehearsal, a line of canonical JSON each, oldest first. */
export const DRILL_LOG = 'drills.log';

/** @throws STORAGE_FULL, STORAGE_DENIED, STORAGE_READ_ONLY, STORAGE_FAILED */
export function recordDrill(dataDirectory: string, drill: SignedDrill): void {
  appendLines(join(dataDirectory, DRILL_LOG), [encodeDrill(drill).trimEnd()]);
}

/** Newest first. A line that a full disk or a stop cut short is none. @throws STORAGE_DENIED, STORAGE_FAILED */
export function readDrills(dataDirectory: string): readonly SignedDrill[] {
  return readLines(join(dataDirectory, DRILL_LOG))
    .filter((line) => line !== '')
    .flatMap((line) => {
      try {
        return [decodeDrill(`${line}\n`)];
      } catch (error) {
        if (error instanceof QuantumLockError && error.code === 'DOCUMENT_INVALID') return [];
        throw error;
      }
    })
    .toReversed();
}

/** @throws NOT_FOUND */
export function findDrill(dataDirectory: string, drill: string): SignedDrill {
  const found = readDrills(dataDirectory).find(({ statement }) => drillHash(statement) === drill);
  if (found === undefined) throw new QuantumLockError('NOT_FOUND', `there is no statement of the rehearsal ${drill}`);
  return found;
}
