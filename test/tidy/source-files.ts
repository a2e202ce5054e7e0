import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface SourceFile {
  /** Relative to the checkout, with forward slashes: `src/base/hex.ts`. */
  readonly path: string;
  readonly text: string;
}

export const checkoutRoot: string = fileURLToPath(new URL('../..', import.meta.url));

const sourceSuffix = /\.(ts|tsx|mts|cts|js|jsx|mjs|cjs)$/;

/** Every source file under `folders`. Throws when a folder holds none: a scan of nothing must not pass. */
export function readSourceFiles(folders: readonly string[], root: string = checkoutRoot): readonly SourceFile[] {
  return folders.flatMap((folder) => {
    const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile() && sourceSuffix.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted();
    if (files.length === 0) throw new Error(`${folder} holds no source file: nothing was checked`);
    return files.map((file) => ({
      path: relative(root, file).split(sep).join('/'),
      text: readFileSync(file, 'utf8'),
    }));
  });
}
