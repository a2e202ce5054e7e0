import { chainInfo } from './chain-info.ts';
import { randomUUID } from 'node:crypto';
import type { HostInfo } from '../../api/operator/host.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { ChangeSignal } from '../change-signal.ts';
import { ActingIdentity } from './acting-identity.ts';
import { BlobStore } from '../blobs/blob-store.ts';
import { StoredContent } from '../blobs/stored-content.ts';
import { assertHoldsChain } from '../data-directory/holds-chain.ts';
import { dataPaths } from '../data-directory/data-paths.ts';
import { headCopies } from '../history/places.ts';
import { readHistoryState } from '../history/history-state.ts';
import { closeToOthers } from '../data-directory/private-directory.ts';
import type { KeyInfo } from '../keys/key-store.ts';
import { openKeyring, type Keyring } from '../keys/keyring.ts';
import { readGeneratedPassphrase } from '../keys/passphrase.ts';
import { QuantumNode } from '../quantum-node.ts';
import { SigningDesk } from '../signing/signing-desk.ts';
import type { SigningChain } from '../signing/subjects/transaction.ts';
import { DesktopConfirm } from './desktop-confirm.ts';
import { GrantedFolders } from './granted-folders.ts';
import { HostDeeds } from './host-deeds.ts';
import { DirectoryDoor } from './directory-door.ts';
import type { Surface } from './surface.ts';
import { WaitingWatch } from './waiting-watch.ts';
import { openSealingKeys } from './sealing-key.ts';
import { ValidatorKeys } from './validator-keys.ts';

export interface HostOptions {
  readonly dataDirectory: string;
  readonly surface: Surface;
  readonly version: string;
  /** `read` opens the chain beside whatever else runs, needs no key, and commits nothing. */
  readonly mode: 'full' | 'read';
  /** For the encrypted key file; null where it must be asked for. */
  readonly passphrase: string | null;
  readonly now: () => number;
  readonly log: (line: string) => void;
  /** A command connected; it may do so before `Host.open` has returned. */
  readonly serveSocket: ((socket: import('ws').WebSocket, host: Host) => void) | null;
}

interface Opened {
  readonly node: QuantumNode;
  readonly blobs: BlobStore | null;
  readonly watch: WaitingWatch | null;
  readonly sandbox: boolean;
}

/**
 * Everything behind the console on this machine: the keys, the node of the open chain, its content and the signing
 * desk. Electron's main process, the local page and the command line each hold one.
 */
export class Host {
  readonly options: HostOptions;
  /** Of who acts, what is unlocked, and the reviews. */
  readonly changes = new ChangeSignal();
  #dataDirectory: string;
  #keyring: Keyring;
  #desk: SigningDesk;
  #acting: ActingIdentity;
  #opened: Opened | null = null;
  #isOpening = false;
  #door: DirectoryDoor | null = null;
  #problem: HostInfo['problem'] = null;
  /** What the page may look into, and what it asks for: of this run, whatever chain is open. */
  readonly folders = new GrantedFolders();
  readonly deeds: HostDeeds;
  readonly validatorKeys = new ValidatorKeys(this);
  /** Null where a person confirms in windows of the browser. */
  readonly desktop: DesktopConfirm | null;

  private constructor(options: HostOptions) {
    this.options = options;
    const { surface } = options;
    this.deeds = new HostDeeds({ wall: options.now, monotonic: () => performance.now() });
    this.desktop = surface.desktop === null ? null : new DesktopConfirm(this, surface.desktop);
    this.#dataDirectory = options.dataDirectory;
    this.#keyring = this.#openKeyring();
    this.#desk = this.#openDesk();
    this.#acting = this.#openActing();
  }

  /** Opens the data directory's chain if there is one. What keeps it from opening is told by `info`, not thrown. */
  static async open(options: HostOptions): Promise<Host> {
    const host = new Host(options);
    await host.tryOpenIfAny(options.passphrase);
    return host;
  }

  get dataDirectory(): string {
    return this.#dataDirectory;
  }

  get keyring(): Keyring {
    return this.#keyring;
  }

  get desk(): SigningDesk {
    return this.#desk;
  }

  /** @throws NODE_STOPPED while no chain is open */
  get node(): QuantumNode {
    return this.#required().node;
  }

  /** @throws NODE_STOPPED where the chain is open for reading only */
  get blobs(): BlobStore {
    const { blobs } = this.#required();
    if (blobs === null) throw new QuantumLockError('NODE_STOPPED', 'the chain is open for reading only');
    return blobs;
  }

  #required(): Opened {
    if (this.#opened !== null) return this.#opened;
    const problem = this.#problem;
    throw new QuantumLockError(
      'NODE_STOPPED',
      problem === null ? 'no chain is open' : `no chain is open: ${problem.message}`,
      problem === null ? {} : { advice: problem.advice },
    );
  }

  /** What the data directory holds is not told as nothing where the directory is gone. @throws DATA_DIR_GONE */
  assertStorage(): void {
    this.#opened?.node.assertStorage();
  }

  /** Whether a chain is open. */
  get isOpen(): boolean {
    return this.#opened !== null;
  }

  get problem(): HostInfo['problem'] {
    return this.#problem;
  }

  #openKeyring(): Keyring {
    return openKeyring(this.#dataDirectory, { clock: this.options.now });
  }

  #openDesk(): SigningDesk {
    return new SigningDesk({
      dataDirectory: this.#dataDirectory,
      keyring: this.#keyring,
      clock: this.options.now,
      randomId: randomUUID,
      chain: () => this.node.chain,
      onChange: () => this.changes.notify(),
    });
  }

  /** The open chain, as what is signed for it needs it. */
  get signingChain(): SigningChain {
    return {
      identity: () => this.node.chain,
      clock: this.options.now,
      blockTime: async () => (await this.node.clock()).timestamp,
      simulate: (unsigned) => this.node.simulate(unsigned),
      submit: (bytes) => this.node.submit(bytes),
    };
  }

  /** As below; a directory in which there never was a chain is no problem. */
  async tryOpenIfAny(passphrase: string | null): Promise<void> {
    try {
      assertHoldsChain(this.#dataDirectory);
    } catch (error) {
      if (error instanceof QuantumLockError && error.code === 'DATA_DIR_EMPTY')
        return this.#noteProblem(() => this.#openDoor());
    }
    await this.tryOpen(passphrase);
  }

  /** Opens the chain, or remembers why it cannot be. */
  async tryOpen(passphrase: string | null): Promise<void> {
    this.#isOpening = true;
    try {
      await this.#noteProblem(() => this.#open(passphrase));
    } finally {
      this.#isOpening = false;
    }
  }

  async #noteProblem(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#problem = null;
    } catch (error) {
      if (!(error instanceof QuantumLockError)) throw error;
      const { code, message, advice } = error;
      this.#problem = { code, message, advice };
      this.options.log(`${code}: ${message} ${advice}`);
    }
  }

  async #open(passphrase: string | null): Promise<void> {
    if (this.#opened !== null) return;
    const isReading = this.options.mode === 'read';
    if (!isReading) closeToOthers(this.#dataDirectory);
    await this.#openDoor();
    const given = passphrase ?? readGeneratedPassphrase(this.#dataDirectory);
    const keys =
      isReading || this.#historyChanged() ? null : await openSealingKeys(this.#dataDirectory, this.#keyring, given);
    const node = await QuantumNode.open({
      dataDirectory: this.#dataDirectory,
      key: keys?.key ?? null,
      nextKeys: keys?.nextKeys ?? [],
      now: this.options.now,
      onValidators: () => void this.validatorKeys.settle().catch(() => undefined),
      isPassphraseBesideKeys: () => readGeneratedPassphrase(this.#dataDirectory) !== null,
      headCopies: await headCopies(this.#dataDirectory, keys === null ? null : this.#keyring),
    });
    let blobs: BlobStore | null = null;
    try {
      const { root, blobs: directory } = dataPaths(this.#dataDirectory);
      if (!isReading) blobs = new BlobStore({ directory, stored: new StoredContent(root) });
      const { sandbox } = await node.query.head();
      this.#opened = { node, blobs, sandbox, watch: this.#watch(node) };
    } catch (error) {
      await blobs?.close();
      await node.close();
      throw error;
    }
  }

  /** For this machine's commands: before a chain is open, and whatever keeps it from opening. */
  async #openDoor(): Promise<void> {
    const { serveSocket } = this.options;
    if (serveSocket === null || this.#door !== null) return;
    this.#door = await DirectoryDoor.open({
      root: this.#dataDirectory,
      runs: this.options.surface.runsAs,
      chain: () => (this.isOpen ? 'open' : this.#isOpening ? 'opening' : 'none'),
      onConnection: (socket) => serveSocket(socket, this),
    });
  }

  async #closeDoor(): Promise<void> {
    const door = this.#door;
    this.#door = null;
    await door?.close();
  }

  /** Then the chain is shown, and no key is taken out for it: it may name keys that are not here. */
  #historyChanged(): boolean {
    assertHoldsChain(this.#dataDirectory);
    return readHistoryState(this.#dataDirectory).fault !== null;
  }

  /** Where the desktop shows notifications: of what begins to wait for whoever acts here. */
  #watch(node: QuantumNode): WaitingWatch | null {
    const { surface, now, log } = this.options;
    const { desktop } = surface;
    if (desktop === null) return null;
    const memberId = async (): Promise<string | null> =>
      (await node.query.memberOfKey((await this.actingKey()).public_key))?.member_id ?? null;
    const watch = new WaitingWatch({ node, memberId, now, onWaiting: (waiting) => desktop.notify(waiting) });
    watch.run().catch((error: unknown) => log(`notifications ended: ${String(error)}`));
    return watch;
  }

  /** Turns to another data directory, closing what is open. */
  async switchTo(dataDirectory: string): Promise<void> {
    await this.#closeDoor();
    await this.closeChain();
    // What was reviewed and unlocked was so for the other chain.
    this.#desk.close();
    this.#keyring.close();
    this.#dataDirectory = dataDirectory;
    this.#keyring = this.#openKeyring();
    this.#desk = this.#openDesk();
    this.#problem = null;
    this.#acting.stop();
    this.#acting = this.#openActing();
    this.changes.notify();
  }

  async info(): Promise<HostInfo> {
    const access = await this.#keyring.keychain();
    const { surface, version } = this.options;
    return {
      host: surface.host,
      version,
      platform: process.platform,
      data_dir: this.#dataDirectory,
      ...chainInfo(this.#opened, this.#dataDirectory),
      problem: this.#problem,
      keychain: access.available
        ? { available: true, name: access.name, reason: null }
        : { available: false, name: access.name, reason: access.reason },
      confirmation: surface.desktop === null ? 'window' : 'dialog',
      can_pick_directory: surface.desktop !== null,
    };
  }

  /** The key that signs where no other is named; see {@link ActingIdentity.key}. */
  actingKey(expected?: string): Promise<KeyInfo> {
    return this.#acting.key(expected);
  }

  selectIdentity(keyId: string): Promise<void> {
    return this.#acting.select(keyId);
  }

  #openActing(): ActingIdentity {
    return new ActingIdentity(this.#dataDirectory, this.#keyring, () => this.#followActing());
  }

  /** What was unlocked for whoever acted before is locked: the next one gives a passphrase or code of their own. */
  #followActing(): void {
    const { unlocked } = this.#desk;
    if (unlocked !== null && !this.#acting.is(unlocked.key_id)) this.#desk.lockSession();
    this.changes.notify();
  }

  /** Commits what was accepted, then closes the chain; the host stays. */
  async closeChain(): Promise<void> {
    const opened = this.#opened;
    if (opened === null) return;
    this.#opened = null;
    opened.watch?.stop();
    await opened.blobs?.close();
    await opened.node.close();
  }

  async close(): Promise<void> {
    this.#desk.close();
    this.#acting.stop();
    await this.#closeDoor();
    await this.closeChain();
    this.#keyring.close();
  }
}
