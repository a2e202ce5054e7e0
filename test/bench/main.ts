import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureAdmission } from './admission.ts';
import { measureApi } from './api.ts';
import { measureBackup } from './backup.ts';
import { measureCommit } from './commit.ts';
import { measureConsoleAtSize } from './console-at-size.ts';
import { measureReports, measureRows } from './export.ts';
import { printFigures, isWithinBound, type Figure } from './figures.ts';
import { measureGrowth } from './growth.ts';
import { measurePageUnderLoad } from './page-under-load.ts';
import { measureProofs } from './proofs.ts';
import { measureRegister } from './register.ts';
import { measureRollback } from './rollback.ts';
import { measureSearch } from './search.ts';
import { measureStartUp } from './start-up.ts';
import { measureVerify } from './verify.ts';

/** Measures what docs/PERFORMANCE.md tells. Nothing here is a test: machines are noisy, so bounds are ratios where they can be. */
const { values } = parseArgs({
  options: {
    /** Environments at the largest size: 1,000,000 by default, which takes some minutes. */
    largest: { type: 'string', default: '1000000' },
    /** Of each section that takes a number of them; as many as it needs where it is left out. */
    transactions: { type: 'string' },
    /** The disk to measure. */
    directory: { type: 'string', default: '.' },
    /** Of the chain that the console is measured on. */
    environments: { type: 'string', default: '100000' },
    files: { type: 'string', default: '50000' },
    /** How long the console is led through all its places, to see whether its memory grows. */
    minutes: { type: 'string', default: '1' },
    /** Where the chain of the console is made and kept for another run; in the scratch directory, which goes, where it is left out. */
    chain: { type: 'string' },
    /** Only the sections whose names begin with this. */
    only: { type: 'string', default: '' },
  },
});

/** They need the chain that is grown first. */
const ON_GROWN_CHAIN = ['Growth', 'Start-up', 'Rows of an export', 'Search', 'Rollback'];

const scratch = mkdtempSync(join(values.directory, '.bench-'));
const all: Figure[] = [];
const show = async (title: string, measure: () => Promise<readonly Figure[]> | readonly Figure[]): Promise<void> => {
  if (!title.startsWith(values.only)) return;
  const figures = await measure();
  printFigures(title, figures);
  all.push(...figures);
};
const transactions = Number(values.transactions ?? 30_000);
const largest = Number(values.largest);

try {
  console.log(
    `${new Date().toISOString().slice(0, 10)}, ${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 1024 ** 3)} GiB, Node ${process.version}`,
  );
  await show('Commit', () => measureCommit(scratch, transactions));
  await show('Full verification', () => measureVerify(scratch, transactions));
  await show('Proofs for others', () => measureProofs(scratch, transactions));
  await show('Registering a directory', () => measureRegister(scratch));
  await show('The page under full load', () => measurePageUnderLoad(scratch, 40_000));
  await show('Admission', measureAdmission);
  await show('API', () => measureApi(scratch, transactions));
  await show('Backup', () => measureBackup(scratch));
  await show('Reports', () => measureReports(scratch, 10_000));
  await show('Console at size', () =>
    measureConsoleAtSize({
      size: {
        environments: Number(values.environments),
        transactions: Number(values.transactions ?? 1_000_000),
        files: Number(values.files),
      },
      minutes: Number(values.minutes),
      chainDirectory: values.chain ?? join(scratch, 'console'),
    }),
  );
  if (ON_GROWN_CHAIN.some((title) => title.startsWith(values.only))) {
    const { figures, chain } = await measureGrowth(scratch, largest);
    await show('Growth', () => figures);
    await show('Start-up', () => measureStartUp(chain));
    await show('Rows of an export', () => measureRows(chain));
    await show('Search', () => measureSearch(scratch, chain));
    await show('Rollback', () => measureRollback(scratch, chain, { small: 10_000, large: largest, changed: 1_000 }));
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

const missed = all.filter((figure) => !isWithinBound(figure));
console.log(
  missed.length === 0
    ? '\nAll bounds held.'
    : `\n${missed.length} bound(s) not held: ${missed.map(({ name }) => name).join('; ')}`,
);
