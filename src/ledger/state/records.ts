import type { Ed25519Key, Hash, PublicKey } from '../../base/bytes.ts';
import type { JsonObject } from '../../base/canonical.ts';
import type { Level, Permission } from '../permissions.ts';

/** The state's namespaces in the order of the state root's leaves. */
export const NAMESPACES = ['environments', 'members', 'parameters', 'policies', 'proposals', 'validators'] as const;
export type Namespace = (typeof NAMESPACES)[number];

export interface EnvironmentSource {
  readonly env_id: string;
  readonly version: number;
  readonly state_hash: Hash;
}

/** One Blue version. Versions count from 1; a number is given once, so that one is left out after a rollback. */
export interface BlueVersion {
  readonly version: number;
  readonly state_hash: Hash;
  readonly metadata: JsonObject;
  readonly file_count: number | null;
  readonly size_bytes: number | null;
  readonly updated_at: number;
  /** Member id. */
  readonly updated_by: string;
  readonly transaction_id: Hash;
  /** The environments it was merged from; empty where it was not. */
  readonly sources: readonly EnvironmentSource[];
  /** What its author says of it; null where that is nothing. */
  readonly note: string | null;
}

export interface GreenVersion {
  /** The Blue version that was promoted. */
  readonly version: number;
  readonly state_hash: Hash;
  readonly metadata: JsonObject;
  readonly promoted_at: number;
  /** Member id: who promoted it, or whose approval completed the proposal. */
  readonly promoted_by: string;
  /** The members whose approvals promoted it, the newest last; empty where it was promoted directly. */
  readonly approved_by: readonly string[];
  readonly transaction_id: Hash;
}

export interface Checkpoint {
  /** The operator's own label, such as "1.2.0". */
  readonly version: string;
  readonly checkpoint_hash: Hash;
  readonly created_at: number;
  readonly created_by: string;
  readonly transaction_id: Hash;
}

/** Whether a key is a record's own id. No id has a colon: a key with one is a place to look something up. */
export function isRecordKey(key: string): boolean {
  return !key.includes(':');
}

/** The rollback that gave a record back, or took it away. */
export interface RollbackMark {
  readonly transaction_id: Hash;
  readonly target_height: number;
  readonly at: number;
  /** Member id: whose approval completed it. */
  readonly by: string;
}

/** A version of an environment. */
export interface VersionName {
  readonly env_id: string;
  readonly version: number;
}

/**
 * What was Green and was taken back. In the environment's record the newest one; under `recall:<env_id>:<promotion>` each,
 * for ever: that promotion never becomes Green again.
 */
export interface RecallRecord {
  readonly version: number;
  readonly state_hash: Hash;
  readonly promoted_at: number;
  /** The transaction that had promoted it. */
  readonly promotion: Hash;
  readonly recalled_at: number;
  /** Member id: who recalled it, or whose approval completed the proposal. */
  readonly recalled_by: string;
  /** The members whose approvals recalled it, the newest last; empty where it was recalled directly. */
  readonly approved_by: readonly string[];
  readonly emergency: boolean;
  readonly reason: string;
  readonly superseded_by: VersionName | null;
  readonly transaction_id: Hash;
}

/**
 * What a rollback keeps of an environment that it took away, under `removed:<env_id>` until it is there again: what a record
 * holds that is never set back.
 */
export interface RemovedEnvironment {
  readonly latest_version: number;
  readonly recalled: RecallRecord | null;
  readonly rollback: RollbackMark;
}

/** Namespace `environments`, key = env_id. */
export interface EnvironmentRecord {
  readonly env_id: string;
  readonly created_at: number;
  readonly created_by: string;
  readonly archived_at: number | null;
  readonly blue: BlueVersion;
  readonly green: GreenVersion | null;
  /** The newest checkpoint of Green; earlier ones are in the log. */
  readonly checkpoint: Checkpoint | null;
  /** The greatest version number that was ever given; Blue's own, unless a rollback set Blue back. */
  readonly latest_version: number;
  /** The newest recall of what was Green; what is Green now was promoted after it, or before and was given back. */
  readonly recalled: RecallRecord | null;
  /** The rollback that gave this record back; null where none did since the environment was made. */
  readonly rollback: RollbackMark | null;
}

/** Namespace `members`, key = `member/<member_id>`. */
export interface MemberRecord {
  readonly member_id: string;
  readonly name: string;
  readonly level: Level;
  readonly status: 'active' | 'suspended' | 'removed';
  readonly keys: readonly PublicKey[];
  readonly added_at: number;
}

/** Namespace `members`, key = `key/<public key>`: whose key it is, or was. A key belongs to one member for ever. */
export interface KeyRecord {
  readonly public_key: PublicKey;
  readonly member_id: string;
  readonly status: 'active' | 'retired';
  readonly added_at: number;
  readonly retired_at: number | null;
}

/** Namespace `validators`, key = validator_id. */
export interface ValidatorRecord {
  readonly validator_id: string;
  readonly public_key: PublicKey;
  readonly status: 'active' | 'removed';
  readonly added_at: number;
}

/** Namespace `validators`, key = `key/<public key>`: a key that a validator seals with, or sealed with. */
export interface ValidatorKeyRecord {
  readonly public_key: PublicKey;
  readonly validator_id: string;
  readonly status: 'active' | 'retired';
  readonly added_at: number;
  readonly retired_at: number | null;
}

/** Namespace `parameters`, key = `checkpoint_key`; absent where no key was named. */
export interface CheckpointKeyName {
  /** The key that signs checkpoints of the log now. */
  readonly public_key: Ed25519Key;
}

/** Namespace `parameters`, key = `checkpoint_key:<public key>`: a key that signs checkpoints, or signed them. */
export interface CheckpointKeyRecord {
  readonly public_key: Ed25519Key;
  readonly status: 'active' | 'retired';
  readonly added_at: number;
  /** The transaction that named it: it signs the log from the end of that block on. */
  readonly added_by: Hash;
  readonly retired_at: number | null;
  /** The transaction that named another: logs of that block and later ones it does not sign. */
  readonly retired_by: Hash | null;
  /** The key before it; null where it is the first. So all of them can be found. */
  readonly previous: Ed25519Key | null;
}

/**
 * Namespace `policies`: what is there. `default` gives way to the next: an environment's to its action's, that to the
 * action's default.
 */
export type StoredPolicy = Policy | { readonly mode: 'default' };

/** How an action is authorised. Namespace `policies`, key = action, or `action/<env_id>` for one environment. */
export type Policy =
  | { readonly mode: 'direct'; readonly permission: Permission }
  | { readonly mode: 'multisig'; readonly role: Level; readonly threshold: Threshold };

/** Approvals needed: a number, or a fraction of the role's holders, rounded up. */
export type Threshold = { readonly count: number } | { readonly numerator: number; readonly denominator: number };

/** Namespace `parameters`, key = `freeze`; absent while the chain was never frozen. */
export interface FreezeRecord {
  readonly frozen: boolean;
  /** Why it was frozen last. */
  readonly reason: string;
  /** When it became as it is. */
  readonly since: number;
  /** Who froze it, or whose approval completed the proposal to unfreeze it. */
  readonly member_id: string;
  readonly transaction_id: Hash;
}

/** Namespace `parameters`, key = `clock`; absent while the chain's clock was never reset. */
export interface ClockRecord {
  /** The chain's era, from the block after the reset on. */
  readonly era: number;
  /** Unix milliseconds: no block of this era has an earlier time. */
  readonly time: number;
  /** The chain's time when it was reset. */
  readonly reset_at: number;
  readonly reason: string;
  /** Who proposed it. */
  readonly member_id: string;
  readonly transaction_id: Hash;
}

/** One value that a proposal reads or changes: what it was when the proposal was made. */
export interface ReadValue {
  readonly namespace: Namespace;
  readonly key: string;
  /** SHA-256 of the value's canonical bytes; null where there was none. */
  readonly value_hash: Hash | null;
}

/** What one member has said. A later word takes the place of an earlier one. */
export interface Vote {
  readonly member_id: string;
  /** The key that signed it: the vote counts while that key is active. */
  readonly public_key: PublicKey;
  readonly decision: 'approve' | 'reject';
  readonly reason: string | null;
  readonly voted_at: number;
  readonly transaction_id: Hash;
  /** The member who carried an approval in that was signed elsewhere; null where it was sent by its own signer. */
  readonly carried_by: string | null;
}

/**
 * Namespace `proposals`, key = proposal id. `expired` is not written: a proposal that is open here, and whose expiry is
 * before the block's time or whose era has ended, has expired.
 */
export interface ProposalRecord {
  readonly proposal_id: Hash;
  /** It can be approved in this era alone. */
  readonly era: number;
  readonly action: string;
  readonly payload: JsonObject;
  readonly pre_state: Hash;
  readonly reads: readonly ReadValue[];
  /** Unix milliseconds: up to and with it the proposal can be approved. */
  readonly expires_at: number;
  /** Member id. */
  readonly proposer: string;
  readonly proposed_at: number;
  readonly transaction_id: Hash;
  readonly status: 'open' | 'executed' | 'rejected' | 'withdrawn' | 'stale';
  readonly votes: readonly Vote[];
  readonly closed_at: number | null;
  /** The transaction that ended it. */
  readonly closed_by: Hash | null;
}

/** Namespace `proposals`, key = `comments:<proposal id>`, and with `:<member id>` after it of that member alone. */
export interface CommentCount {
  readonly count: number;
}

/** Namespace `proposals`, key = `comment:<proposal id>:<number>`, numbered from 1. What it says is in its transaction. */
export interface CommentRecord {
  readonly member_id: string;
  readonly commented_at: number;
  readonly transaction_id: Hash;
}
