import { posix } from 'node:path';

import { codeWithoutComments } from './code-without-comments.ts';
import type { SourceFile } from './source-files.ts';

/** Who may import whom. What is not in this table is refused. */
const importTable: Readonly<Record<string, readonly string[]>> = {
  'src/base': [],
  'src/ledger': ['src/base'],
  'src/api': ['src/base', 'src/ledger'],
  'src/node': ['src/base', 'src/ledger', 'src/api'],
  'src/cli': ['src/base', 'src/ledger', 'src/api', 'src/node'],
  electron: ['src/base', 'src/api', 'src/node'],
  renderer: ['src/base', 'src/ledger', 'src/api'],
};

export const layers: readonly string[] = Object.keys(importTable);

/** `import … from 'x'`, `export … from 'x'`, `import 'x'`, `import('x')`, `require('x')`, `new URL('x', …)`. */
const importTarget = /(?:\bfrom|\bimport|\bimport\s*\(|\brequire\s*\(|\bnew\s+URL\s*\()\s*['"`]([^'"`\n]+)['"`]/g;

export function importsOf(file: SourceFile): readonly string[] {
  return Array.from(codeWithoutComments(file.text).matchAll(importTarget), (match) => match[1] ?? '');
}

function layerOf(path: string): string | undefined {
  return layers.find((layer) => path === layer || path.startsWith(`${layer}/`));
}

/** One line for each import that the table does not allow. Throws when there is nothing to look at. */
export function forbiddenImports(files: readonly SourceFile[]): readonly string[] {
  let importCount = 0;
  const problems: string[] = [];
  for (const file of files) {
    const targets = importsOf(file);
    importCount += targets.length;
    const from = layerOf(file.path);
    if (from === undefined) {
      problems.push(`${file.path} is in no layer of the import table`);
      continue;
    }
    for (const target of targets) {
      if (!target.startsWith('.')) continue;
      const resolved = posix.join(posix.dirname(file.path), target);
      const to = layerOf(resolved);
      if (to === from) continue;
      if (to === undefined || !(importTable[from] ?? []).includes(to)) {
        problems.push(`${file.path} imports ${resolved}: ${from} may not import ${to ?? 'from outside the layers'}`);
      }
    }
  }
  if (importCount === 0) throw new Error('no import was seen: nothing was checked');
  return problems;
}

/**
 * What would make the ledger's result depend on anything but its input. The ledger is also run in a browser and in a
 * worker, so nothing of Node's either.
 */
const nondeterminism: ReadonlyArray<readonly [RegExp, string]> = [
  [/\bDate\b/, 'a clock'],
  [/\bperformance\b/, 'a clock'],
  [/\bMath\s*\.\s*random\b/, 'randomness'],
  // Not the folder of that name.
  [/(?<!\/)\bcrypto\b(?!\/)/, 'randomness or a platform library'],
  [/\basync\b|\bawait\b|\bPromise\b|\bsetTimeout\b|\bsetInterval\b|\bqueueMicrotask\b/, 'asynchrony'],
  [/['"`]node:/, 'a Node module'],
  [/\bprocess\s*\.|\bglobalThis\b|\brequire\s*\(/, 'the environment'],
  [/\bfetch\s*\(|\bconsole\s*\./, 'input or output'],
  [/\bIntl\b|\.toLocale[A-Z]|\blocaleCompare\b/, 'the locale'],
];

/** One line for each place in `src/ledger` where the outside world could get in. */
export function nondeterminismIn(files: readonly SourceFile[]): readonly string[] {
  const ledgerFiles = files.filter((file) => file.path.startsWith('src/ledger/'));
  if (ledgerFiles.length === 0) throw new Error('no file of src/ledger was seen: nothing was checked');
  return ledgerFiles.flatMap((file) =>
    codeWithoutComments(file.text)
      .split('\n')
      .flatMap((line, index) =>
        nondeterminism
          .filter(([pattern]) => pattern.test(line))
          .map(([, what]) => `${file.path}:${index + 1} uses ${what}: ${line.trim()}`),
      ),
  );
}
