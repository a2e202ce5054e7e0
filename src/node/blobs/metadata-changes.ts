import type { MetadataChange } from '../../api/chain/content.ts';
import type { Json, JsonObject } from '../../base/canonical.ts';
import { isSameJson } from '../../base/same-json.ts';
import { extendPath } from '../../base/value-path.ts';

/** What differs between two metadata objects, leaf by leaf, in the order of the paths (see {@link extendPath}). */
export function metadataChanges(before: JsonObject, after: JsonObject): MetadataChange[] {
  const left = leavesOf(before);
  const right = leavesOf(after);
  const changes: MetadataChange[] = [];
  for (const path of [...new Set([...left.keys(), ...right.keys()])].sort()) {
    const was = left.get(path);
    const is = right.get(path);
    if (was !== undefined && is !== undefined && isSameJson(was, is)) continue;
    changes.push({
      path,
      ...(was === undefined ? {} : { before: was }),
      ...(is === undefined ? {} : { after: is }),
    });
  }
  return changes;
}

function leavesOf(metadata: JsonObject): ReadonlyMap<string, Json> {
  const leaves = new Map<string, Json>();
  const visit = (value: Json, path: string): void => {
    const children = typeof value === 'object' && value !== null ? Object.entries(value) : [];
    // An empty list or object is a value of its own; empty metadata is nothing.
    if (children.length === 0 && path !== '') leaves.set(path, value);
    for (const [key, child] of children) visit(child, extendPath(path, key));
  };
  visit(metadata, '');
  return leaves;
}
