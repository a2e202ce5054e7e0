import type { EnvironmentView } from '../../api/chain/environments.ts';
import type { Hash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import type { ContractClient } from '../session.ts';
import { notGreenWords } from './green-text.ts';

/** What Blue or Green is. @throws NOT_FOUND */
export function versionIn(
  record: EnvironmentView,
  zone: 'blue' | 'green',
): { readonly version: number; readonly state_hash: Hash } {
  const version = zone === 'green' ? record.green : record.blue;
  if (version !== null) return version;
  throw new QuantumLockError('NOT_FOUND', `${record.env_id} ${notGreenWords(record)}`, {
    advice: 'Take its Blue version: --zone blue, --version blue or --from blue.',
  });
}

/** A version by its zone or its number. @throws USAGE, NOT_FOUND */
export async function findVersion(
  client: ContractClient,
  id: string,
  name: string,
): Promise<{ readonly version: number; readonly state_hash: Hash }> {
  const record = await client.chain.environment({ env_id: id });
  if (name === 'blue' || name === 'green') return versionIn(record, name);
  if (!/^[1-9]\d{0,9}$/.test(name))
    throw new QuantumLockError('USAGE', `"${name}" is not a version: name blue, green or a number`);
  const version = Number(name);
  if (record.blue.version === version) return record.blue;
  const { nodes } = await client.chain.lineage({ env_id: id });
  const found = nodes.findLast((node) => node.lane === 'blue' && node.version === version && node.state_hash !== null);
  if (found?.state_hash === undefined || found.state_hash === null)
    throw new QuantumLockError('NOT_FOUND', `${id} has no version ${version} in its newest history`);
  return { version, state_hash: found.state_hash };
}
