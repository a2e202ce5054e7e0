/**
 * Execution as sections 4, 5 and 8 of docs/TECHNICAL_SPEC.md describe it, written from that text alone: imports nothing
 * of src/. Simple where the ledger is fast: the whole state is a map, and a refusal is the number of the reject code.
 */
import {
  applyControl,
  effectsOf,
  fitsBatch,
  fitsPayload,
  applyGovernance,
  invariantCode,
  isControl,
  isFrozen,
  isGovernance,
  isHeld,
  memberWith,
  partsOf,
  policyCode,
  policyFor,
  type Call,
  type Environments,
  type Operation,
} from './independent-governance.ts';
import {
  equal,
  fieldsIn,
  fits,
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
  isPositive,
  isText,
  LEVELS,
  levelWith,
  optional,
  rankOf,
  textOf,
  textsIn,
  type Fields,
  type Json,
  type Shape,
  type State,
} from './independent-values.ts';
import { applyRecall, nextVersion, RECALL, type PastBlock } from './independent-recovery.ts';

export { State, type Fields } from './independent-values.ts';
export type { PastBlock } from './independent-recovery.ts';

export interface Context {
  /** Hash of block 0. */
  readonly genesis: string;
  readonly index: number;
  readonly timestamp: number;
  /** The blocks before it, from block 0 on. */
  readonly past: readonly PastBlock[];
  /** Transactions already in this block. */
  readonly position: number;
  readonly id: string;
  /** Whether the id is in the chain already. */
  readonly isDuplicate: boolean;
}

// --- Payloads ------------------------------------------------------------------------------------------------------

const isPositiveOrNull = (value: Json | undefined): boolean => value === null || isPositive(value);
const ENVIRONMENT: Shape = {
  env_id: isEnvironmentId,
  state_hash: isHash,
  metadata: isObject,
  file_count: optional(isCount),
  size_bytes: optional(isCount),
  note: optional(isText),
};
const SHAPES: { readonly [action: string]: Shape } = {
  create_environment: ENVIRONMENT,
  update_environment: { ...ENVIRONMENT, base_version: isPositive },
  promote_environment: {
    env_id: isEnvironmentId,
    state_hash: isHash,
    metadata: isObject,
    blue_version: isPositive,
    green_version: isPositiveOrNull,
  },
  checkpoint_state: { env_id: isEnvironmentId, checkpoint_hash: isHash, green_version: isPositive, version: isText },
  merge_environments: {
    source_envs: isListOf(1, 64, isEnvironmentId),
    source_versions: isListOf(1, 64, isPositive),
    target_env: isEnvironmentId,
    base_version: isPositiveOrNull,
    merge_strategy: isText,
    state_hash: optional(isHash),
    metadata: optional(isObject),
    file_count: optional(isCount),
    size_bytes: optional(isCount),
    note: optional(isText),
  },
  archive_environment: { env_id: isEnvironmentId, reason: optional(isText) },
  recall_environment: RECALL,
};

const GENESIS: Shape = {
  members: isListOf(1, 1_000, (member) =>
    fits(member, { member_id: isIdentifier, name: isName, level: isOneOf(...LEVELS), keys: isListOf(1, 16, isKey) }),
  ),
  validators: isListOf(1, 100, (validator) => fits(validator, { validator_id: isIdentifier, public_key: isKey })),
  policies: (value) =>
    isObject(value) &&
    Object.entries(value).every(
      ([key, policy]) => {
        const [action = '', ...rest] = key.split('/');
        const isPlace = /^[a-z][a-z_]{0,63}$/.test(action) && (rest.length === 0 || isEnvironmentId(rest.join('/')));
        return isPlace && isPolicy(policy);
      },
    ),
  parameters: (value) =>
    fits(value, {
      transaction_window_ms: (window) => typeof window === 'number' && window >= 1_000 && window <= 86_400_000,
      sandbox: (sandbox) => typeof sandbox === 'boolean',
    }),
};

function isGenesis(payload: Fields): boolean {
  if (!fits(payload, GENESIS)) return false;
  const members = fieldsIn(payload['members']);
  const validators = fieldsIn(payload['validators']);
  const isUnique = (names: readonly (Json | undefined)[]): boolean => new Set(names).size === names.length;
  return (
    isUnique(members.map((member) => member['member_id'])) &&
    isUnique(validators.map((validator) => validator['validator_id'])) &&
    isUnique([
      ...members.flatMap((member) => textsIn(member['keys'])),
      ...validators.map((validator) => validator['public_key']),
    ])
  );
}

function fitsEnvironment({ action, payload }: Operation): boolean {
  if (!Object.hasOwn(SHAPES, action) || !fits(payload, SHAPES[action] ?? {})) return false;
  const lengthOf = (list: Json | undefined): number => (list as readonly Json[]).length;
  return action !== 'merge_environments' || lengthOf(payload['source_envs']) === lengthOf(payload['source_versions']);
}

function operationsOf(action: string, payload: Fields): readonly Operation[] | undefined {
  const operation = { action, payload };
  return fitsEnvironment(operation) || fitsBatch(operation, ENVIRONMENTS) ? partsOf(operation) : undefined;
}

const ZONES: { readonly [action: string]: readonly [string, string] } = {
  promote_environment: ['blue_state', 'green_state'],
  checkpoint_state: ['green_state', 'green_state'],
  recall_environment: ['green_state', 'blue_state'],
};
const zonesOf = ({ action }: Operation): readonly [string, string] =>
  ZONES[action] ?? (isGovernance(action) ? ['governance', 'governance'] : ['blue_state', 'blue_state']);

/** Codes 5 to 7: what of a transaction's content does not depend on the state. 0 where nothing is wrong. */
export function checkContent(transaction: Fields): number {
  const action = textOf(transaction['action']);
  const payload = transaction['payload'] as Fields;
  const zones = [transaction['sender'], transaction['recipient']];
  if (action === 'genesis') return isGenesis(payload) ? (zones.every((zone) => zone === 'governance') ? 0 : 7) : 6;
  if (isGovernance(action) || isControl(action)) {
    if (!fitsPayload({ action, payload }, ENVIRONMENTS)) return 6;
    return zones.every((zone) => zone === 'governance') ? 0 : 7;
  }
  if (action !== 'batch' && !Object.hasOwn(SHAPES, action)) return 5;
  const operations = operationsOf(action, payload);
  const [first, last] = [operations?.at(0), operations?.at(-1)];
  if (first === undefined || last === undefined) return 6;
  return zones[0] === zonesOf(first)[0] && zones[1] === zonesOf(last)[1] ? 0 : 7;
}

// --- Effects -------------------------------------------------------------------------------------------------------

function apply({ action, payload }: Operation, call: Call): number {
  const { state, time, member, approvers, id } = call;
  if (action === 'recall_environment') return applyRecall(payload, call);
  const by = approvers.at(-1) ?? member;
  const envId = textOf(payload['env_id'] ?? payload['target_env']);
  const record = state.get('environments', envId);
  const write = (changes: Fields): void => state.put('environments', envId, { ...record, ...changes });
  const blue = record?.['blue'] as Fields | undefined;
  const green = record?.['green'] as Fields | null | undefined;
  const checkpoint = record?.['checkpoint'] as Fields | null | undefined;
  const label = `label:${envId}:${textOf(payload['version'])}`;
  const labelled = state.get('environments', label);
  const made = {
    env_id: envId,
    created_at: time,
    created_by: member,
    archived_at: null,
    green: null,
    checkpoint: null,
    rollback: null,
  };
  const version = (fields: Fields): Fields => ({ updated_at: time, updated_by: member, transaction_id: id, ...fields });
  const fromPayload = (number: number): Fields =>
    version({
      version: number,
      state_hash: payload['state_hash'] ?? null,
      metadata: payload['metadata'] ?? null,
      file_count: payload['file_count'] ?? null,
      size_bytes: payload['size_bytes'] ?? null,
      sources: [],
      note: payload['note'] ?? null,
    });

  if (action === 'create_environment') {
    if (record !== undefined) return 20;
    writeMade(state, envId, { ...made, blue: fromPayload(nextVersion(state, envId)) });
    return 0;
  }
  if (action === 'merge_environments') return applyMerge({ payload, envId, record, blue, made, version }, state);
  if (record === undefined || blue === undefined) return 21;
  if (record['archived_at'] !== null) return 22;
  switch (action) {
    case 'update_environment':
      if (blue['state_hash'] === payload['state_hash'] && equal(blue['metadata'], payload['metadata'])) return 23;
      if (blue['version'] !== payload['base_version']) return 27;
      write({ blue: fromPayload(nextVersion(state, envId)), latest_version: nextVersion(state, envId) });
      return 0;
    case 'promote_environment':
      if (
        green &&
        green['version'] === blue['version'] &&
        equal(green['metadata'], payload['metadata']) &&
        blue['state_hash'] === payload['state_hash']
      )
        return 23;
      if (blue['state_hash'] !== payload['state_hash']) return 24;
      if (blue['version'] !== payload['blue_version']) return 27;
      if ((green?.['version'] ?? null) !== payload['green_version']) return 27;
      write({
        green: {
          version: blue['version'] ?? null,
          state_hash: blue['state_hash'] ?? null,
          metadata: payload['metadata'] ?? null,
          promoted_at: time,
          promoted_by: by,
          approved_by: approvers,
          transaction_id: id,
        },
      });
      return 0;
    case 'checkpoint_state':
      if (!green) return 25;
      if (checkpoint && checkpoint['version'] === payload['version']) return 23;
      if (green['state_hash'] !== payload['checkpoint_hash']) return 24;
      if (green['version'] !== payload['green_version']) return 27;
      if (labelled !== undefined && labelled['checkpoint_hash'] !== payload['checkpoint_hash']) return 54;
      state.put('environments', label, { checkpoint_hash: payload['checkpoint_hash'] ?? null });
      write({
        checkpoint: {
          version: payload['version'] ?? null,
          checkpoint_hash: payload['checkpoint_hash'] ?? null,
          created_at: time,
          created_by: by,
          transaction_id: id,
        },
      });
      return 0;
    default:
      write({ archived_at: time });
      return 0;
  }
}

/** The first record of an environment, which goes on from what a rollback kept of it. */
function writeMade(state: State, envId: string, record: Fields): void {
  const recalled = state.get('environments', `removed:${envId}`)?.['recalled'] ?? null;
  const latest = nextVersion(state, envId);
  state.remove('environments', `removed:${envId}`);
  state.put('environments', envId, { ...record, latest_version: latest, recalled });
}

interface Merge {
  readonly payload: Fields;
  readonly envId: string;
  readonly record: Fields | undefined;
  readonly blue: Fields | undefined;
  readonly made: Fields;
  version(fields: Fields): Fields;
}

function applyMerge({ payload, envId, record, blue, made, version }: Merge, state: State): number {
  const given = payload['state_hash'];
  if (record === undefined && given === undefined) return 21;
  if (record !== undefined && record['archived_at'] !== null) return 22;
  const names = textsIn(payload['source_envs']);
  const found = names.map((name) => state.get('environments', name));
  const isGood = found.every((source, index) => source?.['archived_at'] === null && names[index] !== envId);
  if (!isGood || new Set(names).size !== names.length) return 26;
  const versions = found.map((source) => (source?.['blue'] as Fields | undefined)?.['version'] ?? null);
  if (!equal(versions, payload['source_versions']) || (blue?.['version'] ?? null) !== payload['base_version']) return 27;
  const countOf = (field: string): Json => payload[field] ?? (given === undefined ? (blue?.[field] ?? null) : null);
  const number = nextVersion(state, envId);
  const merged = {
    ...(record ?? made),
    blue: version({
      version: number,
      state_hash: given ?? blue?.['state_hash'] ?? null,
      metadata: payload['metadata'] ?? blue?.['metadata'] ?? {},
      file_count: countOf('file_count'),
      size_bytes: countOf('size_bytes'),
      sources: found.map((source, index) => {
        const head = source?.['blue'] as Fields;
        return {
          env_id: names[index] ?? null,
          version: head['version'] ?? null,
          state_hash: head['state_hash'] ?? null,
        };
      }),
      note: payload['note'] ?? null,
    }),
  };
  if (record === undefined) writeMade(state, envId, merged);
  else state.put('environments', envId, { ...merged, latest_version: number });
  return 0;
}

const ENVIRONMENTS: Environments = {
  defaults: {
    create_environment: 'write_blue_state',
    update_environment: 'write_blue_state',
    promote_environment: 'promote_to_green',
    checkpoint_state: 'promote_to_green',
    merge_environments: 'write_blue_state',
    archive_environment: 'promote_to_green',
    recall_environment: 'promote_to_green',
  },
  fits: fitsEnvironment,
  apply,
};

/** Codes 15 and 16. */
function authorise(state: State, level: Json | undefined, operations: readonly Operation[]): number {
  const policies = operations
    .flatMap((operation) => effectsOf(state, operation, ENVIRONMENTS))
    .map((operation) => policyFor(state, operation, ENVIRONMENTS));
  const isMissing = ({ mode, permission }: Fields): boolean =>
    mode === 'direct' && rankOf(level) < rankOf(levelWith(permission));
  if (policies.some(isMissing)) return 15;
  return policies.some(({ mode }) => mode === 'multisig') ? 16 : 0;
}

function executeGenesis(transaction: Fields, { state, time }: Call, context: Context): number {
  const payload = transaction['payload'] as Fields;
  const founder = fieldsIn(payload['members']).find((member) =>
    textsIn(member['keys']).includes(textOf(transaction['signer'])),
  );
  if (founder === undefined) return 13;
  if (founder['level'] !== 'administrator') return 15;
  if (context.index !== 0 || context.position !== 0) return 18;
  const keyFields = { status: 'active', added_at: time, retired_at: null };
  for (const member of fieldsIn(payload['members'])) {
    const memberId = textOf(member['member_id']);
    state.put('members', `member/${memberId}`, { ...member, status: 'active', added_at: time });
    for (const key of textsIn(member['keys']))
      state.put('members', `key/${key}`, { public_key: key, member_id: memberId, ...keyFields });
  }
  for (const validator of fieldsIn(payload['validators'])) {
    const { validator_id: validatorId, public_key: key } = validator;
    state.put('validators', textOf(validatorId), { ...validator, status: 'active', added_at: time });
    state.put('validators', `key/${textOf(key)}`, {
      public_key: key ?? null,
      validator_id: validatorId ?? null,
      ...keyFields,
    });
  }
  for (const namespace of ['policies', 'parameters']) {
    for (const [key, value] of Object.entries(payload[namespace] as Fields)) state.put(namespace, key, value);
  }
  for (const [place, policy] of Object.entries(payload['policies'] as Fields)) {
    const [action = '', ...rest] = place.split('/');
    if (policyCode(action, rest.length === 0 ? null : rest.join('/'), policy, ENVIRONMENTS) !== 0) return 40;
  }
  return invariantCode(state, ENVIRONMENTS);
}

/** The era that the next block is of: section 5. */
export function eraOf(state: State): number {
  return Number((state.value('parameters', 'clock') as Fields | undefined)?.['era'] ?? 0);
}

/** Codes 19, and 10 to 12: what a transaction's time and id must be. */
function admissionCode(before: State, transaction: Fields, context: Context): number {
  if (transaction['era'] !== eraOf(before)) return 19;
  const window = Number(before.value('parameters', 'transaction_window_ms') ?? 600_000);
  const floor = Number(before.value('parameters', 'transaction_floor_at') ?? 0);
  const age = context.timestamp - Number(transaction['timestamp']);
  if (age > window || Number(transaction['timestamp']) < floor) return 10;
  if (-age > window) return 11;
  return context.isDuplicate ? 12 : 0;
}

/**
 * Codes 10 and above. Returns the state after a transaction that was content-checked, or the
 * code that refuses it. `before` is the state before the block, which the window is of.
 */
export function execute(state: State, before: State, transaction: Fields, context: Context): State | number {
  const unfit = admissionCode(before, transaction, context);
  if (unfit !== 0) return unfit;
  const next = state.copy();
  const { action: name, payload: content, signer, chain_id: chainId, era, timestamp } = transaction;
  const action = textOf(name);
  const payload = content as Fields;
  const call: Call = {
    state: next,
    past: context.past,
    chainId: textOf(chainId),
    domain: { genesis: context.genesis, era: Number(era) },
    signedAt: Number(timestamp),
    time: context.timestamp,
    member: '',
    approvers: [],
    key: textOf(signer),
    id: context.id,
  };
  if (action === 'genesis') return executeGenesis(transaction, call, context) || next;
  const member = memberWith(state, textOf(signer));
  if (typeof member === 'number') return member;
  const by = { ...call, member: textOf(member['member_id']) };
  if (isControl(action)) {
    if (action === 'freeze' && member['level'] !== 'administrator') return 15;
    if (context.index === 0) return 18;
    return applyControl({ action, payload }, { ...by, state }, ENVIRONMENTS);
  }
  if (isGovernance(action)) {
    // Directly, only a member's own key by that very key: of everything else an effect needs approvals.
    const isOwn = payload['member_id'] === by.member && payload['old_key'] === signer;
    if (action !== 'rotate_key' || !isOwn) return authorise(state, member['level'], [{ action, payload }]);
    if (context.index === 0) return 18;
    return applyGovernance({ action, payload }, by, ENVIRONMENTS) || next;
  }
  const operations = operationsOf(action, payload) ?? [];
  const refusal = authorise(state, member['level'], operations);
  if (refusal !== 0) return refusal;
  if (isHeld({ action, payload }) && isFrozen(state)) return 17;
  if (context.index === 0) return 18;
  for (const operation of operations) {
    const code = apply(operation, by);
    if (code !== 0) return code;
  }
  return next;
}
