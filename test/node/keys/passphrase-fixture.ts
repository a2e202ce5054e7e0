import { EventEmitter } from 'node:events';

import { findPassphrase, type Passphrase, type PassphraseOptions } from '../../../src/node/keys/passphrase.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';

/** A terminal whose user types `keys` as soon as it is asked. */
export class Terminal extends EventEmitter {
  readonly isTTY = true;
  readonly rawModes: boolean[] = [];
  /** As of a real one: what waits for keys keeps the process, until it is told not to. */
  keepsProcess = false;
  isRead = false;
  readonly #keys: (Buffer | string)[];

  constructor(...keys: readonly (Buffer | string)[]) {
    super();
    this.#keys = [...keys];
  }

  setRawMode(raw: boolean): void {
    this.rawModes.push(raw);
  }

  resume(): void {
    this.keepsProcess = true;
    this.isRead = true;
    const next = this.#keys.shift();
    queueMicrotask(() => (next === undefined ? this.emit('end') : this.emit('data', next)));
  }

  unref(): void {
    this.keepsProcess = false;
  }

  pause(): void {
    this.keepsProcess = false;
    this.isRead = false;
  }
}

class NoTerminal extends EventEmitter {
  resume(): void {}
  pause(): void {}
}

export async function find(options: Partial<PassphraseOptions>): Promise<Passphrase & { shown: string }> {
  let shown = '';
  const found = await findPassphrase({
    dataDir: temporaryDirectory(),
    environment: {},
    input: new NoTerminal(),
    output: { write: (text) => (shown += text) },
    purpose: 'open',
    ...options,
  });
  return { ...found, shown };
}
