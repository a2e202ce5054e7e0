import { UNFOUNDED, type Signer } from '../../vectors/chain-builder.ts';
import type { JsonObject } from '../../../src/base/canonical.ts';
import { reject, type Rejection, type RejectionName } from '../../../src/ledger/rejections.ts';
import { leafHash } from '../../../src/ledger/log/log.ts';
import {
  encodeTransaction,
  type CheckedTransaction,
  type Transaction,
} from '../../../src/ledger/transactions/transaction.ts';
import { decodeHex } from '../../../src/base/bytes.ts';
import {
  addMember,
  ben,
  count,
  cyd,
  DAY_MS,
  dee,
  direct,
  fraction,
  GovernedWorld,
  heads,
  laterHeads,
  newKey,
  node2,
  possession,
  rotateKey,
  setCheckpointKey,
  setPolicy,
  signedApproval,
  spare,
  updateMember,
  val,
  withValidator,
} from './governance-world.ts';
import {
  ada,
  archive,
  batch,
  bob,
  call,
  checkpoint,
  CONTENT,
  create,
  eve,
  genesisPayload,
  GENESIS_TIME,
  merge,
  node1,
  promote,
  rob,
  update,
  vic,
  World,
} from './world.ts';

export interface Rule {
  readonly rule: string;
  /** Each gives null: the rule lets it pass. */
  readonly passes: readonly (() => Rejection | null)[];
  /** Each is refused with the code. */
  readonly fails: readonly (() => Rejection | null)[];
}

const governed = (policies: Parameters<typeof GovernedWorld.governed>[0] = {}): GovernedWorld =>
  GovernedWorld.governed(policies);
/** What the chain says to a proposal of ada's. */
const proposing = (action: string, payload: JsonObject): Rejection | null => governed().tryPropose(action, payload);
const deciding = (decided: readonly (readonly [string, JsonObject])[], action: string, payload: JsonObject) => {
  const world = governed();
  for (const [name, content] of decided) world.decide(name, content);
  return world.tryPropose(action, payload);
};
const frozen = (): GovernedWorld => {
  const world = governed();
  world.append(world.time, [create('alpha'), create('beta'), promote('alpha'), create('gamma')]);
  world.must('freeze', { reason: 'an intruder' });
  return world;
};
/** A proposal that waits for one more approval. */
const waiting = (): { readonly world: GovernedWorld; readonly id: string } => {
  const world = governed();
  return { world, id: world.propose('remove_member', { member_id: 'bob' }) };
};
const env = (envId: string): JsonObject => ({ env_id: envId, state_hash: CONTENT, metadata: {} });
const LATER = GENESIS_TIME + 1;

/** As a node that skipped the check of the content would execute it. */
function unchecked(world: World, transaction: Transaction): Rejection | null {
  const bytes = encodeTransaction(transaction);
  const checked: CheckedTransaction = {
    transaction,
    id: decodeHex(world.idOf(transaction)),
    leaf: leafHash(bytes),
    bytes,
  };
  return world.execution(GENESIS_TIME).add(checked);
}

type Ask = (world: GovernedWorld, id: string) => Rejection | null;

const afterVote = (vote: Ask, ask: Ask) => (): Rejection | null => {
  const { world, id } = waiting();
  const refusal = vote(world, id);
  if (refusal !== null) throw new Error(refusal.message);
  return ask(world, id);
};

const onWaiting = (ask: Ask): (() => Rejection | null) => afterVote(() => null, ask);

export const GOVERNANCE_RULES = {
  CHAIN_FROZEN: {
    rule: 'environments change while the chain is not frozen',
    passes: [
      () => frozen().tryPropose('unfreeze', {}),
      () => frozen().ask('rotate_key', rotateKey('bob', bob, spare), bob),
      () => {
        const world = frozen();
        world.decide('unfreeze', {});
        return world.try(create('delta'));
      },
    ],
    fails: [
      ...[
        create('delta'),
        update('alpha'),
        promote('beta'),
        checkpoint('alpha'),
        merge('alpha', ['beta']),
        archive('beta'),
        batch([create('delta')]),
      ].map((transaction) => (): Rejection | null => frozen().try(transaction)),
      () => frozen().tryPropose('create_environment', env('delta')),
      () => {
        const world = governed({ policies: { create_environment: count(2) } });
        const id = world.propose('create_environment', env('delta'));
        world.must('freeze', { reason: 'an intruder' });
        return world.approve(id, ben);
      },
    ],
  },
  MEMBER_EXISTS: {
    rule: 'a member id is used once',
    passes: [() => proposing('add_member', addMember('dee', 'validator', [dee]))],
    fails: [
      () => proposing('add_member', addMember('bob', 'validator', [dee])),
      () => deciding([['remove_member', { member_id: 'bob' }]], 'add_member', addMember('bob', 'validator', [dee])),
    ],
  },
  MEMBER_NOT_FOUND: {
    rule: 'the member is there and was not removed',
    passes: [
      () => proposing('update_member', updateMember('bob', 'validator')),
      () => proposing('remove_member', { member_id: 'bob' }),
      () => proposing('rotate_key', rotateKey('bob', bob, spare)),
    ],
    fails: [
      () => proposing('update_member', updateMember('dee', 'validator')),
      () => proposing('remove_member', { member_id: 'dee' }),
      () => proposing('rotate_key', rotateKey('dee', bob, spare)),
      () => deciding([['remove_member', { member_id: 'bob' }]], 'remove_member', { member_id: 'bob' }),
      () => deciding([['remove_member', { member_id: 'bob' }]], 'update_member', updateMember('bob', 'validator')),
      () => deciding([['remove_member', { member_id: 'bob' }]], 'rotate_key', rotateKey('bob', bob, spare)),
    ],
  },
  KEY_TAKEN: {
    rule: 'a key enters the chain once',
    passes: [
      () => proposing('add_member', addMember('dee', 'validator', [dee, spare])),
      () =>
        deciding([['set_checkpoint_key', setCheckpointKey(heads)]], 'set_checkpoint_key', setCheckpointKey(laterHeads)),
    ],
    fails: [
      () => proposing('add_member', addMember('dee', 'validator', [dee, bob])),
      () => proposing('add_member', addMember('dee', 'validator', [node1])),
      () => proposing('rotate_key', rotateKey('bob', bob, bob)),
      () => proposing('rotate_key', rotateKey('bob', bob, rob)),
      () => proposing('add_validator', withValidator('node2', node1)),
      () => proposing('add_validator', withValidator('node2', vic)),
      () => proposing('rotate_validator', withValidator('node1', node1)),
      () => deciding([['remove_member', { member_id: 'bob' }]], 'add_member', addMember('dee', 'validator', [bob])),
      () => deciding([['rotate_key', rotateKey('bob', bob, spare)]], 'rotate_key', rotateKey('bob', spare, bob)),
      () => deciding([['set_checkpoint_key', setCheckpointKey(heads)]], 'set_checkpoint_key', setCheckpointKey(heads)),
      () =>
        deciding(
          [heads, laterHeads].map((key) => ['set_checkpoint_key', setCheckpointKey(key)] as const),
          'set_checkpoint_key',
          setCheckpointKey(heads),
        ),
      () =>
        deciding(
          [['rotate_validator', withValidator('node1', node2)]],
          'rotate_validator',
          withValidator('node1', node1),
        ),
    ],
  },
  KEY_NOT_HELD: {
    rule: 'the old key is an active one of the member',
    passes: [
      () => proposing('rotate_key', rotateKey('bob', bob, spare)),
      () => governed().ask('rotate_key', rotateKey('bob', bob, spare), bob),
    ],
    fails: [
      () => proposing('rotate_key', rotateKey('bob', rob, spare)),
      () => proposing('rotate_key', rotateKey('bob', eve, spare)),
      () => deciding([['rotate_key', rotateKey('bob', bob, spare)]], 'rotate_key', rotateKey('bob', bob, dee)),
    ],
  },
  POSSESSION_INVALID: {
    rule: 'the new key signed that it shall be this subject’s on this chain',
    passes: [
      () => proposing('add_validator', withValidator('node2', node2)),
      () => proposing('set_checkpoint_key', setCheckpointKey(heads)),
    ],
    fails: [
      ...[
        setCheckpointKey(heads, { by: laterHeads }),
        setCheckpointKey(heads, { chain: { ...UNFOUNDED, genesis: CONTENT } }),
        // Who holds no key can sign for one of small order, or for no point at all.
        { public_key: `0x${'00'.repeat(32)}`, proof: `0x${'00'.repeat(64)}` },
        { public_key: `0x02${'00'.repeat(31)}`, proof: `0x${'00'.repeat(64)}` },
      ].map((payload) => (): Rejection | null => proposing('set_checkpoint_key', payload)),
      ...[
        possession(node2, 'validator/node3'),
        possession(node2, 'member/node2'),
        possession(node2, 'validator/node2', { ...UNFOUNDED, genesis: CONTENT }),
        possession(spare, 'validator/node2'),
      ].map(
        (proof) => (): Rejection | null =>
          proposing('add_validator', { validator_id: 'node2', public_key: node2.publicKey, proof }),
      ),
      () =>
        proposing('add_member', {
          ...addMember('dee', 'validator', []),
          keys: [newKey(dee, 'member/dee'), newKey(spare, 'member/bob')],
        }),
      () => proposing('rotate_key', { ...rotateKey('bob', bob, spare), proof: possession(spare, 'member/rob') }),
      () =>
        proposing('rotate_validator', {
          ...withValidator('node1', node2),
          proof: possession(node2, 'validator/node2'),
        }),
      // A key on no point of the curve can prove nothing.
      () => proposing('add_validator', { ...withValidator('node2', node2), public_key: `0x02${'00'.repeat(31)}05` }),
    ],
  },
  VALIDATOR_EXISTS: {
    rule: 'a validator id is used once',
    passes: [() => proposing('add_validator', withValidator('node2', node2))],
    fails: [
      () => proposing('add_validator', withValidator('node1', node2)),
      () =>
        deciding(
          [
            ['add_validator', withValidator('node2', node2)],
            ['remove_validator', { validator_id: 'node2' }],
          ],
          'add_validator',
          withValidator('node2', spare),
        ),
    ],
  },
  VALIDATOR_NOT_FOUND: {
    rule: 'the validator is there and was not removed',
    passes: [
      () => deciding([['add_validator', withValidator('node2', node2)]], 'remove_validator', { validator_id: 'node2' }),
    ],
    fails: [
      () => proposing('remove_validator', { validator_id: 'node2' }),
      () => proposing('rotate_validator', withValidator('node2', node2)),
      () =>
        deciding(
          [
            ['add_validator', withValidator('node2', node2)],
            ['remove_validator', { validator_id: 'node2' }],
          ],
          'remove_validator',
          { validator_id: 'node2' },
        ),
    ],
  },
  LAST_VALIDATOR: {
    rule: 'an active validator is left',
    passes: [
      () => deciding([['add_validator', withValidator('node2', node2)]], 'remove_validator', { validator_id: 'node1' }),
    ],
    fails: [() => proposing('remove_validator', { validator_id: 'node1' })],
  },
  LAST_ADMINISTRATOR: {
    rule: 'an active administrator is left',
    passes: [
      () => governed({ members: ['ada', 'ben'] }).tryPropose('remove_member', { member_id: 'ada' }),
      () => World.empty().try(call('genesis', genesisPayload())),
    ],
    fails: [
      () => governed({ members: ['ada', 'vic'] }).tryPropose('remove_member', { member_id: 'ada' }),
      () => governed({ members: ['ada', 'vic'] }).tryPropose('update_member', updateMember('ada', 'validator')),
      () =>
        governed({ members: ['ada', 'vic'] }).tryPropose(
          'update_member',
          updateMember('ada', 'administrator', 'suspended'),
        ),
    ],
  },
  THRESHOLD_UNREACHABLE: {
    rule: 'there are members enough for every policy',
    passes: [
      () => proposing('set_policy', setPolicy('unfreeze', count(3))),
      () => proposing('set_policy', setPolicy('unfreeze', count(5, 'validator'))),
      () => governed({ policies: { unfreeze: count(2) } }).tryPropose('remove_member', { member_id: 'cyd' }),
    ],
    fails: [
      () => proposing('set_policy', setPolicy('unfreeze', count(4))),
      () => proposing('set_policy', setPolicy('unfreeze', count(6, 'validator'))),
      () => governed({ policies: { unfreeze: count(3) } }).tryPropose('remove_member', { member_id: 'cyd' }),
      () =>
        governed({ policies: { unfreeze: count(3) } }).tryPropose('update_member', updateMember('cyd', 'validator')),
      () =>
        governed({ policies: { 'promote_environment/alpha': count(5, 'validator') } }).tryPropose(
          'update_member',
          updateMember('vic', 'validator', 'suspended'),
        ),
      () =>
        World.empty().try(
          call('genesis', genesisPayload({ policies: { unfreeze: count(2) as unknown as JsonObject } })),
        ),
      () =>
        World.empty().try(
          call(
            'genesis',
            genesisPayload({ policies: { 'promote_environment/a': count(3, 'validator') as unknown as JsonObject } }),
          ),
        ),
    ],
  },
  POLICY_NOT_ALLOWED: {
    rule: 'the action can have this policy',
    passes: [
      () => proposing('set_policy', setPolicy('promote_environment', direct('emergency_rollback'))),
      () => proposing('set_policy', setPolicy('promote_environment', count(1, 'read_only'))),
      () => proposing('set_policy', setPolicy('set_policy', fraction(1, 1, 'validator'))),
    ],
    fails: [
      ...['freeze', 'propose', 'approve', 'reject', 'carry_approvals', 'withdraw', 'genesis', 'batch', 'none', ''].map(
        (action) => (): Rejection | null => proposing('set_policy', setPolicy(action, count(1))),
      ),
      () => proposing('set_policy', setPolicy('add_member', direct('emergency_rollback'))),
      () => proposing('set_policy', setPolicy('unfreeze', direct('emergency_rollback'))),
      () => proposing('set_policy', setPolicy('add_member', count(1, 'blue_state'))),
      () => proposing('set_policy', setPolicy('add_member', count(1, 'read_only'))),
      () => proposing('set_policy', setPolicy('add_member', count(1), 'alpha')),
      () => proposing('set_policy', setPolicy('create_environment', direct('read_blockchain'))),
      ...(['batch', 'freeze', 'none'] as const).map(
        (action) => (): Rejection | null =>
          World.empty().try(
            call('genesis', genesisPayload({ policies: { [action]: count(1) as unknown as JsonObject } })),
          ),
      ),
      () =>
        World.empty().try(call('genesis', genesisPayload({ policies: { add_member: direct('emergency_rollback') } }))),
    ],
  },
  NOT_PROPOSABLE: {
    rule: 'what is proposed can be (a node asks before there is a transaction; in one, the payload is refused)',
    passes: [
      () => proposing('remove_member', { member_id: 'rob' }),
      () => proposing('batch', { operations: [{ action: 'create_environment', payload: env('new') }] }),
    ],
    fails: [
      ...(['freeze', 'propose', 'none'] as const).map((action) => (): Rejection | null => {
        const trial = governed().trial(action, {});
        return 'code' in trial ? trial : null;
      }),
      () =>
        unchecked(
          governed(),
          call('propose', { action: 'freeze', payload: { reason: 'x' }, expires_at: LATER, pre_state: CONTENT }),
        ),
    ],
  },
  EXPIRY_INVALID: {
    rule: 'a proposal expires after its block, and within the lifetime',
    passes: [
      () => governed().tryPropose('remove_member', { member_id: 'rob' }, { expiresAt: LATER }),
      () => governed().tryPropose('remove_member', { member_id: 'rob' }, { lifetimeMs: 30 * DAY_MS }),
      () => {
        const world = governed();
        world.decide('set_parameter', { name: 'proposal_lifetime_ms', value: 60_000 });
        return world.tryPropose('remove_member', { member_id: 'rob' }, { lifetimeMs: 60_000 });
      },
    ],
    fails: [
      () => governed().tryPropose('remove_member', { member_id: 'rob' }, { expiresAt: GENESIS_TIME }),
      () => governed().tryPropose('remove_member', { member_id: 'rob' }, { expiresAt: 0 }),
      () => governed().tryPropose('remove_member', { member_id: 'rob' }, { lifetimeMs: 30 * DAY_MS + 1 }),
      () => {
        const world = governed();
        world.decide('set_parameter', { name: 'proposal_lifetime_ms', value: 60_000 });
        return world.tryPropose('remove_member', { member_id: 'rob' }, { lifetimeMs: 60_001 });
      },
    ],
  },
  PRE_STATE_MISMATCH: {
    rule: 'the state is the one that the proposal was made for',
    passes: [() => proposing('remove_member', { member_id: 'rob' })],
    fails: [
      () => governed().tryPropose('remove_member', { member_id: 'rob' }, { preState: CONTENT }),
      () => {
        const world = governed();
        const { payload } = world.draft('remove_member', { member_id: 'rob' });
        world.decide('update_member', updateMember('rob', 'blue_state'));
        return world.ask('propose', payload);
      },
    ],
  },
  PROPOSAL_EXISTS: {
    rule: 'a proposal is made once',
    passes: [
      afterVote(
        (world, id) => world.withdraw(id),
        (world) => world.tryPropose('remove_member', { member_id: 'bob' }, { lifetimeMs: DAY_MS + 1 }),
      ),
    ],
    fails: [
      onWaiting((world) => world.tryPropose('remove_member', { member_id: 'bob' })),
      afterVote(
        (world, id) => world.withdraw(id),
        (world) => world.tryPropose('remove_member', { member_id: 'bob' }),
      ),
    ],
  },
  PROPOSAL_OPEN: {
    rule: 'nobody has an open proposal of the same',
    passes: [
      onWaiting((world) => world.tryPropose('remove_member', { member_id: 'vic' })),
      onWaiting((world) => world.tryPropose('update_member', updateMember('bob', 'validator'))),
      // Ended, expired or stale, it can come to nothing.
      afterVote(
        (world, id) => world.withdraw(id),
        (world) => world.tryPropose('remove_member', { member_id: 'bob' }, { by: ben }),
      ),
      onWaiting((world) => world.later(DAY_MS + 1).tryPropose('remove_member', { member_id: 'bob' }, { by: ben })),
      onWaiting((world) => {
        world.must('rotate_key', rotateKey('bob', bob, spare), bob);
        return world.tryPropose('remove_member', { member_id: 'bob' }, { by: ben });
      }),
    ],
    fails: [
      onWaiting((world) => world.tryPropose('remove_member', { member_id: 'bob' }, { by: ben })),
      onWaiting((world) => world.tryPropose('remove_member', { member_id: 'bob' }, { lifetimeMs: DAY_MS + 1 })),
      // Under another name of the same proposal that came after one that has ended.
      afterVote(
        (world, id) => {
          world.withdraw(id);
          world.propose('remove_member', { member_id: 'bob' }, { by: ben });
          return null;
        },
        (world) => world.tryPropose('remove_member', { member_id: 'bob' }, { lifetimeMs: DAY_MS + 1 }),
      ),
      () => {
        const world = governed({ policies: { promote_environment: count(2) } });
        world.must('create_environment', { env_id: 'alpha', state_hash: CONTENT, metadata: {} });
        const promotion = { env_id: 'alpha', state_hash: CONTENT, metadata: { note: 1 } };
        world.propose('promote_environment', promotion);
        return world.tryPropose('promote_environment', promotion, { by: vic });
      },
    ],
  },
  PROPOSAL_NOT_FOUND: {
    rule: 'there is such a proposal',
    passes: [onWaiting((world, id) => world.approve(id, ben))],
    fails: [
      () => governed().approve(CONTENT, ben),
      () => governed().reject(CONTENT, ben),
      () => governed().withdraw(CONTENT, ada),
      () => governed().carry(CONTENT, [ben]),
    ],
  },
  PROPOSAL_CLOSED: {
    rule: 'the proposal is open',
    passes: [
      afterVote(
        (world, id) => world.reject(id, ben),
        (world, id) => world.approve(id, cyd),
      ),
    ],
    fails: (
      [
        (world, id) => world.approve(id, ben),
        (world, id) => world.reject(id, ben) ?? world.reject(id, cyd),
        (world, id) => world.withdraw(id),
      ] as readonly Ask[]
    ).flatMap((vote) => [
      afterVote(vote, (world, id) => world.approve(id, cyd)),
      afterVote(vote, (world, id) => world.reject(id, cyd)),
      afterVote(vote, (world, id) => world.carry(id, [cyd])),
      afterVote(vote, (world, id) => world.withdraw(id)),
    ]),
  },
  PROPOSAL_EXPIRED: {
    rule: 'the proposal has not expired',
    passes: [onWaiting((world, id) => world.later(DAY_MS).approve(id, ben))],
    fails: [
      onWaiting((world, id) => world.later(DAY_MS + 1).approve(id, ben)),
      onWaiting((world, id) => world.later(DAY_MS + 1).reject(id, ben)),
      onWaiting((world, id) => world.later(DAY_MS + 1).carry(id, [ben])),
      onWaiting((world, id) => world.later(DAY_MS + 1).withdraw(id)),
    ],
  },
  NOT_AN_APPROVER: {
    rule: 'the voter has a say',
    passes: [
      onWaiting((world, id) => world.approve(id, ben)),
      () => {
        const world = governed({ policies: { remove_member: count(2, 'validator') } });
        return world.approve(world.propose('remove_member', { member_id: 'rob' }), vic);
      },
      () => {
        const world = governed();
        return world.approve(world.propose('set_policy', setPolicy('add_member', count(2, 'validator'))), val);
      },
    ],
    fails: [vic, bob, rob].flatMap((signer) => [
      onWaiting((world, id) => world.approve(id, signer)),
      onWaiting((world, id) => world.reject(id, signer)),
      onWaiting((world, id) => world.carry(id, [signer])),
      onWaiting((world, id) => world.carry(id, [ben, signer])),
    ]),
  },
  ALREADY_VOTED: {
    rule: 'a vote says something new',
    passes: [
      afterVote(
        (world, id) => world.reject(id, ada),
        (world, id) => world.approve(id, ada),
      ),
      onWaiting((world, id) => world.reject(id, ada)),
    ],
    fails: [
      onWaiting((world, id) => world.approve(id, ada)),
      onWaiting((world, id) => world.carry(id, [ada])),
      onWaiting((world, id) => world.carry(id, [ada, ada])),
      afterVote(
        (world, id) => world.reject(id, ben),
        (world, id) => world.reject(id, ben),
      ),
    ],
  },
  NOT_PROPOSER: {
    rule: 'who withdraws a proposal made it',
    passes: [onWaiting((world, id) => world.withdraw(id, ada))],
    fails: [ben, vic, rob].map((signer) => onWaiting((world, id) => world.withdraw(id, signer))),
  },
  APPROVAL_INVALID: {
    rule: 'an approval that is carried in is by its key, for this proposal, on this chain',
    passes: [
      onWaiting((world, id) => world.carry(id, [ben])),
      onWaiting((world, id) => world.carry(id, [ben, ada], bob)),
    ],
    fails: (
      [
        () => signedApproval(ben, CONTENT),
        (id) => signedApproval(ben, id, { ...UNFOUNDED, genesis: CONTENT }),
        (id) => ({ ...signedApproval(eve, id), public_key: ben.publicKey }),
        () => ({ public_key: ben.publicKey, signature: `0x${'00'.repeat(64)}` }),
      ] as readonly ((id: string) => JsonObject)[]
    ).map((approval) =>
      onWaiting((world, id) => world.ask('carry_approvals', { proposal_id: id, approvals: [approval(id)] }, rob)),
    ),
  },
  REJECTION_STANDS: {
    rule: 'an approval that is carried in does not take the place of a rejection',
    passes: [
      afterVote(
        (world, id) => world.reject(id, ben),
        (world, id) => world.approve(id, ben),
      ),
      afterVote(
        (world, id) => world.reject(id, ben),
        (world, id) => world.carry(id, [cyd]),
      ),
    ],
    fails: [
      afterVote(
        (world, id) => world.reject(id, ben),
        (world, id) => world.carry(id, [ben]),
      ),
      afterVote(
        (world, id) => world.reject(id, ada),
        (world, id) => world.carry(id, [ada]),
      ),
      afterVote(
        (world, id) => world.reject(id, ben),
        (world, id) => world.carry(id, [cyd, ben]),
      ),
    ],
  },
  COMMENTS_FULL: {
    rule: 'a proposal has at most 100 comments, and 20 of one member',
    passes: [
      onWaiting((world, id) => commented(world, id, { of: [bob], each: 19 }).comment(id, bob)),
      onWaiting((world, id) => commented(world, id, { of: [bob], each: 20 }).comment(id, vic)),
      onWaiting((world, id) => commented(world, id, { of: [ada, ben, cyd, vic], each: 20 }).comment(id, bob)),
    ],
    fails: [
      onWaiting((world, id) => commented(world, id, { of: [bob], each: 20 }).comment(id, bob)),
      onWaiting((world, id) => commented(world, id, { of: [ada, ben, cyd, vic, bob], each: 20 }).comment(id, val)),
    ],
  },
  NODE_CANNOT_SEAL: {
    rule: 'the node that seals could go on (asked of a node alone, after a change of validators)',
    passes: [
      () => guarded('add_validator', withValidator('node2', node2), () => null),
      () => guarded('remove_member', { member_id: 'rob' }, () => reject('NODE_CANNOT_SEAL')),
    ],
    fails: [
      () => guarded('add_validator', withValidator('node2', node2), () => reject('NODE_CANNOT_SEAL')),
      () =>
        guarded('rotate_validator', withValidator('node1', node2), (state) =>
          (state.get('validators', 'node1') as JsonObject)['public_key'] === node1.publicKey
            ? null
            : reject('NODE_CANNOT_SEAL'),
        ),
    ],
  },
} as const satisfies Partial<Record<RejectionName, Rule>>;

/** The world in which each of these has said so much of a proposal. */
function commented(
  world: GovernedWorld,
  id: string,
  { of, each }: { readonly of: readonly Signer[]; readonly each: number },
): GovernedWorld {
  for (const signer of of)
    for (let number = 0; number < each; number++)
      world.must('comment', { proposal_id: id, text: `no. ${number}` }, signer);
  return world;
}

/** The last approval of a proposal, in a block of a node that asks whether it could go on. */
function guarded(action: string, payload: JsonObject, guard: Parameters<World['execution']>[1]): Rejection | null {
  const world = governed();
  const id = world.propose(action, payload);
  return world.execution(world.time, guard).add(world.checked(world.call('approve', { proposal_id: id }, ben)));
}
