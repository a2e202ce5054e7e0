import type { ChainEvent } from '../../api/chain/node.ts';
import { PAGE_ROWS_MAX } from '../../base/limits.ts';
import type { ChangeSignal } from '../change-signal.ts';
import type { QuantumNode } from '../quantum-node.ts';
import type { DesktopStatus } from './surface.ts';
import { waitingFor } from './waiting-watch.ts';

export interface StatusWatchOptions {
  readonly node: {
    readonly events: QuantumNode['events'];
    readonly query: Pick<QuantumNode['query'], 'proposals'>;
    status(): ReturnType<QuantumNode['status']>;
  };
  /** The member who acts at this machine now; null where the key is nobody's. */
  readonly memberId: () => Promise<string | null>;
  /** Of who acts. */
  readonly changes: ChangeSignal;
  readonly onStatus: (status: DesktopStatus) => void;
}

/** How the node is and what waits for the person at this machine: at once, and whenever one of them may have changed. */
export class StatusWatch {
  readonly #options: StatusWatchOptions;
  readonly #stopped = new AbortController();
  /** The last look: each begins after the one before it. */
  #look: Promise<void> = Promise.resolve();
  /** One that has not begun sees what happens until then. */
  #isWanted = false;

  constructor(options: StatusWatchOptions) {
    this.#options = options;
  }

  /** Resolves when it is stopped. */
  async run(): Promise<void> {
    await Promise.all([this.#followEvents(), this.#followChanges()]);
  }

  stop(): void {
    this.#stopped.abort();
  }

  async #followEvents(): Promise<void> {
    for await (const event of this.#options.node.events.subscribe(this.#stopped.signal))
      if (mayChange(event)) await this.#lookSoon();
  }

  async #followChanges(): Promise<void> {
    for await (const _ of this.#options.changes.changes(this.#stopped.signal)) await this.#lookSoon();
  }

  #lookSoon(): Promise<void> {
    if (!this.#isWanted) {
      this.#isWanted = true;
      this.#look = this.#look.then(() => this.#lookNow());
    }
    return this.#look;
  }

  async #lookNow(): Promise<void> {
    this.#isWanted = false;
    const { node, memberId, onStatus } = this.#options;
    const { health, frozen, alerts } = await node.status();
    const { proposals } = await node.query.proposals({ state: 'open', offset: 0, limit: PAGE_ROWS_MAX });
    const waiting = waitingFor(proposals, await memberId());
    if (this.#stopped.signal.aborted) return;
    const state = frozen !== null ? 'frozen' : health === 'healthy' && alerts.length === 0 ? 'healthy' : 'attention';
    onStatus({
      state,
      alertCount: alerts.length,
      waiting: waiting.map(({ proposal_id, title }) => ({ proposal_id, title })),
    });
  }
}

function mayChange(event: ChainEvent): boolean {
  return event.type === 'resync' || event.type === 'health' || (event.type === 'block' && event.changes_governance);
}
