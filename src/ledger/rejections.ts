/**
 * Why a transaction is refused. Up to 27 the numbers are the order of precedence: where several apply, the lowest is
 * returned; 19 alone stands before 10, because a time of another era says nothing. From 30 on, each action names its
 * requirements in the order in which they are asked (docs/TECHNICAL_SPEC.md).
 * The numbers are part of the protocol and never reused.
 */
export const REJECTIONS = {
  TRANSACTION_TOO_LARGE: [1, 'the canonical bytes exceed the limit'],
  NOT_CANONICAL: [2, 'the bytes are not canonical JSON'],
  FIELD_INVALID: [3, 'a field is missing, unknown or of the wrong type'],
  WRONG_CHAIN: [4, 'the transaction is for another chain'],
  ACTION_UNKNOWN: [5, 'the action is not known'],
  PAYLOAD_INVALID: [6, 'the payload does not fit the action'],
  ZONES_INVALID: [7, 'sender and recipient are not the zones of this action'],
  SIGNATURE_MALFORMED: [8, 'the signature or key is malformed, or s is high'],
  SIGNATURE_INVALID: [9, 'the signature does not verify: not by this key, not over this content, or for another chain'],
  TIMESTAMP_STALE: [10, 'the timestamp is older than the window allows'],
  TIMESTAMP_FUTURE: [11, 'the timestamp is further in the future than the window allows'],
  DUPLICATE: [12, 'a transaction with this id is already in the chain'],
  SIGNER_UNKNOWN: [13, 'no member holds this key'],
  SIGNER_INACTIVE: [14, 'the member or the key is not active'],
  PERMISSION_MISSING: [15, 'the signer lacks the permission'],
  APPROVAL_REQUIRED: [16, 'the policy of this action asks for approvals: propose it instead'],
  CHAIN_FROZEN: [17, 'the chain is frozen: only governance continues'],
  GENESIS_MISPLACED: [18, 'genesis is only allowed as block 0'],
  WRONG_ERA: [19, 'the transaction was signed in another era of the chain: its clock was reset since, sign again'],
  ENVIRONMENT_EXISTS: [20, 'an environment with this id exists'],
  ENVIRONMENT_NOT_FOUND: [21, 'there is no environment with this id'],
  ENVIRONMENT_ARCHIVED: [22, 'the environment is archived'],
  STATE_UNCHANGED: [23, 'nothing would change'],
  STATE_MISMATCH: [24, 'the state hash is not the one that this action must name'],
  NOT_PROMOTED: [25, 'nothing of the environment is Green'],
  SOURCE_INVALID: [26, 'a source environment is missing, archived, repeated or the target itself'],
  VERSION_MISMATCH: [27, 'a version that this depends on is no longer the newest: check it again'],
  MEMBER_EXISTS: [30, 'a member with this id exists, or existed'],
  MEMBER_NOT_FOUND: [31, 'there is no member with this id, or it was removed'],
  KEY_TAKEN: [32, 'the key is, or was, in use on this chain'],
  KEY_NOT_HELD: [33, 'the key is not an active key of this member'],
  POSSESSION_INVALID: [34, 'the proof that somebody holds the new key does not verify'],
  VALIDATOR_EXISTS: [35, 'a validator with this id exists, or existed'],
  VALIDATOR_NOT_FOUND: [36, 'there is no validator with this id, or it was removed'],
  LAST_VALIDATOR: [37, 'the chain would have no validator left'],
  LAST_ADMINISTRATOR: [38, 'the chain would have no administrator left'],
  THRESHOLD_UNREACHABLE: [39, 'a policy would ask for more approvals than there are members to give them'],
  POLICY_NOT_ALLOWED: [40, 'this action cannot have this policy'],
  NOT_PROPOSABLE: [41, 'this action cannot be proposed'],
  EXPIRY_INVALID: [42, 'the expiry is past, or too far ahead'],
  PRE_STATE_MISMATCH: [43, 'the state is not the one that the proposal was made for: create a new proposal'],
  PROPOSAL_EXISTS: [44, 'this proposal already exists'],
  PROPOSAL_NOT_FOUND: [45, 'there is no proposal with this id'],
  PROPOSAL_CLOSED: [46, 'the proposal has ended'],
  PROPOSAL_EXPIRED: [47, 'the proposal has expired'],
  NOT_AN_APPROVER: [48, 'the member may not vote on this proposal'],
  ALREADY_VOTED: [49, 'the member has already voted this way'],
  NOT_PROPOSER: [50, 'only the member who proposed it can withdraw it'],
  APPROVAL_INVALID: [51, 'the approval is not by this key, or not for this proposal'],
  REJECTION_STANDS: [52, 'the member rejected the proposal: now only its own transaction can approve it'],
  PROPOSAL_OPEN: [53, 'the same change is already proposed, and can be approved'],
  LABEL_TAKEN: [54, 'the label names another state of this environment'],
  TARGET_NOT_FOUND: [55, 'the chain has no such block to go back to'],
  TARGET_MISMATCH: [56, 'the block to go back to has another hash, or another root of its environments'],
  RECALL_INVALID: [
    57,
    'it was promoted by this same transaction, or what supersedes it is not there, or is what is recalled',
  ],
  COMMENTS_FULL: [58, 'so many comments on one proposal are the most that there can be'],
  /** Given by a node that seals; no block is invalid for it. */
  NODE_CANNOT_SEAL: [60, 'the node that seals could not continue after this: it does not hold the key that would seal'],
} as const satisfies Readonly<Record<string, readonly [number, string]>>;

export type RejectionName = keyof typeof REJECTIONS;

/** A refusal, returned and never thrown. */
export interface Rejection {
  readonly code: number;
  readonly name: RejectionName;
  /** What is wrong, naming the field or thing. */
  readonly message: string;
}

export function reject(name: RejectionName, detail?: string): Rejection {
  const [code, meaning] = REJECTIONS[name];
  return { code, name, message: detail === undefined ? meaning : `${meaning}: ${detail}` };
}

const NAMES = Object.keys(REJECTIONS) as RejectionName[];

export function rejectionByCode(code: number): RejectionName | undefined {
  return NAMES.find((name) => REJECTIONS[name][0] === code);
}
