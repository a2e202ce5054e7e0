import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import {
  backupSchedule,
  newDestination,
  type BackupSchedule,
  type NewDestination,
} from '../../api/operator/backups.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { parseStrictJson } from '../../base/strict-json.ts';
import { readText, replaceFile } from '../data-directory/durable-files.ts';

/** `<data>/backups.json`: where backups go, and when. No secret is in it. */
export const RECOVERY_CONFIG = 'backups.json';
const DESTINATIONS_MAX = 16;

const keptDestination = z.strictObject({ id: z.string(), destination: newDestination });
const configSchema = z.strictObject({
  version: z.literal(1),
  destinations: z.array(keptDestination).max(DESTINATIONS_MAX),
  schedule: backupSchedule.nullable(),
  /** When the schedule was set: the first backup is due at once, the first rehearsal after its interval. */
  scheduled_at: z.int().nullable(),
});
export type RecoveryConfig = z.infer<typeof configSchema>;
export type KeptDestination = z.infer<typeof keptDestination>;

const NONE: RecoveryConfig = { version: 1, destinations: [], schedule: null, scheduled_at: null };

/** @throws STORAGE_CORRUPT, STORAGE_DENIED, STORAGE_FAILED */
export function readRecoveryConfig(dataDirectory: string): RecoveryConfig {
  const path = join(dataDirectory, RECOVERY_CONFIG);
  const text = readText(path);
  if (text === null) return NONE;
  try {
    return configSchema.parse(parseStrictJson(text));
  } catch (cause) {
    throw new QuantumLockError(
      'STORAGE_CORRUPT',
      `${path} cannot be used: ${cause instanceof Error ? cause.message.slice(0, 200) : ''}`,
      {
        cause,
        advice: 'Correct it, or move it away and set the destinations and the schedule again.',
      },
    );
  }
}

function writeRecoveryConfig(dataDirectory: string, config: RecoveryConfig): void {
  replaceFile(join(dataDirectory, RECOVERY_CONFIG), `${JSON.stringify(config, null, 2)}\n`);
}

/** @throws INPUT_INVALID, LIMIT_EXCEEDED, STORAGE_FULL, STORAGE_FAILED */
export function addDestination(dataDirectory: string, destination: NewDestination): KeptDestination {
  const config = readRecoveryConfig(dataDirectory);
  assertUsable(destination);
  if (config.destinations.some((kept) => kept.destination.name === destination.name))
    throw new QuantumLockError('INPUT_INVALID', `there is a destination ${JSON.stringify(destination.name)} already`);
  if (config.destinations.length >= DESTINATIONS_MAX)
    throw new QuantumLockError('LIMIT_EXCEEDED', `there are ${DESTINATIONS_MAX} destinations already`);
  const kept = { id: `destination-${randomBytes(6).toString('hex')}`, destination };
  writeRecoveryConfig(dataDirectory, { ...config, destinations: [...config.destinations, kept] });
  return kept;
}

/** Keys and content are not sent where anybody on the way can read them. */
function assertUsable(destination: NewDestination): void {
  if (destination.kind !== 's3') return;
  const { protocol, hostname } = new URL(destination.endpoint);
  const isHere = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  if (protocol === 'https:' || (protocol === 'http:' && isHere)) return;
  throw new QuantumLockError('INPUT_INVALID', `${destination.endpoint} is not an https address`, {
    advice: 'Plain http is taken on this machine alone.',
  });
}

/** @throws NOT_FOUND, STORAGE_FULL, STORAGE_FAILED */
export function removeDestination(dataDirectory: string, id: string): void {
  const config = readRecoveryConfig(dataDirectory);
  const destinations = config.destinations.filter((kept) => kept.id !== id);
  if (destinations.length === config.destinations.length) throw noSuchDestination(id);
  writeRecoveryConfig(dataDirectory, { ...config, destinations });
}

export function noSuchDestination(id: string): QuantumLockError {
  return new QuantumLockError('NOT_FOUND', `there is no destination ${JSON.stringify(id.slice(0, 100))}`);
}

/** @throws STORAGE_FULL, STORAGE_FAILED */
export function setSchedule(dataDirectory: string, schedule: BackupSchedule | null, now: number): void {
  const config = readRecoveryConfig(dataDirectory);
  writeRecoveryConfig(dataDirectory, { ...config, schedule, scheduled_at: schedule === null ? null : now });
}
