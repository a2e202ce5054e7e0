import type { Clocks } from '../../base/deadline.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { KEY_SUSPENSION_MS, REFUSED_OPENINGS_MAX, REFUSED_OPENINGS_WINDOW_MS } from '../../base/limits.ts';
import type { SecurityPolicy } from '../data-directory/node-config.ts';
import type { RepeatedRefusals } from '../monitoring/facts.ts';
import type { KeyInfo } from '../keys/key-store.ts';

type NamedKey = Pick<KeyInfo, 'key_id' | 'name'>;

export interface RefusedOpeningsOptions {
  readonly clocks: Clocks;
  /** Asked at each event: a person may change it while this runs. */
  readonly policy: () => SecurityPolicy;
  readonly onEvent: (event: RepeatedRefusals) => void;
}

interface Tries {
  count: number;
  /** Of the first, by the clock on the wall. */
  since: number;
  /** By the clock that nobody can set. */
  last: number;
  suspendedUntil: number;
}

/**
 * Counts the wrong passphrases for each key of this machine, whatever review they were typed for. So many in a row are a
 * security event: the key is suspended here for a while, if the policy says so. It can do no more than that: who types is not
 * known, and what other machines do with a copy of the key is not seen here.
 */
export class RefusedOpenings {
  readonly #options: RefusedOpeningsOptions;
  readonly #tries = new Map<string, Tries>();
  readonly #events = new Map<string, RepeatedRefusals>();

  constructor(options: RefusedOpeningsOptions) {
    this.#options = options;
  }

  /** The newest event of each key since this process began. */
  events(): readonly RepeatedRefusals[] {
    return [...this.#events.values()];
  }

  isSuspended(key: NamedKey): boolean {
    return this.#suspendedMs(key) > 0;
  }

  #suspendedMs({ key_id }: NamedKey): number {
    return (this.#tries.get(key_id)?.suspendedUntil ?? 0) - this.#options.clocks.monotonic();
  }

  /** @throws SIGNING_LOCKED while the key is suspended here: a right passphrase does not open it either */
  assertNotSuspended({ key_id, name }: NamedKey): void {
    const leftMs = this.#suspendedMs({ key_id, name });
    if (leftMs > 0)
      throw new QuantumLockError(
        'SIGNING_LOCKED',
        `the key "${name}" is suspended on this machine for another ${Math.ceil(leftMs / 60_000)} min, after ${REFUSED_OPENINGS_MAX} wrong passphrases in a row`,
        { advice: 'Find out who tried. If it was you, wait, and then use the right passphrase.' },
      );
  }

  /** A passphrase that opened it. */
  noteOpened({ key_id }: NamedKey): void {
    this.#tries.delete(key_id);
  }

  /** One that did not. */
  noteRefused({ key_id, name }: NamedKey): void {
    const { clocks, policy, onEvent } = this.#options;
    const now = clocks.monotonic();
    const before = this.#tries.get(key_id);
    const isRow = before !== undefined && before.count > 0 && now - before.last <= REFUSED_OPENINGS_WINDOW_MS;
    const { count, since } = isRow ? before : { count: 0, since: clocks.wall() };
    const tries = { count: count + 1, since, last: now, suspendedUntil: 0 };
    this.#tries.set(key_id, tries);
    if (tries.count < REFUSED_OPENINGS_MAX) return;
    const is_suspended = policy() !== 'off';
    if (is_suspended) tries.suspendedUntil = now + KEY_SUSPENSION_MS;
    const event = { key_id, name, count: tries.count, since, at: clocks.wall(), is_suspended };
    tries.count = 0;
    this.#events.set(key_id, event);
    onEvent(event);
  }
}
