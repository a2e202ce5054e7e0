import type { Alert, Status } from '../../api/chain/node.ts';
import type { QuantumLockError } from '../../base/errors.ts';
import type { ClockReading } from '../clock/sealing-clock.ts';
import type { UnsealedBlock } from '../history/history-state.ts';

/** That somebody tried again and again to open a key of this machine, in vain. */
export interface RepeatedRefusals {
  readonly key_id: string;
  readonly name: string;
  /** Wrong passphrases in a row. */
  readonly count: number;
  /** Of the first one. */
  readonly since: number;
  /** Of the last one. */
  readonly at: number;
  readonly is_suspended: boolean;
}

/** What the rules look at: how the node and its machine are at one moment. Times in Unix milliseconds. */
export interface Facts {
  readonly startedAt: number;
  /** What stays until a person acknowledges it (standing-alerts.ts). */
  readonly standing: readonly Alert[];
  readonly isPassphraseBesideKeys: boolean;
  /** Keys of this machine that were tried again and again in vain. */
  readonly repeatedRefusals: readonly RepeatedRefusals[];
  /** Where the open files are no longer in their place. */
  readonly storage: { readonly error: QuantumLockError; readonly since: number } | null;
  /** Of the data directory's disk; null where it is not known. */
  readonly freeBytes: number | null;
  /** Threads that ended, each by its error. */
  readonly threadFailures: readonly QuantumLockError[];
  /** While the index cannot be written. */
  readonly indexFailure: QuantumLockError | null;
  /** Why nothing is sealed on this chain. */
  readonly historyFault: QuantumLockError | null;
  /** What was found in chain.db that does not fit its hashes. */
  readonly chainDamage: QuantumLockError | null;
  /** Null where it could not be read. */
  readonly clock: ClockReading | null;
  /** Null where no validator runs, or it does not answer. */
  readonly sealing: SealingFacts | null;
  readonly verified: Status['verified'];
  /** Copies of the newest head that could not be read or written; each error names its `place`. */
  readonly headCopyFailures: readonly QuantumLockError[];
  /** A block that was decided and waits for its seal while no node runs. */
  readonly unsealed: UnsealedBlock | null;
  /** Environments whose present files were stored here, and are not any more; null where the query thread does not answer. */
  readonly lostContent: readonly string[] | null;
  /** Of this look. */
  readonly now: number;
  /** Null where none are scheduled; an error where that cannot be read. */
  readonly backups: BackupFacts | QuantumLockError | null;
  /** Null where none are set; an error where that cannot be read. */
  readonly witnesses: WitnessFacts | QuantumLockError | null;
}

/** How the witnesses of the log fare. */
export interface WitnessFacts {
  readonly withinMs: number;
  /** When they were set. */
  readonly setAt: number;
  /** When the oldest transaction was sealed that enough of them have not seen; null where they saw all. */
  readonly unseenSince: number | null;
  /** Transactions of the newest log that enough of them saw. */
  readonly seenSize: number;
  readonly problems: readonly { readonly name: string; readonly message: string; readonly isFork: boolean }[];
}

/** How the scheduled backups fare. */
export interface BackupFacts {
  /** When they were scheduled. */
  readonly since: number;
  readonly everyHours: number;
  readonly drillEveryDays: number | null;
  /** The copies are: a person rehearses a restore of them, since this machine cannot open them. */
  readonly isEncrypted: boolean;
  /** When a backup was last made of which a copy was read back and verified; null where none was. */
  readonly verifiedAt: number | null;
  /** When a restore was last rehearsed with success; null where none was. */
  readonly drilledAt: number | null;
  /** How the newest of them failed; null where it did not. */
  readonly failure: {
    readonly at: number;
    readonly what: 'backup' | 'drill';
    readonly message: string;
    readonly advice: string;
  } | null;
}

export interface SealingFacts {
  readonly signatureVerifier: 'native' | 'noble';
  /** The last failure to commit, while it lasts. */
  readonly failure: {
    readonly code: string;
    readonly message: string;
    readonly advice: string;
    readonly since: number;
  } | null;
}
