import type { EnvironmentSummary } from '../../api/chain/environments.ts';

/** Something that environments have in common, and how many have it. */
type Counted = readonly (readonly [value: string, count: number])[];

/** How many environments have what in common, kept up with the list that tells of its changes. */
export class EnvironmentCounts {
  readonly #byStatus = new Map<string, number>();
  /** Of those that are not archived. */
  readonly #byOwner = new Map<string, number>();
  /** Likewise. */
  readonly #byTag = new Map<string, number>();

  of(status: EnvironmentSummary['green_status']): number {
    return this.#byStatus.get(status) ?? 0;
  }

  /** The most frequent owners and tags, at most so many of each. */
  most(limit: number): { readonly owners: Counted; readonly tags: Counted; readonly more: boolean } {
    return {
      owners: mostOf(this.#byOwner, limit),
      tags: mostOf(this.#byTag, limit),
      more: this.#byOwner.size > limit || this.#byTag.size > limit,
    };
  }

  change(before: EnvironmentSummary | undefined, after: EnvironmentSummary | undefined): void {
    this.#count(before, -1);
    this.#count(after, 1);
  }

  #count(one: EnvironmentSummary | undefined, by: 1 | -1): void {
    if (one === undefined) return;
    add(this.#byStatus, one.green_status, by);
    if (one.archived) return;
    add(this.#byOwner, one.owner, by);
    for (const tag of one.tags) add(this.#byTag, tag, by);
  }
}

function add(counts: Map<string, number>, value: string, by: 1 | -1): void {
  const count = (counts.get(value) ?? 0) + by;
  if (count === 0) counts.delete(value);
  else counts.set(value, count);
}

function mostOf(counts: ReadonlyMap<string, number>, limit: number): Counted {
  return [...counts].sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1)).slice(0, limit);
}
