import type { Hash } from '../../base/bytes.ts';
import type { Json } from '../../base/canonical.ts';
import { isSameJson } from '../../base/same-json.ts';
import { extendPath } from '../../base/value-path.ts';
import type { StateAccess, StateWrites } from '../state/access.ts';
import { UNDECIDED } from '../governance/settle.ts';
import type { Namespace } from '../state/records.ts';

/** One changed leaf: `path` is dotted, empty where the value itself is not an object. */
export interface StateChange {
  readonly namespace: string;
  readonly key: string;
  readonly path: string;
  readonly before?: Json;
  readonly after?: Json;
  /** `after` is known only when it happens: the block's time, the id of the transaction that executes it, or its approvers. */
  readonly set_at_commit?: 'time' | 'transaction' | 'approvals';
}

/** What is not known before a block is made, as a trial took it to be. */
export interface TrialMoment {
  /** Unix milliseconds. */
  readonly timestamp: number;
  readonly transactionId: Hash;
}

function isObject(value: Json | undefined): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a value is taken apart into: its members; null where it is a leaf. */
function membersOf(value: Json | undefined): Readonly<Record<string, Json>> | null {
  return isObject(value) && Object.keys(value).length > 0 ? value : null;
}

function isNothing(value: Json | undefined): boolean {
  return value === undefined || value === null;
}

/** The leaf values that differ, in path order; a value that is new or removed is also reported leaf by leaf. */
export function changesBetween(
  place: { readonly namespace: Namespace; readonly key: string },
  before: Json | undefined,
  after: Json | undefined,
): StateChange[] {
  const changes: StateChange[] = [];
  const compare = (path: string, left: Json | undefined, right: Json | undefined): void => {
    if (left === undefined && right === undefined) return;
    const leftMembers = membersOf(left);
    const rightMembers = membersOf(right);
    // Nothing becomes a record, or a record nothing, member by member.
    const splits =
      leftMembers === null ? isNothing(left) && rightMembers !== null : isNothing(right) || rightMembers !== null;
    if (splits) {
      const names = new Set([...Object.keys(leftMembers ?? {}), ...Object.keys(rightMembers ?? {})]);
      for (const name of [...names].sort()) compare(extendPath(path, name), leftMembers?.[name], rightMembers?.[name]);
      return;
    }
    if (isSameJson(left, right)) return;
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

/** Everything that `writes` would change, each value that only the block will know marked as such. */
export function changesOfWrites(
  before: Pick<StateAccess, 'get'>,
  writes: StateWrites,
  moment: TrialMoment,
): StateChange[] {
  const changes: StateChange[] = [];
  for (const [namespace, values] of writes)
    for (const [key, after] of values)
      changes.push(...changesBetween({ namespace, key }, before.get(namespace, key), after));
  return changes.map((change) => {
    const marker = markerOf(change, moment);
    return marker === null ? change : { ...change, set_at_commit: marker };
  });
}

/** Names of times: `promoted_at`, and `since`. */
const TIME_NAME = /(?:^|_)at$|^since$/;

function markerOf(
  { key, path, after }: StateChange,
  { timestamp, transactionId }: TrialMoment,
): NonNullable<StateChange['set_at_commit']> | null {
  if (after === transactionId) return 'transaction';
  if (after === UNDECIDED || (Array.isArray(after) && after[0] === UNDECIDED)) return 'approvals';
  const name = (path === '' ? key : path).split('.').at(-1) ?? '';
  return after === timestamp && TIME_NAME.test(name) ? 'time' : null;
}
