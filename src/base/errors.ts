/**
 * Errors of the outside world: bad input, a broken file, a missing key. A bug asserts (assert.ts); an invalid
 * transaction or block is a returned reject code (src/ledger/rejections.ts), never an exception.
 */

/** Every error code, with what the person who meets it can do next. */
export const ERROR_ADVICE = {
  CANONICAL_JSON: 'Send RFC 8785 canonical JSON: sorted keys, no white space, no duplicate key, integers only.',
  VALUE_NOT_ALLOWED: 'Use strings for fractions, and keep numbers within ±(2^53−1).',
  LIMIT_EXCEEDED: 'Make the input smaller; the limit and its reason are in src/base/limits.ts.',
  HEX_INVALID: 'Write lower-case hex with a 0x prefix and the full length.',
  USAGE: 'See --help for the arguments.',
  INPUT_INVALID: 'Correct the named field and try again.',
  PROOF_INVALID: 'Do not trust it. Ask for the proof again, and get the trust file through another channel.',
  DOCUMENT_INVALID:
    'The document is damaged, or is not the document that it claims to be. Do not sign it; ask for it again.',
  EXPORT_INVALID:
    'Do not rely on it: it was changed or cut off, or is not what it says it is. Ask for another export of the same.',
  PROPOSAL_EXPIRED: 'Ask for a new proposal. If the clock of this machine is wrong, set it.',
  NOT_FOUND: 'Check the name. The list commands show what exists.',
  PROOF_PENDING: 'Ask again when the next block is there: it brings the proof.',
  TRANSACTION_REJECTED: 'See the reject code; docs/TECHNICAL_SPEC.md explains each of them.',
  NODE_BUSY: 'Wait a moment and send the same transaction again; it is idempotent.',
  NODE_STOPPED: 'Start the node, then try again.',
  NODE_SILENT: 'It is stopped, blocked or overloaded. Check its process; end it if necessary, then try again.',
  NODE_FAILED: 'See the log for the cause; the chain on disk is as the last acknowledged block left it.',
  DATA_DIR_EMPTY: 'Create a chain here with `dm blockchain init`, or name another directory with --data.',
  DATA_DIR_NOT_EMPTY: 'Choose an empty directory, or open the existing chain.',
  CHAIN_MISSING:
    'If chain/ is on a separate disk, mount that disk. Otherwise restore chain/ from a backup. To create another chain, use another directory.',
  DATA_DIR_GONE:
    'Stop the node: anything that it writes now would be lost. Restore the directory (mount its disk, or restore a backup), verify it, then start the node again.',
  DATA_DIR_LOCKED: 'Another node runs on this directory. Use that one, or stop it first.',
  DATA_DIR_SHARED:
    'Remove the permission (chmod 700), then run `dm blockchain verify`: other users may have changed the files.',
  DATA_DIR_NEWER: 'This data was written by a newer version. Install that version or a later one.',
  DATA_DIR_OLDER:
    'A preview version created this chain, under other rules. Keep that version to read it, and create a new chain.',
  DATA_DIR_OTHER_CHAIN: 'The directory contains another chain. Name the right directory with --data.',
  STORAGE_FULL: 'Free disk space, then send the same transaction again. Nothing was partly written.',
  STORAGE_CORRUPT: 'Run `dm blockchain verify --integrity-check` to see the extent, then restore from a backup.',
  STORAGE_DENIED: 'Run as the user who owns the data directory, or name another directory with --data.',
  STORAGE_READ_ONLY: 'Reading works here. To change something, use a copy of the data on a writable disk.',
  STORAGE_FAILED: 'Check the disk and the permissions of the data directory.',
  HISTORY_CHANGED:
    'This node seals no block until this is resolved. Restore what is missing, or have an administrator accept the chain as it is: dm blockchain accept-history.',
  HEAD_COPY_FAILED:
    'Without that copy, nobody would notice if all files were replaced by an older state. Make that location available again.',
  BLOCK_REFUSED:
    'Another person or program wrote it. It was not sealed, and no block is sealed until it is removed: restore from a backup, or have an administrator remove it: dm blockchain accept-history.',
  CLOCK_IMPLAUSIBLE:
    'Correct the clock of this machine. If it is correct, confirm that: dm blockchain accept-clock. Freezing the chain still works.',
  CHAIN_INVALID: 'The stored chain does not verify. Keep it as evidence and restore from a verified backup.',
  FILE_UNKNOWN:
    'Name a backup, a chain that was exported with `dm blockchain export`, or a data directory. A file that is cut off or changed is not recognised.',
  INSPECTION_ONLY: 'Go to a console of the chain itself to do this. A file is only read.',
  TRUST_MISMATCH:
    'Believe nothing of the file until this is settled: it is of another chain than you expect, or what you compare it with is.',
  DIRECTORY_SYMLINK: 'Replace the symbolic link by the file it points to, or leave it out.',
  DIRECTORY_OUTSIDE: 'Name a path inside the directory, without "..".',
  DIRECTORY_CHANGED: 'A file changed while it was read. Let the writer finish, then try again.',
  DIRECTORY_UNREADABLE: 'Check that the directory exists and can be read.',
  DIRECTORY_EMPTY: 'Put at least one file into the directory.',
  DIRECTORY_FILE_KIND: 'Only regular files and directories can be registered.',
  DIRECTORY_NAME: 'Rename the file: names must be valid, normalised (NFC) UTF-8 without control characters.',
  DIRECTORY_DOUBTFUL:
    'Exclude such files with a .quantumlockignore file, or rename them. To store them anyway, use --accept-doubtful.',
  CHECKOUT_REFUSED: 'Name a new or an empty directory. To replace one that is not empty, add --replace.',
  CONTENT_LOST:
    'Register the directory again, or run `dm blobs repair --from DIR` with the directory or a backup that has it.',
  BLOB_MISSING: 'The content is not in the blob store. Register the directory again, or restore from a backup.',
  BLOB_CORRUPT:
    'The stored content does not match its hash. Restore it from a backup, or register the directory again.',
  BACKUP_INVALID:
    'Nothing was changed. The file is damaged, or not what it says it is: take another copy of it, or an older backup.',
  BACKUP_BASE_MISSING:
    'Name every file, in order: the full backup first, then each incremental one up to the one wanted.',
  BACKUP_KEY_REQUIRED: 'Name the file with the identity that it was encrypted to (--identity), or its passphrase.',
  BACKUP_SIGNER_UNKNOWN:
    'Believe nothing of it. A backup is signed by a validator or a member of the chain that it holds.',
  DESTINATION_FAILED:
    'See that the place is mounted or reachable, and that this user may write there. Then back up again.',
  DRILL_FAILED: 'Make a new full backup, and rehearse it. Until one succeeds there may be nothing to restore from.',
  UPDATE_REFUSED:
    'Nothing was kept or installed. Ask the publisher through another channel; install only what you checked yourself.',
  UPDATE_UNREACHABLE: 'Nothing was changed. Try again later; if it stays so, ask the publisher.',
  KEYCHAIN_UNAVAILABLE: 'No OS keychain is available here. Use the encrypted file instead (--key-store file).',
  KEY_NOT_FOUND: 'List the keys with `dm key list`, or import the key first.',
  KEY_EXISTS: 'Choose another name, or use the existing key.',
  KEY_INVALID: 'A private key is 32 bytes of hex within the order of secp256k1.',
  PASSPHRASE_REQUIRED: 'Give the passphrase: at the prompt, with --passphrase-file, or in QUANTUM_LOCK_PASSPHRASE.',
  PASSPHRASE_WRONG: 'Check the passphrase and try again.',
  PASSPHRASE_WEAK: 'Use at least 8 characters.',
  SIGNING_REFUSED: 'The signature was not confirmed. Nothing was signed.',
  REVIEWS_LIMITED: 'Confirm, refuse or cancel the waiting requests. Then try again.',
  SIGNING_EXPIRED: 'The review is too old. Open it again.',
  SIGNING_CHANGED: 'Nothing was signed. Review what it does now, then decide again.',
  IDENTITY_CHANGED: 'The header shows who acts now. Check it, then try again.',
  SIGNING_LOCKED: 'Unlock the session first, or give the passphrase when asked.',
  FOLDER_NOT_GRANTED:
    'Allow the page to read that folder: the console asks in a separate window. Or start the console with --folder.',
  ACCESS_DENIED: 'Open the console through the address that it printed when it started.',
  LOG_IN_REQUIRED:
    "Log in first: ask for a challenge, sign it with a member's key, and send the token with each request.",
  LOG_IN_REFUSED:
    'Ask for a new challenge, and sign it with an active key of an active member, for this chain and address.',
  RATE_LIMITED: 'Wait as long as Retry-After says, then send the same again.',
  CANCELLED: 'Start it again when you are ready.',
  SYSTEM_DEPENDENCY: 'Install what the message names, then try again.',
} as const;

export type ErrorCode = keyof typeof ERROR_ADVICE;

export type ErrorContext = Readonly<Record<string, string | number | boolean | null>>;

/** What a person is told of an error. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly advice: string;
}

/** An error as a plain value: what crosses a process, a worker or a socket. */
export interface ErrorValue extends Failure {
  readonly context: ErrorContext;
}

export class QuantumLockError extends Error {
  readonly code: ErrorCode;
  readonly advice: string;
  readonly context: ErrorContext;

  constructor(
    code: ErrorCode,
    message: string,
    options: { context?: ErrorContext; cause?: unknown; advice?: string } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'QuantumLockError';
    this.code = code;
    this.advice = options.advice ?? ERROR_ADVICE[code];
    this.context = options.context ?? {};
  }

  toFailure(): Failure {
    return { code: this.code, message: this.message, advice: this.advice };
  }

  toValue(): ErrorValue {
    return { ...this.toFailure(), context: this.context };
  }

  static fromValue(value: ErrorValue): QuantumLockError {
    return new QuantumLockError(value.code, value.message, { context: value.context, advice: value.advice });
  }

  /** A failure that was told of, as the error that it was; one with a code that is none of ours is the node's. */
  static fromFailure({
    code,
    message,
    advice,
  }: Pick<ErrorValue, 'message' | 'advice'> & { readonly code: string }): QuantumLockError {
    return new QuantumLockError(isErrorCode(code) ? code : 'NODE_FAILED', message, { advice });
  }
}

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_ADVICE, code);
}

/** The `code` of an error of the platform or of SQLite, such as ENOSPC or SQLITE_FULL; null where it has none. */
export function systemCodeOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}
