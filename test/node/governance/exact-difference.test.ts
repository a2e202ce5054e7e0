import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { expect, test } from 'vitest';

import { decodeUtf8, type PublicKey } from '../../../src/base/bytes.ts';
import type { Json, JsonObject } from '../../../src/base/canonical.ts';
import { possessionDigest, type KeySubject } from '../../../src/ledger/governance/possession.ts';
import { LedgerState } from '../../../src/ledger/state/ledger-state.ts';
import { NO_PAST } from '../../../src/ledger/state/past-blocks.ts';
import { publicKeyOf, signDigest } from '../../../src/ledger/crypto/signature.ts';
import {
  NAMESPACES,
  type EnvironmentRecord,
  type MemberRecord,
  type Namespace,
  type ProposalRecord,
  type ValidatorRecord,
} from '../../../src/ledger/state/records.ts';
import { tryOperation, type ProposalTrial } from '../../../src/ledger/effects/proposal-effect.ts';
import { changesBetween, type StateChange } from '../../../src/ledger/effects/state-changes.ts';
import type { ChainStore } from '../../../src/node/storage/chain-store.ts';
import { isSoak, SeededRandom } from '../../crash/seeded-random.ts';
import { createBytes, foundTestChain, hashOf, signedBytes, testChain, VALIDATOR_ID } from '../../crash/test-chain.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { checkpointSignerNamed, namingPayload } from '../../vectors/checkpoint-signer.ts';
import { openedEngine } from '../engine/opened-engine.ts';
import { receiptOf } from '../storage/opened-node.ts';

const PROPOSALS = isSoak ? 1_000 : 60;
const GOVERNANCE = ['governance', 'governance'] as const;

type State = ReadonlyMap<string, { readonly namespace: Namespace; readonly key: string; readonly value: Json }>;

/** Everything that the state holds. */
function wholeState(store: ChainStore): State {
  const { roots } = store.reader.head();
  const { tree } = new LedgerState(store.reader.state, roots, NO_PAST);
  const entries = new Map<string, { namespace: Namespace; key: string; value: Json }>();
  for (const namespace of NAMESPACES)
    tree.walk(roots[namespace], ({ key, value }) => {
      entries.set(`${namespace}/${key}`, { namespace, key, value: JSON.parse(decodeUtf8(value)) as Json });
      return true;
    });
  return entries;
}

function difference(before: State, after: State): StateChange[] {
  return [...after].flatMap(([place, { namespace, key, value }]) =>
    changesBetween({ namespace, key }, before.get(place)?.value, value),
  );
}

let keys = 0;
/** A key that the chain has not seen, with the proof that it is held. */
function newKey(subject: KeySubject): { public_key: PublicKey; proof: string } {
  const secret = new Uint8Array(createHash('sha256').update(`a key for a difference: ${keys++}`).digest());
  const publicKey = publicKeyOf(secret);
  return {
    public_key: publicKey,
    proof: signDigest(possessionDigest({ ...testChain(), era: 0 }, { publicKey, subject }), secret),
  };
}

type Draft = readonly [action: string, payload: JsonObject];

/** A member that there is not: what is proposed of it is refused, and another operation is tried. */
const NOBODY = { member_id: 'nobody', keys: [] as readonly PublicKey[] };

/** Some operation that is likely to be possible on this state. */
function randomOperation(random: SeededRandom, state: State, step: number): Draft {
  const all = [...state.values()];
  const members = all
    .filter(({ namespace, key }) => namespace === 'members' && key.startsWith('member/'))
    .map(({ value }) => value as unknown as MemberRecord)
    .filter(({ status, level }) => status !== 'removed' && level !== 'administrator');
  const validators = all
    .filter(({ namespace, key }) => namespace === 'validators' && !key.startsWith('key/'))
    .map(({ value }) => value as unknown as ValidatorRecord)
    .filter(({ status, validator_id }) => status === 'active' && validator_id !== VALIDATOR_ID);
  const environments = all
    // Beside the environments stand the labels of their checkpoints.
    .filter(({ namespace, value }) => namespace === 'environments' && 'blue' in (value as JsonObject))
    .map(({ value }) => value as unknown as EnvironmentRecord);
  // Whoever is an administrator would have to approve: there is one, so that each proposal is executed at once.
  const level = random.pick(['read_only', 'blue_state', 'validator'] as const);
  const member = random.pick([...members, NOBODY]);
  const environment = random.pick(environments);
  const validatorId = random.pick(['none', ...validators.map(({ validator_id }) => validator_id)]);
  const policies = [
    { mode: 'multisig', role: 'administrator', threshold: { count: 1 } },
    { mode: 'multisig', role: 'administrator', threshold: { numerator: random.between(1, 9), denominator: 9 } },
    { mode: 'default' },
  ];
  const envId = environment.env_id;
  const metadata = { step, nested: { list: [step, 'two'], text: `step ${step}` } };
  const makers: readonly (() => Draft)[] = [
    () => {
      const id = `member-${step}`;
      const held = Array.from({ length: random.between(1, 3) }, () => newKey(`member/${id}`));
      return ['add_member', { member_id: id, name: `Member ${step}`, level, keys: held }];
    },
    () => [
      'update_member',
      { member_id: member.member_id, name: `Renamed ${step}`, level, status: random.pick(['active', 'suspended']) },
    ],
    () => ['remove_member', { member_id: member.member_id }],
    () => {
      const { public_key: key, proof } = newKey(`member/${member.member_id}`);
      return ['rotate_key', { member_id: member.member_id, old_key: member.keys[0] ?? key, new_key: key, proof }];
    },
    () => ['add_validator', { validator_id: `validator-${step}`, ...newKey(`validator/validator-${step}`) }],
    () => ['remove_validator', { validator_id: validatorId }],
    () => ['rotate_validator', { validator_id: validatorId, ...newKey(`validator/${validatorId}`) }],
    () => [
      'set_policy',
      { action: random.pick(['set_policy', 'unfreeze', 'add_member']), env_id: null, policy: random.pick(policies) },
    ],
    () => ['set_policy', { action: 'promote_environment', env_id: envId, policy: random.pick(policies) }],
    () => [
      'set_checkpoint_key',
      { ...namingPayload({ ...testChain(), era: 0 }, checkpointSignerNamed(`checkpoints ${step}`)) },
    ],
    () => ['set_parameter', { name: 'proposal_lifetime_ms', value: random.between(3_600_000, 9_000_000) }],
    () => ['set_parameter', { name: 'transaction_window_ms', value: random.between(600_000, 900_000) }],
    () => ['create_environment', { env_id: `env-${step}`, state_hash: hashOf(`env-${step}`), metadata }],
    () => [
      'update_environment',
      { env_id: envId, base_version: environment.blue.version, state_hash: hashOf(`${envId} ${step}`), metadata },
    ],
    () => [
      'promote_environment',
      {
        env_id: envId,
        state_hash: environment.blue.state_hash,
        metadata,
        blue_version: environment.blue.version,
        green_version: environment.green?.version ?? null,
      },
    ],
    () => [
      'checkpoint_state',
      {
        env_id: envId,
        checkpoint_hash: environment.green?.state_hash ?? hashOf('none'),
        green_version: environment.green?.version ?? 1,
        version: `${step}`,
      },
    ],
    () => {
      const sources = environments.filter(({ env_id }) => env_id !== envId).slice(0, 2);
      const source_envs = sources.map(({ env_id }) => env_id);
      const source_versions = sources.map(({ blue }) => blue.version);
      const base_version = environment.blue.version;
      return [
        'merge_environments',
        { target_env: envId, base_version, source_envs, source_versions, merge_strategy: 'union' },
      ];
    },
    () => ['archive_environment', { env_id: envId }],
  ];
  return random.pick(makers)();
}

/** What was shown, once the block's time, the transaction's id and the approvers are known: they may be those of before. */
function asCommitted(trial: ProposalTrial, proposal: ProposalRecord): StateChange[] {
  const changes = trial.changes.map(({ set_at_commit: marker, ...change }) => {
    if (marker === undefined) return change;
    if (marker === 'approvals') {
      const approvers = proposal.votes.map(({ member_id }) => member_id);
      return { ...change, after: change.path.endsWith('approved_by') ? approvers : (approvers.at(-1) ?? null) };
    }
    return { ...change, after: marker === 'time' ? proposal.closed_at : proposal.closed_by };
  });
  return changes.filter(({ before, after }) => before === undefined || !isDeepStrictEqual(before, after));
}

const byPlace = (left: StateChange, right: StateChange): number =>
  `${left.namespace}/${left.key}#${left.path}` < `${right.namespace}/${right.key}#${right.path}` ? -1 : 1;

test(
  `what a review shows is exactly what executing it changes, for ${PROPOSALS} proposals`,
  { timeout: 900_000 },
  async () => {
    const data = join(temporaryDirectory(), 'data');
    foundTestChain(data);
    const random = SeededRandom.announced('differences');
    const { engine, store } = openedEngine(data);
    const environments = ['maze', 'cart', 'grid', 'tool'];
    for (const envId of environments) receiptOf((await engine.submit([createBytes(envId)]))[0]);
    const executed = new Map<string, number>();
    let before = wholeState(store);
    for (let step = 0, done = 0; done < PROPOSALS; step++) {
      expect(step, 'too few operations were possible').toBeLessThan(PROPOSALS * 20);
      const [action, payload] = randomOperation(random, before, step);
      const state = new LedgerState(store.reader.state, store.reader.head().roots, NO_PAST);
      const trial = tryOperation(state, {
        chain: testChain(),
        timestamp: Date.now(),
        action,
        payload,
        proposer: 'administrator',
      });
      if ('code' in trial) continue;
      const proposal = { action, payload, expires_at: Date.now() + 3_000_000, pre_state: trial.preState };
      receiptOf((await engine.submit([signedBytes('propose', proposal, { zones: GOVERNANCE })]))[0]);
      const after = wholeState(store);
      const changes = difference(before, after);
      const [record] = [...after.values()].flatMap(({ namespace, key, value }) =>
        namespace === 'proposals' && !before.has(`proposals/${key}`) ? [value as unknown as ProposalRecord] : [],
      );
      if (record === undefined) throw new Error('the proposal was not kept');
      expect(record.status).toBe('executed');
      const own = (change: StateChange): boolean =>
        change.namespace === 'proposals' && change.key === record.proposal_id;
      expect(changes.filter((change) => !own(change)).sort(byPlace)).toEqual(asCommitted(trial, record).sort(byPlace));
      executed.set(action, (executed.get(action) ?? 0) + 1);
      before = after;
      done++;
    }
    // Not a game of one kind of proposal.
    expect(executed.size).toBeGreaterThan(isSoak ? 13 : 8);
  },
);
