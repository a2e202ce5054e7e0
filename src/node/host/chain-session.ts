import type { HostInfo } from '../../api/operator/host.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { BlobStore } from '../blobs/blob-store.ts';
import { StoredContent } from '../blobs/stored-content.ts';
import type { ChangeSignal } from '../change-signal.ts';
import { dataPaths } from '../data-directory/data-paths.ts';
import { assertHoldsChain } from '../data-directory/holds-chain.ts';
import { closeToOthers } from '../data-directory/private-directory.ts';
import { readHistoryState } from '../history/history-state.ts';
import { headCopies } from '../history/places.ts';
import type { KeyInfo } from '../keys/key-store.ts';
import type { Keyring } from '../keys/keyring.ts';
import { readGeneratedPassphrase } from '../keys/passphrase.ts';
import type { NodeOptions } from '../node-options.ts';
import { QuantumNode } from '../quantum-node.ts';
import type { SigningChain } from '../signing/subjects/transaction.ts';
import { openSealingKeys } from './sealing-key.ts';
import type { DesktopSurface } from './surface.ts';
import { RecoveryWatch } from './recovery-watch.ts';
import { StatusWatch } from './status-watch.ts';
import { WaitingWatch } from './waiting-watch.ts';

export interface ChainSessionOptions {
  readonly dataDirectory: string;
  /** That of the data directory. */
  readonly keyring: Keyring;
  /** `read` opens the chain whatever else runs, needs no key, and commits nothing. */
  readonly mode: 'full' | 'read';
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly log: (line: string) => void;
  /** Comes before anything is read of the chain; what it throws keeps the chain from opening. */
  readonly prepare: () => Promise<void>;
  /** Keys of this machine that were tried again and again in vain. */
  readonly repeatedRefusals: NonNullable<NodeOptions['repeatedRefusals']>;
  /** Hears of a block that changed who seals, or with what. */
  readonly onValidators: () => void;
  /** Who is notified of what begins to wait for them; null where nobody is. */
  readonly notified: Notified | null;
}

interface Notified extends Pick<DesktopSurface, 'notify' | 'showStatus' | 'noteOpened'> {
  /** The one that acts. */
  readonly key: () => Promise<KeyInfo>;
  /** Of who acts. */
  readonly changes: ChangeSignal;
}

/** Of a repair at the opening. */
export type Repairing = Pick<NodeOptions, 'copies' | 'onRepair' | 'signal'>;

interface OpenChain {
  readonly node: QuantumNode;
  /** Null where it is open for reading only. */
  readonly blobs: BlobStore | null;
  /** What tells the person at this machine; null where nobody is told. */
  readonly watch: { stop(): void } | null;
  readonly sandbox: boolean;
}

/** The chain of one data directory, from opening to closing, or what keeps it from opening. It knows no host, and no other chain. */
export class ChainSession {
  readonly #options: ChainSessionOptions;
  #open: OpenChain | null = null;
  #isOpening = false;
  #problem: HostInfo['problem'] = null;

  constructor(options: ChainSessionOptions) {
    this.#options = options;
  }

  get state(): 'open' | 'opening' | 'none' {
    if (this.#open !== null) return 'open';
    return this.#isOpening ? 'opening' : 'none';
  }

  /** What kept the chain from opening at the last try; null where nothing did. */
  get problem(): HostInfo['problem'] {
    return this.#problem;
  }

  /** Null while it is not open. */
  get opened(): Pick<OpenChain, 'node' | 'sandbox'> | null {
    return this.#open;
  }

  /** @throws NODE_STOPPED while it is not open */
  get node(): QuantumNode {
    return this.#required().node;
  }

  /** @throws NODE_STOPPED while it is not open, and where it is open for reading only */
  get blobs(): BlobStore {
    const { blobs } = this.#required();
    if (blobs === null) throw new QuantumLockError('NODE_STOPPED', 'the chain is open for reading only');
    return blobs;
  }

  #required(): OpenChain {
    if (this.#open !== null) return this.#open;
    const problem = this.#problem;
    throw new QuantumLockError(
      'NODE_STOPPED',
      problem === null ? 'no chain is open' : `no chain is open: ${problem.message}`,
      problem === null ? {} : { advice: problem.advice },
    );
  }

  /** The chain as what is signed for it needs it. */
  get signing(): SigningChain {
    return {
      identity: () => this.node.chain,
      clock: this.#options.now,
      blockTime: async () => (await this.node.clock()).timestamp,
      simulate: (unsigned) => this.node.simulate(unsigned),
      submit: (bytes) => this.node.submit(bytes),
    };
  }

  /** As below; a directory in which there never was a chain is not a problem. */
  async tryOpenIfAny(passphrase: string | null): Promise<void> {
    try {
      assertHoldsChain(this.#options.dataDirectory);
    } catch (error) {
      if (error instanceof QuantumLockError && error.code === 'DATA_DIR_EMPTY')
        return this.#noteProblem(this.#options.prepare);
    }
    await this.tryOpen(passphrase);
  }

  /** Opens the chain, or remembers why it cannot be. `passphrase`: of the encrypted key file; null where none is given. */
  async tryOpen(passphrase: string | null, repairing: Repairing = {}): Promise<void> {
    this.#isOpening = true;
    try {
      await this.#noteProblem(() => this.#openChain(passphrase, repairing));
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
      this.#problem = error.toFailure();
      this.#options.log(`${error.code}: ${error.message} ${error.advice}`);
    }
  }

  async #openChain(passphrase: string | null, repairing: Repairing): Promise<void> {
    if (this.#open !== null) return;
    const { dataDirectory, keyring, mode, now, prepare, onValidators, repeatedRefusals } = this.#options;
    const isReading = mode === 'read';
    if (!isReading) closeToOthers(dataDirectory);
    await prepare();
    const given = passphrase ?? readGeneratedPassphrase(dataDirectory);
    const keys = isReading || this.#historyChanged() ? null : await openSealingKeys(dataDirectory, keyring, given);
    const node = await QuantumNode.open({
      dataDirectory,
      key: keys?.key ?? null,
      nextKeys: keys?.nextKeys ?? [],
      now,
      onValidators,
      repeatedRefusals,
      isPassphraseBesideKeys: () => readGeneratedPassphrase(dataDirectory) !== null,
      headCopies: await headCopies(dataDirectory, keys === null ? null : keyring),
      ...repairing,
    });
    let blobs: BlobStore | null = null;
    for (const checkpointKey of keys?.checkpointKeys ?? []) node.checkpoints.addKey(checkpointKey);
    try {
      const { root, blobs: directory } = dataPaths(dataDirectory);
      if (!isReading) blobs = new BlobStore({ directory, stored: new StoredContent(root) });
      const { sandbox } = await node.query.head();
      this.#open = { node, blobs, sandbox, watch: this.#watch(node) };
      this.#options.notified?.noteOpened(dataDirectory);
    } catch (error) {
      await blobs?.close();
      await node.close();
      throw error;
    }
  }

  /** Then the chain is shown, and no key is taken out for it: it may name keys that are not here. */
  #historyChanged(): boolean {
    assertHoldsChain(this.#options.dataDirectory);
    try {
      return readHistoryState(this.#options.dataDirectory).fault !== null;
    } catch (error) {
      // Damaged rows are repaired by the opening, which is not done without the key.
      if (error instanceof QuantumLockError && error.code === 'STORAGE_CORRUPT') return false;
      throw error;
    }
  }

  #watch(node: QuantumNode): OpenChain['watch'] {
    const { notified, log } = this.#options;
    if (notified === null) return null;
    const memberId = async (): Promise<string | null> =>
      (await node.query.memberOfKey((await notified.key()).public_key))?.member_id ?? null;
    const waiting = new WaitingWatch({
      node,
      memberId,
      onWaiting: ({ title, proposal_id }) =>
        notified.notify({ heading: 'Waits for your approval', title, shows: { kind: 'proposal', proposal_id } }),
    });
    const recovery = new RecoveryWatch(node, (notice) => notified.notify(notice));
    const status = new StatusWatch({
      node,
      memberId,
      changes: notified.changes,
      onStatus: (now) => notified.showStatus(now),
    });
    const watches = [waiting, recovery, status];
    for (const watch of watches) watch.run().catch((error: unknown) => log(`notifications ended: ${String(error)}`));
    return {
      stop: () => {
        for (const watch of watches) watch.stop();
        notified.showStatus(null);
      },
    };
  }

  /** Commits what was accepted, then closes. It can be opened again. */
  async close(): Promise<void> {
    const open = this.#open;
    if (open === null) return;
    this.#open = null;
    open.watch?.stop();
    await open.blobs?.close();
    await open.node.close();
  }
}
