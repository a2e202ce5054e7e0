import type { JsonObject } from '../../base/canonical.ts';
import { bindPayload, environmentsOf } from '../../ledger/actions/bind-payload.ts';
import type { EnvironmentRecord } from '../../ledger/state/records.ts';
import type { ContractClient } from '../session.ts';

/** The payload with the versions that it rests on, as they are now, where it does not name them itself. */
export async function boundPayload(client: ContractClient, action: string, payload: JsonObject): Promise<JsonObject> {
  const records = new Map<string, EnvironmentRecord>();
  for (const envId of environmentsOf(payload)) {
    const { value } = await client.chain.state({ namespace: 'environments', key: envId });
    if (value !== null) records.set(envId, value as unknown as EnvironmentRecord);
  }
  return bindPayload(action, payload, (envId) => records.get(envId));
}
