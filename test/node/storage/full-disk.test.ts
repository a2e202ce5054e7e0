import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { BlobStore } from '../../../src/node/blobs/blob-store.ts';
import { StoredContent } from '../../../src/node/blobs/stored-content.ts';
import { dataPaths } from '../../../src/node/data-directory/data-paths.ts';
import { readNodeConfig, writeNodeConfig } from '../../../src/node/data-directory/node-config.ts';
import { folderCopy, logCopy } from '../../../src/node/history/head-copies.ts';
import { refreshHeadRecord } from '../../../src/node/history/head-record.ts';
import { writeKeyFile } from '../../../src/node/keys/key-files.ts';
import { QuantumNode } from '../../../src/node/quantum-node.ts';
import { appendToSigningLog } from '../../../src/node/data-directory/signing-log.ts';
import { StandingAlerts } from '../../../src/node/monitoring/standing-alerts.ts';
import { createBytes, foundTestChain, hashOf, sealingKey } from '../../crash/test-chain.ts';
import { receiptOf } from './opened-node.ts';
import { fillUp, mount } from './small-disk.ts';

const probe = mount('size=1m');
const SEEN = { genesis: hashOf('g'), index: 3, hash: hashOf('h'), log_size: 3, log_root: hashOf('r') };

describe.skipIf('reason' in probe)('a disk that is really full', () => {
  test('is told as such by everything that writes, and all of it goes on when there is room', async () => {
    const disk = mount('size=24m');
    if (!('directory' in disk)) throw new Error(disk.reason);
    const data = join(disk.directory, 'data');
    const files = join(disk.directory, 'files');
    mkdirSync(files);
    writeFileSync(join(files, 'weights.bin'), Buffer.alloc(3_000_000, 'w'));
    foundTestChain(data);
    const node = await QuantumNode.open({ dataDirectory: data, key: sealingKey(), now: Date.now });
    receiptOf(await node.submit(createBytes('before')));
    await node.query.indexedTo(node.height);
    const blobs = new BlobStore({ directory: dataPaths(data).blobs, stored: new StoredContent(data) });
    const alerts = new StandingAlerts(data, Date.now);
    const config = readNodeConfig(data);
    const signing = { time: 1, review_id: 'r'.repeat(5_000), digest: hashOf('d'), key_id: 'k', action: 'a' };
    const writers: Readonly<Record<string, () => unknown>> = {
      'a block': () => node.submit(createBytes(`more-${++count}`, { metadata: { text: 'x'.repeat(60_000) } })),
      content: () => blobs.storeDirectory(files),
      'what was stored': () =>
        new StoredContent(data).add(Array.from({ length: 200 }, () => hashOf(`content ${++count}`))),
      'a key': () => writeKeyFile(join(data, 'keys', 'keys.json'), 'x'.repeat(++count + 5_000)),
      'the configuration': () =>
        writeNodeConfig(data, { ...config, acting_key_id: `key-${++count}`.padEnd(5_000, 'y') }),
      'the log of signatures': () => appendToSigningLog(data, signing),
      'a head in signing.log': () => logCopy(data, Date.now).write(SEEN),
      'what an index had seen': () => appendToSigningLog(data, { time: 1, seen: SEEN, source: 'x'.repeat(5_000) }),
      'a head in a folder': () => folderCopy(disk.directory, data).write(SEEN),
      'another chain': () => foundTestChain(join(disk.directory, `chain-${++count}`)),
    };
    let count = 0;
    fillUp(disk.directory);
    for (const [name, write] of Object.entries(writers)) {
      const outcome = await Promise.resolve()
        .then(write)
        .then(
          () => 'written',
          (error: unknown) => error,
        );
      // What has room in the last page of its file is written.
      if (outcome !== 'written' || !name.startsWith('a head in'))
        expect(outcome, name).toMatchObject({ code: 'STORAGE_FULL' });
    }
    // In its place, and of its full size: it can always be written.
    expect(() => refreshHeadRecord(dataPaths(data).chain)).not.toThrow();
    // Kept as long as the process, where it cannot be written.
    alerts.raise({ code: 'INDEX_DIFFERED', severity: 'warning', message: 'm'.repeat(5_000), advice: 'a' });
    expect(alerts.list()).toMatchObject([{ code: 'INDEX_DIFFERED' }]);
    expect((await node.status()).alerts.map(({ code }) => code)).toContain('STORAGE_FULL');

    rmSync(join(disk.directory, 'filler'));
    for (const [name, write] of Object.entries(writers))
      await expect(Promise.resolve().then(write), name).resolves.not.toThrow();
    await node.query.indexedTo(node.height);
    const codes = (await node.status()).alerts.map(({ code }) => code).filter((code) => code !== 'LOW_DISK');
    expect(codes).toEqual([]);
    await blobs.close();
    await node.close();
  });
});
