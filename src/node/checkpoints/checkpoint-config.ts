import { join } from 'node:path';
import { z } from 'zod';
import { QuantumLockError } from '../../base/errors.ts';
import { CHECKPOINT_KEYS_HELD_MAX } from '../../base/limits.ts';
import { parseStrictJson } from '../../base/strict-json.ts';
import { decodeWitnessPolicy } from '../../ledger/checkpoints/witness-policy.ts';
import { readText, replaceFile } from '../data-directory/durable-files.ts';

/** `<data>/checkpoints.json`: with which keys of this machine checkpoints are signed, and whom they are shown to. No secret is in it. */
const FILE = 'checkpoints.json';

const configSchema = z.strictObject({
  version: z.literal(1),
  /** Ids of keys; the newest last. The chain says which one signs. */
  key_ids: z.array(z.string()).max(CHECKPOINT_KEYS_HELD_MAX),
  witnesses: z
    .strictObject({
      /** A policy file (c2sp.org/tlog-policy) as it was given. */
      policy: z.string(),
      within_ms: z.int().min(1),
      /** When it was set: the time counts from then on at the earliest. */
      set_at: z.int(),
    })
    .nullable(),
});
export type CheckpointConfig = z.infer<typeof configSchema>;

const NONE: CheckpointConfig = { version: 1, key_ids: [], witnesses: null };

/** @throws STORAGE_CORRUPT, STORAGE_DENIED, STORAGE_FAILED */
export function readCheckpointConfig(dataDirectory: string): CheckpointConfig {
  const path = join(dataDirectory, FILE);
  const text = readText(path);
  if (text === null) return NONE;
  try {
    const config = configSchema.parse(parseStrictJson(text));
    if (config.witnesses !== null) decodeWitnessPolicy(config.witnesses.policy);
    return config;
  } catch (cause) {
    throw new QuantumLockError(
      'STORAGE_CORRUPT',
      `${path} cannot be used: ${cause instanceof Error ? cause.message.slice(0, 200) : ''}`,
      {
        cause,
        advice: 'Correct it, or move it away and set the key and the witnesses again: dm checkpoint --help.',
      },
    );
  }
}

/** @throws STORAGE_FULL, STORAGE_DENIED, STORAGE_READ_ONLY, STORAGE_FAILED */
function writeCheckpointConfig(dataDirectory: string, config: CheckpointConfig): void {
  replaceFile(join(dataDirectory, FILE), `${JSON.stringify(config, null, 2)}\n`);
}

/** Names a key that the chain may name next. The oldest goes where there are too many. */
export function addCheckpointKeyId(dataDirectory: string, keyId: string): void {
  const config = readCheckpointConfig(dataDirectory);
  const others = config.key_ids.filter((id) => id !== keyId);
  const key_ids = [...others, keyId].slice(-CHECKPOINT_KEYS_HELD_MAX);
  writeCheckpointConfig(dataDirectory, { ...config, key_ids });
}

/** Null asks no witnesses any more. @throws DOCUMENT_INVALID */
export function setWitnesses(dataDirectory: string, witnesses: CheckpointConfig['witnesses']): void {
  if (witnesses !== null) decodeWitnessPolicy(witnesses.policy);
  writeCheckpointConfig(dataDirectory, { ...readCheckpointConfig(dataDirectory), witnesses });
}
