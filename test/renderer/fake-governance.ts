import type { ChainIdentity } from '../../src/ledger/chain-identity.ts';
import type { Hash } from '../../src/base/bytes.ts';
import { fingerprintWords } from '../../src/base/fingerprint.ts';
import type { AuthorityView, Posture, PolicyView } from '../../src/api/chain/governance.ts';
import type { KeyView, MemberView, Person, ValidatorView } from '../../src/api/chain/members.ts';
import type { Identity } from '../../src/api/operator/keys.ts';
import { ACTION_TABLE, findAction } from '../../src/ledger/actions/registry.ts';
import { proposingPermission } from '../../src/ledger/actions/propose.ts';
import { policyOf } from '../../src/ledger/transactions/authorise.ts';
import { isFrozen } from '../../src/ledger/governance/freeze-state.ts';
import { policySubject } from '../../src/ledger/governance/policy-rules.ts';
import { holdersOf, requirementOf } from '../../src/ledger/governance/requirement.ts';
import { levelHolds, LEVEL_PERMISSIONS } from '../../src/ledger/permissions.ts';
import type {
  KeyRecord,
  MemberRecord,
  Policy,
  StoredPolicy,
  ValidatorKeyRecord,
  ValidatorRecord,
} from '../../src/ledger/state/records.ts';
import type { FakeEnvironment } from './fake-environments.ts';
import { FakeLedger } from './fake-ledger.ts';
import { MEMBERS } from './fake-log.ts';
import { fakeHash, fakePublicKey } from './fake-values.ts';

const DAY_MS = 86_400_000;
/** The number of the key that the validator of the fake chain seals with at first. */
export const VALIDATOR_KEY = 9;

/** A chain with the members of the log, and one validator, on which nothing was decided yet. */
export function foundFakeLedger(options: {
  readonly chain: ChainIdentity;
  readonly now: number;
  readonly environments: Map<string, FakeEnvironment>;
}): FakeLedger {
  const ledger = new FakeLedger({
    chain: options.chain,
    foundedAt: options.now - 40 * DAY_MS,
    environments: options.environments,
    founder: fakePublicKey(0),
    transactionId: fakeHash(1, 0),
    genesis: {
      members: MEMBERS.map((member, index) => ({ ...member, keys: [fakePublicKey(index)] })),
      validators: [{ validator_id: 'authority-1', public_key: fakePublicKey(VALIDATOR_KEY) }],
      policies: {},
      parameters: { transaction_window_ms: 600_000, sandbox: false },
    },
  });
  ledger.now = options.now;
  return ledger;
}

/** What the node says of members, validators, policies and authority: read from the ledger's state. */
export class FakeGovernance {
  readonly ledger: FakeLedger;
  readonly #height: () => number;

  constructor(ledger: FakeLedger, height: () => number) {
    this.ledger = ledger;
    this.#height = height;
  }

  members(): MemberView[] {
    const entries = [...this.ledger.list('members')];
    const keys = entries.flatMap(([key, value]) => (key.startsWith('key/') ? [value as unknown as KeyRecord] : []));
    return entries.flatMap(([key, value], index) => {
      if (!key.startsWith('member/')) return [];
      const member = value as unknown as MemberRecord;
      return {
        member_id: member.member_id,
        name: member.name,
        level: member.level,
        permissions: [...LEVEL_PERMISSIONS[member.level]],
        status: member.status,
        keys: keysOf(keys.filter(({ member_id }) => member_id === member.member_id)),
        added_at: member.added_at,
        last_activity:
          member.level === 'read_only'
            ? null
            : {
                time: this.ledger.now - (index + 1) * 3_600_000,
                action: 'update_environment',
                transaction_id: fakeHash(1, 700 + index),
              },
      };
    });
  }

  validators(): ValidatorView[] {
    const entries = [...this.ledger.list('validators')];
    const keys = entries.flatMap(([key, value]) =>
      key.startsWith('key/') ? [value as unknown as ValidatorKeyRecord] : [],
    );
    return entries.flatMap(([key, value], index) => {
      if (key.startsWith('key/')) return [];
      const validator = value as unknown as ValidatorRecord;
      const isHere = index === 0;
      return {
        validator_id: validator.validator_id,
        public_key: validator.public_key,
        fingerprint: fingerprintWords(validator.public_key),
        status: validator.status,
        added_at: validator.added_at,
        blocks_sealed: isHere ? this.#height() : 0,
        last_seen: isHere ? this.ledger.now : null,
        keys: keysOf(keys.filter(({ validator_id }) => validator_id === validator.validator_id)).map((one) => ({
          ...one,
          seals_from: 0,
          seals_to: one.status === 'active' ? null : this.#height(),
        })),
        is_here: isHere,
      };
    });
  }

  policies(): PolicyView[] {
    const stored = this.ledger.list('policies');
    const general = [...ACTION_TABLE.all()]
      .filter(({ kind, name }) => kind !== 'control' && name !== 'batch')
      .map(({ name }) => ({ action: name, envId: null }));
    const own = [...stored].flatMap(([key, value]) => {
      const subject = policySubject(key);
      return subject.envId === null || (value as unknown as StoredPolicy).mode === 'default' ? [] : [subject];
    });
    return [...general, ...own].map(({ action, envId }) => {
      const policy = policyOf(this.ledger, { action, envId });
      const here = stored.get(envId === null ? action : `${action}/${envId}`) as StoredPolicy | undefined;
      return {
        action,
        env_id: envId,
        policy: policyView(policy),
        is_default: here === undefined || here.mode === 'default',
        sentence: this.#sentence(policy),
        kind: findAction(action)?.kind === 'governance' ? 'governance' : 'environment',
      };
    });
  }

  authority(action: string, envId: string | null): AuthorityView {
    const policy = policyOf(this.ledger, { action, envId });
    const isEnvironment = findAction(action)?.kind === 'environment';
    const proposing = findAction(action);
    const active = holdersOf(this.ledger, 'read_only');
    const alone =
      policy.mode === 'direct' ? active.filter(({ level }) => levelHolds(level, policy.permission)).map(personOf) : [];
    return {
      action,
      env_id: envId,
      sentence:
        policy.mode === 'direct'
          ? `${names(alone)} can do it at once, alone.`
          : `${requirementOf(this.ledger, policy).needed} of ${holdersOf(this.ledger, policy.role).length} must agree.`,
      alone,
      requirements:
        policy.mode === 'direct'
          ? []
          : [
              {
                role: policy.role,
                needed: requirementOf(this.ledger, policy).needed,
                approvers: holdersOf(this.ledger, policy.role).map(personOf),
              },
            ],
      proposers:
        proposing === undefined
          ? []
          : active.filter(({ level }) => levelHolds(level, proposingPermission(proposing))).map(personOf),
      possible: !(isEnvironment && isFrozen(this.ledger)),
      obstacle: isEnvironment && isFrozen(this.ledger) ? 'the chain is frozen' : null,
    };
  }

  posture(): Posture {
    const administrators = holdersOf(this.ledger, 'administrator');
    return {
      height: this.#height(),
      checks: [
        {
          code: 'THRESHOLDS',
          level: 'bad',
          title: 'Decisions need a majority',
          finding: 'A minority can decide: add_validator (1 of 3).',
          advice: 'Raise these policies above half of their approvers.',
        },
        {
          code: 'KEY_AGE',
          level: 'look',
          title: 'Keys are replaced in time',
          finding: 'Older than a year: the keys of trainer-07.',
          advice: 'Replace them: each member can do so for itself.',
        },
        {
          code: 'ADMINISTRATORS',
          level: administrators.length >= 3 ? 'good' : 'look',
          title: 'Enough administrators',
          finding: `${administrators.length} administrators: ${names(administrators)}.`,
          advice: administrators.length >= 3 ? '' : 'Add a third administrator.',
        },
        {
          code: 'EVERYONE_NEEDED',
          level: 'good',
          title: 'One lost key blocks nothing',
          finding: 'No decision needs every one of its approvers.',
          advice: '',
        },
        {
          code: 'BACKUP',
          level: 'unknown',
          title: 'There is a recent backup',
          finding: 'This node cannot see where its backups are kept.',
          advice: 'Look there yourself.',
        },
      ],
    };
  }

  /** What the chain says of a key. */
  ownerOf(publicKey: string): Pick<Identity, 'member' | 'validator_id'> {
    const key = this.ledger.get('members', `key/${publicKey}`) as KeyRecord | undefined;
    const seal = this.ledger.get('validators', `key/${publicKey}`) as ValidatorKeyRecord | undefined;
    const member =
      key?.status === 'active'
        ? (this.ledger.get('members', `member/${key.member_id}`) as unknown as MemberRecord | undefined)
        : undefined;
    return {
      member:
        member === undefined
          ? null
          : { member_id: member.member_id, name: member.name, level: member.level, status: member.status },
      validator_id: seal?.status === 'active' ? seal.validator_id : null,
    };
  }

  /** The id that the next transaction will have. */
  static transactionId(logSize: number): Hash {
    return fakeHash(1, logSize);
  }

  #sentence(policy: Policy): string {
    if (policy.mode === 'direct') return `Any member with ${policy.permission} does it alone.`;
    const { role, threshold } = policy;
    const { needed } = requirementOf(this.ledger, policy);
    const words =
      'count' in threshold
        ? `${threshold.count} of the ${role}s`
        : `${threshold.numerator}/${threshold.denominator} of the ${role}s`;
    return `${words} approve it: ${needed} of ${holdersOf(this.ledger, role).length} today.`;
  }
}

function keysOf(records: readonly (KeyRecord | ValidatorKeyRecord)[]): KeyView[] {
  return records
    .toSorted((left, right) =>
      left.status === right.status ? right.added_at - left.added_at : left.status === 'active' ? -1 : 1,
    )
    .map(({ public_key, status, added_at, retired_at }) => ({
      public_key,
      fingerprint: fingerprintWords(public_key),
      status,
      added_at,
      retired_at,
    }));
}

function policyView(policy: Policy): PolicyView['policy'] {
  return policy.mode === 'direct' ? { ...policy } : { ...policy, threshold: { ...policy.threshold } };
}

function personOf({ member_id, name }: MemberRecord): Person {
  return { member_id, name };
}

function names(people: readonly Pick<Person, 'name'>[]): string {
  return people.length === 0 ? 'Nobody' : people.map(({ name }) => name).join(', ');
}
