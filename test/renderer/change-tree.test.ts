import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  CHANGE_KINDS,
  changeKindOf,
  changeRowsOf,
  changeTreeOf,
  countChanges,
} from '../../renderer/screens/environments/change-tree.ts';
import type { FileChange } from '../../src/api/chain/content.ts';
import { checkProperty } from '../property/check-property.ts';

function change(path: string, kind: FileChange['kind'] = 'added'): FileChange {
  return { path, kind, before: null, after: null, lines_added: null, lines_removed: null };
}

const told = (paths: readonly string[], open: (path: string) => boolean = () => true): readonly string[] =>
  changeRowsOf(changeTreeOf(paths.map((path) => change(path))), open).map(
    ({ depth, name, kind }) => `${'  '.repeat(depth)}${name}${kind === 'folder' ? '/' : ''}`,
  );

describe('the tree of a difference', () => {
  test('shows folders before files, by name, and joins those that have nothing else', () => {
    expect(told(['b.txt', 'a/x/y/2', 'a/x/y/1', 'c/d', 'c/e/f', 'a.txt'])).toEqual([
      'a/x/y/',
      '  1',
      '  2',
      'c/',
      '  e/',
      '    f',
      '  d',
      'a.txt',
      'b.txt',
    ]);
  });

  test('shows what is below a folder where it is open', () => {
    expect(told(['a/1', 'a/b/2', 'a/b/3'], (path) => path === 'a')).toEqual(['a/', '  b/', '  1']);
    expect(told([])).toEqual([]);
  });

  test('counts a file whose mode alone differs as changed', () => {
    const files = [change('a/1', 'mode'), change('a/2', 'changed'), change('a/3', 'removed'), change('4')];
    expect(countChanges(files)).toEqual({ added: 1, changed: 2, removed: 1 });
    expect(changeRowsOf(changeTreeOf(files), () => false)[0]).toMatchObject({
      path: 'a',
      counts: { added: 0, changed: 2, removed: 1 },
    });
  });

  test('holds every file once, whatever their paths, and its counts add up', () => {
    const name = fc.constantFrom('a', 'b', 'é', '😀', '\uFFFD', 'constructor', '__proto__', ' ');
    const paths = fc.uniqueArray(fc.array(name, { minLength: 1, maxLength: 5 }).map((names) => names.join('/')));
    const kinds = fc.array(fc.constantFrom<FileChange['kind']>('added', 'removed', 'changed', 'mode'), {
      minLength: 1,
    });
    const property = fc.property(paths, kinds, (all, chosen) => {
      const files = all.map((path, place) => change(path, chosen[place % chosen.length]));
      const tree = changeTreeOf(files);
      const rows = changeRowsOf(tree, () => true);
      expect(rows.flatMap((row) => (row.kind === 'file' ? [row.path] : [])).sort()).toEqual([...all].sort());
      expect(tree.counts).toEqual(countChanges(files));
      for (const row of rows) {
        if (row.kind !== 'folder') continue;
        const below = files.filter(({ path }) => path.startsWith(`${row.path}/`));
        for (const kind of CHANGE_KINDS)
          expect(row.counts[kind]).toBe(below.filter((file) => changeKindOf(file) === kind).length);
      }
      expect(new Set(rows.map(({ kind, path }) => `${kind} ${path}`)).size).toBe(rows.length);
    });
    checkProperty('trees of differences', property, { small: 200, soak: 20_000 });
  });
});
