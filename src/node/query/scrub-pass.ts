/** One look at several things, a bit at a time. Where one of them is damaged, the others are looked at anyway. */
export class ScrubPass {
  readonly #works: Set<() => boolean>;
  readonly #tell: (error: unknown) => void;
  #failure: Error | null = null;

  /**
   * `works`: each does a bit, says whether there is more, and throws what it finds; then it is not called again in this pass,
   * because where it stopped it knows only a part. `tell` hears of it at once.
   */
  constructor(works: readonly (() => boolean)[], tell: (error: unknown) => void) {
    this.#works = new Set(works);
    this.#tell = tell;
  }

  /** Returns whether there is more to do. @throws at the end of the pass, the first thing that was found */
  advance(): boolean {
    let hasMore = false;
    for (const work of this.#works) {
      try {
        hasMore = work() || hasMore;
      } catch (error) {
        this.#works.delete(work);
        this.#failure ??= error instanceof Error ? error : new Error(String(error));
        this.#tell(error);
      }
    }
    if (hasMore || this.#failure === null) return hasMore;
    throw this.#failure;
  }
}
