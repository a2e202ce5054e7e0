import { pathOf } from './naive-state-tree.ts';

/** Keys of which many share long beginnings of their paths, so that small trees are deep: up to 24 levels and more. */
export function clusteredKeys(count: number): readonly string[] {
  const all = Array.from({ length: 30_000 }, (_, index) => {
    const key = `key-${index}`;
    return { key, path: pathOf(key).toString('hex') };
  }).toSorted((left, right) => (left.path < right.path ? -1 : 1));
  const shared = all.map((entry, index) => {
    const next = all[index + 1]?.path ?? '';
    let length = 0;
    while (length < next.length && entry.path[length] === next[length]) length++;
    return { entry, next: all[index + 1], length };
  });
  const pairs = shared
    .toSorted((left, right) => right.length - left.length)
    .slice(0, count / 3)
    .flatMap(({ entry, next }) => [entry.key, next?.key ?? entry.key]);
  const sparse = all.filter((_, index) => index % Math.floor((all.length * 3) / count) === 0).map(({ key }) => key);
  return [...new Set([...pairs, ...sparse])];
}
