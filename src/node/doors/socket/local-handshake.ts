import { z } from 'zod';
import { randomBytes } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { decodeHex, encodeHex } from '../../../base/bytes.ts';
import { readKeyFile, writeKeyFile } from '../../keys/key-files.ts';

/**
 * What the two ends of the data directory's socket say before anything else: both prove that they know the secret in the
 * directory, which only its owner can read. (The words of the page's handshake, src/api/bridge-handshake.ts; the welcome
 * says besides who runs there.)
 */

export const LOCAL_PURPOSE = 'local-socket';

const SECRET_FILE = 'node.secret';
const SECRET_SIZE_BYTES = 32;

export const localWelcome = z.strictObject({
  type: z.literal('welcome'),
  pid: z.int(),
  /** What a person calls it. */
  runs: z.string().max(100),
  /** Of the directory: what has none open is reached for its own sake alone. */
  chain: z.enum(['open', 'opening', 'none']),
});
export type LocalWelcome = z.infer<typeof localWelcome>;

/** Where the connection goes, the same for both ends however each names the directory. */
export function localAddress(root: string): string {
  return realpathSync(root);
}

/** A new secret for as long as this node runs. @throws STORAGE_FULL, STORAGE_FAILED */
export function makeLocalSecret(root: string): Uint8Array {
  const secret = randomBytes(SECRET_SIZE_BYTES);
  writeKeyFile(join(root, SECRET_FILE), `${encodeHex(secret)}\n`);
  return secret;
}

/** The secret of the node that runs; null where there is none. @throws STORAGE_FAILED */
export function readLocalSecret(root: string): Uint8Array | null {
  const text = Buffer.from(readKeyFile(join(root, SECRET_FILE)) ?? [])
    .toString('latin1')
    .trim();
  return /^0x[0-9a-f]{64}$/.test(text) ? decodeHex(text) : null;
}

export function localNonce(): string {
  return encodeHex(randomBytes(SECRET_SIZE_BYTES));
}
