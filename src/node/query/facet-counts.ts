import type { EnvironmentSummary } from '../../api/chain/environments.ts';

/** Something that environments have in common, and how many have it. */
type Counted = readonly (readonly [value: string, count: number])[];

/** How many environments that are not archived each owner and each tag has, kept up with the list that tells of its changes. */
export class FacetCounts {
  readonly #owners = new Map<string, number>();
  readonly #tags = new Map<string, number>();

  change(before: EnvironmentSummary | undefined, after: EnvironmentSummary | undefined): void {
    this.#count(before, -1);
    this.#count(after, 1);
  }

  /** The most frequent ones, at most so many of each. */
  most(limit: number): { readonly owners: Counted; readonly tags: Counted; readonly more: boolean } {
    return {
      owners: mostOf(this.#owners, limit),
      tags: mostOf(this.#tags, limit),
      more: this.#owners.size > limit || this.#tags.size > limit,
    };
  }

  #count(one: EnvironmentSummary | undefined, by: 1 | -1): void {
    if (one === undefined || one.archived) return;
    add(this.#owners, one.owner, by);
    for (const tag of one.tags) add(this.#tags, tag, by);
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
