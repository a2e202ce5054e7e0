import { decodeUtf8, encodeHash, type Ed25519Key, type Hash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import type { CheckpointKeyView } from '../../api/chain/checkpoints.ts';
import { checkpointNoteKey, checkpointOrigin } from '../../ledger/checkpoints/checkpoint.ts';
import { encodeVerifierKey } from '../../ledger/checkpoints/signed-note.ts';
import type { ChainRoot } from '../../ledger/chain-identity.ts';
import { consistencyPath, inclusionPath, leafHash, readFrontier, verifyInclusion } from '../../ledger/log/log.ts';
import { listCheckpointKeys, readCheckpointKey } from '../../ledger/state/readers.ts';
import { misfit } from '../storage/block-check.ts';
import { stateAfter } from '../storage/stored-past.ts';
import type { QueryContext } from './query-context.ts';

/** The newest log that has its proof, and who signs it. */
export interface CheckpointHead {
  readonly chain: ChainRoot;
  readonly size: number;
  readonly root: Hash;
  /** Null where the chain names no checkpoint key. */
  readonly publicKey: Ed25519Key | null;
}

/** Where a transaction is in the log of some size. */
export interface LoggedTransaction {
  /** Canonical JSON. */
  readonly transaction: string;
  readonly logIndex: number;
  readonly root: Hash;
  readonly path: readonly Hash[];
}

/** What checkpoints and the proofs under them are made of. */
export class CheckpointQueries {
  readonly #context: QueryContext;

  constructor(context: QueryContext) {
    this.#context = context;
  }

  head(): CheckpointHead {
    const { chain } = this.#context;
    const newest = chain.provedHead();
    const { header } = newest;
    const named = readCheckpointKey(stateAfter(chain, newest));
    return {
      chain: chain.chain(),
      size: header.log_size,
      root: header.log_root,
      publicKey: named?.public_key ?? null,
    };
  }

  keys(): { readonly origin: string; readonly keys: CheckpointKeyView[] } {
    const { chain } = this.#context;
    const root = chain.chain();
    const keys = listCheckpointKeys(stateAfter(chain, chain.provedHead())).map((key) => ({
      public_key: key.public_key,
      verifier_key: encodeVerifierKey(checkpointNoteKey(root, key.public_key)),
      status: key.status,
      added_at: key.added_at,
      retired_at: key.retired_at,
      from_size: this.#sizeAfter(key.added_by),
      until_size: key.retired_by === null ? null : this.#sizeAfter(key.retired_by),
    }));
    return { origin: checkpointOrigin(root), keys };
  }

  /** In the log of that size. @throws NOT_FOUND where the transaction is not in it */
  logged({ id, size }: { readonly id: Hash; readonly size: number }): LoggedTransaction {
    const { chain } = this.#context;
    const logIndex = this.#context.requireLogIndex(id);
    if (logIndex >= size || size > chain.provedHead().header.log_size)
      throw new QuantumLockError('NOT_FOUND', `transaction ${id} is not in the log of ${size} transactions`, {
        advice: 'It came after that checkpoint. Ask again when a newer one was signed, or witnessed.',
      });
    const bytes = chain.transactionBytes(logIndex);
    const path = inclusionPath(chain.log, logIndex, size);
    const root = readFrontier(chain.log, size).root();
    if (!verifyInclusion({ leaf: leafHash(bytes), index: logIndex, size, path, root }))
      throw misfit('the log', `does not lead from transaction ${logIndex} to its root`);
    return { transaction: decodeUtf8(bytes), logIndex, root: encodeHash(root), path: path.map(encodeHash) };
  }

  /** That the log only grew; nothing where it begins with nothing. */
  grown({ first, second }: { readonly first: number; readonly second: number }): readonly Hash[] {
    if (first === 0 || first === second) return [];
    return consistencyPath(this.#context.chain.log, first, second).map(encodeHash);
  }

  rootOf(size: number): Hash {
    return encodeHash(readFrontier(this.#context.chain.log, size).root());
  }

  /** When the first transaction was sealed that a log of that size has not; null where there is none. */
  firstAfter(size: number): number | null {
    const { chain } = this.#context;
    if (size >= chain.provedHead().header.log_size) return null;
    return chain.block(chain.heightOfLogIndex(size)).header.timestamp;
  }

  #sizeAfter(transactionId: Hash): number {
    const { chain } = this.#context;
    return chain.block(chain.heightOfLogIndex(this.#context.requireLogIndex(transactionId))).header.log_size;
  }
}
