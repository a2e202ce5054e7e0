import { decodeHex, decodeUtf8, encodeHash, type Hash } from '../../base/bytes.ts';
import type { Json } from '../../base/canonical.ts';
import type { StateEntry } from '../../api/chain/proofs.ts';
import { inclusionPath, leafHash, verifyInclusion } from '../../ledger/log/log.ts';
import type { StateProof } from '../../ledger/proofs/state-proof.ts';
import { NAMESPACES, type Namespace } from '../../ledger/state/records.ts';
import type { TransactionProof } from '../../ledger/proofs/transaction-proof.ts';
import { proveEntry } from './prove-entry.ts';
import { misfit } from '../storage/block-check.ts';
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

  /** Inclusion of a transaction in the newest log that has its proof. @throws NOT_FOUND, PROOF_PENDING */
  transactionProof(id: Hash): TransactionProof {
    const { chain } = this.#context;
    const logIndex = this.#context.requireLogIndex(id);
    // Before it has a proof of its own, no block after it has one.
    chain.provedBlock(chain.heightOfLogIndex(logIndex));
    const head = chain.provedHead();
    const size = head.header.log_size;
    const bytes = chain.transactionBytes(logIndex);
    const path = inclusionPath(chain.log, logIndex, size);
    const root = decodeHex(head.header.log_root);
    if (!verifyInclusion({ leaf: leafHash(bytes), index: logIndex, size, path, root }))
      throw misfit('the log', `does not make the root that block ${head.header.index} names`);
    return {
      transaction: decodeUtf8(bytes),
      log_index: logIndex,
      log_size: size,
      path: path.map(encodeHash),
      sealed: sealedHeader(head),
    };
  }

  /** Presence or absence of a key at a moment; without one, in the newest state that has its proof. @throws NOT_FOUND, PROOF_PENDING */
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
    const block = this.#context.provedBlockAt(at);
    return {
      namespace,
      ...proveEntry(chain.tree, block.roots[namespace], key),
      namespace_roots: NAMESPACES.map((name) => ({ namespace: name, root: encodeHash(block.roots[name].hash) })),
      sealed: sealedHeader(block),
    };
  }

  parameter(name: string): Json | undefined {
    const text = this.#context.chain.stateText(this.#context.chain.height(), 'parameters', name);
    return text === undefined ? undefined : (JSON.parse(text) as Json);
  }
}
