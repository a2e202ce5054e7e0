import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { BackupSchedule } from '../../../src/api/operator/backups.ts';
import type { Hash } from '../../../src/base/bytes.ts';
import { publicKeyOf, signDigest } from '../../../src/ledger/crypto/signature.ts';
import { BlobStore } from '../../../src/node/blobs/blob-store.ts';
import { StoredContent } from '../../../src/node/blobs/stored-content.ts';
import { dataPaths } from '../../../src/node/data-directory/data-paths.ts';
import { QuantumNode } from '../../../src/node/quantum-node.ts';
import { cardDigest, type SignCard } from '../../../src/node/recovery/backup-card.ts';
import { baseOf } from '../../../src/node/recovery/backup-base.ts';
import { manifestDigest, type BackupManifest, type SignManifest } from '../../../src/node/recovery/backup-format.ts';
import { NO_KEYS, type BackupKeys } from '../../../src/node/recovery/encryption.ts';
import { extractBackup, type ExtractedBackup } from '../../../src/node/recovery/extract-backup.ts';
import type { Destination } from '../../../src/node/recovery/destinations/destination.ts';
import { restoreBackup, type RestoredChain, type RestoreOptions } from '../../../src/node/recovery/restore.ts';
import { runBackup } from '../../../src/node/recovery/run-backup.ts';
import { BackupWriter, type BackupRequest, type MadeBackup } from '../../../src/node/recovery/write-backup.ts';
import { verifyNode } from '../../../src/node/verify/verify-node.ts';
import {
  administratorSigner,
  createBytes,
  foundTestChain,
  sealingKey,
  signForChainIn,
} from '../../crash/test-chain.ts';

export interface BackedUpChain {
  readonly root: string;
  readonly data: string;
}

/** A chain of a few blocks with content, in a directory of the test's own. */
export async function makeChain(
  root: string,
  name = 'data',
  founded: { readonly timestamp?: number } = {},
): Promise<BackedUpChain> {
  const data = join(root, name);
  foundTestChain(data, { chainId: 'backed-up', ...founded });
  await grow({ root, data }, ['first', 'second', 'third']);
  return { root, data };
}

/** Adds environments, each with a directory of two files whose content nothing else has. */
export async function grow({ root, data }: BackedUpChain, names: readonly string[]): Promise<void> {
  const stateHashes = new Map<string, Hash>();
  const blobs = new BlobStore({ directory: dataPaths(data).blobs, stored: new StoredContent(data) });
  try {
    for (const name of names) {
      const files = join(root, `files-${name}`);
      mkdirSync(files, { recursive: true });
      writeFileSync(join(files, 'a.txt'), `the content of ${name}\n`.repeat(50));
      writeFileSync(join(files, 'large.bin'), Buffer.alloc(1_500_000, name));
      stateHashes.set(name, (await blobs.storeDirectory(files)).state_hash);
    }
  } finally {
    await blobs.close();
  }
  // Another chain of this name may have been made since.
  signForChainIn(data);
  await commit(
    data,
    names.map((name) => {
      const stateHash = stateHashes.get(name);
      return createBytes(name, { chainId: 'backed-up', ...(stateHash === undefined ? {} : { stateHash }) });
    }),
  );
}

/** A block for each. */
export async function commit(data: string, transactions: readonly Uint8Array[]): Promise<void> {
  const node = await QuantumNode.open({ dataDirectory: data, key: sealingKey(), now: Date.now });
  try {
    for (const bytes of transactions) {
      const { outcome } = await node.submit(bytes);
      if (outcome !== 'committed') throw new Error(`not committed: ${outcome}`);
    }
  } finally {
    await node.close();
  }
}

/** As the validator of the test chain. */
export const signAsValidator: SignManifest = (manifest) => {
  const { publicKey, secret } = sealingKey();
  return Promise.resolve({ public_key: publicKey, signature: signDigest(manifestDigest(manifest), secret) });
};

export const signCardAsValidator: SignCard = (card) => {
  const { publicKey, secret } = sealingKey();
  return Promise.resolve({ public_key: publicKey, signature: signDigest(cardDigest(card), secret) });
};

/** As its administrator. */
export const signAsAdministrator: SignManifest = (manifest) => {
  const { publicKey, secret } = administratorSigner();
  return Promise.resolve({ public_key: publicKey, signature: signDigest(manifestDigest(manifest), secret) });
};

/** As somebody whom the chain does not know. */
export const signAsStranger: SignManifest = (manifest) => {
  const secret = new Uint8Array(32).fill(7);
  return Promise.resolve({
    public_key: publicKeyOf(secret),
    signature: signDigest(manifestDigest(manifest), secret),
  });
};

export async function backUp(
  data: string,
  output: string,
  options: Partial<Pick<BackupRequest, 'withContent' | 'encryption' | 'createdAt'>> & {
    readonly base?: BackupManifest | null;
    readonly sign?: SignManifest;
    readonly report?: (progress: { readonly done: number; readonly total: number }) => void;
    readonly signal?: AbortSignal;
  } = {},
): Promise<MadeBackup> {
  const { sign = signAsValidator, report = () => undefined, signal, base = null, ...request } = options;
  const writer = await BackupWriter.begin(
    {
      dataDirectory: data,
      output,
      base: base === null ? null : baseOf(base),
      withContent: true,
      encryption: null,
      createdAt: 1_790_000_000_000,
      software: '0.1.0',
      ...request,
    },
    { report, signal },
  );
  return writer.finish(await sign(writer.manifest));
}

export function extract(files: readonly string[], into: string, keys: BackupKeys = NO_KEYS): Promise<ExtractedBackup> {
  return extractBackup({ files, into, keys, report: () => undefined });
}

export function restore(
  files: readonly string[],
  dataDirectory: string,
  report: RestoreOptions['report'] = () => undefined,
): Promise<RestoredChain> {
  return restoreBackup({
    files,
    dataDirectory,
    keys: NO_KEYS,
    keyring: { list: () => Promise.resolve([]) },
    headCopies: [],
    verifyThreads: 1,
    now: Date.now,
    report,
  });
}

const HOUR_MS = 3_600_000;
export const EVERY_HOUR: BackupSchedule = {
  every_hours: 1,
  full_every: 3,
  with_content: true,
  drill_every_days: null,
  keep_fulls: 1,
  keep_days: 0,
  recipients: [],
};

/** Backups to destinations as a schedule says, each an hour after the one before. */
export class HourlyBackups {
  now = 1_790_000_000_000;

  run(
    { data }: BackedUpChain,
    destinations: readonly Destination[],
    schedule: BackupSchedule | null = EVERY_HOUR,
  ): ReturnType<typeof runBackup> {
    this.now += HOUR_MS;
    return runBackup({
      dataDirectory: data,
      finalHeight: 0,
      destinations,
      full: false,
      schedule,
      sign: signAsValidator,
      signCard: signCardAsValidator,
      now: () => this.now,
      software: '0.1.0',
      report: () => undefined,
    });
  }
}

/** Places and words of everything that is wrong with a data directory. */
export async function findingsOf(dataDirectory: string): Promise<readonly string[]> {
  const { findings } = await verifyNode({ dataDirectory, verifyThreads: 1, onProgress: () => undefined });
  return findings.map(({ place, message }) => `${place}: ${message}`);
}
