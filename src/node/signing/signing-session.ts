import { SIGNING_SESSION_TTL_MS } from '../../base/limits.ts';
import type { Keyring } from '../keys/keyring.ts';

/** The encrypted key file, open for a while after its passphrase was given once. It locks itself. */
export class SigningSession {
  readonly #file: Keyring['file'];
  readonly #clock: () => number;
  #unlockedUntil: number | null = null;
  #relock: NodeJS.Timeout | null = null;

  constructor({ keyring, clock }: { readonly keyring: Keyring; readonly clock: () => number }) {
    this.#file = keyring.file;
    this.#clock = clock;
  }

  /** @throws PASSPHRASE_WRONG */
  async unlock(passphrase: string): Promise<void> {
    await this.#file.unlock(passphrase);
    this.#unlockedUntil = this.#clock() + SIGNING_SESSION_TTL_MS;
    if (this.#relock !== null) clearTimeout(this.#relock);
    this.#relock = setTimeout(() => this.lock(), SIGNING_SESSION_TTL_MS);
    this.#relock.unref();
  }

  lock(): void {
    if (this.#relock !== null) clearTimeout(this.#relock);
    this.#relock = null;
    this.#unlockedUntil = null;
    this.#file.lock();
  }

  /** Unix milliseconds; null while every signature asks. */
  get unlockedUntil(): number | null {
    return this.#unlockedUntil;
  }
}
