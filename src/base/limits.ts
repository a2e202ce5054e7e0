/**
 * Every limit in one place, each with its reason. Limits that validity depends on (marked LEDGER) are part of the
 * technical specification: changing one is a new protocol version.
 */

/** LEDGER. A transaction's canonical bytes: content lives off chain, so 64 KiB of metadata is generous. */
export const TRANSACTION_SIZE_BYTES_MAX = 64 * 1024;
/** A file that an argument names (`--payload @FILE`): a transaction's 64 KiB, however it is indented and escaped. */
export const ARGUMENT_FILE_SIZE_BYTES_MAX = 1024 * 1024;
/** LEDGER. Nesting of a transaction's JSON; keeps every recursive reader shallow. */
export const JSON_DEPTH_MAX = 32;
/** LEDGER. Operations in one batch: one batch stays well under one block's time budget. */
export const BATCH_OPERATIONS_MAX = 256;
/** LEDGER. Source environments of one merge. */
export const MERGE_SOURCES_MAX = 64;
/** LEDGER. Environments that one rollback may name; without names it is about all of them. */
export const ROLLBACK_SCOPE_MAX = 256;
/** LEDGER. Identifiers: long enough for a path-like name, short enough for one line. */
export const IDENTIFIER_LENGTH_MAX = 128;
/** LEDGER. Free-text fields of a payload (reason, version, strategy), in UTF-16 code units. */
export const TEXT_LENGTH_MAX = 1024;
/** LEDGER. Transactions in one block: at 10,000/s a block stays under a fifth of a second. */
export const BLOCK_TRANSACTIONS_MAX = 2_000;
/** LEDGER. |block time − transaction timestamp| at most; a genesis parameter may set another. */
export const TRANSACTION_WINDOW_MS = 10 * 60 * 1000;
/** LEDGER. A block's time may be this far before its parent's only by zero: time never runs backwards. */
export const BLOCK_TIME_STEP_MS_MIN = 0;
/** LEDGER. A proposal's expiry is at most this far from the block that opens it; the parameter proposal_lifetime_ms may set another. */
export const PROPOSAL_LIFETIME_MS = 30 * 24 * 60 * 60 * 1000;
/** How long a proposal stays open where nobody says otherwise: a week reaches everybody, and lets nothing old happen by surprise. */
export const PROPOSAL_EXPIRY_MS = 7 * 24 * 60 * 60 * 1000;
/** Transactions whose ids are vouched for together: what a kill leaves to be checked again takes a quarter of a second. */
export const IDS_RUN_TRANSACTIONS = 8_192;
/** Runs of vouched ids that are kept: 130 million transactions at full load, more than memory has room to remember. */
export const IDS_RECORD_RUNS_MAX = 16_384;
/** The record of vouched ids: half a kilobyte for each run. */
export const IDS_RECORD_SIZE_BYTES_MAX = 16 * 1024 * 1024;
/** LEDGER. transaction_window_ms at least: clocks that are kept agree within a second. */
export const TRANSACTION_WINDOW_MS_MIN = 1_000;
/** LEDGER. transaction_window_ms at most: a node remembers the ids of twice as long. */
export const TRANSACTION_WINDOW_MS_MAX = 86_400_000;
/** LEDGER. proposal_lifetime_ms at least: time to read what is proposed. */
export const PROPOSAL_LIFETIME_MS_MIN = 60_000;
/** LEDGER. proposal_lifetime_ms at most: a year, be it a long one. */
export const PROPOSAL_LIFETIME_MS_MAX = 366 * 24 * 60 * 60 * 1000;
/** LEDGER. reset_clock's time at most, in Unix milliseconds: the last one that a calendar date can name (ECMA-262, time values). */
export const CALENDAR_TIME_MAX = 8_640_000_000_000_000;
/** LEDGER. Approvals carried in by one transaction: each costs a signature check inside the block. */
export const CARRIED_APPROVALS_MAX = 32;
/** LEDGER. Comments on one proposal: more than people read before they decide, and a bound on what a proposal adds to the state. */
export const PROPOSAL_COMMENTS_MAX = 100;
/** LEDGER. Of one member on one proposal: nobody alone takes the room of the others. */
export const MEMBER_COMMENTS_MAX = 20;
/** LEDGER. Keys that one member may be added with. */
export const MEMBER_KEYS_MAX = 16;
/** LEDGER. Genesis lists. */
export const GENESIS_MEMBERS_MAX = 1_000;

/** A link to something of a chain (electron/deep-link.ts): the longest id with what stands before it. */
export const DEEP_LINK_LENGTH_MAX = 256;
/** What was opened from outside and waits for a page to show it: nobody looks at more at once. */
export const OPENED_WAITING_MAX = 16;
/** A file that is opened from outside and handed to the page: the largest proposal file. A larger one is dropped on the window. */
export const OPENED_FILE_SIZE_BYTES_MAX = 4 * 1024 * 1024;
/** Data directories that the desktop offers to open again. */
export const RECENT_DIRECTORIES_MAX = 8;
/** Reports of crashes that are kept on a machine: each is some kilobytes. */
export const CRASH_REPORTS_KEPT_MAX = 20;
/** A manifest of an update with its signatures: some kilobytes. */
export const UPDATE_MANIFEST_SIZE_BYTES_MAX = 64 * 1024;
/** Installers of one version: a few for each system and processor. */
export const UPDATE_FILES_MAX = 32;
/** An installer: Electron alone is some 100 MB. */
export const UPDATE_SIZE_BYTES_MAX = 512 * 1024 * 1024;
/** One answer of the feed, which is a small file. */
export const UPDATE_TIMEOUT_MS = 30_000;
/** One installer over a slow line. */
export const UPDATE_DOWNLOAD_TIMEOUT_MS = 60 * 60 * 1000;

/** Transactions accepted but not yet in a block; beyond it NODE_BUSY: bounds memory at about 100 MB. */
export const PENDING_TRANSACTIONS_MAX = 20_000;
/** Transactions in one message to a verify worker: about 15 ms of work, so latency stays even. */
export const VERIFY_BATCH_TRANSACTIONS_MAX = 250;
/** Transactions that the validator's thread checks itself when the verify threads are idle: less than a message costs. */
export const VERIFY_HERE_TRANSACTIONS_MAX = 2;
/** Transactions the node puts into one block: about 50 ms of the validator's thread, so that what a page asks waits no longer. */
export const GROUP_COMMIT_TRANSACTIONS_MAX = 500;
/** Ids remembered for the replay window: 20 minutes at 7,000/s, 16 bytes each. */
export const RECENT_TRANSACTIONS_MAX = 8_400_000;
/** State-tree pages kept decoded: about 1.4 KiB each. */
export const STATE_PAGE_CACHE_COUNT_MAX = 60_000;
/** Decoded state values kept by the executor. */
export const STATE_VALUE_CACHE_COUNT_MAX = 20_000;
/** The seed's state cache. */
export const STATE_CACHE_TTL_MS = 300_000;
export const STATE_CACHE_COUNT_MAX = 10_000;

/** One stored chunk of a file: small enough to de-duplicate, large enough to stream. */
export const BLOB_CHUNK_SIZE_BYTES = 1024 * 1024;
/** Files of one environment directory. */
export const DIRECTORY_FILES_MAX = 200_000;
/** Files whose verified entries are kept decoded, about 400 bytes each: both sides of a comparison of the largest directories one works with. */
export const DECODED_MANIFEST_FILES_MAX = 200_000;
/** Bytes of one environment directory. */
export const DIRECTORY_SIZE_BYTES_MAX = 64 * 1024 ** 3;
/** A path inside an environment directory, in UTF-8 bytes. */
export const FILE_PATH_SIZE_BYTES_MAX = 1024;
/** A file shown or compared line by line in the console. */
export const FILE_VIEW_SIZE_BYTES_MAX = 1024 * 1024;

/** Rows of one page of any list. */
export const PAGE_ROWS_MAX = 500;
/** Of an environment in a list: the beginning of its description, and so many of its tags as one can take in. */
export const LISTED_DESCRIPTION_LENGTH_MAX = 200;
export const LISTED_TAGS_MAX = 32;
export const LISTED_TAG_LENGTH_MAX = 64;
/** Owners, and tags, that a list of environments offers to be narrowed to. */
export const FACETS_MAX = 200;
/** A search text. */
export const SEARCH_LENGTH_MAX = 200;
/** Reviews of one session of the console that wait for a confirmation: one for each open tab, and then some. How long each waits. */
export const SIGNING_REVIEWS_MAX = 16;
export const SIGNING_REVIEW_TTL_MS = 10 * 60 * 1000;
/**
 * How long the result of a review is kept: as long as it could have waited, so that a page that was reloaded still
 * hears.
 */
export const SIGNING_OUTCOME_TTL_MS = SIGNING_REVIEW_TTL_MS;
/** Ends of reviews, or of questions, that are reported at a time: of one session, the newest. */
export const ENDED_REVIEWS_KEPT_MAX = 64;
/** An unlocked signing session without a passphrase being asked again. */
export const SIGNING_SESSION_TTL_MS = 15 * 60 * 1000;
/** The encrypted key file left open by a task that holds it: longer than any, and no longer than a session. */
export const KEY_FILE_OPEN_TTL_MS = 15 * 60 * 1000;
/**
 * A wall clock set back by more than this while a deadline runs is not a correction by a time service: the deadline is
 * over.
 */
export const CLOCK_SET_BACK_MS_MAX = 60_000;
/** Subscribers of the event stream and events that one may lag behind before it must resynchronise. */
export const EVENT_SUBSCRIBERS_MAX = 256;
export const EVENT_BACKLOG_MAX = 1_000;
/** Types that one subscription names. */
export const EVENT_TYPES_MAX = 64;
/** Transactions whose events are read, and kept for other subscribers, at once. */
export const EVENT_PAGE_TRANSACTIONS = 250;
/** Such pages that are kept for subscribers that are near each other. */
export const EVENT_PAGES_KEPT = 64;
/** Subscribers of events of the chain, at all doors together. */
export const FOLLOWERS_MAX = 2_000;
/** Alerts that are over and still known of: a bad day has dozens, and one is about a kilobyte. */
export const ALERTS_RESOLVED_KEPT_MAX = 256;
/** Time a caller waits for its transaction to be on disk before it must ask again. */
export const COMMIT_TIMEOUT_MS = 30_000;
export const PASSPHRASE_LENGTH_MIN = 8;
/** Memory-hard KDF (RFC 7914 scrypt): N·r·128 = 128 MiB, RFC 9106's order of cost on a server. */
export const KDF_SCRYPT_N = 2 ** 17;
export const KDF_SCRYPT_R = 8;
export const KDF_SCRYPT_P = 1;
/** Bounds of what a key file may ask for: at most 1 GiB of memory, so that a forged file cannot exhaust the machine. */
export const KDF_SCRYPT_N_MAX = 2 ** 20;
export const PASSPHRASE_SIZE_BYTES_MAX = 1024;
/** Wrong passphrases before a review is closed: guessing at the page is hopeless. */
export const PASSPHRASE_ATTEMPTS_MAX = 5;
export const KEY_NAME_LENGTH_MAX = 100;
/** Keys of one machine; each read is a whole file. */
export const KEYS_COUNT_MAX = 1_000;
/** Time a keychain gets to answer a probe: one that is there takes some 30 ms, one that is not 25 s to say so. */
export const KEYCHAIN_PROBE_TIMEOUT_MS = 3_000;
/** Time a keychain gets to answer in use: it may ask its user to unlock it. */
export const KEYCHAIN_TIMEOUT_MS = 60_000;
/** Time another process gets to finish writing the key files. */
export const KEY_FILES_LOCK_TIMEOUT_MS = 10_000;
/** A file of ignore rules: a thousand lines have some 20 KiB. */
export const IGNORE_FILE_SIZE_BYTES_MAX = 1024 * 1024;

/** Where secrets are searched for: keys and configurations are small; at most a second's reading in all. */
export const SECRET_SEARCH_FILE_SIZE_BYTES_MAX = 128 * 1024;
export const SECRET_SEARCH_SIZE_BYTES_MAX = 128 * 1024 * 1024;

/** A directory up to this size has its stored files read when it is registered again: a tenth of a second. */
export const BLOB_RECHECK_SIZE_BYTES_MAX = 32 * 1024 * 1024;

/** A file of the blob store: few enough to keep all open, small enough to copy in one go. */
export const BLOB_PACK_SIZE_BYTES_MAX = 1024 ** 3;
/** Read buffer of a hashing thread; each has two, so that one fills while the other is written. */
export const BLOB_SLAB_SIZE_BYTES = 4 * 1024 * 1024;
/** Less to read than this is hashed in the store's own thread: starting others would take longer. */
export const BLOB_INLINE_SIZE_BYTES_MAX = 8 * 1024 * 1024;
/** Time another process gets to let go of the blob store's index. */
export const BLOB_INDEX_LOCK_TIMEOUT_MS = 5_000;
/** Changed files of one comparison whose lines are counted, and their bytes: about a second of work. */
export const DIFFERENCE_COUNTED_FILES_MAX = 200;
export const DIFFERENCE_COUNTED_SIZE_BYTES_MAX = 16 * 1024 * 1024;
/** Time to find the shortest line comparison of one file before a coarser one is shown. */
export const LINE_DIFFERENCE_TIMEOUT_MS = 500;
/** The confirming page's form: a passphrase, a token and two choices. */
export const CONFIRM_FORM_SIZE_BYTES_MAX = 8 * 1024;
/** Addresses of confirming windows: several for each review that can wait; those of reviews that ended go first. */
export const CONFIRM_CAPABILITIES_MAX = 4_096;
/** Changes that the confirming window lists: those of the largest batch. What has more is not signed there. */
export const CONFIRM_CHANGES_MAX = 5_000;
/** Characters of the window's page: more than a person reads, and still drawn at once. */
export const CONFIRM_PAGE_SIZE_MAX = 4 * 1024 * 1024;
/** A sentence longer than this begins the part of the window that scrolls, so that the rest stays in view. */
export const CONFIRM_SENTENCE_LENGTH_MAX = 240;
/** An exported proposal: the values that it rests on, each of at most a transaction's size; a merge reads dozens. */
export const PROPOSAL_FILE_SIZE_BYTES_MAX = 4 * 1024 * 1024;
/** Values that a proposal reads or changes: a merge of the most sources reads some 70. */
export const PROPOSAL_FILE_READS_MAX = 1_000;
/** Records of environments that the file of a rollback lists, next to what it depends on: what is left out is counted. */
export const PROPOSAL_FILE_ENVIRONMENTS_SIZE_BYTES_MAX = 3 * 1024 * 1024;
/** Environments that the difference of a rollback is shown of: the review shows the true counts too. */
export const ROLLBACK_SHOWN_MAX = 1_000;
/** Votes and requirements that a proposal file lists. */
export const PROPOSAL_FILE_TOLD_MAX = 1_000;
/** An approval or a key card that is made away from the chain: fields of known length, and a reason, each letter of which may be written as nine. */
export const OFFLINE_NOTE_SIZE_BYTES_MAX = 2048;
/** A reason in such an approval, in UTF-16 code units: a sentence or two, which one QR code or two carry. */
export const OFFLINE_REASON_LENGTH_MAX = 150;
/** A trust file: every key that ever sealed, some 150 bytes each. */
export const TRUST_FILE_SIZE_BYTES_MAX = 256 * 1024;
/** Green proofs of one bundle: a launch of thousands of environments, checked in seconds. */
export const GREEN_BUNDLE_PROOFS_MAX = 10_000;
/** A bundle of the most proofs, each of a few kilobytes and a record. */
export const GREEN_BUNDLE_SIZE_BYTES_MAX = 128 * 1024 * 1024;
/** Environments that are told to have one content: copies of one directory under names of their own are few. */
export const GREEN_HOLDERS_MAX = 1_000;
/** Steps of an environment among which the promotion of an earlier recall is looked for. */
export const GREEN_RECALLS_SOUGHT_MAX = 10_000;
/** Bytes in one frame of an animated QR code: with its head a code of 65 modules, which a terminal of 80 columns shows, and an approval fits in one. */
export const QR_FRAME_SIZE_BYTES = 340;
/** Frames of one animated QR code: a minute of filming at four a second; what is longer goes as a file. */
export const QR_FRAMES_MAX = 256;
/** One key, exported: its names, and its ciphertext. */
export const EXPORTED_KEY_SIZE_BYTES_MAX = 4 * 1024;
/** A database in a read-only place is read into memory: at most so many bytes of it. */
export const MERGED_DATABASE_SIZE_BYTES_MAX = 1024 ** 3;
/** Recoveries that one block tells of, each in an event of its own. */
export const RECOVERY_EVENTS_MAX = 32;
/** How often a block that was decided, and could not be sealed, is tried again: a full disk is made room on by a person. */
export const SEAL_RETRY_MS = 2_000;
/** Wrong passphrases for one key in a row, whatever review they are typed for, that are a security event: twice what one review takes. */
export const REFUSED_OPENINGS_MAX = 10;
/** Further apart than this they are no row: a person who mistypes now and then. */
export const REFUSED_OPENINGS_WINDOW_MS = 10 * 60 * 1000;
/** How long a key is suspended then: guessing a passphrase of eight letters takes years at that speed. */
export const KEY_SUSPENSION_MS = 15 * 60 * 1000;
/** Drafts that a host prepared for people and that wait: more at once are not read one by one. */
export const PREPARED_DRAFTS_MAX = 20;
/** A block of an exported chain, which is one line: the most transactions of the largest size, their commas, and a header and a seal. */
export const BLOCK_LINE_SIZE_BYTES_MAX = BLOCK_TRANSACTIONS_MAX * (TRANSACTION_SIZE_BYTES_MAX + 1) + 64 * 1024;
/** What a person compares a file with: words, a hash, or a trust file, however it is indented. */
export const TRUST_TEXT_LENGTH_MAX = 64 * 1024;
/** Files that one console has open beside its chain: each is a host of its own, with its threads. */
export const INSPECTIONS_OPEN_MAX = 4;
/** Jobs of a host that have ended and are still listed: somebody who was away may ask for them. */
export const JOBS_ENDED_KEPT_MAX = 16;
/** How often those who see all jobs hear how far each is: no person reads a number faster. */
export const JOBS_TOLD_INTERVAL_MS = 250;
/** Questions about this machine of one session of the console that wait for a person. */
export const HOST_DEEDS_MAX = 8;
/** Refusals in a row after which a session asks nothing for a while: a person who refuses so often did not ask. */
export const REFUSALS_IN_ROW_MAX = 5;
export const REFUSALS_PAUSE_MS = 60_000;
/** Windows that one review, or one question, is given in its life: each needs a person who lost the one before. */
export const CONFIRM_WINDOWS_MAX = 16;
/** Folders that one run of a console may look into. */
export const GRANTED_FOLDERS_MAX = 64;
/** Rows of a folder's listing. */
export const FOLDER_ENTRIES_MAX = 1_000;
/** Connections of strangers at a port of the console: more than the system lets wait to be taken, so that one that asks at once is heard before it is the oldest. */
export const DOOR_STRANGERS_MAX = 1_024;
/** Strangers at once that are answered at all: a person who looks at the public address has a few. */
export const DOOR_STRANGERS_ANSWERED_MAX = 32;
/** Time a stranger gets to say whom it asks: a browser on this machine takes a millisecond. */
export const DOOR_STRANGER_TIMEOUT_MS = 5_000;
/** Connections of those who know a secret name: a browser opens six for each. */
export const DOOR_ADMITTED_MAX = 256;
/** The head of one request: a browser sends about one KiB. */
export const DOOR_HEAD_SIZE_BYTES_MAX = 16 * 1024;
/** Time to send one request. */
export const DOOR_REQUEST_TIMEOUT_MS = 10_000;
/** Time a page gets to prove that it holds a secret of this console. */
export const SIGN_IN_TIMEOUT_MS = 10_000;
/** Connections to the command line's socket that have not yet proved its secret; only the owner's own programs reach it. */
export const LOCAL_STRANGERS_MAX = 64;
/** Time that a node gets to answer a command that connects to it: it has nothing to do for that but to say a few words. */
export const LOCAL_ANSWER_TIMEOUT_MS = 8_000;
/** A command asks the node this often whether it still runs. */
export const LOCAL_PING_INTERVAL_MS = 2_000;
/** So many unanswered in a row: it is stopped, or stuck. */
export const LOCAL_PINGS_MISSED_MAX = 4;
/** One answer of a node that runs, or the next step of a long one: a commit waits for a block, and content is read in steps. */
export const LOCAL_CALL_TIMEOUT_MS = 120_000;
/** Commands that find the data directory taken wait for each other: each commits in seconds. */
export const DATA_DIR_WAIT_MS = 60_000;
/** How often they look. */
export const DATA_DIR_WAIT_STEP_MS = 100;
/** After a node went away, what it had accepted is on the disk once it lets go of the data directory. */
export const NODE_END_WAIT_MS = 15_000;
/** Links that were made and not used yet; the oldest ends first. */
export const SIGN_IN_LINKS_MAX = 8;
/** Browsers signed in to one run of a console; the one that connected longest ago ends first. */
export const CONSOLE_SESSIONS_MAX = 32;
/** Connections of signed-in pages: a tab has one. */
export const CONSOLE_CONNECTIONS_MAX = 64;

/**
 * How far a machine's clock may move against the time that the machine has run, in milliseconds, before nothing is sealed with
 * it: a transaction window. A chain that is ahead by less is waited for; time services correct by seconds.
 */
export const CLOCK_JUMP_MS_MAX = 600_000;
/**
 * How far a machine's clock may be ahead of the newest block where nothing else is known of the time, in milliseconds: a chain
 * that was idle for a month is a usual thing, and a clock that is ahead by less is put right with reset_clock.
 */
export const CLOCK_IDLE_MS_MAX = 30 * 24 * 60 * 60 * 1000;
/** Times that were accepted by an operator and are kept: enough to see a pattern. */
export const CLOCK_ACCEPTED_KEPT_MAX = 20;
/** How often a running node carries its newest head to the OS keychain and other places: a call of the keychain takes some 10 ms. */
export const HEAD_COPY_INTERVAL_MS = 60_000;
/** Directories next to a new chain's that are looked at for chains of a name like its own: a home folder has fewer. */
export const CHAINS_BESIDE_MAX = 1_000;
/** Environments with ids or names like a new one that a review names: more than these say nothing more. */
export const LOOKALIKES_SHOWN_MAX = 3;
/** Snapshots of the state that a data directory keeps: each has all of the state's rows, and an older one serves where the newest is damaged. */
export const SNAPSHOTS_KEPT_MAX = 2;

/** One part of a backup before compression: large enough to compress well, small enough that a few fit into memory. */
export const BACKUP_PART_SIZE_BYTES = 4 * 1024 * 1024;
/** A part at most, before compression: its last row may be one chunk of content, or a list of files. */
export const BACKUP_PART_SIZE_BYTES_MAX = 128 * 1024 * 1024;
/** Parts that are compressed at a time: the disk has its share of what the others wait for, and blocks are made meanwhile. */
export const BACKUP_PARTS_UNDERWAY_MAX = 2;
/** The manifest of a backup: 200 bytes for each part, so some terabytes of parts. */
export const BACKUP_MANIFEST_SIZE_BYTES_MAX = 64 * 1024 * 1024;
/** The signed manifest of an audit export: a block, and two proofs of at most 256 hashes. */
export const EXPORT_MANIFEST_SIZE_BYTES_MAX = 256 * 1024;
/** A line of an audit export: a transaction and what is said of it, each letter escaped, or the manifest. */
export const EXPORT_LINE_SIZE_BYTES_MAX = EXPORT_MANIFEST_SIZE_BYTES_MAX + 8 * TRANSACTION_SIZE_BYTES_MAX;
/** A model signature: some thousand files with their digests. */
export const MODEL_MANIFEST_SIZE_BYTES_MAX = 16 * 1024 * 1024;
/** Model signatures of one version that are looked at, and paths of each kind that are named of one. */
export const MODEL_CLAIMS_MAX = 16;
export const MODEL_CLAIM_PATHS_MAX = 20;
/** Exports that lie in a data directory: a page can ask for them without a person, and each takes room. */
export const EXPORTS_KEPT_MAX = 200;
/** Bytes of an export that are sent to a page at once. */
export const EXPORT_PART_SIZE_BYTES = 512 * 1024;
/** A report that is shown before it is made: some hundred pages. */
export const REPORT_PREVIEW_SIZE_BYTES_MAX = 4 * 1024 * 1024;
/** Text that is gathered before it is written: an export is written in pieces of this size. */
export const EXPORT_WRITE_SIZE_BYTES = 256 * 1024;
/** A backup as one JSON document is held in memory whole: as base64 that is 64 MiB of parts. */
export const BACKUP_DOCUMENT_SIZE_BYTES_MAX = 96 * 1024 * 1024;
/** The card of an encrypted backup: 66 bytes for each recipient, and some hundred for the rest. */
export const BACKUP_CARD_SIZE_BYTES_MAX = 16 * 1024;
/** Recipients that a schedule encrypts to: people, and a key in a safe. */
export const BACKUP_RECIPIENTS_MAX = 16;
/** Backups that one chain of increments is made of: a year of daily ones. */
export const BACKUP_CHAIN_FILES_MAX = 400;

/** Signatures below a note: that of the log and those of its witnesses; at least 16 must be taken (c2sp.org/signed-note). */
export const NOTE_SIGNATURES_MAX = 128;
/** A note with that many signatures of ML-DSA-44, each 3.3 kB in base 64. */
export const NOTE_SIZE_BYTES_MAX = 512 * 1024;
/** A note, a path, and a transaction of the largest size in base 64. */
export const TLOG_PROOF_SIZE_BYTES_MAX = NOTE_SIZE_BYTES_MAX + 128 * 1024;
/** Logs, witnesses and groups of a policy, of each; 32 of each must be taken (c2sp.org/tlog-policy). */
export const WITNESS_POLICY_ENTRIES_MAX = 64;
/** A policy with that many keys of ML-DSA-44, each 1.8 kB in base 64, and its comments. */
export const WITNESS_POLICY_SIZE_BYTES_MAX = 256 * 1024;
/** A transaction of the largest size, with its statement and a path: some kilobytes more. */
export const RECEIPT_SIZE_BYTES_MAX = 96 * 1024;
/** How often at most a running node signs a checkpoint by itself, in milliseconds: many blocks of a busy second share one. */
export const CHECKPOINT_INTERVAL_MS = 1_000;
/** How long after a witness did not answer it is asked again, in milliseconds, where no block came meanwhile. */
export const WITNESS_RETRY_MS = 60_000;
/** One call of a witness, which checks a proof and writes a row. */
export const WITNESS_TIMEOUT_MS = 10_000;
/** What a witness may answer: some signatures of ML-DSA-44. */
export const WITNESS_ANSWER_SIZE_BYTES_MAX = 64 * 1024;
/** How long witnesses may take to see a head where nothing else is said, in milliseconds. */
export const WITNESS_WITHIN_MS = 60 * 60 * 1000;
/** Checkpoint keys that a node is prepared to sign with: the present one, the next one, and those of a rotation that was begun twice. */
export const CHECKPOINT_KEYS_HELD_MAX = 4;
/** Filters that a person saved on one machine, and how long their names and addresses are. */
export const PREFERENCE_FILTERS_MAX = 64;
export const PREFERENCE_NAME_LENGTH_MAX = 60;
export const PREFERENCE_FILTER_LENGTH_MAX = 4_096;
