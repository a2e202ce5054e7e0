import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { S3mini } from 's3mini';
import { QuantumLockError } from '../../../base/errors.ts';
import { readRange } from '../../data-directory/read-range.ts';
import { storageError } from '../../data-directory/storage-errors.ts';
import { BACKUP_NAME, type Destination, type StoredFile } from './destination.ts';

export interface S3Place {
  readonly id: string;
  /** Without the bucket. */
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly prefix: string;
  /** Each copy cannot be deleted or replaced for so many days, by anyone; null for no lock. */
  readonly lockDays: number | null;
}

export interface S3Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Part of an upload of several (S3 takes 5 MiB at least, and 10,000 parts). */
const PART_SIZE_BYTES = 32 * 1024 * 1024;
const REQUEST_TIMEOUT_MS = 5 * 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;

/** A store that speaks S3. Nothing of its keys is ever in a message. */
export function s3Destination(place: S3Place, keys: S3Keys, now: () => number): Destination {
  const { id, endpoint, bucket, region, prefix, lockDays } = place;
  const client = new S3mini({
    ...keys,
    endpoint: `${endpoint.replace(/\/+$/, '')}/${bucket}`,
    region,
    requestAbortTimeout: REQUEST_TIMEOUT_MS,
  });
  const named = `${endpoint}/${bucket}/${prefix}`;
  const keyOf = (name: string): string => `${prefix}${name}`;
  const lock = (): Record<`x-amz-${string}`, string> =>
    lockDays === null
      ? {}
      : {
          'x-amz-object-lock-mode': 'COMPLIANCE',
          'x-amz-object-lock-retain-until-date': new Date(now() + lockDays * DAY_MS).toISOString(),
        };
  const guarded = async <T>(doing: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      throw failureOf(named, doing, cause);
    }
  };

  const putWhole = async (bytes: Uint8Array, name: string): Promise<void> => {
    // The store holds what arrives against this, and refuses it otherwise.
    const checksum = createHash('sha256').update(bytes).digest('base64');
    await client.putObject(keyOf(name), bytes, 'application/octet-stream', undefined, {
      ...lock(),
      'x-amz-checksum-sha256': checksum,
    });
  };

  const putInParts = async (file: FileHandle, size: number, name: string, signal?: AbortSignal): Promise<void> => {
    const upload = await client.getMultipartUploadId(keyOf(name), 'application/octet-stream', undefined, lock());
    try {
      const parts = [];
      for (let begin = 0, number = 1; begin < size; begin += PART_SIZE_BYTES, number++) {
        assertGoesOn(signal);
        const bytes = await readWhole(file, begin, Math.min(size, begin + PART_SIZE_BYTES));
        parts.push(await client.uploadPart(keyOf(name), upload, bytes, number));
      }
      await client.completeMultipartUpload(keyOf(name), upload, parts);
    } catch (error) {
      await client.abortMultipartUpload(keyOf(name), upload).catch(() => undefined);
      throw error;
    }
  };

  /** A store may keep what it then refuses to lock: nothing is left that looks like a copy. */
  const orNothing = async (name: string, put: () => Promise<void>): Promise<void> => {
    try {
      await put();
    } catch (error) {
      if (lockDays !== null) await client.deleteObject(keyOf(name)).catch(() => undefined);
      throw error;
    }
  };

  return {
    id,
    place: named,
    list: () =>
      guarded('list it', async (): Promise<readonly StoredFile[]> => {
        const objects = await client.listObjects('/', prefix);
        if (objects === null) throw new Error(`there is no bucket ${bucket}`);
        return objects
          .map(({ Key, Size }) => ({ name: Key.slice(prefix.length), size: Number(Size) }))
          .filter(({ name }) => BACKUP_NAME.test(name));
      }),
    put: (path, name, signal) =>
      guarded('copy to it', async () => {
        const file = await open(path, 'r');
        try {
          const { size } = await file.stat();
          assertGoesOn(signal);
          await orNothing(name, async () =>
            size <= PART_SIZE_BYTES
              ? putWhole(await readWhole(file, 0, size), name)
              : putInParts(file, size, name, signal),
          );
        } finally {
          await file.close();
        }
      }),
    read: (name, { begin, end }) =>
      guarded('read from it', async () => {
        const response = await client.getObjectRaw(keyOf(name), false, begin, end);
        return new Uint8Array(await response.arrayBuffer());
      }),
    remove: (name) =>
      guarded('delete from it', async () => {
        if (!(await client.deleteObject(keyOf(name)))) throw new Error('it did not delete the file');
      }),
  };
}

async function readWhole(file: FileHandle, begin: number, end: number): Promise<Buffer> {
  const bytes = await readRange(file, { begin, end });
  if (bytes.length < end - begin) throw new Error('the file became shorter');
  return bytes;
}

function assertGoesOn(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new QuantumLockError('CANCELLED', 'it was stopped');
}

function failureOf(place: string, doing: string, cause: unknown): Error {
  const failure = storageError(place, cause);
  if (failure instanceof QuantumLockError) return failure;
  return new QuantumLockError('DESTINATION_FAILED', `${place}: could not ${doing}: ${failure.message.slice(0, 300)}`, {
    cause,
    advice: 'See that the store is reachable, that the bucket is there, and that the keys are right.',
  });
}
