/**
 * Governance as section 9 of docs/TECHNICAL_SPEC.md describes it, written from that text alone. Each function is one
 * paragraph of it; a refusal is the number of the reject code, and 0 is none.
 */
import {
  digestOf,
  equal,
  fieldsIn,
  fits,
  hashOfValue,
  isBetween,
  isCheckpointSigned,
  isCount,
  isHash,
  isEnvironmentId,
  isIdentifier,
  isKey,
  isListOf,
  isName,
  isObject,
  isOneOf,
  isPolicy,
  isSignature,
  isSigned,
  isText,
  LEVELS,
  levelWith,
  optional,
  rankOf,
  textOf,
  textsIn,
  type Fields,
  type Json,
  type Domain,
  type Shape,
  type State,
} from './independent-values.ts';
import { applyRollback, ROLLBACK, type PastBlock } from './independent-recovery.ts';

export interface Operation {
  readonly action: string;
  readonly payload: Fields;
}

/** Who does it, and when. */
export interface Call {
  readonly state: State;
  /** The blocks before the one that is being made, from block 0 on. */
  readonly past: readonly PastBlock[];
  readonly chainId: string;
  readonly domain: Domain;
  /** When the transaction says that it was signed. */
  readonly signedAt: number;
  readonly time: number;
  readonly member: string;
  /** Whose approvals execute it, the newest last; none where a transaction does it directly. */
  readonly approvers: readonly string[];
  /** The key that signed the transaction. */
  readonly key: string;
  readonly id: string;
}

/** What governance needs to know of the actions on environments. */
export interface Environments {
  readonly defaults: { readonly [action: string]: string };
  fits(operation: Operation): boolean;
  apply(operation: Operation, call: Call): number;
}

// --- Payloads ------------------------------------------------------------------------------------------------------

const isLevel = isOneOf(...LEVELS);
const NEW_KEY: Shape = { public_key: isKey, proof: isSignature };
const isDefault = (value: Json | undefined): boolean => fits(value, { mode: isOneOf('default') });

const GOVERNANCE: { readonly [action: string]: Shape } = {
  add_member: {
    member_id: isIdentifier,
    name: isName,
    level: isLevel,
    keys: (value) =>
      isListOf(1, 16, (key) => fits(key, NEW_KEY))(value) &&
      new Set(fieldsIn(value).map((key) => key['public_key'])).size === fieldsIn(value).length,
  },
  update_member: { member_id: isIdentifier, name: isName, level: isLevel, status: isOneOf('active', 'suspended') },
  remove_member: { member_id: isIdentifier },
  rotate_key: { member_id: isIdentifier, old_key: isKey, new_key: isKey, proof: isSignature },
  add_validator: { validator_id: isIdentifier, ...NEW_KEY },
  remove_validator: { validator_id: isIdentifier },
  rotate_validator: { validator_id: isIdentifier, ...NEW_KEY },
  set_policy: {
    action: (value) => typeof value === 'string' && value.length <= 64,
    env_id: (value) => value === null || isEnvironmentId(value),
    policy: (value) => isPolicy(value) || isDefault(value),
  },
  set_parameter: { name: isOneOf('transaction_window_ms', 'proposal_lifetime_ms'), value: isCount },
  set_checkpoint_key: { public_key: isHash, proof: isSignature },
  reset_clock: { time: isBetween(0, 8_640_000_000_000_000), reason: isText },
  rollback: ROLLBACK,
  unfreeze: {},
};
const RANGES: { readonly [name: string]: readonly [number, number] } = {
  transaction_window_ms: [1_000, 86_400_000],
  proposal_lifetime_ms: [60_000, 31_622_400_000],
};
const CONTROL: { readonly [action: string]: Shape } = {
  freeze: { reason: isText },
  propose: { action: isText, payload: isObject, expires_at: isCount, pre_state: isHash },
  approve: { proposal_id: isHash, reason: optional(isText) },
  reject: { proposal_id: isHash, reason: isText },
  withdraw: { proposal_id: isHash },
  comment: { proposal_id: isHash, text: isText },
  carry_approvals: {
    proposal_id: isHash,
    approvals: isListOf(1, 32, (entry) => fits(entry, { public_key: isKey, signature: isSignature, reason: optional(isText) })),
  },
};

export const isGovernance = (action: string): boolean => Object.hasOwn(GOVERNANCE, action);
export const isControl = (action: string): boolean => Object.hasOwn(CONTROL, action);

function fitsGovernance({ action, payload }: Operation): boolean {
  if (!isGovernance(action) || !fits(payload, GOVERNANCE[action] ?? {})) return false;
  if (action !== 'set_parameter') return true;
  const [least, most] = RANGES[textOf(payload['name'])] ?? [0, -1];
  return isBetween(least, most)(payload['value']);
}

/** Whether a governance or control action's payload has the shape that it must have. */
export function fitsPayload({ action, payload }: Operation, environments: Environments): boolean {
  if (isGovernance(action)) return fitsGovernance({ action, payload });
  if (!isControl(action) || !fits(payload, CONTROL[action] ?? {})) return false;
  if (action !== 'propose') return true;
  const proposed = { action: textOf(payload['action']), payload: payload['payload'] as Fields };
  return fitsGovernance(proposed) || environments.fits(proposed) || fitsBatch(proposed, environments);
}

/** Whether it is a batch, each operation of which changes an environment, or says who must agree to that. */
export function fitsBatch({ action, payload }: Operation, environments: Environments): boolean {
  const isPart = (entry: Json | undefined): boolean => {
    if (!fits(entry, { action: (name) => typeof name === 'string', payload: isObject })) return false;
    const part = { action: textOf(entry['action']), payload: entry['payload'] as Fields };
    if (part.action === 'set_policy') return fitsGovernance(part) && part.payload['env_id'] !== null;
    return environments.fits(part);
  };
  return action === 'batch' && fits(payload, { operations: isListOf(1, 256, isPart) });
}

/** The operations of a batch, or the operation alone. */
export function partsOf(operation: Operation): readonly Operation[] {
  if (operation.action !== 'batch') return [operation];
  return fieldsIn(operation.payload['operations']) as unknown as readonly Operation[];
}

const governs = (operation: Operation): boolean => partsOf(operation).some(({ action }) => isGovernance(action));

/** Whether a frozen chain refuses it. */
export const isHeld = (operation: Operation): boolean =>
  partsOf(operation).some(({ action }) => !isGovernance(action) && action !== 'recall_environment');

// --- Policies ------------------------------------------------------------------------------------------------------

const envIdOf = ({ payload }: Operation): string => textOf(payload['env_id'] ?? payload['target_env']);

/** The first that there is: the environment's own, the action's, the default. */
export function policyFor(state: State, operation: Operation, environments: Environments): Fields {
  const { action } = operation;
  const envId = envIdOf(operation);
  if (action === 'freeze') return { mode: 'direct', permission: 'emergency_rollback' };
  const places = isGovernance(action) || envId === '' ? [action] : [`${action}/${envId}`, action];
  for (const place of places) {
    const stored = state.get('policies', place);
    if (stored !== undefined && stored['mode'] !== 'default') return stored;
  }
  return isGovernance(action)
    ? { mode: 'multisig', role: 'administrator', threshold: { numerator: 2, denominator: 3 } }
    : { mode: 'direct', permission: environments.defaults[action] ?? 'write_blue_state' };
}

/** 40 where an action cannot have the policy. */
export function policyCode(action: string, envId: Json, policy: Json | undefined, environments: Environments): number {
  const isEnvironment = Object.hasOwn(environments.defaults, action);
  if (!isEnvironment && !isGovernance(action)) return 40;
  if (envId !== null && !isEnvironment) return 40;
  const { mode, role, permission } = policy as Fields;
  if (mode === 'default') return 0;
  if (isEnvironment) return mode === 'direct' && permission === 'read_blockchain' ? 40 : 0;
  return mode === 'multisig' && (role === 'administrator' || role === 'validator') ? 0 : 40;
}

export const isFrozen = (state: State): boolean => state.get('parameters', 'freeze')?.['frozen'] === true;

/** Codes 13 and 14: who holds a key. */
export function memberWith(state: State, key: string): Fields | number {
  const record = state.get('members', `key/${key}`);
  if (record === undefined) return 13;
  if (record['status'] !== 'active') return 14;
  const member = state.get('members', `member/${textOf(record['member_id'])}`);
  if (member === undefined) return 13;
  return member['status'] === 'active' ? member : 14;
}

// --- Counting ------------------------------------------------------------------------------------------------------

/** Rank of every active member. */
type Electorate = ReadonlyMap<string, number>;

function electorateOf(state: State): Electorate {
  const ranks = new Map<string, number>();
  for (const [key, value] of state.entries('members')) {
    const member = value as Fields;
    if (key.startsWith('member/') && member['status'] === 'active')
      ranks.set(textOf(member['member_id']), rankOf(member['level']));
  }
  return ranks;
}

/** After a change: nobody counts for more than before it. */
function keptElectorate(before: Electorate, after: Electorate): Electorate {
  return new Map(
    [...after].flatMap(([id, rank]) => {
      const earlier = before.get(id);
      return earlier === undefined ? [] : [[id, Math.min(earlier, rank)] as const];
    }),
  );
}

interface Requirement {
  readonly rank: number;
  readonly needed: number;
  readonly holders: number;
}

function requirementOf(policy: Fields, electorate: Electorate): Requirement {
  if (policy['mode'] === 'direct') {
    const rank = rankOf(levelWith(policy['permission']));
    return { rank, needed: 1, holders: [...electorate.values()].filter((one) => one >= rank).length };
  }
  const rank = rankOf(policy['role']);
  const holders = [...electorate.values()].filter((one) => one >= rank).length;
  const { count, numerator, denominator } = policy['threshold'] as Fields;
  if (typeof count === 'number') return { rank, needed: count, holders };
  const [above, below] = [BigInt(Number(numerator)), BigInt(Number(denominator))];
  // Rounded up: the least n with n · denominator ≥ holders · numerator.
  let needed = 1;
  while (BigInt(needed) * below < BigInt(holders) * above) needed += 1;
  return { rank, needed, holders };
}

/** What an operation does in a state, as the operations whose policies it must meet: the table of section 5. */
export function effectsOf(
  state: State,
  { action, payload }: Operation,
  environments: Environments,
): readonly Operation[] {
  const own = { action, payload };
  const named = (...actions: readonly string[]): readonly Operation[] => [
    own,
    ...actions.map((name) => ({ action: name, payload: { env_id: envIdOf(own) } })),
  ];
  switch (action) {
    case 'batch':
      return partsOf(own).flatMap((part) => effectsOf(state, part, environments));
    case 'merge_environments':
      return named(payload['base_version'] === null ? 'create_environment' : 'update_environment');
    case 'recall_environment':
      return payload['emergency'] === true
        ? [{ action: 'freeze', payload: {} }]
        : [own, { action: 'promote_environment', payload: { env_id: payload['env_id'] ?? null } }];
    case 'rollback': {
      const prefix = 'promote_environment/';
      const places = state.entries('policies').map(([key]) => key);
      const inScope =
        payload['scope'] === null
          ? places.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length))
          : textsIn(payload['scope']);
      const promoting = (fields: Fields): Operation => ({ action: 'promote_environment', payload: fields });
      return [own, promoting({}), ...inScope.map((envId) => promoting({ env_id: envId }))];
    }
    case 'rotate_key':
      return named('add_member', 'remove_member');
    case 'rotate_validator':
      return named('add_validator', 'remove_validator');
    case 'set_policy': {
      const target = textOf(payload['action']);
      const hasPolicy = isGovernance(target) || Object.hasOwn(environments.defaults, target);
      return [own, ...(hasPolicy ? [{ action: target, payload: { env_id: payload['env_id'] ?? null } }] : [])];
    }
    case 'update_member': {
      const member = state.get('members', `member/${textOf(payload['member_id'])}`);
      if (member === undefined || member['status'] === 'removed') return [own];
      const rise = rankOf(payload['level']) - rankOf(member['level']);
      const isBack = member['status'] === 'suspended' && payload['status'] === 'active';
      const isSuspended = member['status'] === 'active' && payload['status'] === 'suspended';
      return named(
        ...(rise > 0 || isBack ? ['add_member'] : []),
        ...(rise < 0 || isSuspended ? ['remove_member'] : []),
      );
    }
    default:
      return [own];
  }
}

/** What an operation asks for; what another of these implies is not asked for by itself. */
function requirementsFor(
  { state, electorate }: { readonly state: State; readonly electorate: Electorate },
  effects: readonly Operation[],
  environments: Environments,
): readonly Requirement[] {
  const asked: Requirement[] = [];
  const implies = (one: Requirement, other: Requirement): boolean =>
    one.rank >= other.rank && one.needed >= other.needed;
  for (const effect of effects) {
    const one = requirementOf(policyFor(state, effect, environments), electorate);
    if (asked.some((other) => implies(other, one))) continue;
    const rest = asked.filter((other) => !implies(one, other));
    asked.splice(0, asked.length, ...rest, one);
  }
  return asked;
}

function mayVote(state: State, operation: Operation, level: Json | undefined, environments: Environments): boolean {
  const electorate = electorateOf(state);
  const asked = [...requirementsFor({ state, electorate }, effectsOf(state, operation, environments), environments)];
  for (const part of partsOf(operation)) {
    if (part.action !== 'set_policy') continue;
    const { action, env_id: envId, policy } = part.payload;
    const place = envId === null ? textOf(action) : `${textOf(action)}/${textOf(envId)}`;
    const then = state.copy();
    then.put('policies', place, policy ?? null);
    const target = { action: textOf(action), payload: { env_id: envId ?? null } };
    asked.push(requirementOf(policyFor(then, target, environments), electorate));
  }
  return asked.some(({ rank }) => rankOf(level) >= rank);
}

/** Whether a vote counts: its member is of the electorate, and its key is still that member's. */
const isCounted = (state: State, vote: Fields, electorate: Electorate): boolean => {
  const key = state.get('members', `key/${textOf(vote['public_key'])}`);
  return (
    electorate.has(textOf(vote['member_id'])) && key?.['status'] === 'active' && key['member_id'] === vote['member_id']
  );
};

interface Standing {
  readonly isMet: boolean;
  readonly isLost: boolean;
}

function standingOf(
  place: { readonly state: State; readonly electorate: Electorate },
  effects: readonly Operation[],
  votes: readonly Fields[],
  environments: Environments,
): Standing {
  const { state, electorate } = place;
  const tallies = requirementsFor(place, effects, environments).map(({ rank, needed, holders }) => {
    const counted = votes.filter(
      (vote) =>
        isCounted(state, vote, electorate) && (electorate.get(textOf(vote['member_id'])) ?? -1) >= rank,
    );
    const approvals = counted.filter((vote) => vote['decision'] === 'approve').length;
    return { isMet: approvals >= needed, isLost: holders - (counted.length - approvals) < needed };
  });
  return { isMet: tallies.every((one) => one.isMet), isLost: tallies.some((one) => one.isLost) };
}

/** Codes 37 to 39: what must hold after every change by governance. */
export function invariantCode(state: State, environments: Environments): number {
  const validators = state.entries('validators').filter(([key]) => !key.startsWith('key/'));
  if (!validators.some(([, value]) => (value as Fields)['status'] === 'active')) return 37;
  const electorate = electorateOf(state);
  if (![...electorate.values()].includes(rankOf('administrator'))) return 38;
  const actions = [...Object.keys(GOVERNANCE), ...Object.keys(environments.defaults)];
  const policies = actions.map((action) => policyFor(state, { action, payload: {} }, environments));
  for (const [key] of state.entries('policies')) {
    const [action = '', ...rest] = key.split('/');
    const envId = rest.join('/');
    if (envId !== '') policies.push(policyFor(state, { action, payload: { env_id: envId } }, environments));
  }
  const isReachable = (policy: Fields): boolean => {
    const { needed, holders } = requirementOf(policy, electorate);
    return policy['mode'] === 'direct' || needed <= holders;
  };
  return policies.every(isReachable) ? 0 : 39;
}

// --- Governance actions --------------------------------------------------------------------------------------------

const keyPlaces = (key: Json | undefined): readonly string[] => [`members key/${textOf(key)}`, `validators key/${textOf(key)}`];

/** Everything that an operation reads or changes where it succeeds, as `namespace key`. */
function placesOf({ action, payload }: Operation, state: State): readonly string[] {
  const member = `members member/${textOf(payload['member_id'])}`;
  const validator = `validators ${textOf(payload['validator_id'])}`;
  const keysOfMember = textsIn(state.get('members', `member/${textOf(payload['member_id'])}`)?.['keys']);
  const keyOfValidator = textOf(state.get('validators', textOf(payload['validator_id']))?.['public_key']);
  switch (action) {
    case 'add_member':
      return [member, ...fieldsIn(payload['keys']).flatMap((key) => keyPlaces(key['public_key']))];
    case 'update_member':
      return [member];
    case 'remove_member':
      return [member, ...keysOfMember.map((key) => `members key/${key}`)];
    case 'rotate_key':
      return [member, `members key/${textOf(payload['old_key'])}`, ...keyPlaces(payload['new_key'])];
    case 'add_validator':
      return [validator, ...keyPlaces(payload['public_key'])];
    case 'remove_validator':
      return [validator, `validators key/${keyOfValidator}`];
    case 'rotate_validator':
      return [validator, `validators key/${keyOfValidator}`, ...keyPlaces(payload['public_key'])];
    case 'set_policy': {
      const envId = payload['env_id'];
      const name = textOf(payload['action']);
      return envId === null
        ? [`policies ${name}`]
        : [`policies ${name}/${textOf(envId)}`, `environments ${textOf(envId)}`];
    }
    case 'set_parameter':
      return payload['name'] === 'transaction_window_ms'
        ? ['transaction_window_ms', 'transaction_floor_at', 'transaction_reach_ms'].map((name) => `parameters ${name}`)
        : ['parameters proposal_lifetime_ms'];
    case 'set_checkpoint_key': {
      const before = state.get('parameters', 'checkpoint_key')?.['public_key'];
      const keys = [payload['public_key'], ...(before === undefined ? [] : [before])];
      return ['parameters checkpoint_key', ...keys.map((key) => `parameters checkpoint_key:${textOf(key)}`)];
    }
    case 'reset_clock':
      return ['parameters clock', 'parameters transaction_floor_at'];
    case 'unfreeze':
      return ['parameters freeze'];
    case 'checkpoint_state': {
      const envId = textOf(payload['env_id']);
      return [`environments ${envId}`, `environments label:${envId}:${textOf(payload['version'])}`];
    }
    case 'merge_environments': {
      const places = [payload['target_env'], ...textsIn(payload['source_envs'])].map((id) => `environments ${textOf(id)}`);
      const isMade = payload['base_version'] === null;
      return isMade ? [...places, `environments removed:${textOf(payload['target_env'])}`] : places;
    }
    case 'create_environment':
      return [`environments ${textOf(payload['env_id'])}`, `environments removed:${textOf(payload['env_id'])}`];
    case 'recall_environment': {
      const envId = textOf(payload['env_id']);
      const green = state.get('environments', envId)?.['green'] as Fields | null | undefined;
      const next = payload['superseded_by'] as Fields | null;
      return [
        `environments ${envId}`,
        `environments recall:${envId}:${textOf(green?.['transaction_id'])}`,
        ...(next === null ? [] : [`environments ${textOf(next['env_id'])}`]),
      ];
    }
    case 'rollback':
      return [];
    default:
      return [`environments ${textOf(payload['env_id'])}`];
  }
}

/** The list that the pre-state digest is over: of these places, as they are in the state. */
function readsOf(all: readonly string[], state: State): readonly Fields[] {
  const places = [...new Set(all)].map((place) => {
    const space = place.indexOf(' ');
    return { namespace: place.slice(0, space), key: place.slice(space + 1) };
  });
  return places
    .toSorted((left, right) =>
      left.namespace === right.namespace ? (left.key < right.key ? -1 : 1) : left.namespace < right.namespace ? -1 : 1,
    )
    .map(({ namespace, key }) => {
      const value = state.value(namespace, key);
      return { namespace, key, value_hash: value === undefined ? null : hashOfValue(value) };
    });
}

function newKeyCode({ state, chainId, domain }: Call, subject: string, publicKey: string, proof: string): number {
  if (keyPlaces(publicKey).some((place) => state.value(...(place.split(' ') as [string, string])) !== undefined))
    return 32;
  const value = { chain_id: chainId, public_key: publicKey, subject };
  return isSigned({ publicKey, signature: proof, kind: 'possession', domain, value }) ? 0 : 34;
}

const writeKey = ({ state, time }: Call, namespace: 'members' | 'validators', owner: string, key: string): void =>
  state.put(namespace, `key/${key}`, {
    public_key: key,
    [namespace === 'members' ? 'member_id' : 'validator_id']: owner,
    status: 'active',
    added_at: time,
    retired_at: null,
  });

const retireKey = ({ state, time }: Call, namespace: 'members' | 'validators', key: string): void =>
  state.put(namespace, `key/${key}`, { ...state.get(namespace, `key/${key}`), status: 'retired', retired_at: time });

function applyMember({ action, payload }: Operation, call: Call): number {
  const { state, time } = call;
  const memberId = textOf(payload['member_id']);
  const place = `member/${memberId}`;
  const member = state.get('members', place);
  if (action === 'add_member') {
    if (member !== undefined) return 30;
    const keys = fieldsIn(payload['keys']);
    for (const key of keys) {
      const code = newKeyCode(call, place, textOf(key['public_key']), textOf(key['proof']));
      if (code !== 0) return code;
    }
    const publicKeys = keys.map((key) => textOf(key['public_key']));
    const { name, level } = payload;
    state.put('members', place, {
      member_id: memberId,
      name: name ?? null,
      level: level ?? null,
      status: 'active',
      keys: publicKeys,
      added_at: time,
    });
    for (const key of publicKeys) writeKey(call, 'members', memberId, key);
    return 0;
  }
  if (member === undefined || member['status'] === 'removed') return 31;
  const held = textsIn(member['keys']);
  if (action === 'update_member') {
    const next = { ...member, ...payload };
    if (equal(next, member)) return 23;
    state.put('members', place, next);
  } else if (action === 'remove_member') {
    for (const key of held) retireKey(call, 'members', key);
    state.put('members', place, { ...member, status: 'removed', keys: [] });
  } else {
    const [oldKey, newKey] = [textOf(payload['old_key']), textOf(payload['new_key'])];
    if (!held.includes(oldKey)) return 33;
    const code = newKeyCode(call, place, newKey, textOf(payload['proof']));
    if (code !== 0) return code;
    retireKey(call, 'members', oldKey);
    writeKey(call, 'members', memberId, newKey);
    state.put('members', place, { ...member, keys: held.map((key) => (key === oldKey ? newKey : key)) });
  }
  return 0;
}

function applyValidator({ action, payload }: Operation, call: Call): number {
  const { state, time } = call;
  const validatorId = textOf(payload['validator_id']);
  const publicKey = textOf(payload['public_key']);
  const validator = state.get('validators', validatorId);
  if (action === 'add_validator') {
    if (validator !== undefined) return 35;
  } else if (validator === undefined || validator['status'] === 'removed') return 36;
  if (action !== 'remove_validator') {
    const code = newKeyCode(call, `validator/${validatorId}`, publicKey, textOf(payload['proof']));
    if (code !== 0) return code;
    writeKey(call, 'validators', validatorId, publicKey);
  }
  if (validator !== undefined) retireKey(call, 'validators', textOf(validator['public_key']));
  const made = { validator_id: validatorId, public_key: publicKey, status: 'active', added_at: time };
  if (action === 'add_validator') state.put('validators', validatorId, made);
  else if (action === 'rotate_validator') state.put('validators', validatorId, { ...validator, public_key: publicKey });
  else state.put('validators', validatorId, { ...validator, status: 'removed' });
  return 0;
}

function applySetting({ action, payload }: Operation, call: Call, environments: Environments): number {
  const { state, time, member, id } = call;
  if (action === 'reset_clock') {
    if (Number(payload['time']) >= time) return 23;
    state.put('parameters', 'clock', {
      era: call.domain.era + 1,
      time: payload['time'] ?? null,
      reset_at: time,
      reason: payload['reason'] ?? null,
      member_id: call.approvers.at(-1) ?? member,
      transaction_id: id,
    });
    state.put('parameters', 'transaction_floor_at', payload['time'] ?? null);
    return 0;
  }
  if (action === 'set_checkpoint_key') return applyCheckpointKey(payload, call);
  if (action === 'unfreeze') {
    const freeze = state.get('parameters', 'freeze');
    if (freeze?.['frozen'] !== true) return 23;
    const { reason } = freeze;
    state.put('parameters', 'freeze', {
      frozen: false,
      reason: reason ?? null,
      since: time,
      member_id: call.approvers.at(-1) ?? member,
      transaction_id: id,
    });
    return 0;
  }
  if (action === 'set_policy') {
    const { action: target, env_id: envId, policy } = payload;
    const code = policyCode(textOf(target), envId ?? null, policy, environments);
    if (code !== 0) return code;
    const key = envId === null ? textOf(target) : `${textOf(target)}/${textOf(envId)}`;
    if (equal(state.value('policies', key) ?? { mode: 'default' }, policy)) return 23;
    if (envId !== null && state.value('environments', textOf(envId)) === undefined) return 21;
    state.put('policies', key, policy ?? null);
    return 0;
  }
  const { name, value } = payload;
  if (name === 'proposal_lifetime_ms') {
    if ((state.value('parameters', 'proposal_lifetime_ms') ?? 2_592_000_000) === value) return 23;
    state.put('parameters', 'proposal_lifetime_ms', value ?? null);
    return 0;
  }
  const window = state.value('parameters', 'transaction_window_ms') ?? 600_000;
  if (window === value) return 23;
  const reach = state.value('parameters', 'transaction_reach_ms') ?? window;
  state.put('parameters', 'transaction_window_ms', value ?? null);
  state.put('parameters', 'transaction_floor_at', time);
  state.put('parameters', 'transaction_reach_ms', Math.max(Number(reach), Number(value)));
  return 0;
}

function applyCheckpointKey({ public_key: named, proof }: Fields, { state, time, id, chainId, domain }: Call): number {
  const publicKey = textOf(named);
  if (state.value('parameters', `checkpoint_key:${publicKey}`) !== undefined) return 32;
  const value = { chain_id: chainId, public_key: publicKey, subject: 'checkpoint' };
  if (!isCheckpointSigned({ publicKey, signature: textOf(proof), kind: 'possession', domain, value })) return 34;
  const before = state.get('parameters', 'checkpoint_key')?.['public_key'] ?? null;
  if (before !== null) {
    const place = `checkpoint_key:${textOf(before)}`;
    const retired = { status: 'retired', retired_at: time, retired_by: id };
    state.put('parameters', place, { ...state.get('parameters', place), ...retired });
  }
  state.put('parameters', `checkpoint_key:${publicKey}`, {
    public_key: publicKey,
    status: 'active',
    added_at: time,
    added_by: id,
    retired_at: null,
    retired_by: null,
    previous: before,
  });
  state.put('parameters', 'checkpoint_key', { public_key: publicKey });
  return 0;
}

/** A governance action's own rules and effects, without the question who approved it. */
export function applyGovernance(operation: Operation, call: Call, environments: Environments): number {
  const { action } = operation;
  if (action === 'rollback') return applyRollback(operation.payload, call);
  if (action.endsWith('validator')) return applyValidator(operation, call);
  if (action.endsWith('member') || action === 'rotate_key') return applyMember(operation, call);
  return applySetting(operation, call, environments);
}

// --- Proposals -----------------------------------------------------------------------------------------------------

interface Trial {
  readonly after: State;
  readonly reads: readonly Fields[];
}

/** What would come of an operation in the proposer's name; else the code. */
function trial(operation: Operation, call: Call, environments: Environments): Trial | number {
  if (isHeld(operation) && isFrozen(call.state)) return 17;
  const after = call.state.copy();
  const places: string[] = [];
  for (const part of partsOf(operation)) {
    // Where the parts before it have led.
    places.push(...placesOf(part, after));
    const place = { ...call, state: after };
    const code = isGovernance(part.action)
      ? applyGovernance(part, place, environments)
      : environments.apply(part, place);
    if (code !== 0) return code;
  }
  const code = governs(operation) ? invariantCode(after, environments) : 0;
  return code === 0 ? { after, reads: readsOf(places, call.state) } : code;
}

const operationIn = (proposal: Fields): Operation => ({
  action: textOf(proposal['action']),
  payload: proposal['payload'] as Fields,
});

/** Whether anything that a proposal rests on is not what it was. */
function hasMoved(state: State, proposal: Fields): boolean {
  return fieldsIn(proposal['reads']).some(({ namespace, key, value_hash: hash }) => {
    const value = state.value(textOf(namespace), textOf(key));
    return (value === undefined ? null : hashOfValue(value)) !== hash;
  });
}

/** What becomes of a proposal with these votes, after an approval: the state with it, or the code. */
function settle(proposal: Fields, call: Call, environments: Environments): State | number {
  const { state, time, id } = call;
  const operation = operationIn(proposal);
  const votes = fieldsIn(proposal['votes']);
  const electorate = electorateOf(state);
  const ending = (in_: State, status: string): State => {
    const next = in_.copy();
    const closed = status === 'open' ? {} : { closed_at: time, closed_by: id };
    next.put('proposals', textOf(proposal['proposal_id']), { ...proposal, status, ...closed });
    return next;
  };
  if (hasMoved(state, proposal)) return ending(state, 'stale');
  const effects = effectsOf(state, operation, environments);
  const now = standingOf({ state, electorate }, effects, votes, environments);
  if (now.isLost) return ending(state, 'rejected');
  if (!now.isMet) return ending(state, 'open');
  const asked = requirementsFor({ state, electorate }, effects, environments);
  const approvers = votes.flatMap((vote) => {
    const rank = electorate.get(textOf(vote['member_id'])) ?? -1;
    const counts = vote['decision'] === 'approve' && isCounted(state, vote, electorate);
    return counts && asked.some((one) => rank >= one.rank) ? [textOf(vote['member_id'])] : [];
  });
  const tried = trial(operation, { ...call, member: textOf(proposal['proposer']), approvers }, environments);
  if (typeof tried === 'number') return tried;
  const kept = keptElectorate(electorate, electorateOf(tried.after));
  const then = standingOf({ state: tried.after, electorate: kept }, effects, votes, environments);
  return then.isMet ? ending(tried.after, 'executed') : ending(state, 'open');
}

function propose(payload: Fields, call: Call, environments: Environments): State | number {
  const { state, chainId, domain, time, member: memberId, key, id } = call;
  const operation = operationIn(payload);
  const member = state.get('members', `member/${memberId}`);
  const least = governs(operation) ? 'validator' : 'blue_state';
  if (rankOf(member?.['level']) < rankOf(least)) return 15;
  const lifetime = Number(state.value('parameters', 'proposal_lifetime_ms') ?? 2_592_000_000);
  const expiry = Number(payload['expires_at']);
  if (expiry <= time || expiry > time + lifetime) return 42;
  const content = { ...payload, proposer: memberId };
  const proposalId = digestOf('proposal', domain, { ...content, chain_id: chainId });
  if (state.value('proposals', proposalId) !== undefined) return 44;
  const place = `operation:${hashOfValue({ action: operation.action, payload: operation.payload })}`;
  const newest = state.get('proposals', place);
  const same = newest === undefined ? undefined : state.get('proposals', textOf(newest['proposal_id']));
  const isOpen = same?.['status'] === 'open' && time <= Number(same['expires_at']) && same['era'] === domain.era;
  if (same !== undefined && isOpen && !hasMoved(state, same)) return 53;
  const tried = trial(operation, call, environments);
  if (typeof tried === 'number') return tried;
  if (digestOf('pre-state', domain, tried.reads) !== payload['pre_state']) return 43;
  const own = {
    member_id: memberId,
    public_key: key,
    decision: 'approve',
    reason: null,
    voted_at: time,
    transaction_id: id,
    carried_by: null,
  };
  const proposal = {
    ...content,
    proposal_id: proposalId,
    era: domain.era,
    reads: tried.reads,
    proposed_at: time,
    transaction_id: id,
    status: 'open',
    votes: mayVote(state, operation, member?.['level'], environments) ? [own] : [],
    closed_at: null,
    closed_by: null,
  };
  const next = settle(proposal, call, environments);
  if (typeof next === 'number' || next.get('proposals', proposalId)?.['status'] !== 'open') return next;
  next.put('proposals', place, { proposal_id: proposalId });
  return next;
}

/** Codes 45 to 47: the proposal, where it can still be voted on. */
function openProposal({ state, time, signedAt, domain }: Call, proposalId: Json | undefined): Fields | number {
  const proposal = state.get('proposals', textOf(proposalId));
  if (proposal === undefined) return 45;
  if (proposal['status'] !== 'open') return 46;
  if (proposal['era'] !== domain.era) return 47;
  return Math.max(time, signedAt) > Number(proposal['expires_at']) ? 47 : proposal;
}

interface Ballot {
  readonly key: string;
  readonly signature: string | null;
  readonly reason: Json;
}

function vote(operation: Operation, call: Call, environments: Environments): State | number {
  const { action, payload } = operation;
  const { state, chainId, domain, time, id } = call;
  const proposal = openProposal(call, payload['proposal_id']);
  if (typeof proposal === 'number') return proposal;
  const decision = action === 'reject' ? 'reject' : 'approve';
  const ballots: readonly Ballot[] =
    action === 'carry_approvals'
      ? fieldsIn(payload['approvals']).map((one) => ({
          key: textOf(one['public_key']),
          signature: textOf(one['signature']),
          reason: one['reason'] ?? null,
        }))
      : [{ key: call.key, signature: null, reason: payload['reason'] ?? null }];
  const electorate = electorateOf(state);
  const votes = [...fieldsIn(proposal['votes'])];
  let isNews = false;
  for (const { key, signature, reason } of ballots) {
    const member = memberWith(state, key);
    if (typeof member === 'number') return member;
    if (!mayVote(state, operationIn(proposal), member['level'], environments)) return 48;
    const place = votes.findIndex((one) => one['member_id'] === member['member_id']);
    const earlier = votes[place];
    if (signature !== null) {
      const said: Fields = reason === null ? {} : { reason };
      const value = { ...said, chain_id: chainId, decision: 'approve', proposal_id: textOf(payload['proposal_id']) };
      if (!isSigned({ publicKey: key, signature, kind: 'approval', domain, value })) return 51;
      if (earlier?.['decision'] === 'reject') return 52;
    }
    if (earlier !== undefined && earlier['decision'] === decision && isCounted(state, earlier, electorate)) continue;
    isNews = true;
    if (place !== -1) votes.splice(place, 1);
    votes.push({
      member_id: member['member_id'] ?? null,
      public_key: key,
      decision,
      reason,
      voted_at: time,
      transaction_id: id,
      carried_by: signature === null ? null : call.member,
    });
  }
  const voted = { ...proposal, votes };
  const next =
    decision === 'approve' ? settle(voted, call, environments) : afterRejection(voted, { call, environments });
  if (typeof next === 'number') return next;
  const status = next.get('proposals', textOf(proposal['proposal_id']))?.['status'];
  return status === 'open' && !isNews ? 49 : next;
}

/** A rejection can end a proposal, and do nothing else. */
function afterRejection(
  proposal: Fields,
  { call, environments }: { readonly call: Call; readonly environments: Environments },
): State {
  const { state, time, id } = call;
  const place = { state, electorate: electorateOf(state) };
  const effects = effectsOf(state, operationIn(proposal), environments);
  const { isLost } = standingOf(place, effects, fieldsIn(proposal['votes']), environments);
  const status = hasMoved(state, proposal) ? 'stale' : isLost ? 'rejected' : 'open';
  const next = state.copy();
  next.put(
    'proposals',
    textOf(proposal['proposal_id']),
    status === 'open' ? proposal : { ...proposal, status, closed_at: time, closed_by: id },
  );
  return next;
}

const COMMENTS_OF_PROPOSAL = 100;
const COMMENTS_OF_MEMBER = 20;

/** What is said of a proposal, counted and found by its number. */
function comment({ payload }: Operation, call: Call, environments: Environments): State | number {
  const { state, member: memberId, time, id } = call;
  const proposalId = textOf(payload['proposal_id']);
  const proposal = state.get('proposals', proposalId);
  if (proposal === undefined) return 45;
  const level = state.get('members', `member/${memberId}`)?.['level'];
  if (rankOf(level) < rankOf('blue_state') && !mayVote(state, operationIn(proposal), level, environments)) return 15;
  const all = Number(state.get('proposals', `comments:${proposalId}`)?.['count'] ?? 0);
  const own = Number(state.get('proposals', `comments:${proposalId}:${memberId}`)?.['count'] ?? 0);
  if (all >= COMMENTS_OF_PROPOSAL || own >= COMMENTS_OF_MEMBER) return 58;
  const next = state.copy();
  next.put('proposals', `comments:${proposalId}`, { count: all + 1 });
  next.put('proposals', `comments:${proposalId}:${memberId}`, { count: own + 1 });
  next.put('proposals', `comment:${proposalId}:${all + 1}`, {
    member_id: memberId,
    commented_at: time,
    transaction_id: id,
  });
  return next;
}

/** A control action: the state after it, or the code. */
export function applyControl(operation: Operation, call: Call, environments: Environments): State | number {
  const { action, payload } = operation;
  const { state, time, member, id } = call;
  if (action === 'propose') return propose(payload, call, environments);
  if (action === 'comment') return comment(operation, call, environments);
  if (action !== 'freeze' && action !== 'withdraw') return vote(operation, call, environments);
  const next = state.copy();
  if (action === 'freeze') {
    if (isFrozen(state)) return 23;
    const { reason } = payload;
    next.put('parameters', 'freeze', {
      frozen: true,
      reason: reason ?? null,
      since: time,
      member_id: member,
      transaction_id: id,
    });
    return next;
  }
  const proposal = openProposal(call, payload['proposal_id']);
  if (typeof proposal === 'number') return proposal;
  const isStale = hasMoved(state, proposal);
  if (!isStale && proposal['proposer'] !== member) return 50;
  const closed = { ...proposal, status: isStale ? 'stale' : 'withdrawn', closed_at: time, closed_by: id };
  next.put('proposals', textOf(proposal['proposal_id']), closed);
  return next;
}
