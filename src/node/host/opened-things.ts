import type { OpenedThing } from '../../api/operator/opened.ts';
import { OPENED_WAITING_MAX } from '../../base/limits.ts';
import { ChangeSignal } from '../change-signal.ts';

/** What the person opened from outside the page, until a page takes it. Where too much waits, the oldest is dropped. */
export class OpenedThings {
  readonly #changes = new ChangeSignal();
  #waiting: readonly OpenedThing[] = [];

  add(thing: OpenedThing): void {
    this.#waiting = [...this.#waiting, thing].slice(-OPENED_WAITING_MAX);
    this.#changes.notify();
  }

  /** Yields what waits, then what comes, until the signal aborts. @throws NODE_BUSY */
  async *taken(signal: AbortSignal | undefined): AsyncGenerator<OpenedThing, void, undefined> {
    for await (const _ of this.#changes.changes(signal)) {
      for (let [next] = this.#waiting; next !== undefined; [next] = this.#waiting) {
        this.#waiting = this.#waiting.slice(1);
        yield next;
      }
    }
  }
}
