import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/**
 * Opens a damaged chain, which repairs it, and kills itself with SIGKILL just before or just after the n-th call that changes what is
 * on the disk. Arguments: the data directory, n, and `before` or `after`. Says `whole` where it was not killed.
 */
const [, , dataDirectory = '', nth = '0', side = 'before'] = process.argv;
let calls = 0;

function dieNow(): never {
  process.kill(process.pid, 'SIGKILL');
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
}

function counted<Work extends (...given: never[]) => unknown>(work: Work): Work {
  return ((...given: Parameters<Work>) => {
    calls += 1;
    const isLast = calls === Number(nth);
    if (isLast && side === 'before') dieNow();
    const result = work(...given);
    if (isLast) dieNow();
    return result;
  }) as Work;
}

fs.linkSync = counted(fs.linkSync);
fs.renameSync = counted(fs.renameSync);
fs.fsyncSync = counted(fs.fsyncSync);
fs.rmSync = counted(fs.rmSync);
fs.mkdirSync = counted(fs.mkdirSync);
syncBuiltinESMExports();

const { repairIn } = await import('../../src/node/integrity/open-repaired.ts');
const { lockDataDirectory } = await import('../../src/node/data-directory/data-lock.ts');
const lock = lockDataDirectory(dataDirectory);
await repairIn({ dataDirectory, now: Date.now }, null);
lock.release();
process.stdout.write('whole\n');
