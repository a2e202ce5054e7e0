import type { JsonObject } from '../../base/canonical.ts';
import type { ChainIdentity } from '../../ledger/chain-identity.ts';
import type { SimulationResult } from '../../ledger/effects/simulate.ts';
import type { KeySubject } from '../../ledger/governance/possession.ts';
import type { SubmitResult } from '../../ledger/transactions/receipt.ts';
import type { KeyInfo } from '../keys/key-store.ts';
import type { Keyring } from '../keys/keyring.ts';
import type { Asker } from './asking-limit.ts';

/** A key that was proved to be held, and whose it is to be. */
export interface ProvedKey {
  readonly subject: KeySubject;
  readonly key: KeyInfo;
  readonly secret: Uint8Array;
}

export interface SigningDeskOptions {
  readonly dataDirectory: string;
  readonly keyring: Keyring;
  /** Unix milliseconds. */
  readonly clock: () => number;
  /** Milliseconds that nobody can set; the process's own where it is not given. */
  readonly monotonic?: () => number;
  readonly randomId: () => string;
  readonly chain: () => ChainIdentity;
  /** The time that the next block would have; the clock's where it is left out. */
  readonly blockTime?: () => Promise<number>;
  readonly simulate: (unsigned: Uint8Array) => Promise<SimulationResult>;
  readonly submit: (bytes: Uint8Array) => Promise<SubmitResult>;
  /**
   * Whether an encrypted key file that this process has open anyway is used without its passphrase: for a command, which is
   * one person's and ends. Elsewhere only an unlocked session signs without it.
   */
  readonly takesOpenKeyFile?: boolean;
  /** Hears of a key that was proved to be held; the secret is wiped afterwards. */
  readonly onPossession?: (proved: ProvedKey) => Promise<void>;
  /** Called before a key is forgotten. */
  readonly onForget?: (key: KeyInfo) => Promise<void>;
  /** Why a key must stay on this machine; null where it may go. */
  readonly whyKept?: (key: KeyInfo) => string | null;
  /** Hears that a review began or ended, or that signing was unlocked or locked. */
  readonly onChange?: () => void;
}

export interface SigningRequest {
  readonly action: string;
  readonly payload: JsonObject;
  readonly key: KeyInfo;
  readonly asker?: Asker;
}
