import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { QuantumLockError } from '../base/errors.ts';
import type { JsonObject } from '../base/canonical.ts';
import { decodeUtf8 } from '../base/bytes.ts';
import type { Receipt } from '../api/views/chain.ts';
import type { SigningReview } from '../api/views/operator.ts';
import { readNodeConfig } from '../node/data-directory.ts';
import type { SimulationResult, SubmitResult } from '../node/engine/engine.ts';
import { openKeyring, type Keyring } from '../node/keys/keyring.ts';
import {
  findPassphrase,
  PASSPHRASE_VARIABLE,
  readGeneratedPassphrase,
  type Passphrase,
} from '../node/keys/passphrase.ts';
import { SigningDesk } from '../node/signing/signing-desk.ts';
import type { Output } from './output.ts';
import { openSession, type ContractClient, type Session } from './session.ts';

/** The options that every command takes. */
export interface GlobalOptions {
  readonly data: string;
  readonly json: boolean;
  readonly passphraseFile?: string | undefined;
  /** Key that signs: id, name or public key. */
  readonly as?: string | undefined;
}

/** What a command works with. */
export class CommandContext {
  readonly dataDirectory: string;
  readonly output: Output;
  readonly version: string;
  readonly #options: GlobalOptions;
  #keyring: Keyring | null = null;

  constructor(options: GlobalOptions, output: Output, version: string) {
    this.#options = options;
    this.output = output;
    this.version = version;
    this.dataDirectory = resolve(options.data);
  }

  get keyring(): Keyring {
    return (this.#keyring ??= openKeyring(this.dataDirectory, { clock: Date.now }));
  }

  /** @throws PASSPHRASE_REQUIRED where there is none and nobody to ask */
  passphrase(purpose: 'open' | 'new'): Promise<Passphrase> {
    return findPassphrase({
      dataDir: this.dataDirectory,
      file: this.#options.passphraseFile,
      environment: process.env,
      input: process.stdin,
      output: process.stderr,
      purpose,
      mayGenerate: purpose === 'new',
    });
  }

  /** Nothing gives the passphrase but a person at the terminal. */
  get passphraseIsAskedFor(): boolean {
    const variable = process.env[PASSPHRASE_VARIABLE] ?? '';
    return (
      this.#options.passphraseFile === undefined &&
      variable === '' &&
      readGeneratedPassphrase(this.dataDirectory) === null
    );
  }

  /** The passphrase that opens the validator's key, or null where its key needs none. */
  async #validatorPassphrase(): Promise<string | null> {
    const key = await this.keyring.find(readNodeConfig(this.dataDirectory).validator.key_id);
    return key.store === 'file' ? (await this.passphrase('open')).passphrase : null;
  }

  /** Runs `work` with a node, and closes it whatever happens. */
  async withSession<T>(
    mode: 'full' | 'read',
    work: (client: ContractClient, session: Session) => Promise<T>,
  ): Promise<T> {
    const session = await openSession({
      dataDirectory: this.dataDirectory,
      mode,
      passphrase: () => this.#validatorPassphrase(),
      version: this.version,
      log: this.output.note,
    });
    try {
      return await work(session.client, session);
    } finally {
      await session.close();
    }
  }

  /**
   * Signs a transaction with the acting key and submits it. Typing the command is the confirmation; what was signed is
   * told by `review`.
   * @throws TRANSACTION_REJECTED, SIGNING_LOCKED, PASSPHRASE_WRONG
   */
  async signAndSubmit(
    client: ContractClient,
    request: { readonly action: string; readonly payload: JsonObject },
  ): Promise<{ readonly review: SigningReview; readonly receipt: Receipt }> {
    const config = readNodeConfig(this.dataDirectory);
    const key = await this.keyring.find(this.#options.as ?? config.acting_key_id);
    const desk = new SigningDesk({
      dataDirectory: this.dataDirectory,
      keyring: this.keyring,
      clock: Date.now,
      randomId: randomUUID,
      chainId: () => config.chain_id,
      simulate: (unsigned) => client.chain.simulate({ unsigned: decodeUtf8(unsigned) }) as Promise<SimulationResult>,
      submit: (bytes) => client.chain.submit({ transaction: decodeUtf8(bytes) }) as Promise<SubmitResult>,
    });
    const requested = await desk.request({ ...request, key });
    if (requested.outcome === 'rejected') throw rejected(requested.rejection);
    const { review } = requested;
    const passphrase = desk.needsPassphrase(review.review_id) ? (await this.passphrase('open')).passphrase : undefined;
    const outcome = await desk.confirm(review.review_id, { passphrase });
    switch (outcome.outcome) {
      case 'committed':
        return { review, receipt: outcome.receipt };
      case 'rejected':
        throw rejected(outcome.rejection);
      case 'failed':
        throw new QuantumLockError('NODE_FAILED', outcome.error.message, { advice: outcome.error.advice });
      default:
        throw new QuantumLockError('SIGNING_REFUSED', `the signature was ${outcome.outcome}`);
    }
  }

  close(): void {
    this.#keyring?.close();
  }
}

function rejected(rejection: {
  readonly code: number;
  readonly name: string;
  readonly message: string;
}): QuantumLockError {
  return new QuantumLockError('TRANSACTION_REJECTED', rejection.message, {
    context: { reject_code: rejection.code, reject_name: rejection.name },
  });
}
