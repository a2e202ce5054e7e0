import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureAdmission } from './admission.ts';
import { measureBackup } from './backup.ts';
import { measureCommit } from './commit.ts';
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
    transactions: { type: 'string', default: '30000' },
    /** The disk to measure. */
    directory: { type: 'string', default: '.' },
  },
});

const scratch = mkdtempSync(join(values.directory, '.bench-'));
const all: Figure[] = [];
const show = (title: string, figures: readonly Figure[]): void => {
  printFigures(title, figures);
  all.push(...figures);
};

try {
  console.log(
    `${new Date().toISOString().slice(0, 10)}, ${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 1024 ** 3)} GiB, Node ${process.version}`,
  );
  show('Commit', await measureCommit(scratch, Number(values.transactions)));
  show('Full verification', await measureVerify(scratch, Number(values.transactions)));
  show('Proofs for others', await measureProofs(scratch, Number(values.transactions)));
  show('Registering a directory', await measureRegister(scratch));
  show('The page under full load', await measurePageUnderLoad(scratch, 40_000));
  show('Admission', measureAdmission());
  show('Backup', await measureBackup(scratch));
  show('Reports', await measureReports(scratch, 10_000));
  const { figures, chain } = await measureGrowth(scratch, Number(values.largest));
  show('Growth', figures);
  show('Start-up', measureStartUp(chain));
  show('Rows of an export', measureRows(chain));
  show('Search', await measureSearch(scratch, chain));
  show(
    'Rollback',
    await measureRollback(scratch, chain, { small: 10_000, large: Number(values.largest), changed: 1_000 }),
  );
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

const missed = all.filter((figure) => !isWithinBound(figure));
console.log(
  missed.length === 0
    ? '\nAll bounds held.'
    : `\n${missed.length} bound(s) not held: ${missed.map(({ name }) => name).join('; ')}`,
);
