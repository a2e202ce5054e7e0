import type { Hash } from '../../base/bytes.ts';
import type { ProposalRecord } from '../../ledger/state/records.ts';

export type Executed = Pick<ProposalRecord, 'status' | 'closed_at' | 'closed_by' | 'era' | 'action'>;

/** Where proposals that did something were completed, newest first: without a look at each vote of the log. */
export class ExecutedProposals {
  /** The place of a transaction never changes, so it is looked up once. */
  readonly #places = new Map<Hash, number>();

  /**
   * Log indexes from `begin` on and below `end`. Of one era time goes with the log: what is older than the range is not
   * looked up.
   */
  places(
    proposals: Iterable<Executed>,
    { begin, end }: { readonly begin: number; readonly end: number },
    logIndexOf: (id: Hash) => number | undefined,
  ): number[] {
    const places: number[] = [];
    let older: Executed | null = null;
    for (const proposal of [...proposals].filter(({ status }) => status === 'executed').sort(newestFirst)) {
      // Of one block, in no order.
      if (older !== null && (older.closed_at !== proposal.closed_at || older.era !== proposal.era)) break;
      const place = proposal.closed_by === null ? undefined : this.#placeOf(proposal.closed_by, logIndexOf);
      if (place === undefined) continue;
      if (place < begin) older = proposal;
      else if (place < end) places.push(place);
    }
    return places.sort((left, right) => right - left);
  }

  #placeOf(id: Hash, logIndexOf: (id: Hash) => number | undefined): number | undefined {
    const known = this.#places.get(id);
    if (known !== undefined) return known;
    const place = logIndexOf(id);
    if (place !== undefined) this.#places.set(id, place);
    return place;
  }
}

function newestFirst(left: Executed, right: Executed): number {
  return right.era - left.era || (right.closed_at ?? 0) - (left.closed_at ?? 0);
}
