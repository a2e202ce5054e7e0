import type { Json } from '../../base/canonical.ts';
import type { ListedNamespace, ListedState, StateAccess } from './access.ts';
import type {
  CheckpointKeyName,
  CheckpointKeyRecord,
  CommentCount,
  CommentRecord,
  EnvironmentRecord,
  KeyRecord,
  MemberRecord,
  ProposalRecord,
  RecallRecord,
  RemovedEnvironment,
  ValidatorKeyRecord,
  ValidatorRecord,
} from './records.ts';

/** What is in a state, by what it is: here alone is said where a record of each kind is kept. */

type Readable = Pick<StateAccess, 'get'>;

const MEMBER = 'member/';
const KEY = 'key/';

export const memberPlace = (memberId: string): string => MEMBER + memberId;
/** Of a member's key in `members`, of a validator's in `validators`. */
export const keyPlace = (publicKey: string): string => KEY + publicKey;

export function isMemberPlace(key: string): boolean {
  return key.startsWith(MEMBER);
}

export function isKeyPlace(key: string): boolean {
  return key.startsWith(KEY);
}

export function readMember(state: Readable, memberId: string): MemberRecord | undefined {
  return state.get('members', memberPlace(memberId)) as MemberRecord | undefined;
}

/** Whose a key is, or was. */
export function readKey(state: Readable, publicKey: string): KeyRecord | undefined {
  return state.get('members', keyPlace(publicKey)) as KeyRecord | undefined;
}

export function readValidator(state: Readable, validatorId: string): ValidatorRecord | undefined {
  return state.get('validators', validatorId) as ValidatorRecord | undefined;
}

export function readEnvironment(state: Readable, envId: string): EnvironmentRecord | undefined {
  return state.get('environments', envId) as EnvironmentRecord | undefined;
}

/** Where the recall of a promotion stands. No environment's id has a colon. */
export const recallPlace = (envId: string, promotion: string): string => `recall:${envId}:${promotion}`;
/** Where it stands what a rollback kept of an environment that it took away. */
export const removedPlace = (envId: string): string => `removed:${envId}`;

export function readRecall(state: Readable, envId: string, promotion: string): RecallRecord | undefined {
  return state.get('environments', recallPlace(envId, promotion)) as RecallRecord | undefined;
}

/** Undefined where the environment is there, or never was. */
export function readRemoved(state: Readable, envId: string): RemovedEnvironment | undefined {
  return state.get('environments', removedPlace(envId)) as RemovedEnvironment | undefined;
}

/** Where it stands which key signs checkpoints. */
export const CHECKPOINT_KEY = 'checkpoint_key';
/** Where a checkpoint key has its span. */
export const checkpointKeyPlace = (publicKey: string): string => `${CHECKPOINT_KEY}:${publicKey}`;

/** The key that signs checkpoints; undefined where none was named. */
export function readCheckpointKey(state: Readable): CheckpointKeyRecord | undefined {
  const name = state.get('parameters', CHECKPOINT_KEY) as CheckpointKeyName | undefined;
  return name === undefined ? undefined : readCheckpointKeyRecord(state, name.public_key);
}

export function readCheckpointKeyRecord(state: Readable, publicKey: string): CheckpointKeyRecord | undefined {
  return state.get('parameters', checkpointKeyPlace(publicKey)) as CheckpointKeyRecord | undefined;
}

/** Every checkpoint key there is or was, the newest first. */
export function listCheckpointKeys(state: Readable): readonly CheckpointKeyRecord[] {
  const keys: CheckpointKeyRecord[] = [];
  let key = readCheckpointKey(state);
  while (key !== undefined) {
    keys.push(key);
    key = key.previous === null ? undefined : readCheckpointKeyRecord(state, key.previous);
  }
  return keys;
}

export function readProposal(state: Readable, proposalId: string): ProposalRecord | undefined {
  return state.get('proposals', proposalId) as ProposalRecord | undefined;
}

/** Where it stands how many comments a proposal has: in all, or of one member. No proposal's id has a colon. */
export const commentCountPlace = (proposalId: string, memberId?: string): string =>
  memberId === undefined ? `comments:${proposalId}` : `comments:${proposalId}:${memberId}`;
/** Where the comment with this number stands; they count from 1. */
export const commentPlace = (proposalId: string, number: number): string => `comment:${proposalId}:${number}`;

export function readCommentCount(state: Readable, place: string): number {
  return (state.get('proposals', place) as CommentCount | undefined)?.count ?? 0;
}

/** The comments on a proposal, in order. */
export function listComments(state: Readable, proposalId: string): readonly CommentRecord[] {
  return Array.from(
    { length: readCommentCount(state, commentCountPlace(proposalId)) },
    (_, index) => state.get('proposals', commentPlace(proposalId, index + 1)) as unknown as CommentRecord,
  );
}

function entries(state: ListedState, namespace: ListedNamespace, isWanted: (key: string) => boolean): Json[] {
  return [...state.list(namespace)].filter(([key]) => isWanted(key)).map(([, value]) => value);
}

/** Of every status, in no order. */
export function listMembers(state: ListedState): readonly MemberRecord[] {
  return entries(state, 'members', isMemberPlace) as unknown as MemberRecord[];
}

/** All keys that members have, or had. */
export function listKeys(state: ListedState): readonly KeyRecord[] {
  return entries(state, 'members', isKeyPlace) as unknown as KeyRecord[];
}

/** Of every status, in no order. */
export function listValidators(state: ListedState): readonly ValidatorRecord[] {
  return entries(state, 'validators', (key) => !isKeyPlace(key)) as unknown as ValidatorRecord[];
}

/** All keys that validators have, or had. */
export function listValidatorKeys(state: ListedState): readonly ValidatorKeyRecord[] {
  return entries(state, 'validators', isKeyPlace) as unknown as ValidatorKeyRecord[];
}
