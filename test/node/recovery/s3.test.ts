import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { fetchCopies } from '../../../src/node/recovery/copies.ts';
import { s3Destination } from '../../../src/node/recovery/destinations/s3.ts';
import { findLine } from '../../../src/node/recovery/verify-copy.ts';
import { extract, findingsOf, grow, HourlyBackups, makeChain, type BackedUpChain } from './recovery-fixture.ts';
import { findS3Server, S3_KEYS, startS3Server, type S3Server } from './s3-server.ts';

const root = mkdtempSync(join(tmpdir(), 'quantum-lock-s3-'));
let chain: BackedUpChain;
const hourly = new HourlyBackups();

beforeAll(async () => {
  chain = await makeChain(root);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const server = findS3Server();

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
      const line = await findLine(store, backup);
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
