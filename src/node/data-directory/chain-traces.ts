import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from './durable-files.ts';
import { isThere } from './is-there.ts';

/** Exists while a chain is being created: the files next to it belong to that attempt, which can be repeated. */
export const FOUNDING_MARK = 'founding';

/**
 * What only a chain leaves, and what it shows about the chain. Keys are not a trace: they may exist before any chain.
 */
const TRACES: readonly { readonly name: string; readonly says: (path: string) => string; readonly isOfTry: boolean }[] =
  [
    { name: 'node.json', says: (path) => `node.json ${chainNamedIn(path)}`, isOfTry: true },
    { name: 'head.record', says: () => 'head.record names the newest block that was sealed here', isOfTry: true },
    { name: 'index.db', says: () => 'index.db was made from it', isOfTry: false },
    { name: join('blobs', 'index.db'), says: () => 'blobs/ holds its content', isOfTry: false },
  ];

/**
 * What shows that a chain was created in a directory, one remark each; empty where nothing does.
 * @throws STORAGE_DENIED, STORAGE_FAILED
 */
export function chainTraces(root: string): readonly string[] {
  const isFounding = isThere(join(root, FOUNDING_MARK));
  return TRACES.filter(({ isOfTry }) => !(isOfTry && isFounding))
    .map(({ name, says }) => ({ path: join(root, name), says }))
    .filter(({ path }) => isThere(path))
    .map(({ path, says }) => says(path));
}

function chainNamedIn(path: string): string {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value === 'object' && value !== null && 'chain_id' in value && typeof value.chain_id === 'string')
      return `names the chain ${JSON.stringify(value.chain_id)}`;
  } catch {
    // It only matters that the file exists; the missing chain is reported, and not the state of this file.
  }
  return 'is there';
}

/** @throws STORAGE_FULL, STORAGE_DENIED, STORAGE_READ_ONLY, STORAGE_FAILED */
export function setFoundingMark(root: string): void {
  replaceFile(join(root, FOUNDING_MARK), '');
}

export function removeFoundingMark(root: string): void {
  rmSync(join(root, FOUNDING_MARK), { force: true });
}
