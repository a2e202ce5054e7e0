import type Database from 'better-sqlite3';
import type { EnvironmentSummary } from '../../api/chain/environments.ts';
import { decodeHex, equalBytes, type Hash } from '../../base/bytes.ts';
import type { Json } from '../../base/canonical.ts';
import { QuantumLockError } from '../../base/errors.ts';
import type { EnvironmentRecord, KeyRecord, MemberRecord, ProposalRecord } from '../../ledger/state/records.ts';
import type { SealedHeader } from '../../ledger/proofs/report.ts';
import { misfit } from '../storage/block-check.ts';
import type { ChainReader } from '../storage/chain-reader.ts';
import type { ProvedBlock, StoredBlock } from '../storage/stored-block.ts';
import { EnvironmentCounts } from './environment-counts.ts';
import { summaryOfEnvironment } from './environment-summary.ts';
import { ExecutedProposals } from './executed-proposals.ts';
import { FollowedNamespace } from './followed-namespace.ts';
import { IndexDifference } from './index-difference.ts';
import { prefixOf, type Indexer } from './indexer.ts';
import { KeySpans } from './key-spans.ts';
import type { SealCounts } from './seal-counts.ts';
import type { StateCache } from './state-cache.ts';
import { findSigner } from '../../ledger/governance/signer.ts';
import { keyPlace, memberPlace } from '../../ledger/state/readers.ts';

/** A moment of the chain as the contract names it. */
export type Moment = { readonly height: number } | { readonly time: number } | undefined;

/** What the newest state lists, and the headers count: read from the chain itself. */
export interface StateLists {
  readonly seals: SealCounts;
  readonly spans: KeySpans;
  readonly environments: FollowedNamespace<EnvironmentSummary>;
  /** Of `environments`, as they were last read. */
  readonly environmentCounts: EnvironmentCounts;
  readonly proposals: FollowedNamespace<
    Pick<ProposalRecord, 'proposal_id' | 'action' | 'status' | 'expires_at' | 'closed_at' | 'closed_by' | 'era'>
  >;
  readonly executed: ExecutedProposals;
}

export function stateListsOf(chain: ChainReader, seals: SealCounts): StateLists {
  const environmentCounts = new EnvironmentCounts();
  return {
    seals,
    spans: new KeySpans(chain),
    environmentCounts,
    environments: new FollowedNamespace(
      chain,
      'environments',
      (value) => summaryOfEnvironment(value as EnvironmentRecord),
      (before, after) => environmentCounts.change(before, after),
    ),
    proposals: new FollowedNamespace(chain, 'proposals', (value) => {
      const { proposal_id, action, status, expires_at, closed_at, closed_by, era } = value as ProposalRecord;
      return { proposal_id, action, status, expires_at, closed_at, closed_by, era };
    }),
    executed: new ExecutedProposals(),
  };
}

/** What every query works on. */
export class QueryContext {
  readonly chain: ChainReader;
  readonly index: Database.Database;
  readonly indexer: Indexer;
  readonly environments: StateCache<EnvironmentRecord | undefined>;
  readonly lists: StateLists;
  readonly #logIndexes: Database.Statement<[number], number>;
  /** Members by key, as long as that namespace stays as it is. */
  #members: { readonly page: number; readonly byKey: Map<string, MemberRecord | undefined> } = {
    page: 0,
    byKey: new Map(),
  };
  readonly #heights: Database.Statement<[number], number>;

  constructor(parts: {
    readonly chain: ChainReader;
    readonly index: Database.Database;
    readonly indexer: Indexer;
    readonly environments: StateCache<EnvironmentRecord | undefined>;
    readonly lists: StateLists;
  }) {
    this.chain = parts.chain;
    this.index = parts.index;
    this.indexer = parts.indexer;
    this.environments = parts.environments;
    this.lists = parts.lists;
    this.#logIndexes = parts.index.prepare<[number], number>('SELECT log_index FROM ids WHERE prefix = ?').pluck();
    this.#heights = parts.index.prepare<[number], number>('SELECT height FROM block_hashes WHERE prefix = ?').pluck();
  }

  /** The block at a moment, the newest without one. @throws NOT_FOUND */
  blockAt(moment: Moment): StoredBlock {
    if (moment === undefined) return this.chain.head();
    return this.chain.block('height' in moment ? moment.height : this.chain.heightAtTime(moment.time));
  }

  /** The same to convince others with: without a moment, the newest that has its proof. @throws NOT_FOUND, PROOF_PENDING */
  provedBlockAt(moment: Moment): ProvedBlock {
    return moment === undefined ? this.chain.provedHead() : this.chain.provedBlock(this.blockAt(moment).header.index);
  }

  findBlock(hash: Hash): StoredBlock | undefined {
    for (const height of this.#heights.all(prefixOf(decodeHex(hash)))) {
      if (height > this.chain.height()) continue;
      const block = this.chain.block(height);
      if (block.hash === hash) return block;
    }
    const height = this.chain.searchHash(hash);
    // It may be decided alone.
    if (height === undefined || height > this.chain.height()) return undefined;
    // The index has not reached it yet.
    if (height > this.indexer.height) return this.chain.block(height);
    throw new IndexDifference(`block ${height} is not found by its hash`);
  }

  /** @throws NOT_FOUND */
  blockByHash(hash: Hash): StoredBlock {
    const block = this.findBlock(hash);
    if (block === undefined) throw new QuantumLockError('NOT_FOUND', `there is no block ${hash}`);
    return block;
  }

  /**
   * Where the transaction with this id is in the log; undefined if it is not in the chain (or not yet in the index).
   */
  logIndexOf(id: Hash): number | undefined {
    const bytes = decodeHex(id);
    for (const logIndex of this.#logIndexes.all(prefixOf(bytes))) {
      if (logIndex < this.chain.head().header.log_size && this.chain.id(logIndex) === id) return logIndex;
    }
    return this.#searchNewest(bytes) ?? this.#searchAll(bytes);
  }

  /** Before it is said that a transaction is not there, the chain's own list of ids is gone through. */
  #searchAll(id: Uint8Array): number | undefined {
    const height = this.chain.searchIds(id);
    if (height === undefined || height > this.indexer.height) return undefined;
    const place = this.chain.ids(height).findIndex((entry) => equalBytes(entry.id, id));
    const logIndex = this.chain.block(height).firstLogIndex + place;
    if (!equalBytes(decodeHex(this.chain.id(logIndex)), id))
      throw misfit(`block ${height}`, 'has other transaction ids than its transactions give');
    throw new IndexDifference(`a transaction of block ${height} is not found by its id`);
  }

  /** The blocks that the index has not reached yet are few: look through them. */
  #searchNewest(id: Uint8Array): number | undefined {
    const height = this.chain.height();
    for (let newest = height; newest > this.indexer.height; newest--) {
      const offset = this.chain.ids(newest).findIndex((entry) => equalBytes(entry.id, id));
      const logIndex = this.chain.block(newest).firstLogIndex + offset;
      if (offset >= 0 && equalBytes(decodeHex(this.chain.id(logIndex)), id)) return logIndex;
    }
    return undefined;
  }

  /** @throws NOT_FOUND */
  requireLogIndex(id: Hash): number {
    const logIndex = this.logIndexOf(id);
    if (logIndex === undefined) throw new QuantumLockError('NOT_FOUND', `there is no transaction ${id}`);
    return logIndex;
  }

  /** The member who holds or held a key, in the newest state. */
  memberOfKey(publicKey: string): MemberRecord | undefined {
    const { page } = this.chain.head().roots.members;
    if (page !== this.#members.page) this.#members = { page, byKey: new Map() };
    if (!this.#members.byKey.has(publicKey)) this.#members.byKey.set(publicKey, this.#findMember(publicKey));
    return this.#members.byKey.get(publicKey);
  }

  /** The member who may act with a key now; null where nobody may. */
  activeMemberOfKey(publicKey: string): MemberRecord | null {
    const found = findSigner({ get: (_, key) => this.#value('members', key) as Json | undefined }, publicKey);
    return 'code' in found ? null : found;
  }

  #findMember(publicKey: string): MemberRecord | undefined {
    const key = this.#value('members', keyPlace(publicKey)) as KeyRecord | undefined;
    return key === undefined ? undefined : this.member(key.member_id);
  }

  member(memberId: string): MemberRecord | undefined {
    return this.#value('members', memberPlace(memberId)) as MemberRecord | undefined;
  }

  #value(namespace: 'members', key: string): unknown {
    const text = this.chain.stateText(this.chain.height(), namespace, key);
    return text === undefined ? undefined : JSON.parse(text);
  }
}

export function sealedHeader(block: ProvedBlock): SealedHeader {
  return { header: block.header, hash: block.hash, proof: block.proof };
}
