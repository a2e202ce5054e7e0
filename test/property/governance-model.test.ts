import fc from 'fast-check';
import { expect, test, vi } from 'vitest';

import { encodeHash } from '../../src/base/bytes.ts';
import type { JsonObject } from '../../src/base/canonical.ts';
import type { ChainIdentity } from '../../src/ledger/chain-identity.ts';
import { REJECTIONS, rejectionByCode } from '../../src/ledger/rejections.ts';
import type { EnvironmentRecord } from '../../src/ledger/state/records.ts';
import type { Zone } from '../../src/ledger/governance/action.ts';
import { GENESIS_TIME } from '../unit/ledger/world.ts';
import { hashOf, type Signer, UNFOUNDED } from '../vectors/chain-builder.ts';
import { draftProposal, signApproval } from '../vectors/governance-drafts.ts';
import { partsOf } from '../vectors/independent-governance.ts';
import { checkContent, eraOf, execute, State, type Fields, type PastBlock } from '../vectors/independent-execution.ts';
import { equal, fieldsIn, LEVELS, textOf, textsIn, type Json } from '../vectors/independent-values.ts';
import { checkByEffect } from './check-by-effect.ts';
import { checkProperty, isSoak } from './check-property.ts';
import { checkGiven, checkRollback, type Given } from './check-recovery.ts';
import {
  aimedAt,
  boundTo,
  ENVIRONMENT_ACTIONS,
  fitted,
  foundingOf,
  GOVERNANCE_ACTIONS,
  history,
  inEra,
  keyAt,
  KEYS,
  proofOf,
  recovery,
  type History,
  type Known,
  type Operation,
  type Step,
  type Which,
  type Who,
} from './governed-histories.ts';
import { UnsignedChain } from './unsigned-chain.ts';

/**
 * Governance against a model: random histories of concurrent proposals, votes, changes of members, keys and policies,
 * freezes and passing time. After every step the ledger says what the second execution says, written from the
 * specification, and the state is the same; and what must always hold does.
 */
vi.mock('../../src/ledger/crypto/signature.ts', async (importOriginal) => {
  const original = await importOriginal<typeof import('../../src/ledger/crypto/signature.ts')>();
  const answers = new Map<string, boolean>();
  return {
    ...original,
    // Kept: the same few proofs are looked at over and over.
    verifyWithNoble: (signature: Uint8Array, digest: Uint8Array, publicKey: Uint8Array): boolean => {
      const place = Buffer.concat([signature, digest, publicKey]).toString('base64');
      let answer = answers.get(place);
      if (answer === undefined) answers.set(place, (answer = original.verifyWithNoble(signature, digest, publicKey)));
      return answer;
    },
  };
});

interface Call {
  readonly signer: Signer;
  readonly action: string;
  readonly payload: JsonObject;
  readonly zones?: readonly [Zone, Zone];
  /** The era that it was signed in; the present one where it is left out. */
  readonly era?: number;
}

/** A batch with each of its operations made into another. */
function inBatch({ action, payload }: Operation, made: (one: Operation) => Operation): Operation {
  const operations = payload['operations'] as unknown as readonly Operation[];
  return { action, payload: { operations: operations.map((one) => ({ ...made(one) })) } };
}

/** By id; beside them stands where the newest of an operation is found. */
const proposalsOf = (state: State): (readonly [string, Json])[] =>
  state.entries('proposals').filter(([key]) => key.startsWith('0x'));

/** The state as the steps see it. */
class Seen {
  readonly state: State;
  readonly time: number;
  /** As signatures for the block that is being made name it. */
  readonly chain: ChainIdentity;
  readonly past: readonly PastBlock[];

  constructor(
    state: State,
    moment: { readonly time: number; readonly chain: ChainIdentity; readonly past: readonly PastBlock[] },
  ) {
    this.state = state;
    this.time = moment.time;
    this.chain = moment.chain;
    this.past = moment.past;
  }

  /** The keys of active members of this level or a higher one. */
  keysOf(level: string): string[] {
    return this.state
      .entries('members')
      .map(([, value]) => value as Fields)
      .filter(
        (member) => member['status'] === 'active' && LEVELS.indexOf(textOf(member['level'])) >= LEVELS.indexOf(level),
      )
      .flatMap((member) => textsIn(member['keys']));
  }

  get known(): Known {
    const there = (namespace: string, prefix: string): Fields[] =>
      this.state
        .entries(namespace)
        .flatMap(([key, value]) =>
          key.startsWith(prefix) && (value as Fields)['status'] !== 'removed' ? [value as Fields] : [],
        );
    const open = there('environments', '').filter((record) => record['archived_at'] === null);
    return {
      members: there('members', 'member/').map(({ member_id, keys }) => ({
        id: textOf(member_id),
        keys: textsIn(keys),
      })),
      validators: there('validators', 'v').map(({ validator_id }) => textOf(validator_id)),
      environments: open as unknown as EnvironmentRecord[],
      isTaken: (place, id) =>
        place === 'environment'
          ? this.state.value('environments', id) !== undefined
          : place === 'key'
            ? ['members', 'validators'].some((namespace) => this.state.value(namespace, `key/${id}`) !== undefined)
            : this.state.value(`${place}s`, place === 'member' ? `member/${id}` : id) !== undefined,
    };
  }

  /** With the versions that it rests on, and proofs of this era. */
  bound(operation: Operation): Operation {
    if (operation.action === 'batch') return inBatch(operation, (one) => this.bound(one));
    const blocks = this.past.map(({ hash, environmentsRoot: root }) => ({ hash, root }));
    const { action, payload } = boundTo(aimedAt(operation, blocks), (envId) => this.state.get('environments', envId));
    return { action, payload: inEra(payload, this.chain.era) as JsonObject };
  }

  fitting(operation: Operation, fit: number | null): Operation {
    if (operation.action === 'batch') return inBatch(operation, (one) => this.fitting(one, fit));
    return this.bound(fit === null ? operation : fitted(operation, this.known, fit));
  }

  signer({ among, number }: Who): Signer {
    const keys = among === 'keys' ? [] : this.keysOf(among === 'administrators' ? 'administrator' : 'read_only');
    const key = keys[number % keys.length];
    return KEYS.find(({ publicKey }) => publicKey === key) ?? keyAt(number);
  }

  proposal({ among, number }: Which): string {
    const all = proposalsOf(this.state);
    const open = all.filter(([, value]) => (value as Fields)['status'] === 'open');
    const chosen = among === 'open' && open.length > 0 ? open : all;
    return chosen[number % Math.max(1, chosen.length)]?.[0] ?? `0x${'77'.repeat(32)}`;
  }
}

const ZONE: Readonly<Record<string, readonly [Zone, Zone]>> = {
  promote_environment: ['blue_state', 'green_state'],
  checkpoint_state: ['green_state', 'green_state'],
  recall_environment: ['green_state', 'blue_state'],
  set_policy: ['governance', 'governance'],
};

/** The transaction that a step comes to. */
function callOf(step: Exclude<Step, { readonly kind: 'pass' }>, seen: Seen, chain: UnsignedChain): Call {
  const signer = seen.signer(step.who);
  switch (step.kind) {
    case 'propose': {
      const key = seen.state.get('members', `key/${signer.publicKey}`);
      const draft = draftProposal(chain.state, {
        chain: seen.chain,
        time: seen.time,
        proposer: textOf(key?.['member_id']),
        ...seen.fitting(step.operation, step.fit),
        expiresAt: seen.time + step.lifetimeMs,
      });
      const preState = step.isBound ? {} : { pre_state: `0x${'66'.repeat(32)}` };
      return { signer, action: 'propose', payload: { ...draft.payload, ...preState } };
    }
    case 'propose again': {
      const proposal = seen.state.get('proposals', seen.proposal(step.which));
      const { action, payload, expires_at, pre_state, proposer } = proposal ?? {
        action: 'unfreeze',
        payload: {},
        expires_at: 0,
        pre_state: '',
        proposer: '',
      };
      const owner = seen.state.get('members', `member/${textOf(proposer)}`);
      const [key] = textsIn(owner?.['keys']);
      const by = KEYS.find(({ publicKey }) => publicKey === key) ?? signer;
      return { signer: by, action: 'propose', payload: { action, payload, expires_at, pre_state } };
    }
    case 'approve': {
      const said = step.reason === null ? {} : { reason: step.reason };
      return { signer, action: 'approve', payload: { proposal_id: seen.proposal(step.which), ...said } };
    }
    case 'withdraw':
      return { signer, action: 'withdraw', payload: { proposal_id: seen.proposal(step.which) } };
    case 'comment':
      return { signer, action: 'comment', payload: { proposal_id: seen.proposal(step.which), text: 'why?' } };
    case 'reject':
      return { signer, action: 'reject', payload: { proposal_id: seen.proposal(step.which), reason: 'no' } };
    case 'carry': {
      const id = seen.proposal(step.which);
      const approvals = step.approvers.map((who) => {
        const approver = seen.signer(who);
        const chain = step.forged ? { ...seen.chain, genesis: hashOf('another') } : seen.chain;
        const approval = signApproval(chain, approver, id, step.reason === 'none' ? undefined : 'it was tried');
        return step.reason === 'swapped' ? { ...approval, reason: 'it was not' } : approval;
      });
      return { signer, action: 'carry_approvals', payload: { proposal_id: id, approvals } };
    }
    case 'direct': {
      const { era } = seen.chain;
      return {
        signer,
        ...seen.fitting(step.operation, step.fit),
        ...(step.isOfEarlierEra && era > 0 ? { era: era - 1 } : {}),
      };
    }
    case 'batch': {
      const [first, last] = [step.operations.at(0)?.action ?? '', step.operations.at(-1)?.action ?? ''];
      const blue = ['blue_state', 'blue_state'] as const;
      const zones = [(ZONE[first] ?? blue)[0], (ZONE[last] ?? blue)[1]] as const;
      return {
        signer,
        action: 'batch',
        payload: { operations: step.operations.map((one) => ({ ...seen.bound(one) })) },
        zones,
      };
    }
    case 'rotate': {
      const member = textOf(seen.state.get('members', `key/${signer.publicKey}`)?.['member_id']);
      const next = keyAt(step.key);
      const proof = proofOf({ signer: next, subject: `member/${member}` }, seen.chain.era);
      const payload = {
        member_id: member === '' ? 'nobody' : member,
        old_key: signer.publicKey,
        new_key: next.publicKey,
        proof,
      };
      return { signer, action: 'rotate_key', payload };
    }
    case 'freeze':
      return { signer, action: 'freeze', payload: { reason: 'an intruder' } };
  }
}

// --- What must always hold -----------------------------------------------------------------------------------------

/** The members who count, by level: written once more, in the plainest way. */
function ranksOf(state: State): Map<string, number> {
  const members = state.entries('members').filter(([key]) => key.startsWith('member/'));
  return new Map(
    members
      .map(([, value]) => value as Fields)
      .filter(({ status }) => status === 'active')
      .map(({ member_id, level }) => [textOf(member_id), LEVELS.indexOf(textOf(level))]),
  );
}

const storedPolicy = (state: State, key: string): Fields | null => {
  const stored = state.get('policies', key);
  return stored === undefined || stored['mode'] === 'default' ? null : stored;
};

const DEFAULT: Fields = { mode: 'multisig', role: 'administrator', threshold: { numerator: 2, denominator: 3 } };

/** How many approvals a policy asks for, and how many could be given. */
function askedOf(
  state: State,
  policy: Fields,
): { readonly needed: number; readonly possible: number; readonly rank: number } {
  const rank = LEVELS.indexOf(textOf(policy['role']));
  const possible = [...ranksOf(state).values()].filter((one) => one >= rank).length;
  const { count, numerator, denominator } = policy['threshold'] as Fields;
  const needed =
    typeof count === 'number'
      ? count
      : Array.from({ length: possible + 1 }, (_, index) => index).find(
          (index) =>
            index > 0 && BigInt(index) * BigInt(Number(denominator)) >= BigInt(possible) * BigInt(Number(numerator)),
        );
  return { needed: needed ?? Number.POSITIVE_INFINITY, possible, rank };
}

function checkInvariants(state: State): void {
  const validators = state.entries('validators').filter(([key]) => !key.includes('/'));
  expect(
    validators.some(([, value]) => (value as Fields)['status'] === 'active'),
    'a validator',
  ).toBe(true);
  expect([...ranksOf(state).values()], 'an administrator').toContain(3);
  const stored = state
    .entries('policies')
    .flatMap(([, value]) => ((value as Fields)['mode'] === 'multisig' ? [value as Fields] : []));
  for (const policy of [...stored, DEFAULT]) {
    const { needed, possible } = askedOf(state, policy);
    expect(needed, 'a threshold is within reach').toBeLessThanOrEqual(possible);
  }
  for (const [, value] of proposalsOf(state)) {
    const voters = fieldsIn((value as Fields)['votes']).map(({ member_id }) => member_id);
    expect(new Set(voters).size, 'one vote for each member').toBe(voters.length);
  }
}

/** So many as the policy of this operation asked for, in the state before, had approved the proposal. */
function checkApproved(before: State, proposal: Fields, operation: Operation): void {
  const { action } = operation;
  const payload: Fields = operation.payload;
  const envId = textOf(payload['env_id'] ?? payload['target_env']);
  const isOfEnvironment = ENVIRONMENT_ACTIONS.some((name) => name === action);
  // Its policy is that of freezing, which one administrator meets: see what is judged by its effect.
  if (action === 'recall_environment' && payload['emergency'] === true) return;
  const policy = (isOfEnvironment ? storedPolicy(before, `${action}/${envId}`) : null) ?? storedPolicy(before, action);
  if (isOfEnvironment && policy?.['mode'] !== 'multisig') return;
  const target = textOf(payload['action']);
  const isOfPolicy = action === 'set_policy' && GOVERNANCE_ACTIONS.some((name) => name === target);
  const asked = [policy ?? DEFAULT, ...(isOfPolicy ? [storedPolicy(before, target) ?? DEFAULT] : [])];
  for (const one of asked) {
    const { needed, rank } = askedOf(before, one);
    const ranks = ranksOf(before);
    const counted = fieldsIn(proposal['votes']).filter(
      ({ member_id, public_key, decision }) =>
        decision === 'approve' &&
        (ranks.get(textOf(member_id)) ?? -1) >= rank &&
        before.get('members', `key/${textOf(public_key)}`)?.['status'] === 'active',
    );
    expect(counted.length, 'an executed proposal had its approvals').toBeGreaterThanOrEqual(needed);
  }
}

/** A proposal that this step executed had its approvals, and its time. */
function checkExecuted(before: State, after: State, time: number): number {
  let executed = 0;
  for (const [id, value] of proposalsOf(after)) {
    const proposal = value as Fields;
    const was = before.get('proposals', id)?.['status'] ?? 'open';
    if (proposal['status'] !== 'executed' || was === 'executed') continue;
    executed += 1;
    expect(time).toBeLessThanOrEqual(Number(proposal['expires_at']));
    for (const operation of partsOf(proposal as unknown as Operation)) checkApproved(before, proposal, operation);
  }
  return executed;
}

/** The proposal that this step executed, if any. */
function executedBetween(before: State, after: State): Fields | null {
  const [found] = proposalsOf(after).filter(
    ([id, value]) =>
      (value as Fields)['status'] === 'executed' && before.get('proposals', id)?.['status'] !== 'executed',
  );
  return (found?.[1] as Fields | undefined) ?? null;
}

// --- The run -------------------------------------------------------------------------------------------------------

const seen = new Map<number, number>();
const statuses = new Map<string, number>();
const count = <Key>(map: Map<Key, number>, key: Key, by = 1): void => void map.set(key, (map.get(key) ?? 0) + by);

function run({ steps, ...founding }: History): void {
  const chain = new UnsignedChain();
  let model = new State();
  let atBlock = model;
  let time = GENESIS_TIME;
  const past: PastBlock[] = [];
  const given: Given = { versions: new Map(), marks: new Map() };
  const perform = ({ signer, ...call }: Call): number => {
    const { action } = call;
    const { transaction, checked, refusal } = chain.send(signer, call);
    const fields = transaction as unknown as Fields;
    // The ledger counts what it accepted already.
    const position = chain.position - (refusal === null ? 1 : 0);
    const id = checked === null ? '' : encodeHash(checked.id);
    const context = {
      genesis: UNFOUNDED.genesis,
      index: chain.index,
      timestamp: time,
      position,
      id,
      isDuplicate: false,
      past,
    };
    const outcome = checkContent(fields) || execute(model, atBlock, fields, context);
    const code = typeof outcome === 'number' ? outcome : 0;
    const said = (number: number): string => (number === 0 ? 'accepted' : (rejectionByCode(number) ?? String(number)));
    expect(`${action}: ${said(refusal?.code ?? 0)}`, refusal?.message).toBe(`${action}: ${said(code)}`);
    count(seen, code);
    if (typeof outcome !== 'number') {
      count(statuses, 'executed', checkExecuted(model, outcome, time));
      const executed = executedBetween(model, outcome);
      if (action !== 'genesis') checkByEffect(model, outcome, { signer: signer.publicKey, executed });
      if (executed?.['action'] === 'rollback') {
        checkRollback(executed, { before: model, after: outcome, past });
        count(statuses, 'rolled back');
      }
      model = outcome;
      checkInvariants(model);
      checkGiven(given, model);
    }
    // Everything that the block has written, and nothing else, is as in the model.
    const places = new Set<string>();
    for (const [namespace, values] of chain.writes)
      for (const [key, value] of values) {
        places.add(`${namespace} ${key}`);
        expect(equal(value, model.value(namespace, key)), `${namespace} ${key}`).toBe(true);
      }
    for (const place of model.changedSince(atBlock)) expect(places, place).toContain(place);
    return code;
  };
  const begin = (): void => {
    chain.commit();
    const made = chain.past.at(-1);
    if (made !== undefined && chain.past.length > past.length)
      past.push({ hash: made.hash, environmentsRoot: encodeHash(made.environments.hash), state: model });
    // The first block after a reset is at the time that was named: the earliest there can be.
    if (eraOf(model) !== eraOf(atBlock)) time = Number((model.get('parameters', 'clock') as Fields)['time']);
    chain.begin(time);
    atBlock = model;
  };
  begin();
  if (perform({ signer: keyAt(0), action: 'genesis', payload: foundingOf(founding) }) !== 0) return;
  begin();
  const first = { env_id: 'a', state_hash: hashOf('content'), metadata: {} };
  perform({ signer: keyAt(0), action: 'create_environment', payload: first });
  for (const { step, isNewBlock } of steps) {
    if (step.kind === 'pass') {
      time += step.ms;
      begin();
      continue;
    }
    const isAnyOpen = proposalsOf(model).some(([, value]) => (value as Fields)['status'] === 'open');
    if ('which' in step && step.which.among === 'open' && !isAnyOpen) continue;
    if (isNewBlock) begin();
    perform(callOf(step, new Seen(model, { time, chain: chain.identity, past }), chain));
  }
  chain.commit();
  for (const [, value] of proposalsOf(model)) {
    const { status, expires_at } = value as Fields;
    count(statuses, status === 'open' && time > Number(expires_at) ? 'expired' : `ended ${textOf(status)}`);
  }
  for (const namespace of ['environments', 'members', 'parameters', 'policies', 'proposals', 'validators'] as const) {
    const stored = new Map<string, Json>();
    chain.state.tree.walk(chain.state.roots[namespace], ({ key, value }) => {
      stored.set(key, JSON.parse(new TextDecoder().decode(value)) as Json);
      return true;
    });
    expect(equal(Object.fromEntries(stored), Object.fromEntries(model.entries(namespace)))).toBe(true);
  }
}

test('random histories of governance go as the specification says', () => {
  checkProperty('governance against its model', fc.property(history, run), { small: 150, soak: 10_000 });
  const names = [...seen].map(([code, times]) => `${rejectionByCode(code) ?? 'accepted'} ${times}`);
  if (isSoak)
    process.stderr.write(
      `${names.join(', ')}\n${[...statuses].map(([status, times]) => `${status} ${times}`).join(', ')}\n`,
    );
  expect(seen.get(0)).toBeGreaterThan(0);
  expect(statuses.get('executed')).toBeGreaterThan(0);
  if (!isSoak) return;
  // 18 is of genesis, 41 and 60 are a node's; 12 and below, 54, which takes five steps in a row, and 58, which takes twenty of
  // one member, have tests of their own.
  const expected = Object.values(REJECTIONS)
    .map(([code]) => code)
    .filter((code) => code >= 13 && ![18, 41, 54, 58, 60].includes(code));
  expect(expected.filter((code) => !seen.has(code)).map(rejectionByCode)).toEqual([]);
  expect([...statuses.keys()]).toEqual(
    expect.arrayContaining(['ended executed', 'ended rejected', 'ended withdrawn', 'ended stale', 'expired']),
  );
});

test('random rollbacks and recalls go as the specification says', () => {
  const before = statuses.get('rolled back') ?? 0;
  checkProperty('rollbacks against their model', fc.property(recovery, run), { small: 100, soak: 5_000 });
  // Also rollbacks of rollbacks: each history has several.
  expect((statuses.get('rolled back') ?? 0) - before).toBeGreaterThan(100);
});
