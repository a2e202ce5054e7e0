import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { integrityReport, type IntegrityReport } from '../../api/operator/integrity.ts';
import { encodeCanonicalText } from '../../base/canonical.ts';
import { systemCodeOf } from '../../base/errors.ts';
import { jsonOrNull } from '../../base/json-or-null.ts';
import { readText, replaceFile } from '../data-directory/durable-files.ts';
import { guardStorage, storageError } from '../data-directory/storage-errors.ts';
import { integrityPaths } from './integrity-paths.ts';
import { neededWords } from './report-words.ts';

/** Reports that are told of; the files of all are kept. */
const REPORTS_MAX = 100;
const FORMAT = 'quantum-lock/integrity-report/v1';
const stored = integrityReport.extend({ format: z.literal(FORMAT) });

/** What was found damaged in a data directory and what was done: one file each in canonical JSON, and one in plain words. */
export class IntegrityReports {
  readonly #directory: string;

  constructor(dataDirectory: string) {
    this.#directory = integrityPaths(dataDirectory).reports;
  }

  /** Newest first. One that cannot be read is left out. @throws STORAGE_DENIED, STORAGE_FAILED */
  list(): readonly IntegrityReport[] {
    return namesIn(this.#directory)
      .filter((name) => REPORT_NAME.test(name))
      .toSorted()
      .toReversed()
      .slice(0, REPORTS_MAX)
      .flatMap((name) => this.#read(name) ?? []);
  }

  /** @throws STORAGE_FULL, STORAGE_DENIED, STORAGE_READ_ONLY, STORAGE_FAILED */
  write(report: IntegrityReport): void {
    guardStorage(this.#directory, () => mkdirSync(this.#directory, { recursive: true, mode: 0o700 }));
    replaceFile(join(this.#directory, `${report.report_id}.txt`), `${report.words.join('\n')}\n`);
    replaceFile(
      join(this.#directory, `${report.report_id}.json`),
      `${encodeCanonicalText({ ...report, format: FORMAT })}\n`,
    );
  }

  #read(name: string): IntegrityReport | null {
    const parsed = stored.safeParse(jsonOrNull(readText(join(this.#directory, name)) ?? ''));
    if (!parsed.success) return null;
    const { format: _, ...report } = parsed.data;
    return report;
  }
}

const REPORT_NAME = /^damage-[0-9TZ-]+\.json$/;

/** By when it was made, so that names sort by time: `damage-20261126T101500000Z`. */
export function reportIdAt(time: number): string {
  return `damage-${new Date(time).toISOString().replaceAll(/[-:.]/g, '')}`;
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return [];
    throw storageError(directory, error);
  }
}

/** Whether one, after which nothing was changed, came to the same result and names every place of the other. */
export function saysAllOf(newest: IntegrityReport, report: IntegrityReport): boolean {
  const resultOf = ({ outcome, needs, intact_height }: IntegrityReport): string =>
    `${outcome} ${intact_height} ${neededWords(needs)}`;
  const named = new Set(newest.findings.map(({ place }) => place));
  return (
    newest.quarantine === null &&
    resultOf(newest) === resultOf(report) &&
    report.findings.every(({ place }) => named.has(place))
  );
}
