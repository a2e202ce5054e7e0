import { randomUUID } from 'node:crypto';
import type { HostInfo } from '../../api/operator/host.ts';
import type { BlobStore } from '../blobs/blob-store.ts';
import { ChangeSignal } from '../change-signal.ts';
import type { Inspection } from '../inspection/open-inspection.ts';
import type { KeyInfo } from '../keys/key-store.ts';
import { openKeyring, type Keyring } from '../keys/keyring.ts';
import type { QuantumNode } from '../quantum-node.ts';
import { SigningDesk } from '../signing/signing-desk.ts';
import { ActingIdentity } from './acting-identity.ts';
import { BackupScheduler } from './backups/backup-scheduler.ts';
import { chainInfo } from './chain-info.ts';
import { ChainSession, type ChainSessionOptions } from './chain-session.ts';
import { DesktopConfirm } from './desktop-confirm.ts';
import { GrantedFolders } from './granted-folders.ts';
import { HostDeeds } from './host-deeds.ts';
import { Jobs } from './jobs.ts';
import { securityPolicyOf } from '../data-directory/node-config.ts';
import type { RepeatedRefusals } from '../monitoring/facts.ts';
import { PreferenceFile } from './preference-file.ts';
import { OpenedThings } from './opened-things.ts';
import { PreparedDrafts } from './prepared-drafts.ts';
import { prepareAfter } from './security-response.ts';
import type { Surface } from './surface.ts';
import { ValidatorKeys } from './validator-keys.ts';

export interface HostOptions extends Pick<ChainSessionOptions, 'dataDirectory' | 'mode' | 'now' | 'log'> {
  readonly surface: Surface;
  readonly version: string;
  /** For the encrypted key file; null where it must be asked for. */
  readonly passphrase: string | null;
  /**
   * Lets this machine's commands in; null where none is let in. Opened before the data directory's chain, and again when the
   * directory changes; what it throws keeps the chain from opening.
   */
  readonly openDoor: ((host: Host) => Promise<HostDoor | null>) | null;
  /** Where a file is looked at: its data directory is the host's, opened for reading, and no command is taken. */
  readonly inspection?: Inspection;
}

/** Of a file: no key of this machine is asked for. */
const NO_KEYCHAIN = { available: false, name: 'none', reason: 'a file is only read: it needs no key' } as const;

/** A way in, which is the host's to close. */
interface HostDoor {
  close(): Promise<void>;
}

/** What belongs to one data directory, and is created again for another. */
interface HostDirectory {
  readonly path: string;
  readonly keyring: Keyring;
  readonly desk: SigningDesk;
  readonly acting: ActingIdentity;
  readonly chain: ChainSession;
  readonly prepared: PreparedDrafts;
  readonly preferences: PreferenceFile;
}

/**
 * Everything behind the console on this machine: its surface, what was granted and asked for, and of the data directory that
 * it is turned to the keys, the signing desk and the chain. Electron's main process, the local page and the command line each
 * hold one.
 */
export class Host {
  readonly options: HostOptions;
  /** Of who acts, what is unlocked, and the reviews. */
  readonly changes = new ChangeSignal();
  #directory: HostDirectory;
  #door: HostDoor | null = null;
  /** What the page may look into, and what it asks for: of this run, whatever chain is open. */
  readonly folders = new GrantedFolders();
  readonly deeds: HostDeeds;
  readonly jobs: Jobs;
  /** What the person opened from outside the page. */
  readonly opened = new OpenedThings();
  readonly validatorKeys = new ValidatorKeys(this);
  readonly #scheduler = new BackupScheduler(this);
  /** Null where a person confirms in windows of the browser. */
  readonly desktop: DesktopConfirm | null;

  private constructor(options: HostOptions) {
    this.options = options;
    const { surface } = options;
    this.jobs = new Jobs(options.now);
    this.deeds = new HostDeeds({ wall: options.now, monotonic: () => performance.now() });
    this.desktop = surface.desktop === null ? null : new DesktopConfirm(this, surface.desktop);
    this.#directory = this.#openDirectory(options.dataDirectory);
  }

  /** Opens the data directory's chain if there is one. If opening fails, `info` reports why; nothing is thrown. */
  static async open(options: HostOptions): Promise<Host> {
    const host = new Host(options);
    await host.chain.tryOpenIfAny(options.passphrase);
    host.#scheduler.start();
    return host;
  }

  get dataDirectory(): string {
    return this.#directory.path;
  }

  get keyring(): Keyring {
    return this.#directory.keyring;
  }

  get desk(): SigningDesk {
    return this.#directory.desk;
  }

  /** That of the data directory, whether or not it is open. */
  get chain(): ChainSession {
    return this.#directory.chain;
  }

  /** Of the data directory: what waits for a person to sign it, or to put it away. */
  get prepared(): PreparedDrafts {
    return this.#directory.prepared;
  }

  get preferences(): PreferenceFile {
    return this.#directory.preferences;
  }

  /** @throws NODE_STOPPED while no chain is open */
  get node(): QuantumNode {
    return this.chain.node;
  }

  /** @throws NODE_STOPPED where the chain is open for reading only */
  get blobs(): BlobStore {
    return this.chain.blobs;
  }

  /** If the directory is gone, its content is not reported as empty. @throws DATA_DIR_GONE */
  assertStorage(): void {
    this.chain.opened?.node.assertStorage();
  }

  /** Whether a chain is open. */
  get isOpen(): boolean {
    return this.chain.state === 'open';
  }

  get problem(): HostInfo['problem'] {
    return this.chain.problem;
  }

  /** Opens the chain, or remembers why it cannot be. */
  tryOpen(passphrase: string | null): Promise<void> {
    return this.chain.tryOpen(passphrase);
  }

  /** Opens nothing of its chain yet. */
  #openDirectory(path: string): HostDirectory {
    const { surface, mode, now, log } = this.options;
    const { desktop } = surface;
    const keyring = openKeyring(path, { clock: now });
    const acting = new ActingIdentity(path, keyring, () => this.#followActing());
    const chain = new ChainSession({
      dataDirectory: path,
      keyring,
      mode,
      now,
      log,
      prepare: () => this.#openDoor(),
      repeatedRefusals: () => desk.repeatedRefusals,
      onValidators: () => void this.validatorKeys.settle().catch(() => undefined),
      notified:
        desktop === null
          ? null
          : {
              key: () => acting.key(),
              changes: this.changes,
              notify: (notice) => desktop.notify(notice),
              showStatus: (status) => desktop.showStatus(status),
              noteOpened: (directory) => desktop.noteOpened(directory),
            },
    });
    const desk = new SigningDesk({
      dataDirectory: path,
      keyring,
      clock: now,
      randomId: randomUUID,
      chain: () => chain.node.chain,
      onChange: () => this.changes.notify(),
      security: { policy: () => securityPolicyOf(path), onEvent: (event) => this.#onSecurityEvent(path, event) },
    });
    const prepared = new PreparedDrafts({ dataDirectory: path, now, randomId: randomUUID });
    const preferences = new PreferenceFile(this.inspection === null ? path : null);
    return { path, keyring, desk, acting, chain, prepared, preferences };
  }

  /** Tells of it, and prepares what the policy says. Nothing is signed: a person does that, or puts it away. */
  #onSecurityEvent(path: string, event: RepeatedRefusals): void {
    const node = this.chain.opened?.node ?? null;
    void node?.publishHealth();
    if (securityPolicyOf(path) !== 'prepare') return;
    prepareAfter(event, { prepared: this.prepared, query: node?.query ?? null }).then(
      () => this.changes.notify(),
      // A disk that takes nothing has an alert of its own; this event's alert stands.
      (error: unknown) => this.options.log(`not everything could be prepared after a security event: ${String(error)}`),
    );
  }

  /** For this machine's commands: before a chain is open, and whatever keeps it from opening. */
  async #openDoor(): Promise<void> {
    this.#door ??= (await this.options.openDoor?.(this)) ?? null;
  }

  async #closeDoor(): Promise<void> {
    const door = this.#door;
    this.#door = null;
    await door?.close();
  }

  /** Turns to another data directory, closing what is open. */
  async switchTo(dataDirectory: string): Promise<void> {
    const { chain, desk, keyring, acting } = this.#directory;
    await this.#closeDoor();
    await this.jobs.close();
    await chain.close();
    // What was reviewed and unlocked was so for the other chain.
    desk.close();
    keyring.close();
    acting.stop();
    this.#directory = this.#openDirectory(dataDirectory);
    this.changes.notify();
  }

  /** The file that is looked at; null where it is a node. */
  get inspection(): Inspection | null {
    return this.options.inspection ?? null;
  }

  async info(): Promise<HostInfo> {
    const { inspection } = this;
    const access = inspection === null ? await this.keyring.keychain() : NO_KEYCHAIN;
    const { surface, version } = this.options;
    return {
      host: surface.host,
      version,
      platform: process.platform,
      data_dir: inspection?.source.path ?? this.dataDirectory,
      ...chainInfo(this.chain.opened, this.dataDirectory),
      problem: this.problem,
      keychain: access.available
        ? { available: true, name: access.name, reason: null }
        : { available: false, name: access.name, reason: access.reason },
      confirmation: surface.desktop === null ? 'window' : 'dialog',
      can_pick_directory: surface.desktop !== null,
      inspection: inspection?.view() ?? null,
    };
  }

  /** The key that signs where no other is named; see {@link ActingIdentity.key}. */
  actingKey(expected?: string): Promise<KeyInfo> {
    return this.#directory.acting.key(expected);
  }

  selectIdentity(keyId: string): Promise<void> {
    return this.#directory.acting.select(keyId);
  }

  /** What was unlocked for the identity that acted before is locked: the next one gives its own passphrase or code. */
  #followActing(): void {
    const { desk, acting } = this.#directory;
    const { unlocked } = desk;
    if (unlocked !== null && !acting.is(unlocked.key_id)) desk.lockSession();
    this.changes.notify();
  }

  /** Commits what was accepted, then closes the chain; the host stays. */
  async closeChain(): Promise<void> {
    await this.jobs.close();
    await this.chain.close();
  }

  async close(): Promise<void> {
    const { desk, acting, chain, keyring } = this.#directory;
    this.#scheduler.stop();
    desk.close();
    acting.stop();
    await this.#closeDoor();
    await this.jobs.close();
    await chain.close();
    keyring.close();
  }
}
