import fc from 'fast-check';

import type { Json, JsonObject } from '../../src/base/canonical.ts';
import { bindPayload } from '../../src/ledger/actions/bind-payload.ts';
import type { KeySubject } from '../../src/ledger/governance/possession.ts';
import type { EnvironmentRecord } from '../../src/ledger/state/records.ts';
import { GENESIS_TIME } from '../unit/ledger/world.ts';
import { hashOf, signerNamed, type Signer, UNFOUNDED } from '../vectors/chain-builder.ts';
import { checkpointSignerNamed, namingPayload, type CheckpointSigner } from '../vectors/checkpoint-signer.ts';
import { signPossession } from '../vectors/governance-drafts.ts';

/** Random steps of a governed chain, said by number, so that they make sense on whatever state they meet. */

export const KEYS: readonly Signer[] = Array.from({ length: 24 }, (_, index) => signerNamed(`governed key ${index}`));
const MEMBERS = Array.from({ length: 10 }, (_, index) => `m${index}`);
const VALIDATORS = ['v0', 'v1', 'v2', 'v3'];
const ENVIRONMENTS = ['a', 'b', 'c'];
const CONTENTS = [hashOf('content'), hashOf('other content')];
const LEVELS = ['read_only', 'blue_state', 'validator', 'administrator'] as const;
export const ENVIRONMENT_ACTIONS = [
  'create_environment',
  'update_environment',
  'promote_environment',
  'checkpoint_state',
  'merge_environments',
  'archive_environment',
  'recall_environment',
] as const;
export const GOVERNANCE_ACTIONS = [
  'add_member',
  'update_member',
  'remove_member',
  'rotate_key',
  'add_validator',
  'remove_validator',
  'rotate_validator',
  'set_policy',
  'set_parameter',
  'set_checkpoint_key',
  'reset_clock',
  'rollback',
  'unfreeze',
] as const;

export const keyAt = (number: number): Signer => KEYS[number % KEYS.length] as Signer;
const at = <Value>(values: readonly Value[], number: number): Value => values[number % values.length] as Value;

interface Possession {
  readonly signer: Signer;
  readonly subject: KeySubject;
}
const proofs = new Map<string, string>();
const possessions = new Map<string, Possession>();
/** Kept: the same few keys come for the same few subjects. */
export function proofOf({ signer, subject }: Possession, era = 0): string {
  const place = `${signer.publicKey} ${subject} ${era}`;
  let proof = proofs.get(place);
  if (proof === undefined) {
    proofs.set(place, (proof = signPossession({ ...UNFOUNDED, era }, signer, subject)));
    possessions.set(proof, { signer, subject });
  }
  return proof;
}

const CHECKPOINT_KEYS = Array.from({ length: 4 }, (_, index) => checkpointSignerNamed(`checkpoint key ${index}`));
const checkpointPossessions = new Map<string, CheckpointSigner>();

/** The payload that names a checkpoint key; one in so many has the proof of another key. */
function checkpointNaming(number: number): JsonObject {
  const signer = at(CHECKPOINT_KEYS, number);
  const [{ public_key }, { proof }] = [
    namingPayload(UNFOUNDED, signer),
    namingPayload(UNFOUNDED, number % 7 === 6 ? at(CHECKPOINT_KEYS, number + 1) : signer),
  ];
  checkpointPossessions.set(proof, number % 7 === 6 ? at(CHECKPOINT_KEYS, number + 1) : signer);
  return { public_key, proof };
}

/** The same, with every proof of possession made for this era. */
export function inEra(value: Json, era: number): Json {
  if (typeof value === 'string') {
    const checkpoint = checkpointPossessions.get(value);
    if (checkpoint !== undefined) return namingPayload({ ...UNFOUNDED, era }, checkpoint).proof;
    const possession = possessions.get(value);
    return possession === undefined ? value : proofOf(possession, era);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one: Json) => inEra(one, era));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, inEra(one, era)]));
}

/** A key with its proof; one in so many is for somebody else. */
const keyOf = (number: number, subject: KeySubject): JsonObject => ({
  public_key: keyAt(number).publicKey,
  proof: proofOf({ signer: keyAt(number), subject: number % 53 === 52 ? 'member/nobody' : subject }),
});

// --- Operations ----------------------------------------------------------------------------------------------------

const HOUR_MS = 3_600_000;
const small = fc.nat(2 ** 16);
const memberId = fc.nat(11).map((number) => at([...MEMBERS, 'm0', 'm1'], number));
/** Such as are there, or could be. */
const level = fc.constantFrom(...LEVELS, 'administrator' as const, 'validator' as const);
const threshold = fc.oneof(
  fc.constantFrom(1, 1, 2, 2, 3, 4).map((count) => ({ count })),
  fc
    .constantFrom([1, 2], [2, 3], [1, 1], [1, 3], [9_007_199_254_740_991, 9_007_199_254_740_991])
    .map(([numerator = 1, denominator = 1]) => ({ numerator, denominator })),
);
const multisig = fc.record({
  mode: fc.constant('multisig'),
  role: fc.constantFrom('administrator', 'administrator', 'validator', 'blue_state'),
  threshold,
});
const policy: fc.Arbitrary<JsonObject> = fc.oneof(
  { weight: 6, arbitrary: multisig },
  fc.constantFrom<JsonObject>(
    { mode: 'direct', permission: 'write_blue_state' },
    { mode: 'direct', permission: 'emergency_rollback' },
    { mode: 'direct', permission: 'promote_to_green' },
  ),
);
const environment = fc.constantFrom(...ENVIRONMENTS);
const content = fc.record({
  env_id: environment,
  state_hash: fc.constantFrom(...CONTENTS),
  metadata: fc.constantFrom<JsonObject>({}, { note: 1 }, { note: 2 }),
});
/** What the author of a version says of it. */
const noted = fc.constantFrom<JsonObject>({}, {}, { note: 'seeds are fixed' }, { note: '' });

/** Versions that are named outright; where none are, they are filled in from the state. */
const versions = fc.oneof(
  { weight: 12, arbitrary: fc.constant<JsonObject>({}) },
  fc.constantFrom<JsonObject>(
    { base_version: 1 },
    { base_version: 2 },
    { blue_version: 1, green_version: null },
    { blue_version: 2, green_version: 1 },
    { green_version: 2 },
  ),
);

/** An operation with the versions that it rests on, as they are in the state. */
export function boundTo({ action, payload }: Operation, read: (envId: string) => unknown): Operation {
  const fields = NAMED[action] ?? [];
  const own = Object.fromEntries(
    Object.entries(payload).filter(([name]) => !VERSIONS.has(name) || fields.includes(name)),
  );
  const bound = bindPayload(action, own, (envId) => read(envId) as EnvironmentRecord | undefined);
  // Where nothing is Green there is nothing to fill in, and it is asked all the same.
  const missing = action === 'recall_environment' ? { green_version: 1, state_hash: CONTENTS[0] ?? '' } : {};
  return { action, payload: { ...missing, ...bound } };
}
const VERSIONS: ReadonlySet<string> = new Set(['base_version', 'blue_version', 'green_version']);
const NAMED: Readonly<Record<string, readonly string[]>> = {
  update_environment: ['base_version'],
  promote_environment: ['blue_version', 'green_version'],
  checkpoint_state: ['green_version'],
  recall_environment: ['green_version'],
  merge_environments: ['base_version'],
};

export interface Operation {
  readonly action: string;
  readonly payload: JsonObject;
}

const environmentOperation: fc.Arbitrary<Operation> = fc.oneof(
  fc
    .tuple(fc.constantFrom('create_environment', 'update_environment'), content, versions, noted)
    .map(([action, payload, named, note]) => ({ action, payload: { ...payload, ...named, ...note } })),
  fc
    .tuple(content, versions)
    .map(([payload, named]) => ({ action: 'promote_environment', payload: { ...payload, ...named } })),
  fc
    .tuple(
      fc.record({
        env_id: environment,
        checkpoint_hash: fc.constantFrom(...CONTENTS),
        version: fc.constantFrom('1', '2'),
      }),
      versions,
    )
    .map(([payload, named]) => ({ action: 'checkpoint_state', payload: { ...payload, ...named } })),
  fc
    .tuple(
      environment,
      fc.uniqueArray(environment, { minLength: 1, maxLength: 2 }),
      fc.option(fc.constantFrom(...CONTENTS)),
      versions,
      noted,
    )
    .map(([target_env, source_envs, hash, named, note]) => ({
      action: 'merge_environments',
      payload: {
        target_env,
        source_envs,
        merge_strategy: 'union',
        ...(hash === null ? {} : { state_hash: hash }),
        ...named,
        ...note,
      },
    })),
  environment.map((env_id) => ({ action: 'archive_environment', payload: { env_id } })),
  fc
    .record({
      env_id: environment,
      reason: fc.constant('it is wrong'),
      superseded_by: fc.option(fc.record({ env_id: environment, version: fc.constantFrom(1, 1, 2, 3) })),
      emergency: fc.boolean(),
    })
    .map((payload) => ({ action: 'recall_environment', payload })),
);

/** Back to a block that is named by a number of any size; its hash and its root are filled in from the chain. */
const rollbackOperation: fc.Arbitrary<Operation> = fc
  .record({
    target_height: small,
    scope: fc.oneof(
      { weight: 3, arbitrary: fc.constant(null) },
      fc.uniqueArray(environment, { minLength: 1, maxLength: 2 }).map((ids) => ids.toSorted()),
    ),
    /** What of the block is named wrongly. */
    wrong: fc.constantFrom(
      ...Array.from({ length: 12 }, () => null),
      'target_height',
      'target_hash',
      'environments_root',
    ),
  })
  .map(({ wrong, ...payload }) => ({
    action: 'rollback',
    payload: { ...payload, reason: `wrong: ${wrong ?? 'nothing'}` },
  }));

const memberOperation: fc.Arbitrary<Operation> = fc.oneof(
  fc
    .tuple(memberId, level, fc.uniqueArray(fc.nat(KEYS.length - 1), { minLength: 1, maxLength: 2 }))
    .map(([id, as, keys]) => ({
      action: 'add_member',
      payload: { member_id: id, name: id, level: as, keys: keys.map((key) => keyOf(key, `member/${id}`)) },
    })),
  fc.tuple(memberId, level, fc.constantFrom('active', 'active', 'suspended')).map(([id, as, status]) => ({
    action: 'update_member',
    payload: { member_id: id, name: id, level: as, status },
  })),
  memberId.map((id) => ({ action: 'remove_member', payload: { member_id: id } })),
  fc.tuple(memberId, small, small).map(([id, old, next]) => ({
    action: 'rotate_key',
    payload: {
      member_id: id,
      old_key: keyAt(old).publicKey,
      new_key: keyAt(next).publicKey,
      proof: keyOf(next, `member/${id}`)['proof'] ?? null,
    },
  })),
);
const validatorOperation: fc.Arbitrary<Operation> = fc.oneof(
  fc
    .tuple(fc.constantFrom('add_validator', 'rotate_validator'), fc.constantFrom(...VALIDATORS), small)
    .map(([action, id, key]) => ({ action, payload: { validator_id: id, ...keyOf(key, `validator/${id}`) } })),
  fc.constantFrom(...VALIDATORS).map((id) => ({ action: 'remove_validator', payload: { validator_id: id } })),
);
/** Who must agree to an operation on environments: in one of them, or in all. */
const environmentPolicy: fc.Arbitrary<Operation> = fc
  .tuple(
    fc.constantFrom(...ENVIRONMENT_ACTIONS),
    fc.option(environment),
    fc.oneof({ weight: 4, arbitrary: policy }, fc.constant<JsonObject>({ mode: 'default' })),
  )
  .map(([action, env_id, next]) => ({ action: 'set_policy', payload: { action, env_id, policy: next } }));

/** What may stand in a batch, and some of what may not. */
const parts = fc.array(fc.oneof({ weight: 3, arbitrary: environmentOperation }, environmentPolicy), {
  minLength: 1,
  maxLength: 3,
});
const batchOperation: fc.Arbitrary<Operation> = parts.map((operations) => ({
  action: 'batch',
  payload: { operations: operations.map((one) => ({ ...one })) },
}));

const settingOperation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        fc.constantFrom(...GOVERNANCE_ACTIONS, 'set_policy', 'remove_member', 'freeze'),
        fc.oneof({ weight: 8, arbitrary: policy }, fc.constant<JsonObject>({ mode: 'default' })),
      )
      .map(([action, next]) => ({ action: 'set_policy', payload: { action, env_id: null, policy: next } })),
  },
  { weight: 2, arbitrary: environmentPolicy },
  fc
    .constantFrom(
      ['transaction_window_ms', 60_000],
      ['transaction_window_ms', 900_000],
      ['proposal_lifetime_ms', 60_000],
      ['proposal_lifetime_ms', 2_592_000_000],
    )
    .map(([name = '', value = 0]) => ({ action: 'set_parameter', payload: { name, value } })),
  small.map((number) => ({ action: 'set_checkpoint_key', payload: checkpointNaming(number) })),
  fc.constantFrom(-HOUR_MS, 0, 1, HOUR_MS, 24 * HOUR_MS).map((ms) => ({
    action: 'reset_clock',
    payload: { time: GENESIS_TIME + ms, reason: 'it ran ahead' },
  })),
  { weight: 2, arbitrary: fc.constant({ action: 'unfreeze', payload: {} }) },
);

export const anyOperation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 3, arbitrary: memberOperation },
  { weight: 2, arbitrary: settingOperation },
  { weight: 1, arbitrary: validatorOperation },
  { weight: 2, arbitrary: environmentOperation },
  { weight: 2, arbitrary: rollbackOperation },
  { weight: 2, arbitrary: batchOperation },
);

/** A rollback with what its block is named by; of one in so many something is wrong. */
export function aimedAt(
  operation: Operation,
  blocks: readonly { readonly hash: string; readonly root: string }[],
): Operation {
  const { action, payload } = operation;
  if (action !== 'rollback') return operation;
  const { target_height: number, reason } = payload as { readonly target_height: number; readonly reason: string };
  const height = number % Math.max(1, blocks.length);
  const right: JsonObject = {
    target_height: height,
    target_hash: blocks[height]?.hash ?? CONTENTS[0] ?? '',
    environments_root: blocks[height]?.root ?? CONTENTS[0] ?? '',
  };
  const wrong: JsonObject = {
    target_height: blocks.length,
    target_hash: CONTENTS[1] ?? '',
    environments_root: CONTENTS[1] ?? '',
  };
  const name = reason.slice('wrong: '.length);
  return { action, payload: { ...payload, ...right, ...(name in wrong ? { [name]: wrong[name] ?? null } : {}) } };
}

/** What a state has and lacks, for operations that shall make sense on it. */
export interface Known {
  /** Members that were not removed, with their keys. */
  readonly members: readonly { readonly id: string; readonly keys: readonly string[] }[];
  readonly validators: readonly string[];
  readonly environments: readonly EnvironmentRecord[];
  isTaken(place: 'member' | 'validator' | 'key' | 'environment', id: string): boolean;
}

const freeKey = (known: Known, number: number): number => {
  const free = KEYS.map((_, index) => (number + index) % KEYS.length).find(
    (index) => !known.isTaken('key', keyAt(index).publicKey),
  );
  return free ?? number;
};
const firstFree = (known: Known, place: 'member' | 'validator' | 'environment', ids: readonly string[]): string =>
  ids.find((id) => !known.isTaken(place, id)) ?? at(ids, 0);

/** The operation with its names and keys replaced by such as it could succeed with. */
export function fitted({ action, payload }: Operation, known: Known, number: number): Operation {
  const fit = (changes: JsonObject): Operation => ({ action, payload: { ...payload, ...changes } });
  const member = known.members.length === 0 ? null : at(known.members, number);
  const environment_ = known.environments.length === 0 ? null : at(known.environments, number);
  switch (action) {
    case 'add_member': {
      const id = firstFree(known, 'member', MEMBERS);
      return fit({ member_id: id, name: id, keys: [keyOf(freeKey(known, number), `member/${id}`)] });
    }
    case 'update_member':
    case 'remove_member':
      return member === null ? fit({}) : fit({ member_id: member.id });
    case 'rotate_key': {
      if (member === null) return fit({});
      const next = keyOf(freeKey(known, number), `member/${member.id}`);
      return fit({
        member_id: member.id,
        old_key: at(member.keys, number),
        new_key: next['public_key'] ?? null,
        proof: next['proof'] ?? null,
      });
    }
    case 'add_validator':
    case 'rotate_validator': {
      const id =
        action === 'add_validator'
          ? firstFree(known, 'validator', VALIDATORS)
          : at([...known.validators, 'v0'], number);
      return fit({ validator_id: id, ...keyOf(freeKey(known, number), `validator/${id}`) });
    }
    case 'remove_validator':
      return fit({ validator_id: at([...known.validators, 'v0'], number) });
    case 'create_environment':
      return fit({ env_id: firstFree(known, 'environment', ENVIRONMENTS) });
    case 'merge_environments':
      return environment_ === null ? fit({}) : fit({ source_envs: [environment_.env_id] });
    case 'promote_environment':
      return environment_ === null
        ? fit({})
        : fit({
            env_id: environment_.env_id,
            state_hash: environment_.blue.state_hash,
            metadata: environment_.blue.metadata,
          });
    case 'recall_environment': {
      const green = known.environments.filter((one) => one.green !== null);
      const chosen = green.length === 0 ? undefined : at(green, number);
      return chosen === undefined ? fit({}) : fit({ env_id: chosen.env_id });
    }
    case 'checkpoint_state':
      return environment_?.green
        ? fit({ env_id: environment_.env_id, checkpoint_hash: environment_.green.state_hash })
        : fit({});
    case 'set_policy':
      return payload['env_id'] !== null && environment_ !== null ? fit({ env_id: environment_.env_id }) : fit({});
    default:
      return environment_ !== null && payload['env_id'] !== undefined ? fit({ env_id: environment_.env_id }) : fit({});
  }
}

// --- Steps ---------------------------------------------------------------------------------------------------------

/** Who acts: one of the keys of those who are there, or any key. */
export interface Who {
  readonly among: 'administrators' | 'members' | 'keys';
  readonly number: number;
}
/** Which proposal: one that is open, or any there ever was. */
export interface Which {
  readonly among: 'open' | 'all';
  readonly number: number;
}

const who: fc.Arbitrary<Who> = fc.record({
  among: fc.constantFrom(
    ...Array.from({ length: 9 }, () => 'administrators' as const),
    ...Array.from({ length: 4 }, () => 'members' as const),
    'keys' as const,
  ),
  number: small,
});
const which: fc.Arbitrary<Which> = fc.record({
  among: fc.constantFrom(...Array.from({ length: 9 }, () => 'open' as const), 'all' as const),
  number: small,
});

export type Step =
  | {
      readonly kind: 'propose';
      readonly who: Who;
      readonly operation: Operation;
      readonly lifetimeMs: number;
      readonly isBound: boolean;
      /** Whether names and keys are replaced by such as there are. */
      readonly fit: number | null;
    }
  | { readonly kind: 'propose again'; readonly which: Which; readonly who: Who }
  | { readonly kind: 'approve'; readonly who: Who; readonly which: Which; readonly reason: string | null }
  | { readonly kind: 'reject' | 'withdraw' | 'comment'; readonly who: Who; readonly which: Which }
  | {
      readonly kind: 'carry';
      readonly who: Who;
      readonly which: Which;
      readonly approvers: readonly Who[];
      readonly forged: boolean;
      /** What each says; `swapped` is sent with another than was signed. */
      readonly reason: 'none' | 'signed' | 'swapped';
    }
  | {
      readonly kind: 'direct';
      readonly who: Who;
      readonly operation: Operation;
      readonly fit: number | null;
      /** Whether it was signed before the clock was reset. */
      readonly isOfEarlierEra: boolean;
    }
  | { readonly kind: 'batch'; readonly who: Who; readonly operations: readonly Operation[] }
  | { readonly kind: 'rotate'; readonly who: Who; readonly key: number }
  | { readonly kind: 'freeze'; readonly who: Who }
  | { readonly kind: 'pass'; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('propose' as const),
      who,
      operation: anyOperation,
      lifetimeMs: fc.constantFrom(
        ...Array.from({ length: 5 }, () => [HOUR_MS, 24 * HOUR_MS, 720 * HOUR_MS]).flat(),
        60_000,
        720 * HOUR_MS + 1,
        0,
      ),
      isBound: fc.nat(30).map((number) => number > 0),
      fit: fc.option(small, { freq: 5 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('propose again' as const), which, who }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom('reject' as const, 'reject' as const, 'withdraw' as const),
      who,
      which,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('comment' as const), who, which }),
  },
  {
    weight: 11,
    arbitrary: fc.record({
      kind: fc.constant('approve' as const),
      who,
      which,
      reason: fc.constantFrom(null, null, 'it was tried', ''),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('carry' as const),
      who,
      which,
      approvers: fc.array(who, { minLength: 1, maxLength: 2 }),
      forged: fc.nat(9).map((number) => number === 0),
      reason: fc.constantFrom('none', 'none', 'signed', 'signed', 'swapped'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('direct' as const),
      who,
      operation: fc.oneof({ weight: 4, arbitrary: environmentOperation }, anyOperation),
      fit: fc.option(small),
      isOfEarlierEra: fc.nat(3).map((number) => number === 0),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('batch' as const),
      who,
      operations: parts,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('rotate' as const), who, key: small }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('freeze' as const), who }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(1, 1_000, HOUR_MS, 24 * HOUR_MS).map((ms) => ({ kind: 'pass' as const, ms })),
  },
);

export interface History {
  readonly levels: readonly string[];
  readonly policies: Readonly<Record<string, JsonObject>>;
  /** Whether the first policies are such as a chain can start with. */
  readonly isFounded: boolean;
  readonly steps: readonly { readonly step: Step; readonly isNewBlock: boolean }[];
}

export const history: fc.Arbitrary<History> = fc.record({
  levels: fc
    .tuple(
      fc.constantFrom(1, 2, 3, 3, 4, 4).map((count) => Array.from({ length: count }, () => 'administrator')),
      fc.array(fc.constantFrom('validator', 'validator', 'blue_state', 'read_only'), { maxLength: 4, size: 'max' }),
    )
    .map((lists) => lists.flat()),
  policies: fc.dictionary(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom<string>(...GOVERNANCE_ACTIONS) },
      fc.constantFrom<string>(...ENVIRONMENT_ACTIONS, 'promote_environment/a', 'create_environment/b'),
    ),
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc
          .constantFrom(1, 1, 2)
          .map((count): JsonObject => ({ mode: 'multisig', role: 'administrator', threshold: { count } })),
      },
      {
        weight: 2,
        arbitrary: fc.constant<JsonObject>({
          mode: 'multisig',
          role: 'validator',
          threshold: { numerator: 1, denominator: 2 },
        }),
      },
      policy,
    ),
    { maxKeys: 3, noNullPrototype: true },
  ),
  isFounded: fc.nat(20).map((number) => number > 0),
  steps: fc.array(fc.record({ step, isNewBlock: fc.nat(3).map((number) => number > 0) }), {
    minLength: 24,
    maxLength: 40,
  }),
});

/** One administrator who goes back and forth, so that everything happens at once; some of the environments have policies. */
export const recovery: fc.Arbitrary<History> = fc.record({
  levels: fc.constant(['administrator']),
  policies: fc.constant({}),
  isFounded: fc.constant(true),
  steps: fc.array(
    fc.record({
      step: fc
        .oneof(
          { weight: 5, arbitrary: environmentOperation },
          { weight: 3, arbitrary: rollbackOperation },
          {
            weight: 1,
            arbitrary: fc.constantFrom<Operation[]>(
              { action: 'freeze', payload: { reason: 'an intruder' } },
              { action: 'unfreeze', payload: {} },
            ),
          },
          { weight: 1, arbitrary: memberOperation },
        )
        .chain((operation) =>
          fc.option(small, { freq: 3 }).map((fit): Step => {
            const step_ = { who: { among: 'administrators', number: 0 }, operation, fit } as const;
            return isGovernance(operation.action)
              ? { kind: 'propose', lifetimeMs: HOUR_MS, isBound: true, ...step_ }
              : { kind: 'direct', isOfEarlierEra: false, ...step_ };
          }),
        ),
      isNewBlock: fc.nat(2).map((number) => number > 0),
    }),
    { minLength: 20, maxLength: 40 },
  ),
});

function isGovernance(action: string): boolean {
  return GOVERNANCE_ACTIONS.some((name) => name === action);
}

/** The first state: some administrators, whoever else, one or two keys each, and one validator. */
export function foundingOf({ levels, policies, isFounded }: Omit<History, 'steps'>): JsonObject {
  const administrators = levels.filter((as) => as === 'administrator').length;
  const isPossible = ([place, { mode, role, threshold: asked }]: readonly [string, JsonObject]): boolean => {
    const isOfEnvironment = ENVIRONMENT_ACTIONS.some((name) => place.startsWith(name));
    const { count = 1 } = (asked ?? {}) as { readonly count?: number };
    return (isOfEnvironment || (mode === 'multisig' && role !== 'blue_state')) && count <= administrators;
  };
  return {
    members: levels.map((as, index) => ({
      member_id: at(MEMBERS, index),
      name: at(MEMBERS, index),
      level: as,
      keys: index === 1 ? [keyAt(1).publicKey, keyAt(10).publicKey] : [keyAt(index).publicKey],
    })),
    validators: [{ validator_id: 'v0', public_key: keyAt(11).publicKey }],
    policies: isFounded ? Object.fromEntries(Object.entries(policies).filter(isPossible)) : policies,
    parameters: { transaction_window_ms: 600_000, sandbox: true },
  };
}
