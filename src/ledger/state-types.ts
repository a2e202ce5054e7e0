import type { Hash, PublicKey } from '../base/bytes.ts';
import type { JsonObject } from '../base/canonical.ts';
import type { Level, Permission } from './permissions.ts';

/** The state's namespaces in the order of the state root's leaves. */
export const NAMESPACES = ['environments', 'members', 'parameters', 'policies', 'proposals', 'validators'] as const;
export type Namespace = (typeof NAMESPACES)[number];

export interface EnvironmentSource {
  readonly env_id: string;
  readonly version: number;
  readonly state_hash: Hash;
}

/** One Blue version. Versions count from 1 without gaps. */
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
}

export interface GreenVersion {
  /** The Blue version that was promoted. */
  readonly version: number;
  readonly state_hash: Hash;
  readonly metadata: JsonObject;
  readonly promoted_at: number;
  readonly promoted_by: string;
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
}

/** Namespace `validators`, key = validator_id. */
export interface ValidatorRecord {
  readonly validator_id: string;
  readonly public_key: PublicKey;
  readonly status: 'active' | 'removed';
  readonly added_at: number;
}

/** How an action is authorised. Namespace `policies`, key = action, or `action/<env_id>` for one environment. */
export type Policy =
  | { readonly mode: 'direct'; readonly permission: Permission }
  | { readonly mode: 'multisig'; readonly role: Level; readonly threshold: Threshold };

/** Approvals needed: a number, or a fraction of the role's holders, rounded up. */
export type Threshold = { readonly count: number } | { readonly numerator: number; readonly denominator: number };
