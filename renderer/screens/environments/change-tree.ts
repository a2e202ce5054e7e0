import type { FileChange } from '../../../src/api/chain/content.ts';
import { comparePaths } from '../../../src/ledger/log/file-tree.ts';

/** What changed of a difference's files: the kinds that a person chooses from. A file whose mode alone differs is changed. */
export type ChangeKind = 'added' | 'changed' | 'removed';

export const CHANGE_KINDS: readonly ChangeKind[] = ['added', 'changed', 'removed'];

export type ChangeCounts = Readonly<Record<ChangeKind, number>>;

/** A row of the tree as it is shown: a folder with what changed below it, or one file. */
export type ChangeRow = FolderRow | FileRow;

interface FolderRow {
  readonly kind: 'folder';
  readonly path: string;
  /** With the folders above it that have nothing else, as `a/b/c`. */
  readonly name: string;
  readonly depth: number;
  readonly counts: ChangeCounts;
  readonly isOpen: boolean;
}

interface FileRow {
  readonly kind: 'file';
  readonly path: string;
  readonly name: string;
  readonly depth: number;
  readonly change: FileChange;
}

/** Files that changed below a folder. */
export interface ChangeTree {
  readonly path: string;
  readonly name: string;
  readonly counts: ChangeCounts;
  readonly folders: readonly ChangeTree[];
  readonly files: readonly FileChange[];
}

export function changeKindOf({ kind }: FileChange): ChangeKind {
  return kind === 'mode' ? 'changed' : kind;
}

export function countChanges(files: readonly FileChange[]): ChangeCounts {
  const counts = { added: 0, changed: 0, removed: 0 };
  for (const file of files) counts[changeKindOf(file)] += 1;
  return counts;
}

interface Growing {
  readonly folders: Map<string, Growing>;
  readonly files: FileChange[];
}

/** The folders of changed files, in the order of their names, folders first. */
export function changeTreeOf(files: readonly FileChange[]): ChangeTree {
  const root: Growing = { folders: new Map(), files: [] };
  for (const file of files) {
    let folder = root;
    for (const name of file.path.split('/').slice(0, -1)) {
      let below = folder.folders.get(name);
      if (below === undefined) folder.folders.set(name, (below = { folders: new Map(), files: [] }));
      folder = below;
    }
    folder.files.push(file);
  }
  return settled(root, '', '');
}

function settled(growing: Growing, path: string, name: string): ChangeTree {
  const folders = [...growing.folders]
    .sort(([left], [right]) => comparePaths(left, right))
    .map(([below, tree]) => joined(settled(tree, path === '' ? below : `${path}/${below}`, below)));
  const files = growing.files.toSorted((left, right) => comparePaths(left.path, right.path));
  const counts = { ...countChanges(files) };
  for (const folder of folders) for (const kind of CHANGE_KINDS) counts[kind] += folder.counts[kind];
  return { path, name, counts, folders, files };
}

/** A folder that holds one folder and nothing else is one row with it. */
function joined(tree: ChangeTree): ChangeTree {
  const [only] = tree.folders;
  if (tree.files.length > 0 || tree.folders.length !== 1 || only === undefined) return tree;
  return { ...only, name: `${tree.name}/${only.name}` };
}

/** The rows below a tree's root, of which the folders that `isOpen` names show what they hold. */
export function changeRowsOf(tree: ChangeTree, isOpen: (path: string) => boolean): readonly ChangeRow[] {
  const rows: ChangeRow[] = [];
  const walk = ({ folders, files }: ChangeTree, depth: number): void => {
    for (const folder of folders) {
      const { path, name, counts } = folder;
      const open = isOpen(path);
      rows.push({ kind: 'folder', path, name, depth, counts, isOpen: open });
      if (open) walk(folder, depth + 1);
    }
    for (const change of files) {
      const { path } = change;
      rows.push({ kind: 'file', path, name: path.slice(path.lastIndexOf('/') + 1), depth, change });
    }
  };
  walk(tree, 0);
  return rows;
}
