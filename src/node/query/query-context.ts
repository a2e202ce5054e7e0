import type Database from 'better-sqlite3';
import { decodeHex, equalBytes, type Hash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import type { EnvironmentRecord, KeyRecord, MemberRecord } from '../../ledger/state-types.ts';
import type { SealedHeader } from '../../ledger/proof-report.ts';
import type { ChainReader, StoredBlock } from '../storage/chain-reader.ts';
import { prefixOf, type Indexer } from './indexer.ts';
import type { StateCache } from './state-cache.ts';

/** A moment of the chain as the contract names it. */
export type Moment = { readonly height: number } | { readonly time: number } | undefined;

/** What every query works on. */
export class QueryContext {
  readonly chain: ChainReader;
  readonly index: Database.Database;
  readonly indexer: Indexer;
  readonly environments: StateCache<EnvironmentRecord | undefined>;
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
  }) {
    this.chain = parts.chain;
    this.index = parts.index;
    this.indexer = parts.indexer;
    this.environments = parts.environments;
    this.#logIndexes = parts.index.prepare<[number], number>('SELECT log_index FROM ids WHERE prefix = ?').pluck();
    this.#heights = parts.index.prepare<[number], number>('SELECT height FROM block_hashes WHERE prefix = ?').pluck();
  }

  /** The block at a moment, the newest without one. @throws NOT_FOUND */
  blockAt(moment: Moment): StoredBlock {
    if (moment === undefined) return this.chain.head();
    return this.chain.block('height' in moment ? moment.height : this.chain.heightAtTime(moment.time));
  }

  /** @throws NOT_FOUND */
  blockByHash(hash: Hash): StoredBlock {
    for (const height of this.#heights.all(prefixOf(decodeHex(hash)))) {
      const block = this.chain.block(height);
      if (block.hash === hash) return block;
    }
    throw new QuantumLockError('NOT_FOUND', `there is no block ${hash}`);
  }

  /** Where the transaction with this id stands in the log; undefined if it is not in the chain (or not yet in the index). */
  logIndexOf(id: Hash): number | undefined {
    const bytes = decodeHex(id);
    for (const logIndex of this.#logIndexes.all(prefixOf(bytes))) {
      const height = this.chain.heightOfLogIndex(logIndex);
      if (this.chain.idIn(this.chain.block(height), logIndex) === id) return logIndex;
    }
    return this.#searchNewest(bytes);
  }

  /** The blocks that the index has not reached yet are few: look through them. */
  #searchNewest(id: Uint8Array): number | undefined {
    const height = this.chain.height();
    for (let newest = height; newest > this.indexer.height; newest--) {
      const offset = this.chain.ids(newest).findIndex((entry) => equalBytes(entry.id, id));
      if (offset >= 0) return this.chain.block(newest).firstLogIndex + offset;
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

  #findMember(publicKey: string): MemberRecord | undefined {
    const key = this.#value('members', `key/${publicKey}`) as KeyRecord | undefined;
    return key === undefined ? undefined : this.member(key.member_id);
  }

  member(memberId: string): MemberRecord | undefined {
    return this.#value('members', `member/${memberId}`) as MemberRecord | undefined;
  }

  #value(namespace: 'members', key: string): unknown {
    const text = this.chain.stateText(this.chain.height(), namespace, key);
    return text === undefined ? undefined : JSON.parse(text);
  }
}

export function sealedHeader(block: StoredBlock): SealedHeader {
  return { header: block.header, hash: block.hash, proof: block.proof };
}
