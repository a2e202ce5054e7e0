import { join } from 'node:path';
import { z } from 'zod';
import { QuantumLockError } from '../../base/errors.ts';
import { parseStrictJson } from '../../base/strict-json.ts';
import { readText, replaceFile } from '../data-directory/durable-files.ts';
import { callKeychain, KEYCHAIN_SERVICE, type Keychain } from '../keys/keychain.ts';
import type { S3Keys } from './destinations/s3.ts';

/**
 * The access keys of a store: in the OS keychain where there is one, else in a file of the data directory that its owner
 * alone can read; from the environment where that names them. Never in a configuration, a log or an answer.
 */
const FILE = 'destination-keys.json';

const keysSchema = z.strictObject({ accessKeyId: z.string().min(1), secretAccessKey: z.string().min(1) });
const fileSchema = z.record(z.string(), keysSchema);

const accountOf = (id: string): string => `backup/${id}`;

export interface KeyPlace {
  readonly dataDirectory: string;
  /** Null where none answers. */
  readonly keychain: Keychain | null;
}

/** @throws KEYCHAIN_UNAVAILABLE, STORAGE_FULL, STORAGE_FAILED */
export async function keepDestinationKeys(
  { dataDirectory, keychain }: KeyPlace,
  id: string,
  keys: S3Keys,
): Promise<void> {
  if (keychain !== null)
    return callKeychain(keychain.setPassword(KEYCHAIN_SERVICE, accountOf(id), JSON.stringify(keys)));
  replaceFile(join(dataDirectory, FILE), `${JSON.stringify({ ...readFile(dataDirectory), [id]: keys })}\n`);
}

/** @throws KEY_NOT_FOUND, KEYCHAIN_UNAVAILABLE, STORAGE_CORRUPT, STORAGE_DENIED */
export async function readDestinationKeys({ dataDirectory, keychain }: KeyPlace, id: string): Promise<S3Keys> {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = process.env;
  const kept = readFile(dataDirectory)[id];
  if (kept !== undefined) return kept;
  const text = keychain === null ? null : await callKeychain(keychain.getPassword(KEYCHAIN_SERVICE, accountOf(id)));
  if (text !== null) return keysSchema.parse(JSON.parse(text));
  if (accessKeyId !== undefined && secretAccessKey !== undefined) return { accessKeyId, secretAccessKey };
  throw new QuantumLockError('KEY_NOT_FOUND', `the access keys of the destination ${id} are not on this machine`, {
    advice: 'Remove the destination and add it again, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
  });
}

export async function forgetDestinationKeys({ dataDirectory, keychain }: KeyPlace, id: string): Promise<void> {
  const { [id]: kept, ...others } = readFile(dataDirectory);
  if (kept !== undefined) replaceFile(join(dataDirectory, FILE), `${JSON.stringify(others)}\n`);
  if (keychain !== null) await callKeychain(keychain.deletePassword(KEYCHAIN_SERVICE, accountOf(id)));
}

function readFile(dataDirectory: string): z.infer<typeof fileSchema> {
  const path = join(dataDirectory, FILE);
  const text = readText(path);
  if (text === null) return {};
  try {
    return fileSchema.parse(parseStrictJson(text));
  } catch {
    // What it says is not repeated.
    throw new QuantumLockError('STORAGE_CORRUPT', `${path} cannot be used`, {
      advice: 'Move it away, and add the destinations again that need access keys.',
    });
  }
}
