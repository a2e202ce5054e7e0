import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { hash } from '../../base/fields.ts';
import { jsonOrNull } from '../../base/json-or-null.ts';
import { callKeychain, KEYCHAIN_SERVICE, type Keychain } from '../keys/keychain.ts';
import { appendToSigningLog, readSigningLog, SIGNING_LOG } from '../data-directory/signing-log.ts';
import { readText, replaceFile } from '../data-directory/durable-files.ts';
import type { SeenHead } from '../data-directory/seen-head.ts';

/** A place that remembers a head of the chain, apart from `head.record`: older than the newest, but whatever it has must be in the chain. */
export interface HeadCopy {
  /** As a report names it. */
  readonly name: string;
  /** False where the next start makes it again: what it had seen, and the chain lacks, is noted in `signing.log` first. */
  readonly isLasting: boolean;
  /** Null where it remembers none. */
  read(): Promise<SeenHead | null>;
  write(seen: SeenHead): Promise<void>;
}

const seenSchema = z.object({
  genesis: hash,
  index: z.int().nonnegative(),
  hash,
  log_size: z.int().nonnegative(),
  log_root: hash,
});

function parseSeen(value: unknown): SeenHead | null {
  const parsed = seenSchema.safeParse(value);
  return parsed.success ? parsed.data : null;
}

/** One data directory's name in places that many share. */
function nameOf(dataDirectory: string): string {
  return createHash('sha256').update(resolve(dataDirectory)).digest('hex').slice(0, 24);
}

/** Lines of `signing.log`: what was sealed is among what was signed. */
export function logCopy(dataDirectory: string, now: () => number): HeadCopy {
  return {
    name: SIGNING_LOG,
    isLasting: true,
    read: () => Promise.resolve(lastSealedIn(dataDirectory)),
    write(sealed) {
      appendToSigningLog(dataDirectory, { time: now(), sealed });
      return Promise.resolve();
    },
  };
}

/** The last of the lines that contain a head. */
const HEAD_LINES = ['sealed', 'seen', 'accepted'] as const;

function lastSealedIn(dataDirectory: string): SeenHead | null {
  let last: SeenHead | null = null;
  for (const line of readSigningLog(dataDirectory)) {
    const value = HEAD_LINES.some((name) => line.includes(`"${name}"`)) ? jsonOrNull(line) : null;
    if (typeof value !== 'object' || value === null) continue;
    const name = HEAD_LINES.find((each) => each in value);
    if (name !== undefined) last = parseSeen((value as Readonly<Record<string, unknown>>)[name]) ?? last;
  }
  return last;
}

/** A file in a folder of the administrator's choice: on another disk, or one that is mounted from elsewhere. */
export function folderCopy(folder: string, dataDirectory: string): HeadCopy {
  const path = join(folder, `quantum-lock-head-${nameOf(dataDirectory)}.json`);
  return {
    name: path,
    isLasting: true,
    read: () => Promise.resolve(parseSeen(jsonOrNull(readText(path) ?? ''))),
    write(seen) {
      replaceFile(path, `${JSON.stringify(seen)}\n`);
      return Promise.resolve();
    },
  };
}

/** An entry of the OS keychain, which a copy of the files does not bring back. */
export function keychainCopy(keychain: Keychain, dataDirectory: string): HeadCopy {
  const account = `head/${nameOf(dataDirectory)}`;
  return {
    name: 'the OS keychain',
    isLasting: true,
    read: async () =>
      parseSeen(jsonOrNull((await callKeychain(keychain.getPassword(KEYCHAIN_SERVICE, account))) ?? '')),
    write: (seen) => callKeychain(keychain.setPassword(KEYCHAIN_SERVICE, account, JSON.stringify(seen))),
  };
}
