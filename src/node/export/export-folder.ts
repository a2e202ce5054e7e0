import { constants, lstatSync, mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ExportView } from '../../api/operator/exports.ts';
import { QuantumLockError, systemCodeOf } from '../../base/errors.ts';
import { EXPORT_PART_SIZE_BYTES, EXPORTS_KEPT_MAX } from '../../base/limits.ts';
import type { ExportKind } from '../../ledger/documents/export-manifest.ts';
import { readRange } from '../data-directory/read-range.ts';
import { guardStorage, storageError } from '../data-directory/storage-errors.ts';
import { syncDirectory } from '../data-directory/sync-directory.ts';
import { manifestPathOf, type MadeExport } from './make-export.ts';

/** What the files of each kind are called, and how they end. */
const NAMES: Readonly<Record<ExportKind, readonly [begin: string, end: string]>> = {
  jsonl: ['audit', '.jsonl'],
  csv: ['audit', '.csv'],
  cef: ['audit', '.cef'],
  html: ['report', '.html'],
  pdf: ['report', '.pdf'],
  blocks: ['chain', '.jsonl'],
};
const NAME = /^(audit|report|chain)-\d{8}T\d{9}Z(\.[a-z]+)$/;

/** The exports of a data directory: each a file, with its manifest beside it where it does not hold that. */
export class ExportFolder {
  readonly path: string;

  constructor(dataDirectory: string) {
    this.path = join(dataDirectory, 'audit-exports');
  }

  /** By when it was made, so that names sort by time: `audit-20261126T101500000Z.jsonl`. */
  nameAt(time: number, kind: ExportKind): string {
    const [begin, end] = NAMES[kind];
    return `${begin}-${new Date(time).toISOString().replaceAll(/[-:.]/g, '')}${end}`;
  }

  /** @throws LIMIT_EXCEEDED where as many lie here as may */
  assertHasRoom(): void {
    if (this.list().length < EXPORTS_KEPT_MAX) return;
    throw new QuantumLockError('LIMIT_EXCEEDED', `${EXPORTS_KEPT_MAX} exports lie in ${this.path} already`, {
      advice: 'Take those that you need elsewhere, and delete them there.',
    });
  }

  /** Takes over what was made elsewhere on the same disk. The export comes last: what is listed has its manifest. @throws STORAGE_FULL, STORAGE_DENIED, STORAGE_FAILED */
  take({ signed, manifestPath }: MadeExport, path: string): ExportView {
    return guardStorage(this.path, () => {
      mkdirSync(this.path, { recursive: true, mode: 0o700 });
      const name = basename(path);
      if (manifestPath !== path) renameSync(manifestPath, join(this.path, basename(manifestPath)));
      renameSync(path, join(this.path, name));
      syncDirectory(this.path);
      return this.#view(name, signed.manifest.kind);
    });
  }

  /** Newest first. @throws STORAGE_DENIED, STORAGE_FAILED */
  list(): readonly ExportView[] {
    let names: readonly string[];
    try {
      names = readdirSync(this.path);
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT') return [];
      throw storageError(this.path, error);
    }
    const found = names.flatMap((name) => {
      const kind = kindOf(name);
      if (kind === null || !guardStorage(this.path, () => lstatSync(join(this.path, name)).isFile())) return [];
      return [guardStorage(this.path, () => this.#view(name, kind))];
    });
    return found.toSorted((one, other) => other.made_at - one.made_at || other.name.localeCompare(one.name, 'en'));
  }

  #view(name: string, kind: ExportKind): ExportView {
    const path = join(this.path, name);
    const { size, mtimeMs } = statSync(path);
    const manifest = kind === 'jsonl' ? null : basename(manifestPathOf(path));
    return { name, kind, path, size_bytes: size, made_at: Math.floor(mtimeMs), manifest_name: manifest };
  }

  /** Some bytes from `offset` on, of an export or of the manifest beside one. @throws NOT_FOUND, STORAGE_FAILED */
  async part(name: string, offset: number): Promise<{ readonly bytes: Buffer; readonly size: number }> {
    const isOurs = kindOf(name.replace(/\.manifest\.json$/, '')) !== null;
    const noSuch = new QuantumLockError('NOT_FOUND', `there is no export ${name}`);
    if (!isOurs) throw noSuch;
    const path = join(this.path, name);
    let file: FileHandle | null = null;
    try {
      file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
      const { size } = await file.stat();
      const end = Math.max(offset, Math.min(size, offset + EXPORT_PART_SIZE_BYTES));
      return { bytes: await readRange(file, { begin: offset, end }), size };
    } catch (error) {
      throw NOT_THERE.has(systemCodeOf(error) ?? '') ? noSuch : storageError(path, error);
    } finally {
      await file?.close();
    }
  }
}

/** No such file, or a link in its place. */
const NOT_THERE: ReadonlySet<string> = new Set(['ENOENT', 'ELOOP']);

function kindOf(name: string): ExportKind | null {
  const [, begin, end] = NAME.exec(name) ?? [];
  const found = Object.entries(NAMES).find(([, [first, last]]) => first === begin && last === end);
  return (found?.[0] as ExportKind | undefined) ?? null;
}
