import { partitionPoint } from '../../base/partition-point.ts';
import { QuantumLockError } from '../../base/errors.ts';
import type { EnvironmentOrder, EnvironmentSummary } from '../../api/chain/environments.ts';

/** Where an environment stands in an order. */
interface Place {
  /** 0 where ids alone decide. */
  readonly time: number;
  readonly envId: string;
}

/** One page of environments in an order, from behind a place: of all that are offered, it keeps the first ones that follow. */
export class OrderedPage {
  readonly #order: EnvironmentOrder;
  readonly #after: Place | null;
  readonly #limit: number;
  readonly #kept: EnvironmentSummary[] = [];
  #isMore = false;

  /** @param after as {@link nextAfter} gave it @throws INPUT_INVALID where it is of another order */
  constructor(order: EnvironmentOrder, after: string | undefined, limit: number) {
    this.#order = order;
    this.#after = after === undefined ? null : placeIn(order, after);
    this.#limit = limit;
  }

  offer(one: EnvironmentSummary): void {
    const place = this.#placeOf(one);
    if (this.#after !== null && compare(this.#after, place) >= 0) return;
    const last = this.#kept.at(-1);
    const isFull = this.#kept.length === this.#limit;
    if (isFull) this.#isMore = true;
    if (isFull && last !== undefined && compare(this.#placeOf(last), place) < 0) return;
    if (isFull) this.#kept.pop();
    const kept = this.#kept;
    const isBefore = (index: number): boolean => compare(this.#placeOf(kept[index] as EnvironmentSummary), place) < 0;
    kept.splice(partitionPoint(kept.length, isBefore), 0, one);
  }

  get environments(): EnvironmentSummary[] {
    return this.#kept;
  }

  /** Names the last one by its place, so that the next page begins there even if it is gone or has moved meanwhile. */
  get nextAfter(): string | null {
    const last = this.#kept.at(-1);
    if (!this.#isMore || last === undefined) return null;
    const { time, envId } = this.#placeOf(last);
    return this.#order === 'id' ? envId : `${time}:${envId}`;
  }

  #placeOf(one: EnvironmentSummary): Place {
    return placeOf(this.#order, one);
  }
}

function placeOf(order: EnvironmentOrder, { env_id: envId, updated_at, promoted_at }: EnvironmentSummary): Place {
  if (order === 'id') return { time: 0, envId };
  // What was never promoted is behind what was.
  return { time: order === 'updated' ? updated_at : (promoted_at ?? Number.NEGATIVE_INFINITY), envId };
}

/** All that are given, in an order. */
export function inOrder(order: EnvironmentOrder, environments: readonly EnvironmentSummary[]): EnvironmentSummary[] {
  return environments
    .map((one) => ({ one, place: placeOf(order, one) }))
    .sort((left, right) => compare(left.place, right.place))
    .map(({ one }) => one);
}

/** The newest first; of one time, by id. */
function compare(left: Place, right: Place): number {
  if (left.time !== right.time) return left.time > right.time ? -1 : 1;
  if (left.envId === right.envId) return 0;
  return left.envId < right.envId ? -1 : 1;
}

function placeIn(order: EnvironmentOrder, after: string): Place {
  if (order === 'id') return { time: 0, envId: after };
  const { time, envId } = /^(?<time>-?\d+|-Infinity):(?<envId>.+)$/s.exec(after)?.groups ?? {};
  if (time === undefined || envId === undefined)
    throw new QuantumLockError('INPUT_INVALID', `no page ordered by ${order} ends at ${after}`, {
      advice: 'Give the next_after of the page before, asked for in the same order, or begin without one.',
    });
  return { time: Number(time), envId };
}
