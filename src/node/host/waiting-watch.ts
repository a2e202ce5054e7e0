import type { ChainEvent } from '../../api/chain/node.ts';
import type { ProposalRow } from '../../api/chain/proposals.ts';
import { PAGE_ROWS_MAX } from '../../base/limits.ts';
import type { QuantumNode } from '../quantum-node.ts';

export interface WaitingWatchOptions {
  readonly node: { readonly events: QuantumNode['events']; readonly query: Pick<QuantumNode['query'], 'proposals'> };
  /** The member who acts at this machine now; null where the key is nobody's. */
  readonly memberId: () => Promise<string | null>;
  /** A proposal that newly waits for that member. */
  readonly onWaiting: (proposal: Pick<ProposalRow, 'proposal_id' | 'title'>) => void;
}

/** Tells the person at this machine of each proposal that begins to wait for them: once, and not of their own. */
export class WaitingWatch {
  readonly #options: WaitingWatchOptions;
  readonly #stopped = new AbortController();
  /** Those that were announced, or existed already. */
  #known: ReadonlySet<string> | null = null;
  #memberId: string | null = null;

  constructor(options: WaitingWatchOptions) {
    this.#options = options;
  }

  /** Resolves when it is stopped. */
  async run(): Promise<void> {
    for await (const event of this.#options.node.events.subscribe(this.#stopped.signal)) {
      if (concernsGovernance(event)) await this.#look();
    }
  }

  stop(): void {
    this.#stopped.abort();
  }

  async #look(): Promise<void> {
    const { node, memberId, onWaiting } = this.#options;
    const id = await memberId();
    // Another person now: what waits for them is on the screen.
    if (id !== this.#memberId) this.#known = null;
    this.#memberId = id;
    const { proposals } = await node.query.proposals({ state: 'open', offset: 0, limit: PAGE_ROWS_MAX });
    const waiting = waitingFor(proposals, id);
    if (this.#known !== null)
      for (const { proposal_id, title } of waiting)
        if (!this.#known.has(proposal_id)) onWaiting({ proposal_id, title });
    this.#known = new Set(waiting.map(({ proposal_id }) => proposal_id));
  }
}

/** Those that this member may vote on and has not; none where the key is nobody's. */
export function waitingFor(proposals: readonly ProposalRow[], memberId: string | null): readonly ProposalRow[] {
  return proposals.filter(({ waiting_for }) => waiting_for.some(({ member_id }) => member_id === memberId));
}

function concernsGovernance(event: ChainEvent): boolean {
  return event.type === 'resync' || (event.type === 'block' && event.changes_governance);
}
