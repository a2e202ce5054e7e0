import { CHAIN_DATABASE } from '../storage/chain-schema.ts';
import { guardStorage } from '../data-directory/storage-errors.ts';
import type { FollowedNamespace } from './followed-namespace.ts';
import { INDEX_SLICE_MS } from './index-pace.ts';

/** Reads into a list what the newest blocks changed, and at first all that there is, a bit at a time: no question waits for that. */
export class ListUpkeep {
  readonly #list: Pick<FollowedNamespace<unknown>, 'readAhead' | 'keepUp'>;
  readonly #onFailure: (error: unknown) => void;
  #isScheduled = false;
  #isStopped = false;

  constructor(list: Pick<FollowedNamespace<unknown>, 'readAhead' | 'keepUp'>, onFailure: (error: unknown) => void) {
    this.#list = list;
    this.#onFailure = onFailure;
  }

  /** After a block, and once at the start. */
  schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#run());
  }

  stop(): void {
    this.#isStopped = true;
  }

  #run(): void {
    this.#isScheduled = false;
    if (this.#isStopped) return;
    try {
      if (guardStorage(CHAIN_DATABASE, () => this.#list.readAhead(INDEX_SLICE_MS))) this.schedule();
      else guardStorage(CHAIN_DATABASE, () => this.#list.keepUp());
    } catch (error) {
      this.#onFailure(error);
    }
  }
}
