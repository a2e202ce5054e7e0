import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import { CRASH_REPORTS_KEPT_MAX } from '../src/base/limits.ts';
import { replaceFile } from '../src/node/data-directory/durable-files.ts';
import { crashReport, type Crash, type CrashContext } from './crash-report.ts';
import { KeptFile } from './kept-file.ts';

const NAME = /^crash-\d{8}T\d{9}Z-[0-9a-f]{6}\.json$/;

export interface CrashReportsOptions {
  /** Where Electron keeps its own files. */
  readonly folder: string;
  readonly context: CrashContext;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly log: (line: string) => void;
}

/** The reports of crashes on this machine, in `crash-reports`: some of the newest, for the person to look at. Nothing sends them. */
export class CrashReports {
  readonly #options: CrashReportsOptions;
  readonly #directory: string;
  /** The newest report that the person was told of. */
  readonly #told: KeptFile<string>;

  constructor(options: CrashReportsOptions) {
    this.#options = options;
    this.#directory = join(options.folder, 'crash-reports');
    this.#told = new KeptFile(join(options.folder, 'crash-told.json'), {
      schema: z.string().regex(NAME),
      log: options.log,
    });
  }

  /** Returns the path of its report; null where none could be written, which the log says. */
  write(crash: Crash): string | null {
    const { context, now, log } = this.#options;
    const at = now();
    const stamp = new Date(at).toISOString().replaceAll(/[-:.]/g, '');
    const path = join(this.#directory, `crash-${stamp}-${randomBytes(3).toString('hex')}.json`);
    try {
      mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
      replaceFile(path, `${JSON.stringify(crashReport(crash, context, at), null, 2)}\n`);
      for (const name of this.#names().slice(0, -CRASH_REPORTS_KEPT_MAX)) rmSync(join(this.#directory, name));
      return path;
    } catch (error) {
      log(`a crash has no report: ${String(error)}`);
      return null;
    }
  }

  /** Paths of the reports that the person was not told of, oldest first; from then on they were. */
  takeUntold(): readonly string[] {
    const names = this.#names();
    const newest = names.at(-1);
    const told = this.#told.read() ?? '';
    const untold = names.filter((name) => name > told);
    if (untold.length > 0 && newest !== undefined) this.#told.write(newest);
    return untold.map((name) => join(this.#directory, name));
  }

  /** Oldest first. */
  #names(): readonly string[] {
    try {
      return readdirSync(this.#directory)
        .filter((name) => NAME.test(name))
        .toSorted();
    } catch {
      // No crash was reported yet, or nobody may read it: there is nothing to tell of.
      return [];
    }
  }
}
