import { decodeUtf8, encodeHash, type Hash } from '../../base/bytes.ts';
import { fingerprintWords } from '../../base/fingerprint.ts';
import type { Json } from '../../base/canonical.ts';
import type { MemberView, PolicyView, ValidatorView } from '../../api/views/members.ts';
import type { StateEntry } from '../../api/views/proofs.ts';
import { ACTION_NAMES, findAction } from '../../ledger/actions/registry.ts';
import { inclusionPath } from '../../ledger/log.ts';
import { LEVEL_PERMISSIONS } from '../../ledger/permissions.ts';
import { LEAF } from '../../ledger/state-page.ts';
import type { StateProof } from '../../ledger/state-proof.ts';
import { statePath } from '../../ledger/state-tree.ts';
import {
  NAMESPACES,
  type MemberRecord,
  type Namespace,
  type Policy,
  type ValidatorRecord,
} from '../../ledger/state-types.ts';
import type { TransactionProof } from '../../ledger/transaction-proof.ts';
import { sha256 } from '#sha256';
import { sealedHeader, type Moment, type QueryContext } from './query-context.ts';

/** The state of anything at any moment, and the proofs for it. */
export class StateQueries {
  readonly #context: QueryContext;

  constructor(context: QueryContext) {
    this.#context = context;
  }

  state({
    namespace,
    key,
    at,
  }: {
    readonly namespace: Namespace;
    readonly key: string;
    readonly at?: Moment;
  }): StateEntry {
    const { header, roots } = this.#context.blockAt(at);
    const bytes = this.#context.chain.tree.get(roots[namespace], key);
    return {
      namespace,
      key,
      value: bytes === undefined ? null : (JSON.parse(decodeUtf8(bytes)) as StateEntry['value']),
      height: header.index,
      block_time: header.timestamp,
      state_root: header.state_root,
    };
  }

  stateKeys({
    namespace,
    at,
    limit,
  }: {
    readonly namespace: Namespace;
    readonly at?: Moment;
    readonly limit: number;
  }): { keys: string[]; truncated: boolean; height: number } {
    const { header, roots } = this.#context.blockAt(at);
    const keys: string[] = [];
    this.#context.chain.tree.walk(roots[namespace], ({ key }) => {
      keys.push(key);
      return keys.length <= limit;
    });
    return { keys: keys.slice(0, limit).sort(), truncated: keys.length > limit, height: header.index };
  }

  /** Inclusion of a transaction in the newest sealed log. @throws NOT_FOUND */
  transactionProof(id: Hash): TransactionProof {
    const { chain } = this.#context;
    const logIndex = this.#context.requireLogIndex(id);
    const head = chain.head();
    return {
      transaction: decodeUtf8(chain.transactionBytes(logIndex)),
      log_index: logIndex,
      log_size: head.header.log_size,
      path: inclusionPath(chain.log, logIndex, head.header.log_size).map(encodeHash),
      sealed: sealedHeader(head),
    };
  }

  /** Presence or absence of a key at a moment. */
  stateProof({
    namespace,
    key,
    at,
  }: {
    readonly namespace: Namespace;
    readonly key: string;
    readonly at?: Moment;
  }): StateProof {
    const { chain } = this.#context;
    const block = this.#context.blockAt(at);
    const path = statePath(key);
    const { end, siblings } = chain.tree.descend(block.roots[namespace], path);
    const stored = end.kind === LEAF ? chain.state.value(end.ref) : undefined;
    const isPresent = stored?.key === key;
    return {
      namespace,
      key,
      value: stored !== undefined && isPresent ? decodeUtf8(stored.value) : null,
      siblings: siblings.map(encodeHash).reverse(),
      other_leaf:
        stored !== undefined && !isPresent
          ? { path: encodeHash(statePath(stored.key)), value_hash: encodeHash(sha256(stored.value)) }
          : null,
      namespace_roots: NAMESPACES.map((name) => ({ namespace: name, root: encodeHash(block.roots[name].hash) })),
      sealed: sealedHeader(block),
    };
  }

  #all<Value>(namespace: Namespace, prefix: string): { key: string; value: Value }[] {
    const found: { key: string; value: Value }[] = [];
    this.#context.chain.tree.walk(this.#context.chain.head().roots[namespace], ({ key, value }) => {
      if (key.startsWith(prefix)) found.push({ key, value: JSON.parse(decodeUtf8(value)) as Value });
      return true;
    });
    return found.sort((left, right) => (left.key < right.key ? -1 : 1));
  }

  members(): MemberView[] {
    return this.#all<MemberRecord>('members', 'member/').map(({ value }) => ({
      ...value,
      keys: [...value.keys],
      permissions: [...LEVEL_PERMISSIONS[value.level]],
    }));
  }

  validators(): ValidatorView[] {
    return this.#all<ValidatorRecord>('validators', '').map(({ value }) => ({
      ...value,
      fingerprint: [...fingerprintWords(value.public_key)],
      blocks_sealed: null,
    }));
  }

  policies(): PolicyView[] {
    const stored = new Map(this.#all<Policy>('policies', '').map(({ key, value }) => [key, value]));
    for (const action of ACTION_NAMES) {
      const fallback = findAction(action)?.defaultPolicy;
      if (!stored.has(action) && fallback !== undefined && action !== 'genesis' && action !== 'batch')
        stored.set(action, fallback);
    }
    return [...stored].map(([key, policy]) => ({
      key,
      policy: policy as PolicyView['policy'],
      sentence: describePolicy(key, policy),
    }));
  }

  parameter(name: string): Json | undefined {
    const text = this.#context.chain.stateText(this.#context.chain.height(), 'parameters', name);
    return text === undefined ? undefined : (JSON.parse(text) as Json);
  }
}

function describePolicy(key: string, policy: Policy): string {
  const [action, envId] = key.split('/', 2);
  const what = envId === undefined ? String(action) : `${String(action)} of ${envId}`;
  if (policy.mode === 'direct') return `${what}: any member with ${policy.permission} alone.`;
  const { threshold } = policy;
  const needed =
    'count' in threshold ? `${threshold.count}` : `${threshold.numerator} of every ${threshold.denominator}`;
  return `${what}: ${needed} approval(s) from holders of ${policy.role}.`;
}
