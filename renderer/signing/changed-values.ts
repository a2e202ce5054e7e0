import type { StateChange } from '../../src/api/chain/submission.ts';

/** One value that would be another one, at any depth in the state. */
export interface ChangedValue {
  readonly id: string;
  /** Where it is, as a person reads it. */
  readonly name: string;
  readonly place: string;
  /** Dotted path inside the value at that place; empty for the whole of it. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
  /** What `after` will be is known only when it happens. */
  readonly setAtCommit: StateChange['set_at_commit'];
}

/**
 * A change of a whole record as the changes of its values, so that each can be read. What is nothing on both sides says
 * nothing, and is left out.
 */
export function changedValues(changes: readonly StateChange[]): readonly ChangedValue[] {
  // The operations of a batch may change one value more than once.
  return changes.flatMap(({ namespace, key, path, before, after, set_at_commit: setAtCommit }, index) =>
    leaves(path, before, after).map((leaf) => ({
      id: `${index} ${namespace} ${key} ${leaf.path}`,
      name: leaf.path === '' ? key : `${key} ${leaf.path}`,
      place: `${namespace}/${key}`,
      path: leaf.path,
      before: leaf.before,
      after: leaf.after,
      setAtCommit,
    })),
  );
}

interface Leaf {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

function leaves(path: string, before: unknown, after: unknown): readonly Leaf[] {
  const left = asRecord(before);
  const right = asRecord(after);
  const splits =
    (left !== null || isNothing(before)) && (right !== null || isNothing(after)) && (left !== null || right !== null);
  if (!splits) {
    const leaf = { path, before: isNothing(before) ? undefined : before, after: isNothing(after) ? undefined : after };
    return leaf.before === undefined && leaf.after === undefined ? [] : [leaf];
  }
  const names = [...new Set([...Object.keys(left ?? {}), ...Object.keys(right ?? {})])];
  return names
    .filter((name) => JSON.stringify(left?.[name]) !== JSON.stringify(right?.[name]))
    .flatMap((name) => leaves(path === '' ? name : `${path}.${name}`, left?.[name], right?.[name]));
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  return Object.keys(value).length === 0 ? null : (value as Readonly<Record<string, unknown>>);
}
