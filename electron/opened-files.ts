import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** The files that `--open FILE` names, each as an absolute path; may be repeated. */
export function openedFiles(args: readonly string[], folder: string): readonly string[] {
  const { values } = parseArgs({
    args: [...args],
    options: { open: { type: 'string', multiple: true } },
    strict: false,
  });
  const named: readonly unknown[] = values.open ?? [];
  return named.filter((path) => typeof path === 'string' && path !== '').map((path) => resolve(folder, String(path)));
}

/** What a second instance hands to the first, which believes nothing of its form. */
export function filesOf(handed: unknown): readonly string[] {
  if (typeof handed !== 'object' || handed === null || !('files' in handed) || !Array.isArray(handed.files)) return [];
  return handed.files.filter((path: unknown): path is string => typeof path === 'string');
}
