import { decodeUtf8 } from '../../base/bytes.ts';
import { isRecordKey, type EnvironmentRecord, type GreenVersion } from '../../ledger/state/records.ts';
import type { ChainReader } from '../storage/chain-reader.ts';
import type { StoredBlock } from '../storage/stored-block.ts';

export interface GreenRecord extends EnvironmentRecord {
  readonly env_id: string;
  readonly green: GreenVersion;
}

/**
 * Every environment that is asked for and has a Green version in the state of a block, by id: none is left out, as the tree is walked whole, each page
 * and value checked against the root. @throws STORAGE_CORRUPT
 */
export function greenRecords(
  { tree }: Pick<ChainReader, 'tree'>,
  { environments }: StoredBlock['roots'],
  isAsked: (envId: string) => boolean = () => true,
): readonly GreenRecord[] {
  const found: GreenRecord[] = [];
  tree.walk(environments, ({ key, value }) => {
    if (!isRecordKey(key) || !isAsked(key)) return true;
    const record = JSON.parse(decodeUtf8(value)) as EnvironmentRecord;
    const { green } = record;
    if (green !== null) found.push({ ...record, env_id: key, green });
    return true;
  });
  return found.sort((left, right) => (left.env_id < right.env_id ? -1 : 1));
}
