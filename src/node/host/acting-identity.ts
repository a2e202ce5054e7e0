import { unwatchFile, watchFile } from 'node:fs';
import { QuantumLockError } from '../../base/errors.ts';
import { dataPaths } from '../data-directory/data-paths.ts';
import { readNodeConfig, writeNodeConfig } from '../data-directory/node-config.ts';
import type { KeyInfo } from '../keys/key-store.ts';
import type { Keyring } from '../keys/keyring.ts';

/** How often the configuration is looked at: a person who typed `dm key use` sees the console follow. */
const LOOK_INTERVAL_MS = 500;

/** Which key of this machine acts: one for all tabs and commands, in the configuration of the data directory. */
export class ActingIdentity {
  readonly #dataDirectory: string;
  readonly #keyring: Keyring;
  readonly #onChange: () => void;

  /** `onChange` hears of every choice, by this process or another, until {@link stop}. */
  constructor(dataDirectory: string, keyring: Keyring, onChange: () => void) {
    this.#dataDirectory = dataDirectory;
    this.#keyring = keyring;
    this.#onChange = onChange;
    watchFile(dataPaths(dataDirectory).config, { interval: LOOK_INTERVAL_MS, persistent: false }, onChange);
  }

  /** Whether this key acts. Where the configuration cannot be read any more, none does. */
  is(keyId: string): boolean {
    try {
      return readNodeConfig(this.#dataDirectory).acting_key_id === keyId;
    } catch (error) {
      if (error instanceof QuantumLockError) return false;
      throw error;
    }
  }

  /**
   * The key that signs where no other is named; `expected` is the one that a page shows as such.
   * @throws KEY_NOT_FOUND, IDENTITY_CHANGED
   */
  async key(expected?: string): Promise<KeyInfo> {
    const key = await this.#keyring.find(readNodeConfig(this.#dataDirectory).acting_key_id);
    if (expected === undefined || expected === key.key_id) return key;
    throw new QuantumLockError('IDENTITY_CHANGED', `"${key.name}" acts now, and not the identity that the page showed`);
  }

  /** @throws KEY_NOT_FOUND */
  async select(keyId: string): Promise<void> {
    const key = await this.#keyring.find(keyId);
    writeNodeConfig(this.#dataDirectory, { ...readNodeConfig(this.#dataDirectory), acting_key_id: key.key_id });
    this.#onChange();
  }

  stop(): void {
    unwatchFile(dataPaths(this.#dataDirectory).config, this.#onChange);
  }
}
