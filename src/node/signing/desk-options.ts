import type { ChainIdentity } from '../../ledger/chain-identity.ts';
import type { RefusedOpeningsOptions } from './refused-openings.ts';
import type { Keyring } from '../keys/keyring.ts';

export interface SigningDeskOptions {
  readonly dataDirectory: string;
  readonly keyring: Keyring;
  /** Unix milliseconds. */
  readonly clock: () => number;
  /** Milliseconds that nobody can set; the process's own where it is not given. */
  readonly monotonic?: () => number;
  readonly randomId: () => string;
  /** What each signature is for. */
  readonly chain: () => ChainIdentity;
  /**
   * Whether an encrypted key file that this process has open anyway is used without its passphrase: for a command, which is
   * one person's and ends. Elsewhere only an unlocked session signs without it.
   */
  readonly takesOpenKeyFile?: boolean;
  /** Whether `signing.log` is left out: where there is no data directory, the document that is signed is the only record. */
  readonly isWithoutRecord?: boolean;
  /** Hears that a review began or ended, or that signing was unlocked or locked. */
  readonly onChange?: () => void;
  /** What follows on repeated refusals; where it is left out, the key is suspended, and nobody hears. */
  readonly security?: Pick<RefusedOpeningsOptions, 'policy' | 'onEvent'>;
}
