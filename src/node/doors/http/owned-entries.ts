interface Owned {
  /** Who fills its own share with it. */
  readonly owner: string;
  /** By a clock that only goes forward, milliseconds. */
  readonly endsAt: number;
}

/** Entries that end by themselves: so many at all, and of one owner, whose oldest goes first. Nobody pushes out what is another's. */
export class OwnedEntries<Id, Entry extends Owned> {
  readonly #entries = new Map<Id, Entry>();
  readonly #most: { readonly inAll: number; readonly ofOwner: number };
  readonly #now: () => number;

  constructor(most: { readonly inAll: number; readonly ofOwner: number }, now: () => number) {
    this.#most = most;
    this.#now = now;
  }

  /** False where there is no room at all. */
  add(id: Id, entry: Entry): boolean {
    const own: Id[] = [];
    for (const [other, { owner }] of this.#present()) if (owner === entry.owner) own.push(other);
    const [oldest] = own;
    if (own.length >= this.#most.ofOwner && oldest !== undefined) this.#entries.delete(oldest);
    if (this.#entries.size >= this.#most.inAll) return false;
    this.#entries.set(id, entry);
    return true;
  }

  get(id: Id): Entry | undefined {
    const entry = this.#entries.get(id);
    return entry === undefined || entry.endsAt <= this.#now() ? undefined : entry;
  }

  /** What it was, which is then gone. */
  take(id: Id): Entry | undefined {
    const entry = this.get(id);
    this.#entries.delete(id);
    return entry;
  }

  list(): Entry[] {
    return [...this.#present().values()];
  }

  /** Those that have not ended; the others are forgotten. */
  #present(): ReadonlyMap<Id, Entry> {
    const now = this.#now();
    for (const [id, { endsAt }] of this.#entries) if (endsAt <= now) this.#entries.delete(id);
    return this.#entries;
  }
}
