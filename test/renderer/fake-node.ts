import { findAction } from '../../src/ledger/actions/registry.ts';
import { FakeDeeds } from './fake-deeds.ts';
import { EventEmitter, on } from 'node:events';

import { isHash, type Hash, type PublicKey } from '../../src/base/bytes.ts';
import type { JobView } from '../../src/api/operator/jobs.ts';
import type { ChainEvent, Status } from '../../src/api/chain/node.ts';
import { ChangeSignal } from '../../src/node/change-signal.ts';
import type { HostInfo } from '../../src/api/operator/host.ts';
import type { Identity, KeysView } from '../../src/api/operator/keys.ts';
import type { DeskState, SigningReview } from '../../src/api/operator/signing.ts';
import { blueOf, greenOf, makeEnvironments, type FakeEnvironment } from './fake-environments.ts';
import { fingerprintWords } from '../../src/base/fingerprint.ts';
import { readFreeze } from '../../src/ledger/governance/freeze-state.ts';
import { proposalStatus } from '../../src/ledger/governance/proposal.ts';
import type { ProposalRecord } from '../../src/ledger/state/records.ts';
import { FakeGovernance, foundFakeLedger, VALIDATOR_KEY } from './fake-governance.ts';
import type { FakeLedger } from './fake-ledger.ts';
import { FakeLog } from './fake-log.ts';
import { FakeProposals } from './fake-proposals.ts';
import { FAKE_CHAIN, fakeHash, fakePublicKey, numberInHash, type Metadata, environmentIn } from './fake-values.ts';

export interface FakeNodeOptions {
  readonly now: number;
  readonly logSize: number;
  /** Starts without a chain, as on first run. */
  readonly firstRun?: boolean;
  readonly keychain?: boolean;
}

/** A key of this machine: what the chain says of it is looked up when it is asked for. */
export type FakeIdentity = Omit<Identity, 'member' | 'validator_id' | 'acting' | 'fingerprint'> & {
  /** Of its public key: `fakePublicKey(number)`. */
  readonly number: number;
};

export interface WaitingReview {
  readonly review: SigningReview;
  readonly payload: Metadata;
  decision: 'waiting' | 'confirmed' | 'refused' | 'withdrawn';
}

/** A node in memory that answers as the contract says, with invented history. It stands in for the real one in tests. */
export class FakeNode {
  readonly now: number;
  readonly log: FakeLog;
  /** The ledger's own rules, over `environments` and an invented history. */
  readonly ledger: FakeLedger;
  readonly governance: FakeGovernance;
  readonly proposals: FakeProposals;
  readonly environments: Map<string, FakeEnvironment>;
  readonly reviews = new Map<string, WaitingReview>();
  readonly deeds = new FakeDeeds(this);
  readonly #events = new EventEmitter();
  readonly #keychain: boolean;
  readonly #seals: { readonly from: number; readonly publicKey: PublicKey }[] = [];
  chain: HostInfo['chain'];
  problem: HostInfo['problem'] = null;
  health: Status['health'] = 'healthy';
  identities: readonly FakeIdentity[];
  actingKeyId = 'operations-1';
  unlockedUntil: number | null = null;
  readonly changed = new ChangeSignal();
  /** Long work of this machine. */
  jobs: readonly JobView[] = [];

  constructor({ now, logSize, firstRun = false, keychain = true }: FakeNodeOptions) {
    this.now = now;
    this.log = new FakeLog(logSize, now);
    this.environments = makeEnvironments(now);
    this.#keychain = keychain;
    this.chain = firstRun ? null : { chain_id: FAKE_CHAIN.chain_id, genesis: FAKE_CHAIN.genesis, sandbox: false };
    this.ledger = foundFakeLedger({ chain: FAKE_CHAIN, now, environments: this.environments });
    this.governance = new FakeGovernance(this.ledger, () => this.log.height);
    this.proposals = new FakeProposals(this.ledger, {
      height: () => this.log.height,
      blockOf: (transactionId) => this.log.fields(numberInHash(transactionId).number).block_index,
    });
    const held = [
      { number: 0, key_id: 'operations-1', name: 'Operations 1', store: 'keychain' },
      { number: 1, key_id: 'operations-2', name: 'Operations 2', store: 'file' },
      { number: VALIDATOR_KEY, key_id: 'validator-1', name: 'Validator authority-1', store: 'keychain' },
    ] as const;
    this.identities = held.map((key) => ({
      ...key,
      public_key: fakePublicKey(key.number),
      created_at: now - 4_000_000_000,
    }));
  }

  host(): HostInfo {
    return {
      host: 'local_page',
      version: '0.1.0',
      platform: 'linux',
      chains_beside: [],
      data_dir: '/srv/quantum-lock',
      chain: this.chain,
      problem: this.problem,
      keychain: {
        available: this.#keychain,
        name: 'Secret Service',
        reason: this.#keychain ? null : 'no secret service answers on the session bus',
      },
      confirmation: 'window',
      can_pick_directory: false,
      inspection: null,
    };
  }

  keys(): KeysView {
    return {
      identities: this.identities.map((identity) => this.identityOf(identity)),
      key_file: 'open',
      unlocked_key_id: this.unlockedUntil === null ? null : this.actingKeyId,
      unlocked_until: this.unlockedUntil,
    };
  }

  /** At once, and after each change that a test tells of. */
  async *desk(signal: AbortSignal | undefined): AsyncGenerator<DeskState, void, undefined> {
    for await (const _ of this.changed.changes(signal)) yield { keys: this.keys(), reviews: [] };
  }

  identityOf({ number: _number, ...identity }: FakeIdentity): Identity {
    return {
      ...identity,
      fingerprint: fingerprintWords(identity.public_key),
      acting: identity.key_id === this.actingKeyId,
      ...this.governance.ownerOf(identity.public_key),
    };
  }

  /** Adds a key to those of this machine. */
  addIdentity({ name, store }: Pick<FakeIdentity, 'name' | 'store'>): Identity {
    const made = { name, store };
    const number = this.identities.length + 20;
    const identity: FakeIdentity = {
      ...made,
      number,
      key_id: `key-${number}`,
      public_key: fakePublicKey(number),
      created_at: this.now,
    };
    this.identities = [...this.identities, identity];
    return this.identityOf(identity);
  }

  /** The identity with this id, as it is kept. */
  keyOf(keyId: string): FakeIdentity {
    const found = this.identities.find(({ key_id }) => key_id === keyId);
    if (found === undefined) throw new Error(`there is no key ${keyId}`);
    return found;
  }

  #freeze(): Status['frozen'] {
    const freeze = readFreeze(this.ledger);
    return freeze?.frozen === true ? { reason: freeze.reason, since: freeze.since, member_id: freeze.member_id } : null;
  }

  /** How the index stands; a test may say otherwise. */
  index: Status['index'] = { unchecked_after: null, failure: null };
  indexLag = 0;

  status(): Status {
    const { height, size } = this.log;
    return {
      ...FAKE_CHAIN,
      chain_id: this.chain?.chain_id ?? '',
      sandbox: this.chain?.sandbox ?? false,
      height,
      head_hash: fakeHash(2, height),
      head_time: this.log.block(height).timestamp,
      state_root: fakeHash(5, height),
      log_size: size,
      log_root: fakeHash(6, height),
      validators: this.governance.validators().map((validator) => ({
        validator_id: validator.validator_id,
        public_key: validator.public_key,
        active: validator.status === 'active',
        blocks_sealed: validator.blocks_sealed,
        last_seen: validator.last_seen,
      })),
      health: this.health,
      alerts:
        this.health === 'healthy'
          ? []
          : [
              {
                code: 'DISK_LOW',
                severity: 'warning',
                message: 'The disk has 2 GiB left.',
                advice: 'Free some space, or move the blob store.',
                since: this.now - 60_000,
              },
            ],
      block_time: this.now,
      clock: 'right',
      frozen: this.#freeze(),
      open_proposals: [...this.ledger.list('proposals')].filter(
        ([key, value]) =>
          isHash(key) && proposalStatus(value as unknown as ProposalRecord, { time: this.now, era: 0 }) === 'open',
      ).length,
      stale_proposals: 0,
      pending: 3,
      indexed_height: height - this.indexLag,
      verified: { height: height - 40, time: this.now - 3_600_000, ok: true },
      finality_p50_us: 1_310,
      finality_p99_us: 4_120,
      index: this.index,
      transactions_per_second: 412,
      signature_verifier: 'native',
      checkpoint: null,
      started_at: this.now - 90_000_000,
      uptime_ms: 90_000_000,
    };
  }

  emit(event: ChainEvent): void {
    this.#events.emit('event', event);
  }

  async *events(signal: AbortSignal | undefined): AsyncGenerator<ChainEvent> {
    yield { type: 'resync', height: this.log.height };
    try {
      for await (const [event] of on(this.#events, 'event', signal === undefined ? {} : { signal }))
        yield event as ChainEvent;
    } catch (error) {
      if (!(error instanceof Error && error.name === 'AbortError')) throw error;
    }
  }

  /** The key that sealed a block: a change of the validator's takes effect with the block after. */
  sealedWith(index: number): PublicKey {
    return this.#seals.findLast(({ from }) => from <= index)?.publicKey ?? fakePublicKey(VALIDATOR_KEY);
  }

  /** Puts a transaction on the chain, in a block of its own. */
  commit(action: string, envId: string | null, summary: string): { readonly id: Hash; readonly block_index: number } {
    const block = this.log.append({ action, env_id: envId, summary, block_time: this.now });
    const [validator] = this.governance.validators();
    if (validator !== undefined && validator.public_key !== this.#seals.at(-1)?.publicKey)
      this.#seals.push({ from: block.index + 1, publicKey: validator.public_key });
    this.emit({
      type: 'block',
      block,
      env_ids: envId === null ? [] : [envId],
      actions: [action],
      changes_governance: findAction(action)?.kind !== 'environment',
      log_size: this.log.size,
    });
    this.emit({ type: 'indexed', height: this.log.height });
    return { id: this.log.row(this.log.size - 1).id, block_index: block.index };
  }

  /** What a signed action does to the environments, as far as the page can tell. */
  apply(action: string, payload: Metadata): string {
    const envId = environmentIn(payload);
    const number = [...this.environments.keys()].indexOf(envId);
    const current = this.environments.get(envId);
    if (current === undefined) {
      this.environments.set(envId, {
        env_id: envId,
        created_at: this.now,
        created_by: 'operations-1',
        archived_at: null,
        blue: {
          ...blueOf(envId, this.environments.size, 1, this.now),
          metadata: payload['metadata'] as Metadata,
          sources: [],
        },
        green: null,
        checkpoint: null,
        latest_version: 1,
        recalled: null,
        rollback: null,
      });
      return `Registered ${envId} as version 1`;
    }
    if (action === 'promote_environment') {
      this.environments.set(envId, {
        ...current,
        green: { ...greenOf(envId, number, current.blue.version, this.now), metadata: payload['metadata'] as Metadata },
      });
      return `Promoted version ${current.blue.version} of ${envId} to Green`;
    }
    if (action === 'archive_environment') {
      this.environments.set(envId, { ...current, archived_at: this.now });
      return `Archived ${envId}`;
    }
    const blue = blueOf(envId, number, current.latest_version + 1, this.now);
    this.environments.set(envId, { ...current, blue, latest_version: blue.version });
    return `Updated ${envId} to version ${blue.version}`;
  }
}
