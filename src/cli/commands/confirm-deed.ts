import type { z } from 'zod';
import { QuantumLockError } from '../../base/errors.ts';
import type { Secrets } from '../../node/host/asked-secrets.ts';
import { backupSettingDeed, type BackupSettingInput } from '../../node/host/backups/backup-settings.ts';
import { readNodeConfig } from '../../node/data-directory/node-config.ts';
import type { CommandContext } from '../context.ts';
import { askYes } from '../governance/ask-yes.ts';

/**
 * Does at the terminal what the console's page would ask for: the person reads the same sentence and warnings, and answers here. A node
 * that runs follows it. Returns the sentence.
 * @throws SIGNING_REFUSED, NOT_FOUND, INPUT_INVALID, LIMIT_EXCEEDED, STORAGE_FULL, STORAGE_FAILED
 */
export async function confirmDeed(
  { dataDirectory, keyring, output }: CommandContext,
  input: BackupSettingInput,
  { yes, secrets = {} }: { readonly yes: boolean; readonly secrets?: Secrets },
): Promise<string> {
  readNodeConfig(dataDirectory);
  const place = { dataDirectory, keyring, options: { now: Date.now } };
  const { described, perform } = backupSettingDeed(place, input);
  output.note(described.sentence);
  for (const warning of described.warnings) output.note(`Note: ${warning}`);
  await askYes(output, 'Do it?', { yes });
  await perform(secrets);
  return described.sentence;
}

/** As the contract decodes it. @throws USAGE with what does not fit */
export function decodeInput<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new QuantumLockError('USAGE', `${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? ''}`);
}
