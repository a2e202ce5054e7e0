import type { Command } from 'commander';
import type { JsonObject } from '../../base/canonical.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { jsonObject } from './arguments.ts';

/** Options for the metadata of an environment: each adds to what there is. */
export interface MetadataOptions {
  readonly name?: string;
  readonly description?: string;
  readonly metadata?: JsonObject;
  readonly removeMetadata?: readonly string[];
}

export function withMetadata(command: Command): Command {
  return command
    .option('--name <NAME>', 'metadata: its name')
    .option('--description <TEXT>', 'metadata: what it is')
    .option('--metadata <JSON|@FILE>', 'metadata as a JSON object; integers only, fractions as strings', jsonObject);
}

export function withRemoval(command: Command): Command {
  return command.option('--remove-metadata <KEY...>', 'metadata keys to leave out of the new version');
}

/** @throws INPUT_INVALID where a key to remove does not exist, or is also given a value */
export function metadataOf(options: MetadataOptions, base: JsonObject = {}): JsonObject {
  const removed = options.removeMetadata ?? [];
  const given = {
    ...options.metadata,
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.description === undefined ? {} : { description: options.description }),
  };
  for (const key of removed)
    if (!Object.hasOwn(base, key) || Object.hasOwn(given, key))
      throw new QuantumLockError(
        'INPUT_INVALID',
        Object.hasOwn(given, key) ? `"${key}" is both set and removed` : `the metadata has no "${key}" to remove`,
        { advice: 'See the metadata with dm env show.' },
      );
  const kept = Object.entries(base).filter(([key]) => !removed.includes(key));
  return { ...Object.fromEntries(kept), ...given };
}
