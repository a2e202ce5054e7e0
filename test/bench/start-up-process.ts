import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PublicKey } from '../../src/base/bytes.ts';
import { chainOfDirectory } from '../../src/node/chain-of-directory.ts';
import { QueryThread } from '../../src/node/query/query.ts';
import { verifyThreadCount } from '../../src/node/thread-counts.ts';
import { Validator } from '../../src/node/validator/validator.ts';

/** A node's threads on a chain that is there: validator, verify pool and query thread. Prints what start-up took. */
const input = JSON.parse(readFileSync(0, 'utf8')) as {
  chainDirectory: string;
  validatorId: string;
  publicKey: PublicKey;
  secret: string;
};
const begin = performance.now();
const fail = (error: Error): never => {
  throw error;
};
const validator = await Validator.start(
  {
    chainDirectory: input.chainDirectory,
    verifyThreads: verifyThreadCount(),
    onBlock: () => undefined,
    onFailure: fail,
  },
  {
    validatorId: input.validatorId,
    publicKey: input.publicKey,
    secret: new Uint8Array(Buffer.from(input.secret, 'hex')),
  },
);
const query = new QueryThread({
  chainDirectory: input.chainDirectory,
  height: chainOfDirectory(input.chainDirectory, 'benchmark').height,
  indexDirectory: mkdtempSync(join(tmpdir(), 'start-up-')),
  blobsDirectory: join(input.chainDirectory, 'blobs'),
  keepsIndex: false,
  scrubRecord: { path: '', isKept: false },
  validatorId: input.validatorId,
  now: Date.now,
  onIndexed: () => undefined,
  onFailure: fail,
});
const { log_size } = await query.remote.head();
await validator.stats();
const start_ms = performance.now() - begin;
const rss_mib = process.memoryUsage().rss / 1024 ** 2;
await validator.stop();
await query.stop();
console.log(JSON.stringify({ start_ms, rss_mib, log_size }));
