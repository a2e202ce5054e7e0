import { encodeCanonicalText, type Json } from '../../base/canonical.ts';
import type { Namespace } from '../../ledger/state-types.ts';

/** One changed value: `path` is dotted, empty for a value that is new or gone as a whole. */
export interface StateChange {
  readonly namespace: string;
  readonly key: string;
  readonly path: string;
  readonly before?: Json;
  readonly after?: Json;
}

function isObject(value: Json | undefined): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The leaf values that differ, in path order. */
export function changesBetween(
  place: { readonly namespace: Namespace; readonly key: string },
  before: Json | undefined,
  after: Json | undefined,
): StateChange[] {
  const changes: StateChange[] = [];
  const compare = (path: string, left: Json | undefined, right: Json | undefined): void => {
    if (isObject(left) && isObject(right)) {
      for (const name of [...new Set([...Object.keys(left), ...Object.keys(right)])].sort()) {
        compare(path === '' ? name : `${path}.${name}`, left[name], right[name]);
      }
      return;
    }
    if (left !== undefined && right !== undefined && encodeCanonicalText(left) === encodeCanonicalText(right)) return;
    if (left === undefined && right === undefined) return;
    changes.push({
      ...place,
      path,
      ...(left === undefined ? {} : { before: left }),
      ...(right === undefined ? {} : { after: right }),
    });
  };
  compare('', before, after);
  return changes;
}
