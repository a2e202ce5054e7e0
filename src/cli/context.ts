import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { QuantumLockError } from '../base/errors.ts';
import type { JsonObject } from '../base/canonical.ts';
import { shellLine } from '../base/command-line.ts';
import { decodeUtf8, type Hash, type Signature } from '../base/bytes.ts';
import type { Receipt, SubmitResult } from '../ledger/transactions/receipt.ts';
import type { SignatureOutcome, SigningReview } from '../api/operator/signing.ts';
import { BEFORE_GENESIS, identityOf, type ChainIdentity } from '../ledger/chain-identity.ts';
import type { KeySubject } from '../ledger/governance/possession.ts';
import type { KeyCard } from '../ledger/documents/key-card.ts';
import { defaultDataDirectory } from '../node/data-directory/default-data-directory.ts';
import { readNodeConfig } from '../node/data-directory/node-config.ts';
import type { SimulationResult } from '../ledger/effects/simulate.ts';
import { simulateOnDisk } from '../node/query/simulate-on-disk.ts';
import type { KeyInfo } from '../node/keys/key-store.ts';
import type { Signer } from '../node/keys/signer.ts';
import { openKeyring, type Keyring } from '../node/keys/keyring.ts';
import {
  findPassphrase,
  PASSPHRASE_VARIABLE,
  readGeneratedPassphrase,
  type Passphrase,
} from '../node/keys/passphrase.ts';
import { SigningDesk } from '../node/signing/signing-desk.ts';
import { possessionSubject } from '../node/signing/subjects/possession.ts';
import type { Confirmation, SigningSubject } from '../node/signing/subjects/subject.ts';
import { transactionSubject } from '../node/signing/subjects/transaction.ts';
import type { Output } from './output.ts';
import { decodeWireError } from '../api/wire-error.ts';
import { openSession, type ContractClient, type Session } from './session.ts';
import { withWhatBecame } from './what-became.ts';

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
  /** What the command ends with where it is carried out: some answer by it. */
  exitCode = 0;
  readonly #options: GlobalOptions;
  #keyring: Keyring | null = null;
  #passphrase: Promise<Passphrase> | null = null;
  #releaseTerminal: (() => void) | null = null;
  /** The node runs in another process. */
  #isRemote = false;
  /** The newest transaction that was handed to a node. */
  #submitted: Hash | null = null;

  constructor(options: GlobalOptions, output: Output, version: string) {
    this.#options = options;
    this.output = output;
    this.version = version;
    if (options.data === '') throw new QuantumLockError('USAGE', '--data names no directory');
    this.dataDirectory = resolve(options.data);
  }

  get keyring(): Keyring {
    return (this.#keyring ??= openKeyring(this.dataDirectory, { clock: Date.now }));
  }

  /**
   * Found once for a command: a pipe is empty when it was read, and a person is asked once.
   * @throws PASSPHRASE_REQUIRED where there is none and nobody to ask
   */
  passphrase(purpose: 'open' | 'new'): Promise<Passphrase> {
    return (this.#passphrase ??= findPassphrase({
      dataDir: this.dataDirectory,
      file: this.#options.passphraseFile,
      environment: process.env,
      input: process.stdin,
      output: process.stderr,
      purpose,
      mayGenerate: purpose === 'new',
      hold: (release) => (this.#releaseTerminal = release),
    }));
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
    this.#isRemote = session.isRemote;
    try {
      await this.#tellCritical(session.client);
      return await work(session.client, session);
    } catch (error) {
      if (!session.isRemote) throw error;
      throw await withWhatBecame(decodeWireError(error), {
        dataDirectory: this.dataDirectory,
        transactionId: this.#submitted,
      });
    } finally {
      await session.close();
    }
  }

  /** Whatever a command shows about a chain, it also shows what is wrong with that chain. */
  async #tellCritical(client: ContractClient): Promise<void> {
    try {
      const { alerts } = await client.chain.status();
      for (const { severity, code, message, advice } of alerts)
        if (severity === 'critical') this.output.note(`${code}: ${message} ${advice}`);
    } catch (error) {
      // What was asked for may be readable anyway.
      this.output.note(
        `The state of the chain cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  /** The key that signs: the one that --as names, else the one that acts on this machine. */
  async signingKey(): Promise<KeyInfo> {
    return this.keyring.find(this.#options.as ?? readNodeConfig(this.dataDirectory).acting_key_id);
  }

  /** What --as names. */
  get namedKey(): string | undefined {
    return this.#options.as;
  }

  /**
   * Signs a transaction and submits it. Typing the command is the confirmation, unless `confirm` asks again; `review`
   * says what was signed.
   * @throws TRANSACTION_REJECTED, SIGNING_LOCKED, SIGNING_REFUSED, PASSPHRASE_WRONG
   */
  async signAndSubmit(
    client: ContractClient,
    request: { readonly action: string; readonly payload: JsonObject },
    { confirm }: { readonly confirm?: (review: SigningReview) => Promise<void> } = {},
  ): Promise<{ readonly review: SigningReview; readonly receipt: Receipt }> {
    const key = await this.signingKey();
    let id: Hash | null = null;
    const status = await client.chain.status();
    const desk = this.#openDesk(() => identityOf(status));
    const requested = await desk.ask(() =>
      transactionSubject(
        { ...request, key },
        {
          identity: () => identityOf(status),
          clock: Date.now,
          blockTime: () => Promise.resolve(status.block_time),
          simulate: (unsigned) => this.#simulate(client, unsigned),
          submit: (bytes) => {
            this.#submitted = id;
            return client.chain.submit({ transaction: decodeUtf8(bytes) }) as Promise<SubmitResult>;
          },
        },
      ),
    );
    if (requested.outcome === 'rejected') throw rejectedError(requested.rejection);
    const { review } = requested;
    id = review.digest;
    await confirm?.(review);
    const outcome = await this.#confirm(desk, review);
    if (outcome.outcome !== 'committed') throw endedOtherwise(outcome);
    return { review, receipt: outcome.receipt };
  }

  /** What is reviewed was executed by this process: no other process decides what a signature does. */
  #simulate(client: ContractClient, unsigned: Uint8Array): Promise<SimulationResult> {
    if (this.#isRemote) return simulateOnDisk(unsigned, { dataDirectory: this.dataDirectory, now: Date.now });
    return client.chain.simulate({ unsigned: decodeUtf8(unsigned) }) as Promise<SimulationResult>;
  }

  /** Proves that a key of this machine is held, for a member or validator of a chain. @throws SIGNING_LOCKED, PASSPHRASE_WRONG */
  async prove(options: {
    readonly key: KeyInfo;
    readonly subject: KeySubject;
    readonly chain: ChainIdentity;
  }): Promise<KeyCard> {
    const signature = await this.signHere(possessionSubject(options), { chain: options.chain });
    return {
      format: 'quantum-lock/key-card/v2',
      ...identityOf(options.chain),
      subject: options.subject,
      public_key: options.key.public_key,
      proof: signature,
    };
  }

  /** Runs `work` with a key to sign with, and closes it. @throws PASSPHRASE_WRONG, PASSPHRASE_REQUIRED, KEYCHAIN_UNAVAILABLE */
  async withSigner<T>(key: KeyInfo, work: (signer: Signer) => Promise<T> | T): Promise<T> {
    await this.openKeyFileFor(key);
    const signer = await this.keyring.signer(key.key_id);
    try {
      return await work(signer);
    } finally {
      signer.close();
    }
  }

  /** Opens the encrypted file if this key is in it. @throws PASSPHRASE_WRONG, PASSPHRASE_REQUIRED */
  async openKeyFileFor({ store }: KeyInfo): Promise<void> {
    const { file } = this.keyring;
    if (store === 'file' && !file.unlocked) await file.unlock((await this.passphrase('open')).passphrase);
  }

  /**
   * Does what is asked for, through the desk and on record: typing the command was the confirmation.
   * @throws what the subject throws, as the desk reports it; SIGNING_CHANGED, PASSPHRASE_WRONG
   */
  async confirmHere(
    subject: SigningSubject,
    options: { readonly chain?: ChainIdentity; readonly isWithoutRecord?: boolean } & Confirmation = {},
  ): Promise<Done> {
    const { chain = NO_CHAIN, isWithoutRecord = false, ...confirmation } = options;
    const desk = this.#openDesk(() => chain, isWithoutRecord);
    const asked = await desk.ask(() => subject);
    if (asked.outcome === 'rejected') throw rejectedError(asked.rejection);
    const outcome = await this.#confirm(desk, asked.review, confirmation);
    if (outcome.outcome !== 'signed' && outcome.outcome !== 'done') throw endedOtherwise(outcome);
    return outcome;
  }

  /**
   * The signature of something that is not for a chain, or that somebody else carries there. @throws as {@link
   * confirmHere}
   */
  async signHere(...asked: Parameters<CommandContext['confirmHere']>): Promise<Signature> {
    const outcome = await this.confirmHere(...asked);
    if (outcome.outcome !== 'signed') throw endedOtherwise(outcome);
    return outcome.signature;
  }

  #openDesk(chain: () => ChainIdentity, isWithoutRecord = false): SigningDesk {
    return new SigningDesk({
      dataDirectory: this.dataDirectory,
      keyring: this.keyring,
      clock: Date.now,
      randomId: randomUUID,
      takesOpenKeyFile: true,
      isWithoutRecord,
      chain,
    });
  }

  async #confirm(
    desk: SigningDesk,
    { review_id }: SigningReview,
    confirmation: Confirmation = {},
  ): Promise<SignatureOutcome> {
    const isAsked = confirmation.signer === undefined && desk.needsPassphrase(review_id);
    const passphrase = isAsked ? (await this.passphrase('open')).passphrase : undefined;
    return desk.confirm(review_id, { ...confirmation, passphrase });
  }

  /** A command as it is typed to continue in this directory. */
  commandLine(...words: readonly string[]): string {
    const more = this.dataDirectory === resolve(defaultDataDirectory()) ? [] : ['--data', this.#options.data];
    return shellLine(['dm', ...words, ...more]);
  }

  /**
   * After a question for a passphrase, typed characters stay hidden: a command that asks more, or runs long, ends that.
   */
  releaseTerminal(): void {
    this.#releaseTerminal?.();
    this.#releaseTerminal = null;
  }

  close(): void {
    this.releaseTerminal();
    this.#keyring?.close();
  }
}

type Done = Extract<SignatureOutcome, { outcome: 'signed' | 'done' }>;

/** Of what is for no chain: an operation with a key of this machine. */
const NO_CHAIN: ChainIdentity = { chain_id: '', ...BEFORE_GENESIS };

export function rejectedError(rejection: {
  readonly code: number;
  readonly name: string;
  readonly message: string;
}): QuantumLockError {
  return new QuantumLockError('TRANSACTION_REJECTED', rejection.message, {
    context: { reject_code: rejection.code, reject_name: rejection.name },
    ...(Object.hasOwn(REJECTION_ADVICE, rejection.name) ? { advice: REJECTION_ADVICE[rejection.name] ?? '' } : {}),
  });
}

/** What to do next, where the command line knows better than the list of codes. */
const REJECTION_ADVICE: Readonly<Record<string, string>> = {
  APPROVAL_REQUIRED:
    'Propose it: dm proposal create --action ACTION --payload JSON, or the same command with --propose.',
  CHAIN_FROZEN: 'No environment can change until the chain is unfrozen: dm blockchain unfreeze proposes that.',
  PROPOSAL_OPEN: 'Approve that one: dm proposal approve ID. Or end it first: dm proposal withdraw or reject ID.',
  VERSION_MISMATCH: 'It has changed in the meantime. Check its current state, then try again.',
  LABEL_TAKEN: 'A label always names the same state: choose another label.',
  PRE_STATE_MISMATCH: 'The state has changed in the meantime. Check it, then propose again.',
  NODE_CANNOT_SEAL:
    'Create the new key on the machine of this node: dm validator rotate ID without --key does so. Or import it there first.',
};

function endedOtherwise(outcome: SignatureOutcome): QuantumLockError {
  switch (outcome.outcome) {
    case 'rejected':
      return rejectedError(outcome.rejection);
    case 'failed':
      return QuantumLockError.fromFailure(outcome.error);
    case 'expired':
      return new QuantumLockError('SIGNING_EXPIRED', 'the review waited too long');
    case 'changed':
      return new QuantumLockError('SIGNING_CHANGED', 'what it does has changed since it was shown');
    default:
      return new QuantumLockError('SIGNING_REFUSED', `the signature was ${outcome.outcome}`);
  }
}
