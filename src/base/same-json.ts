import type { Json } from './canonical.ts';

/** Whether two values have the same canonical JSON, found without writing either; undefined is the same as itself alone. */
export function isSameJson(left: Json | undefined, right: Json | undefined): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) || Array.isArray(right)) {
    if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
    return left.every((one: Json, index) => isSameJson(one, right[index] as Json));
  }
  const [mine, others] = [left as Readonly<Record<string, Json>>, right as Readonly<Record<string, Json>>];
  const names = Object.keys(mine);
  return (
    names.length === Object.keys(others).length &&
    names.every((name) => Object.hasOwn(others, name) && isSameJson(mine[name], others[name]))
  );
}
