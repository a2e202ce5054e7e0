/**
 * The path of a value inside a value, for a person: `reward.goal`, `layers.0.size`. A key that holds a dot, a quote or white
 * space is quoted, so that no two values have the same path.
 */
export function extendPath(path: string, key: string): string {
  const segment = key === '' || /["\s.]/.test(key) ? JSON.stringify(key) : key;
  return path === '' ? segment : `${path}.${segment}`;
}
