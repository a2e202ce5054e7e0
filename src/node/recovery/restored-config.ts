import type { JsonObject } from '../../base/canonical.ts';
import { newNodeConfig, writeNodeConfig } from '../data-directory/node-config.ts';
import { z } from 'zod';
import { invalidBackup } from './backup-format.ts';

/** What a backup keeps of node.json: whose node it was. Folders are of the machine that it was made on. */
const schema = z.object({
  validator: z.object({ validator_id: z.string(), key_id: z.string() }),
  acting_key_id: z.string(),
});

/** @throws BACKUP_INVALID, STORAGE_FULL, STORAGE_FAILED */
export function writeRestoredConfig(dataDirectory: string, node: JsonObject, chainId: string): void {
  const parsed = schema.safeParse(node);
  if (!parsed.success) throw invalidBackup('manifest', 'holds no configuration of a node');
  const { validator, acting_key_id } = parsed.data;
  writeNodeConfig(
    dataDirectory,
    newNodeConfig({
      chain_id: chainId,
      validator: { validator_id: validator.validator_id, key_id: validator.key_id },
      acting_key_id,
    }),
  );
}
