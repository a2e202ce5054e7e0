import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { dataPaths } from '../../../src/node/data-directory/data-paths.ts';
import { integrityPaths } from '../../../src/node/integrity/integrity-paths.ts';
import { RecordedScrub, SCRUB_REST_MS } from '../../../src/node/integrity/recorded-scrub.ts';
import { readScrubRecord, ScrubRecord } from '../../../src/node/integrity/scrub-record.ts';
import { QuantumNode } from '../../../src/node/quantum-node.ts';
import { ChainReader } from '../../../src/node/storage/chain-reader.ts';
import { createBytes, sealingKey } from '../../crash/test-chain.ts';
import { foundedDirectory, receiptOf } from '../storage/opened-node.ts';

describe('the check in the background', () => {
  test('goes on where an earlier run was, begins anew when it is due, and believes no record that does not fit', async () => {
    const data = foundedDirectory();
    const node = await QuantumNode.open({ dataDirectory: data, key: sealingKey(), now: Date.now });
    for (let block = 0; block < 6; block++) receiptOf(await node.submit(createBytes(`env-${block}`)));
    const { height } = node;
    await node.close();
    const { scrubRecord: path } = integrityPaths(data);
    let now = 1_000_000;
    const { reader, database } = ChainReader.open(dataPaths(data).chain);
    const opened = (): { readonly scrub: RecordedScrub; readonly record: ScrubRecord } => {
      const record = new ScrubRecord({ path, isKept: true });
      return { record, scrub: new RecordedScrub({ chain: reader, database, record, now: () => now }) };
    };
    try {
      const { scrub, record } = opened();
      record.update({ chain: { count: 0, ended_at: null, reached: -1 }, under_way: null }, { isMilestone: true });
      const step = scrub.pass({ isFresh: true, budgetMs: 0 });
      while ((scrub.reached ?? -1) < 3) expect(step()).toBe(true);
      // Whatever was not written yet is looked at again.
      record.update({}, { isMilestone: true });
      expect(readScrubRecord(path).under_way).toMatchObject({ height: 3 });

      const next = opened().scrub;
      next.pass({ isFresh: false, budgetMs: 0 })();
      expect(next.reached).toBeGreaterThanOrEqual(3);
      const fresh = opened().scrub;
      fresh.pass({ isFresh: true, budgetMs: 0 })();
      expect(fresh.reached).toBeLessThan(3);

      const whole = next.pass({ isFresh: false, budgetMs: 50 });
      while (whole());
      expect(readScrubRecord(path)).toMatchObject({
        chain: { count: 1, ended_at: now, reached: height },
        under_way: null,
        damage: null,
      });
      const rested = opened().scrub;
      expect(rested.isDue).toBe(false);
      expect(rested.pass({ isFresh: false, budgetMs: 0 })()).toBe(false);
      now += SCRUB_REST_MS;
      expect(rested.isDue).toBe(true);

      const text = readFileSync(path, 'utf8');
      const forged = { height: 4, hash: `0x${'ab'.repeat(32)}`, pages: 1, values: 1 };
      writeFileSync(path, text.replace('"under_way":null', `"under_way":${JSON.stringify(forged)}`));
      const wary = opened().scrub;
      wary.pass({ isFresh: false, budgetMs: 0 })();
      expect(wary.reached).toBeLessThan(3);
      writeFileSync(path, text.slice(0, 20));
      expect(opened().record.state.chain.count).toBe(0);
      expect(join(data, 'integrity')).toContain(data);
    } finally {
      database.close();
    }
  });
});
