import { Deadline, type Clocks } from '../../base/deadline.ts';
import { SIGNING_SESSION_TTL_MS } from '../../base/limits.ts';
import type { VaultSession } from '../keys/file-key-store.ts';
import type { KeyInfo } from '../keys/key-store.ts';

interface Unlocked {
  readonly keyId: string;
  readonly chain: string;
  readonly deadline: Deadline;
  /** Opens this one key; null where the key is in the keychain. */
  readonly vault: VaultSession | null;
}

/** Until when, and for which key, nothing but the word is asked. */
export interface UnlockedKey {
  readonly key_id: string;
  /** Unix milliseconds. */
  readonly until: number;
}

/**
 * After a passphrase or code was given once: for a while it is not asked for again, for the same key on the same chain. No
 * other key of the machine signs by it, so that nobody approves as two with one code.
 */
export class SigningSession {
  readonly #clocks: Clocks;
  readonly #onChange: () => void;
  #open: Unlocked | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(clocks: Clocks, onChange: () => void) {
    this.#clocks = clocks;
    this.#onChange = onChange;
  }

  /** Takes over `vault`, and closes it. */
  begin({
    key,
    chain,
    vault,
  }: {
    readonly key: KeyInfo;
    readonly chain: string;
    readonly vault: VaultSession | null;
  }): void {
    this.#close();
    const deadline = new Deadline(this.#clocks, SIGNING_SESSION_TTL_MS);
    this.#open = { keyId: key.key_id, chain, deadline, vault };
    this.#arm(deadline);
    this.#onChange();
  }

  end(): void {
    if (this.#close()) this.#onChange();
  }

  /** A copy of the key, which the caller wipes; `keychain` where that has it; null where this session is not for it. */
  secretOf(key: KeyInfo, chain: string): Uint8Array | 'keychain' | null {
    if (!this.covers(key, chain)) return null;
    try {
      return this.#open?.vault?.secret(key.key_id) ?? 'keychain';
    } catch (error) {
      // The passphrase was changed, or the key removed, by another process.
      this.end();
      throw error;
    }
  }

  covers(key: KeyInfo, chain: string): boolean {
    const open = this.#current();
    return open !== null && open.keyId === key.key_id && open.chain === chain;
  }

  get unlocked(): UnlockedKey | null {
    const open = this.#current();
    return open === null ? null : { key_id: open.keyId, until: open.deadline.at };
  }

  /** The timer only wipes early: what counts is the clock at each use, because a machine that sleeps stops its timers. */
  #current(): Unlocked | null {
    if (this.#open?.deadline.isOver === true) this.end();
    return this.#open;
  }

  #arm(deadline: Deadline): void {
    this.#timer = setTimeout(
      () => {
        if (deadline.isOver) this.end();
        else this.#arm(deadline);
      },
      Math.max(1, deadline.remainingMs),
    );
    this.#timer.unref();
  }

  #close(): boolean {
    clearTimeout(this.#timer);
    const open = this.#open;
    this.#open = null;
    open?.vault?.close();
    return open !== null;
  }
}
