import type { RecoveryEvent } from '../../api/chain/node.ts';
import type { ShownThing } from '../../api/operator/opened.ts';
import type { QuantumNode } from '../quantum-node.ts';
import type { Notice } from './surface.ts';

const HEADINGS: Readonly<Record<RecoveryEvent['what'], string>> = {
  rollback_proposed: 'A rollback is proposed',
  rollback_executed: 'Environments were rolled back',
  recalled: 'Recalled from Green',
};

/**
 * Tells the person at this machine of each rollback before it happens, when it is proposed, and after it, when it was executed;
 * and of each recall.
 */
export class RecoveryWatch {
  readonly #events: QuantumNode['events'];
  readonly #tell: (notice: Notice) => void;
  readonly #stopped = new AbortController();

  constructor({ events }: Pick<QuantumNode, 'events'>, tell: (notice: Notice) => void) {
    this.#events = events;
    this.#tell = tell;
  }

  /** Resolves when it is stopped. */
  async run(): Promise<void> {
    for await (const event of this.#events.subscribe(this.#stopped.signal)) {
      if (event.type === 'recovery')
        this.#tell({ heading: HEADINGS[event.what], title: `${event.title}: ${event.reason}`, shows: shownOf(event) });
    }
  }

  stop(): void {
    this.#stopped.abort();
  }
}

function shownOf({ proposal_id, env_id, block_index: index }: RecoveryEvent): ShownThing {
  if (proposal_id !== null) return { kind: 'proposal', proposal_id };
  return env_id === null ? { kind: 'block', index } : { kind: 'environment', env_id };
}
