import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { isHash, type Hash } from '../../base/bytes.ts';
import { callKeychain, KEYCHAIN_SERVICE, type Keychain } from '../keys/keychain.ts';
import { storageError } from '../storage/database.ts';
import type { SeenHead } from './history-check.ts';

/** A place that remembers a head of the chain, apart from `head.record`: older than the newest, but whatever it has must be in the chain. */
export interface HeadCopy {
  /** As a report names it. */
  readonly name: string;
  /** Null where it remembers none. */
  read(): Promise<SeenHead | null>;
  write(seen: SeenHead): Promise<void>;
}

const seenSchema = z.object({
  genesis: z.custom<Hash>(isHash),
  index: z.int().nonnegative(),
  hash: z.custom<Hash>(isHash),
  log_size: z.int().nonnegative(),
  log_root: z.custom<Hash>(isHash),
});

function parseSeen(value: unknown): SeenHead | null {
  const parsed = seenSchema.safeParse(value);
  return parsed.success ? parsed.data : null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** One data directory's name in places that many share. */
function nameOf(dataDirectory: string): string {
  return createHash('sha256').update(resolve(dataDirectory)).digest('hex').slice(0, 24);
}

/** Lines of `signing.log`: what was sealed stands among what was signed. */
export function logCopy(dataDirectory: string, now: () => number): HeadCopy {
  const path = join(dataDirectory, 'signing.log');
  return {
    name: 'signing.log',
    read: () => Promise.resolve(lastSealedIn(path)),
    write(sealed) {
      writeDurably(path, 'a', `${JSON.stringify({ time: now(), sealed })}\n`);
      return Promise.resolve();
    },
  };
}

/** What an administrator accepted instead of what was seen before. */
export function appendAcceptance(
  dataDirectory: string,
  acceptance: Readonly<Record<string, unknown>> & { readonly accepted: Readonly<Record<string, unknown>> },
): void {
  writeDurably(join(dataDirectory, 'signing.log'), 'a', `${JSON.stringify(acceptance)}\n`);
}

function lastSealedIn(path: string): SeenHead | null {
  let seen: SeenHead | null = null;
  for (const line of textAt(path).split('\n')) {
    const value = line.includes('"sealed"') || line.includes('"accepted"') ? jsonOf(line) : null;
    if (typeof value !== 'object' || value === null) continue;
    if ('sealed' in value) seen = parseSeen(value.sealed) ?? seen;
    else if ('accepted' in value) seen = parseSeen(value.accepted) ?? seen;
  }
  return seen;
}

/** A file in a folder of the administrator's choice: on another disk, or one that is mounted from elsewhere. */
export function folderCopy(folder: string, dataDirectory: string): HeadCopy {
  const path = join(folder, `quantum-lock-head-${nameOf(dataDirectory)}.json`);
  return {
    name: path,
    read: () => Promise.resolve(parseSeen(jsonOf(textAt(path)))),
    write(seen) {
      writeDurably(`${path}.new`, 'w', `${JSON.stringify(seen)}\n`);
      renameSync(`${path}.new`, path);
      return Promise.resolve();
    },
  };
}

/** An entry of the OS keychain, which a copy of the files does not bring back. */
export function keychainCopy(keychain: Keychain, dataDirectory: string): HeadCopy {
  const account = `head/${nameOf(dataDirectory)}`;
  return {
    name: 'the OS keychain',
    read: async () => parseSeen(jsonOf((await callKeychain(keychain.getPassword(KEYCHAIN_SERVICE, account))) ?? '')),
    write: (seen) => callKeychain(keychain.setPassword(KEYCHAIN_SERVICE, account, JSON.stringify(seen))),
  };
}

function textAt(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw storageError(path, error);
  }
}

function writeDurably(path: string, flags: 'a' | 'w', text: string): void {
  try {
    const file = openSync(path, flags, 0o600);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw storageError(path, error);
  }
}
