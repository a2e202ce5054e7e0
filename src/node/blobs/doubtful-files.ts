import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';

import { QuantumLockError } from '../../base/errors.ts';
import { SECRET_SEARCH_FILE_SIZE_BYTES_MAX, SECRET_SEARCH_SIZE_BYTES_MAX } from '../../base/limits.ts';

/** A file that a person should have looked at before it is stored permanently. */
export interface DoubtfulFile {
  readonly path: string;
  readonly problem: string;
}

interface Looked {
  readonly path: string;
  readonly size_bytes: number;
}

const TOLD_MAX = 8;

/**
 * Refuses what is likely a secret, and names that another system cannot keep, unless the caller has accepted them. What
 * is registered is shown to every member, and its hash stays permanently.
 * @throws DIRECTORY_DOUBTFUL
 */
export function assertNothingDoubtful(root: string, all: readonly Looked[], added: readonly Looked[]): void {
  const found = [...findSecrets(root, added), ...findForeignNames(all)];
  if (found.length === 0) return;
  const more = found.length - TOLD_MAX;
  const told = found.slice(0, TOLD_MAX).map(({ path, problem }) => `${JSON.stringify(path)} ${problem}`);
  throw new QuantumLockError(
    'DIRECTORY_DOUBTFUL',
    `nothing was stored: ${told.join('; ')}${more > 0 ? `; and ${more} more` : ''}`,
    { context: { count: found.length } },
  );
}

/** Likely by their names alone. Examples of a configuration are not secrets. */
const SECRET_NAMES: readonly (readonly [pattern: RegExp, problem: string])[] = [
  [/^\.env(?:\.(?!example$|sample$|template$|dist$).+)?$/i, 'is a file of environment variables, which hold secrets'],
  [/^id_(?:rsa|dsa|ecdsa|ed25519)$/i, 'is named like a private key'],
  [/\.(?:p12|pfx|jks|keystore|kdbx|ppk)$/i, 'is a store of keys'],
  [/^\.(?:npmrc|pypirc|netrc|git-credentials|htpasswd|pgpass)$/i, 'is named like a file of credentials'],
  [/^(?:credentials|secrets?|service[-_]account.*)\.(?:json|ya?ml|toml|ini)$/i, 'is named like a file of credentials'],
  [/^wallet\.dat$/i, 'is named like a wallet'],
];

/** Likely by what is in them: the forms that their makers gave them, so that they can be searched for. */
const SECRET_TEXTS: readonly (readonly [pattern: RegExp, problem: string])[] = [
  [/-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/, 'holds a private key'],
  [/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/, 'holds an access key of AWS'],
  [/\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60,})/, 'holds a token of GitHub'],
  [/\bglpat-[A-Za-z0-9_-]{20}/, 'holds a token of GitLab'],
  [/\bxox[abprs]-[A-Za-z0-9-]{20,}/, 'holds a token of Slack'],
  [/\bhf_[A-Za-z0-9]{30,}/, 'holds a token of Hugging Face'],
  [/\bAIza[0-9A-Za-z_-]{35}/, 'holds an API key of Google'],
  [/\bsk-(?:[A-Za-z]+-)?[A-Za-z0-9_-]{32,}/, 'holds an API key'],
  [/\bnpm_[A-Za-z0-9]{36}\b/, 'holds a token of npm'],
];

/** Any of them: one look at most files, which hold none. */
const ANY_SECRET_TEXT = new RegExp(SECRET_TEXTS.map(([{ source }]) => source).join('|'));

function findSecrets(root: string, files: readonly Looked[]): DoubtfulFile[] {
  const buffer = Buffer.alloc(SECRET_SEARCH_FILE_SIZE_BYTES_MAX);
  let searched = 0;
  return files.flatMap(({ path, size_bytes }) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const byName = SECRET_NAMES.find(([pattern]) => pattern.test(name));
    if (byName !== undefined) return [{ path, problem: byName[1] }];
    if (size_bytes > SECRET_SEARCH_FILE_SIZE_BYTES_MAX || searched > SECRET_SEARCH_SIZE_BYTES_MAX) return [];
    searched += size_bytes;
    const text = readText(join(root, path), buffer);
    if (!ANY_SECRET_TEXT.test(text)) return [];
    const byText = SECRET_TEXTS.find(([pattern]) => pattern.test(text));
    return byText === undefined ? [] : [{ path, problem: byText[1] }];
  });
}

/** What cannot be read is reported when it is stored. */
function readText(path: string, buffer: Buffer): string {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch {
    return '';
  }
  try {
    if (!fstatSync(file).isFile()) return '';
    return buffer.toString('latin1', 0, readSync(file, buffer, 0, buffer.length, 0));
  } finally {
    closeSync(file);
  }
}

const WINDOWS_RESERVED = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i;
const WINDOWS_CHARACTERS = /[<>:"|?*\\]/;

function findForeignNames(files: readonly Looked[]): DoubtfulFile[] {
  const found: DoubtfulFile[] = [];
  /** Each directory and file by its name without case. */
  const known = new Map<string, string>();
  for (const { path } of files) {
    const parts = path.split('/');
    const problem = parts.map(problemOfName).find((one) => one !== null);
    if (problem !== undefined && problem !== null) found.push({ path, problem });
    for (let count = 1; count <= parts.length; count++) {
      const own = parts.slice(0, count).join('/');
      const folded = own.normalize('NFKC').toLowerCase();
      const other = known.get(folded);
      if (other === undefined) known.set(folded, own);
      else if (other !== own)
        found.push({ path, problem: `is the same as ${JSON.stringify(other)} where case does not count` });
    }
  }
  return found;
}

function problemOfName(name: string): string | null {
  if (WINDOWS_RESERVED.test(name)) return 'has a name that Windows keeps for a device';
  if (/[. ]$/.test(name)) return 'has a name that ends in a dot or a space, which Windows drops';
  return WINDOWS_CHARACTERS.test(name) ? 'has a character in its name that Windows does not allow' : null;
}
