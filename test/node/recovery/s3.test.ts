import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { findStockProgram } from '../../../build/stock-programs.mjs';
import { fetchCopies } from '../../../src/node/recovery/copies.ts';
import { s3Destination } from '../../../src/node/recovery/destinations/s3.ts';
import { findLine } from '../../../src/node/recovery/verify-copy.ts';
import {
  EVERY_HOUR,
  extract,
  findingsOf,
  grow,
  HourlyBackups,
  makeChain,
  type BackedUpChain,
} from './recovery-fixture.ts';
import { deleteVersion, lockOf, s3Request, versionsOf } from './s3-request.ts';
import { S3_KEYS, startS3Server, type S3Server } from './s3-server.ts';

const root = mkdtempSync(join(tmpdir(), 'quantum-lock-s3-'));
let chain: BackedUpChain;
const hourly = new HourlyBackups();

beforeAll(async () => {
  chain = await makeChain(root);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const server = findStockProgram('versitygw');

describe.skipIf('reason' in server)(
  `an S3 store that backups go to${'reason' in server ? `: ${server.reason}` : ''}`,
  () => {
    let running: S3Server;
    const place = (more: object = {}): Parameters<typeof s3Destination>[0] => ({
      id: 'store',
      endpoint: running.endpoint,
      bucket: 'backups',
      region: 'us-east-1',
      prefix: 'node-1/',
      lockDays: null,
      ...more,
    });

    beforeAll(async () => {
      if (!('program' in server)) return;
      mkdirSync(join(root, 's3', 'buckets', 'backups'), { recursive: true });
      running = await startS3Server(server.program, join(root, 's3'));
    });
    afterAll(() => running?.stop());

    test('gets backups, gives them back, and they restore', async () => {
      const store = s3Destination(place(), S3_KEYS, () => hourly.now);
      expect((await hourly.run(chain, [store])).copies).toMatchObject([{ problem: null }]);
      await grow(chain, ['of-store']);
      const { backup, kind } = await hourly.run(chain, [store]);
      expect(kind).toBe('incremental');
      const line = await findLine(store, backup, chain.data);
      const into = mkdtempSync(join(root, 'fetched-'));
      const files = await fetchCopies(store, line, into, { report: () => undefined });
      await extract(files, join(into, 'out'));
      expect(await findingsOf(join(into, 'out'))).toEqual([]);
      await store.remove(line[1]?.name ?? '');
      expect((await store.list()).map(({ name }) => name)).toEqual([line[0]?.name]);
    });

    test('takes a file of several parts', async () => {
      const store = s3Destination(place({ prefix: 'large/' }), S3_KEYS, () => hourly.now);
      const path = join(root, 'large.bin');
      writeFileSync(path, Buffer.alloc(70 * 1024 * 1024, 'large'));
      const name = 'backed-up-0000000001-full-0123456789abcdef.backup';
      await store.put(path, name);
      expect(await store.list()).toEqual([{ name, size: 70 * 1024 * 1024 }]);
      const begin = 69 * 1024 * 1024;
      const end = begin + 10;
      expect(Buffer.from(await store.read(name, { begin, end }))).toEqual(readFileSync(path).subarray(begin, end));
    });

    describe('with object lock', () => {
      const DAY_MS = 24 * 3_600_000;

      test('keeps a copy and its card for as long as they are locked, whoever deletes', async () => {
        const bucket = new URL(`${running.endpoint}/locked`);
        expect((await s3Request('PUT', bucket, { 'x-amz-bucket-object-lock-enabled': 'true' })).status).toBe(200);
        const store = s3Destination(place({ bucket: 'locked', lockDays: 2 }), S3_KEYS, Date.now);
        const recipients = [await identityToRecipient(await generateX25519Identity())];
        const { copies } = await hourly.run(chain, [store], { ...EVERY_HOUR, full_every: 1, recipients });
        expect(copies).toMatchObject([{ problem: null }]);
        const name = copies[0]?.name ?? '';
        for (const key of [`node-1/${name}`, `node-1/${name}.card`]) {
          const versions = await versionsOf(bucket, key);
          expect(versions).toHaveLength(1);
          const { mode, until } = await lockOf(bucket, key, versions[0] ?? '');
          expect(mode).toBe('COMPLIANCE');
          expect(until - Date.now()).toBeGreaterThan(2 * DAY_MS - 600_000);
          expect(until - Date.now()).toBeLessThanOrEqual(2 * DAY_MS);
          // Neither by version, nor as the product deletes: what is locked is there afterwards.
          expect(await deleteVersion(bucket, key, versions[0] ?? '')).toBe(403);
          await store.remove(key.slice('node-1/'.length)).catch(() => undefined);
          expect(await versionsOf(bucket, key)).toEqual(versions);
        }
      });

      test('has old copies out of the way as the schedule says, and their bytes all the same', async () => {
        const bucket = new URL(`${running.endpoint}/deleted`);
        expect((await s3Request('PUT', bucket, { 'x-amz-bucket-object-lock-enabled': 'true' })).status).toBe(200);
        const store = s3Destination(place({ bucket: 'deleted', lockDays: 2 }), S3_KEYS, Date.now);
        const names: string[] = [];
        const problems: (string | undefined)[] = [];
        for (let made = 0; made < 2; made++) {
          const { copies } = await hourly.run(chain, [store], { ...EVERY_HOUR, full_every: 1 });
          names.push(copies[0]?.name ?? '');
          problems.push(copies[0]?.problem?.message);
        }
        expect(problems[0]).toBeUndefined();
        // A store hides a locked object behind a marker, or refuses: either way its bytes are there.
        if (problems[1] !== undefined)
          expect(problems[1]).toMatch(/was copied there, and an older one could not be deleted/);
        expect(await versionsOf(bucket, `node-1/${names[0] ?? ''}`)).toHaveLength(1);
        expect(await versionsOf(bucket, `node-1/${names[1] ?? ''}`)).toHaveLength(1);
      });

      test('is refused by a bucket that has none: nothing is there that is believed to be locked', async () => {
        const store = s3Destination(place({ prefix: 'unlocked/', lockDays: 2 }), S3_KEYS, Date.now);
        await expect(hourly.run(chain, [store], null)).rejects.toMatchObject({ code: 'DESTINATION_FAILED' });
        expect(await store.list()).toEqual([]);
      });
    });

    test('refuses wrong keys and a bucket that is not there, and no message holds a key', async () => {
      const wrong = { ...S3_KEYS, secretAccessKey: 'a-wrong-secret-key' };
      for (const store of [
        s3Destination(place(), wrong, () => hourly.now),
        s3Destination(place({ bucket: 'no-such-bucket' }), S3_KEYS, () => hourly.now),
      ]) {
        const error: unknown = await store.list().catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ code: 'DESTINATION_FAILED' });
        expect(String(error)).not.toMatch(/secret-of-some|wrong-secret/);
      }
    });
  },
);
